"""Evidence in a design's text: the names of files that stand beside answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.questions import asked_about, entity_of
from clausewise.dsl.editing.design import set_fact
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import FactName, fact_name
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import Block, Name, Statement, Text
from clausewise.interview.look import Asked, stated

UNKNOWN = (Name("unknown"),)


def evidence_at(draft: Draft, fact: str) -> tuple[str, ...]:
    """The names of the evidence beside an answer.

    Raises:
        KeyError: there is no such fact, or no answer that evidence could show.
    """
    return tuple(one.text for one in _answer(draft, fact)[1].evidence)


def with_evidence(draft: Draft, names: Mapping[str, Sequence[str]]) -> str:
    """The text with this evidence beside answers, and no other.

    Args:
        names: of the files, by fact.

    Raises:
        KeyError: as for `evidence_at`.
    """
    source, tree = draft.looked.source, draft.looked.tree
    edits: list[Edit] = []
    for fact, files in names.items():
        asked, line = _answer(draft, fact)
        shown = replace(line, evidence=tuple(Text(name) for name in dict.fromkeys(files)))
        edits += set_fact(source, tree, *asked.place, shown)
    return edited(source, edits).text


def _answer(draft: Draft, fact: str) -> tuple[Asked, Statement]:
    asked = asked_about(draft, *entity_of(fact))
    line = stated(draft.looked, asked)
    if line is None or line.items == UNKNOWN or (asked.field and asked.field.kind == "judgement"):
        raise KeyError(fact)
    return asked, line


def with_replaced(draft: Draft, old: str, new: str) -> str:
    """The text in which one file stands wherever another one stood."""
    source, tree = draft.looked.source, draft.looked.tree
    edits = [
        edit
        for block, line in lines_of(draft)
        if any(one.text == old for one in line.evidence)
        for edit in set_fact(
            source,
            tree,
            block.type.text,
            block.name.text if block.name else None,
            replace(line, evidence=_swapped(line, old, new)),
        )
    ]
    return edited(source, edits).text


def _swapped(line: Statement, old: str, new: str) -> tuple[Text, ...]:
    names = [new if one.text == old else one.text for one in line.evidence]
    return tuple(Text(name) for name in dict.fromkeys(names))


def facts_by_evidence(draft: Draft) -> dict[str, list[FactName]]:
    """Beside which answers each file stands."""
    found: dict[str, list[FactName]] = {}
    for block, line in lines_of(draft):
        fact = fact_name((block.name or block.type).text, line.field.text)
        for one in line.evidence:
            found.setdefault(one.text, []).append(fact)
    return found


def lacking_evidence(draft: Draft, counting: Collection[str]) -> tuple[FactName, ...]:
    """The answers that count only with evidence, and have none that counts.

    Args:
        counting: the names of files that count.
    """
    if not draft.looked.reports:
        return ()
    entities = draft.looked.reports[0].deployment.entities.values()
    return tuple(
        fact.name
        for entity in entities
        for fact in entity.facts.values()
        if fact.field.kind != "judgement"
        and fact.value is not None
        and needs_evidence(fact)
        and not (fact.evidence and {*fact.evidence} <= {*counting})
    )


def lines_of(draft: Draft) -> Iterator[tuple[Block, Statement]]:
    """All that a draft states, with the block in which it stands."""
    for block in draft.looked.tree.blocks:
        for line in block.statements:
            yield block, line
