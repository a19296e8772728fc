"""What can be written at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from clausewise.dsl.models.vocabulary import EntityType
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.completing.context import Cursor, OpenBlock, cursor_at, lines_in
from clausewise.editor.completing.drafting import in_laws, in_policy, in_vocabulary
from clausewise.editor.completing.offers import (
    Offer,
    keywords,
    of_clause,
    of_field,
    of_policy,
    of_type,
    values_of,
)
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake.judges import names_allowed

MOST = 200
"""What is offered at once. Of more, the first that fit are, and others as somebody writes on."""
_BLOCK = re.compile(
    r"^[ \t]*(?:with[ \t]+)?([A-Za-z][\w-]*)[ \t]+([A-Za-z][\w-]*)[ \t]*(?:\{|$)", re.MULTILINE
)


@lean_dataclass(frozen=True, slots=True)
class Offered:
    """What is offered in place of a word. `is_whole`: whether nothing was left out."""

    span: Span
    offers: tuple[Offer, ...]
    is_whole: bool = True


def completion(analysis: Analysis, offset: int) -> Offered | None:
    """What can be written at an offset; `None` inside of a comment or a text."""
    cursor = cursor_at(analysis.source.text, offset)
    if cursor is None:
        return None
    fitting = (offer for offer in _offers(analysis, cursor) if offer.fits(cursor.word))
    found = tuple(islice(fitting, MOST + 1))
    return Offered(cursor.span, found[:MOST], len(found) <= MOST)


def _offers(analysis: Analysis, cursor: Cursor) -> Iterator[Offer]:
    match analysis.kind.parsed:
        case "design":
            yield from _OffersInDesign(analysis, cursor).offers(cursor.blocks)
        case "cases":
            yield from _OffersInCase(analysis, cursor).offers_in_cases()
        case "policy":
            yield from in_policy(analysis, cursor)
        case "vocabulary":
            yield from in_vocabulary(analysis, cursor)
        case "laws":
            yield from in_laws(analysis, cursor)
        case None:
            return


class _OffersInDesign:
    """What can be written in a design."""

    def __init__(self, analysis: Analysis, cursor: Cursor) -> None:
        self.analysis = analysis
        self.text = analysis.source.text
        self.cursor = cursor
        self.line = cursor.line
        self.vocabulary = analysis.vocabulary

    def offers(self, blocks: Sequence[OpenBlock]) -> Iterator[Offer]:
        if blocks:
            yield from self.in_block(blocks[-1])
        elif self.line[:2] == ("judged", "by"):
            yield from self.policies()
        elif self.line[:1] == ("judged",):
            yield from keywords("by")
        elif len(self.line) == 2 and self.line[1].startswith('"'):
            yield from keywords("draft")
        elif not self.line:
            yield from self.at_top()

    def at_top(self) -> Iterator[Offer]:
        if not self.cursor.before:
            subject = self.vocabulary.subject if self.vocabulary else "deployment"
            text = f'{subject} "A title"'
            yield Offer(subject, "keyword", "", "", text, f'{subject} "${{1:A title}}"')
            return
        yield Offer("judged by", "keyword", "the policies that judge it", text="judged by ")
        yield Offer("as of", "keyword", "the date of judging", text="as of ")
        for type_ in self.vocabulary.entities.values() if self.vocabulary else ():
            yield of_type(type_)

    def policies(self) -> Iterator[Offer]:
        for name in names_allowed(self.analysis.options.access):
            if name not in self.line:
                yield of_policy(name, self.analysis.policies)

    def in_block(self, block: OpenBlock) -> Iterator[Offer]:
        type_ = self.type_called(block.head[0] if block.head else "")
        if type_ is None or self.vocabulary is None:
            return
        if not self.line:
            given = lines_in(self.text, block)
            entity = block.head[1] if len(block.head) > 1 else type_.name
            for field in type_.current:
                if field.name not in given:
                    yield of_field(field, self.vocabulary, entity)
        else:
            yield from self.behind(type_, self.line[0], self.line[1:])

    def behind(self, type_: EntityType, field: str, items: Sequence[str]) -> Iterator[Offer]:
        """What can stand behind a field and some values."""
        found = type_.fields.get(field)
        if items[-1:] in (("evidence",), ("from",), ("attested",)):
            yield from keywords("by") if items[-1] == "attested" else ()
        elif found and self.vocabulary and (not items or items[-1] == ","):
            for offer in values_of(found, self.vocabulary, self.entities(found.target or "")):
                if offer.label not in items:
                    yield offer
            if found.is_many and items:
                yield Offer("...", "value", "there may be more")
        elif items and items[-1] == "by":
            return
        else:
            yield Offer("evidence", "keyword", "where the proof is", "", 'evidence "', "")
            yield from self.attestation(items)

    def attestation(self, items: Sequence[str]) -> Iterator[Offer]:
        if "attested" in items:
            yield from keywords("on", "because")
        else:
            snippet = 'attested by "${1:name, role}" on ${2:2026-01-31}'
            yield Offer("attested by", "keyword", "who answers for it", "", "attested by ", snippet)

    def type_called(self, name: str) -> EntityType | None:
        return self.vocabulary.entities.get(name) if self.vocabulary else None

    def entities(self, type_: str) -> list[str]:
        """The entities of a type that the text lists, wherever the cursor is."""
        return [name for name, of in self.listed().items() if of == type_]

    def listed(self) -> dict[str, str]:
        """All entities that the text lists, each with its type."""
        known = self.vocabulary.entities if self.vocabulary else {}
        return {m[2]: m[1] for m in _BLOCK.finditer(self.text) if m[1] in known}


class _OffersInCase(_OffersInDesign):
    """What can be written in a file of cases, in which designs stand."""

    def offers_in_cases(self) -> Iterator[Offer]:
        blocks = self.cursor.blocks
        if not blocks:
            text = 'case "what it shows" {\n}'
            snippet = 'case "${1:what it shows}" {\n  design  "${2:a.design}"\n  expect  ${3:prohibited}\n}'
            yield from () if self.line else [Offer("case", "keyword", "", "", text, snippet)]
        elif len(blocks) > 1:
            yield from self.offers(blocks[2:])
        elif not self.line:
            yield from keywords("design", "expect", "reading", "with", "without")
        else:
            yield from self.in_line(self.line[0], self.line[1:])

    def in_line(self, word: str, rest: Sequence[str]) -> Iterator[Offer]:
        policy = next(iter(self.analysis.policies), None)
        match word:
            case "with" | "without":
                yield from self.fact(rest, with_value=word == "with")
            case "expect" if policy:
                if not rest:
                    yield from (Offer(verdict.value, "value") for verdict in Verdict)
                    yield from (of_clause(clause, policy) for clause in policy.clauses.values())
                    yield from (Offer(name, "clause", "warning") for name in policy.warnings)
                else:
                    yield from self.expected(rest)
            case "reading" if policy and not rest:
                for reading in policy.readings.values():
                    yield Offer(reading.name, "function", reading.description)
            case "reading" if policy and rest[0] in policy.readings:
                for name, about in policy.readings[rest[0]].alternatives.items():
                    yield Offer(name, "value", about)
            case _:
                return

    def expected(self, rest: Sequence[str]) -> Iterator[Offer]:
        """What can stand behind a clause that is expected to come to something."""
        if len(rest) == 1:
            yield from (Offer(outcome.value, "value") for outcome in Outcome)
            yield from keywords("warned", "not-warned")
        elif rest[-1] in ("because", "missing", ","):
            yield from (Offer(name, "entity", type_) for name, type_ in self.listed().items())
        elif rest[-1] == "by":
            policy = next(iter(self.analysis.policies), None)
            clause = policy.clause(rest[0]) if policy else None
            yield from (Offer(b.name, "function") for b in (clause.breaches if clause else ()))
        else:
            yield from keywords("by", "because", "missing")

    def fact(self, rest: Sequence[str], *, with_value: bool) -> Iterator[Offer]:
        """`entity.field`, and its values."""
        if not rest:
            yield from (Offer(name, "entity", type_) for name, type_ in self.listed().items())
            for type_ in self.vocabulary.entities.values() if self.vocabulary else ():
                yield Offer(type_.name, "type", type_.description)
            return
        of = self.type_called(self.listed().get(rest[0], rest[0]))
        if of is None or self.vocabulary is None or len(rest) < 2 or rest[1] != ".":
            return
        if len(rest) == 2:
            for field in of.current:
                yield of_field(field, self.vocabulary, rest[0])
        elif with_value:
            yield from self.behind(of, rest[2], rest[3:])
