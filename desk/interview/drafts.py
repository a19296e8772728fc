"""A draft: the text of a design, looked at as `clausewise ask` looks at one; `check` reads it at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache

from clausewise.checking.options import Options
from clausewise.desk.interview.called import own_words
from clausewise.dsl.editing.design import remove_attestations, remove_line, set_as_of, set_fact
from clausewise.dsl.editing.edits import Edit, edited, insertion
from clausewise.dsl.models.deployment import AS_OF, NoEntity
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.printing.expressions import quoted
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.syntax import Block, Day, Design, Name, Statement, Text
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design, source_of
from clausewise.intake.judges import policies_for
from clausewise.interview.look import Asked, Look, Looked, looker, stated
from clausewise.workers.warm import try_first

MOST_BYTES = 256 * 1024
"""Of a design that an applicant writes."""
ACCESS = Access(is_isolated=True, max_bytes=2 * MOST_BYTES)
"""Only policies of the packs judge the designs of strangers. Judgements have room beside what they wrote."""
MOST_STEPS = 200_000
"""Of judging a draft, which is done for each page: far more than a design takes that people answer by hand."""
MOST_KEPT = 64
"""Texts of which is kept what is known: those on which people are working now."""


@lean_dataclass(frozen=True, slots=True)
class Draft:
    """A design's text, judged as it stands.

    Attributes:
        looked: what the interview knows of it.
        look: looks at another text in the same way.
    """

    looked: Looked
    look: Look

    @property
    def policy(self) -> Policy:
        """What judges it."""
        return self.looked.policies[0]

    @property
    def vocabulary(self) -> Vocabulary:
        """In whose words it is written."""
        return self.policy.vocabulary

    @property
    def text(self) -> str:
        """The text."""
        return self.looked.source.text

    @property
    def called(self) -> Mapping[str, str]:
        """What people call its entities, by their names, where these do not say it."""
        return own_words(self.text)

    @property
    def wanted(self) -> tuple[EntityType, ...]:
        """The types with which the policy's clauses begin, and of which nothing is listed yet."""
        listed = {block.type.text for block in self.looked.tree.blocks}
        types = self.vocabulary.entities.values()
        return tuple(
            t
            for t in types
            if t.name in self.policy.starts and not t.single and t.name not in listed
        )

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What an applicant can answer and has not: by type, by entity, then in the order of `ask`."""
        theirs = [a for a in self.looked.asked if _is_theirs(a) and not self.is_unknown(a)]
        return tuple(sorted(theirs, key=self._place))

    @property
    def unknown(self) -> tuple[Asked, ...]:
        """What the applicant does not know yet, and said so."""
        return tuple(a for a in self.looked.asked if _is_theirs(a) and self.is_unknown(a))

    def is_unknown(self, asked: Asked) -> bool:
        """Whether it is stated as not known."""
        line = stated(self.looked, asked)
        return line is not None and line.items == (Name("unknown"),)

    def block(self, entity: str) -> Block | None:
        """The block of an entity."""
        blocks = self.looked.tree.blocks
        return next((b for b in blocks if (b.name or b.type).text == entity), None)

    def _place(self, asked: Asked) -> tuple[int, int]:
        """Where a question stands: its entity's type in the vocabulary, its entity in the design."""
        types = list(self.vocabulary.entities)
        fact = asked.question.fact
        if isinstance(fact, NoEntity):
            return types.index(str(fact)), -1
        names = list(asked.report.deployment.entities)
        type_ = asked.type
        return (types.index(type_.name) if type_ else -1), names.index(asked.question.entity)


def _is_theirs(asked: Asked) -> bool:
    return asked.question.kind != "judgement" and asked.question.fact != AS_OF


def draft_of(
    text: str,
    policy: str,
    day: date,
    name: str = "application.design",
    *,
    is_kept: bool = False,
) -> Draft:
    """What there is to know of a text. A server tries in a process of its own first whether that ends in time.

    Args:
        policy: the name of what judges, with its version.
        day: as of which it is judged.
        is_kept: whether it is the desk's already, and so was tried when it was written.

    Raises:
        InvalidError: it has mistakes.
        NotInTimeError: it is not judged in time.
    """

    def look(source: Source) -> Looked:
        try_first(draft_of, source.text, policy, day, name)
        return _looked(source.text, policy, day, name)

    source = source_of(name, text, ACCESS.max_bytes)
    return Draft(_looked(text, policy, day, name) if is_kept else look(source), look)


@lru_cache(maxsize=MOST_KEPT)
def _looked(text: str, policy: str, day: date, name: str) -> Looked:
    """A text, judged once for all the pages that show it one after another."""
    options = Options(policy=policy, as_of=day, access=ACCESS, max_steps=MOST_STEPS)
    # an applicant is never told which answer would settle it (`can_be_told`), and so none is tried
    return looker(options, try_answers=False)(source_of(name, text, ACCESS.max_bytes))


def policy_of(written: Written) -> Policy:
    """The policy that judges a design.

    Raises:
        InvalidError: there is none, or there are several.
    """
    found = list(policies_for(written, None, ACCESS))
    if len(found) != 1:
        message = "a form is judged by one policy"
        raise InvalidError([Diagnostic("E512", message, written.source)])
    return found[0]


def bounded(text: str, name: str = "application.design") -> str:
    """The text of an applicant, which leaves room for judgements.

    Raises:
        InvalidError: it is too large.
    """
    return source_of(name, text, MOST_BYTES).text


def entitled(text: str, title: str) -> str:
    """The text with another title."""
    source, tree = _read(text)
    return edited(source, [Edit(tree.title.span, quoted(Text(title)))]).text


def judgement_lines(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Block, Statement, Field]]:
    """The lines that state what only a person can judge."""
    _, tree = _read(text)
    for block in tree.blocks:
        type_ = vocabulary.entities.get(block.type.text)
        for line in block.statements:
            field = type_.fields.get(line.field.text) if type_ else None
            if field and field.kind == "judgement":
                yield block, line, field


def without_judgements(text: str, vocabulary: Vocabulary) -> str:
    """The text without judgements and attestations: at the desk a reviewer makes them, and never the applicant.

    What the applicant states of the world stays, and nobody answers for it.
    """
    source, tree = _read(text)
    edits: list[Edit] = []
    for block in tree.blocks:
        type_ = vocabulary.entities.get(block.type.text)
        for line in block.statements:
            field = type_.fields.get(line.field.text) if type_ else None
            if field and field.kind == "judgement":
                edits += remove_line(source, line)
            elif line.attestation or line.second:
                edits += remove_attestations(source, line)
    return edited(source, edits).text if edits else text


def with_backing(text: str, known: Collection[str] = ()) -> str:
    """The text without attestations, for the desk knows nobody who attests, and with known evidence alone.

    Args:
        known: the names of the files that the desk keeps.
    """
    source, tree = _read(text)
    edits: list[Edit] = []
    for block in tree.blocks:
        for line in block.statements:
            evidence = tuple(one for one in line.evidence if one.text in known)
            if evidence != line.evidence or line.attestation or line.second:
                kept = replace(line, evidence=evidence, attestation=None, second=None)
                name = block.name.text if block.name else None
                edits += set_fact(source, tree, block.type.text, name, kept)
    return edited(source, edits).text


def judges_named(text: str) -> tuple[str, ...]:
    """The policies by which a text says that it is judged."""
    return tuple(name.text for name in _read(text)[1].judged_by)


def naming_judge(text: str, policy: str) -> str:
    """The text with this policy as the one that judges it, whatever it names."""
    source, tree = _read(text)
    names = tree.judged_by
    if not names:
        end = text.find("\n", tree.title.span.end)
        at = len(text) if end < 0 else end
        return edited(source, [insertion(at, f"\njudged by {policy}")]).text
    lists = [names[0].span]
    for name in names[1:]:
        if text[lists[-1].end : name.span.start].strip() == ",":
            lists[-1] = lists[-1].to(name.span)
        else:  # on a line of its own, perhaps below blocks
            lists.append(name.span)
    return edited(source, [Edit(span, policy) for span in lists]).text


def as_judged(text: str, policy: str, day: date, known: Collection[str] = ()) -> str:
    """The text as it is judged: what the applicant claims, by this policy, as of this day.

    All that decides stands in it, so that `check` and `verify` come to the same as the desk.

    Args:
        known: the names of the files of evidence that the desk keeps.

    Raises:
        InvalidError: it has mistakes.
    """
    written = read_design(source_of("application.design", text, ACCESS.max_bytes))
    vocabulary = next(iter(policies_for(written, policy, ACCESS))).vocabulary
    text = naming_judge(with_backing(without_judgements(text, vocabulary), known), policy)
    source, tree = _read(text)
    return edited(source, [set_as_of(source, tree, Day(day))]).text


def removed(draft: Draft, entity: str) -> Edit:
    """The edit that takes an entity out, with all that is said of it.

    Raises:
        KeyError: none is called so.
    """
    block = draft.block(entity)
    if block is None:
        raise KeyError(entity)
    text = draft.text
    start = text.rfind("\n", 0, block.type.span.start) + 1
    end = text.find("\n", block.end.end) + 1 or len(text)
    blank = start if text[max(start - 2, 0) : start] != "\n\n" else start - 1
    return Edit(Span(blank, end), "")


def _read(text: str) -> tuple[Source, Design]:
    source = source_of("application.design", text, ACCESS.max_bytes)
    written = read_design(source)
    if written.problems or not isinstance(written.tree, Design):
        raise InvalidError(written.problems)
    return source, written.tree
