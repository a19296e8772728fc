"""What a linked policy is made of: clauses and their breaches, definitions, tables, readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.startup.typed import Literal
from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import (
    NOWHERE,
    And,
    AsOf,
    Compare,
    Condition,
    Constant,
    EntitySet,
    FieldOf,
    Not,
    Or,
    Path,
    Some,
    Violation,
)


@lean_dataclass(frozen=True, slots=True)
class Definition:
    """A named condition or set of entities. `parameters` are variables with their entity types.

    `per`: the documents from which it comes.
    """

    name: str
    parameters: tuple[tuple[str, str], ...]
    body: Condition | EntitySet
    span: Span = field(compare=False)
    per: tuple[str, ...] = ()


@lean_dataclass(frozen=True)
class Table:
    """Values by term: numbers, durations in seconds, or sets of terms."""

    name: str
    of: Taxonomy
    gives: str
    rows: Mapping[str, Decimal | tuple[str, ...]]
    otherwise: Decimal | tuple[str, ...]
    span: Span = field(compare=False)
    per: tuple[str, ...] = ()

    def at(self, term: str) -> Decimal | tuple[str, ...] | None:
        """The value for a term, from the nearest row at or above it.

        `None` if terms below have rows of other values: then only a more precise term decides.
        """
        found = self._nearest(term)
        below = self.of.inside([term])
        return None if any(v != found for t, v in self.rows.items() if t in below) else found

    def _nearest(self, term: str) -> Decimal | tuple[str, ...]:
        level = [term]
        while level:
            for candidate in level:
                if candidate in self.rows:
                    return self.rows[candidate]
            level = [parent for t in level for parent in self.of.parents[t]]
        return self.otherwise


@lean_dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguity of the source text: alternatives with descriptions, and the default.

    `per`: the documents from which an alternative comes, for those that come from one.
    """

    name: str
    description: str
    alternatives: Mapping[str, str]
    default: str
    span: Span = field(compare=False)
    per: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@lean_dataclass(frozen=True, slots=True)
class Binding:
    """A variable that ranges over a set of entities."""

    variable: str
    range: EntitySet


@lean_dataclass(frozen=True, slots=True)
class Exemption:
    """A named exception (`unless`)."""

    name: str
    condition: Condition
    per: tuple[str, ...] = ()


TemplateHole = Path | FieldOf
TemplatePart = str | TemplateHole | tuple[str | TemplateHole, ...]
"""A text, a hole, or a part in square brackets, which is left out where one of its holes has no value."""


@lean_dataclass(frozen=True, slots=True)
class Breach:
    """One of the ways in which a clause can be violated, with its own sentence and remedy.

    Attributes:
        per: the documents from which it comes.
        marks: what of its clause's marks it is about. A mark that no breach bears is borne by all of them.
    """

    name: str
    condition: Condition
    because: tuple[TemplatePart, ...]
    remedy: str
    per: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@lean_dataclass(frozen=True)
class Clause:
    """One clause of the source text.

    Attributes:
        number: the clause's number in the source, or an empty text.
        label: what people call it; the name in words, if it says nothing.
        cite: how its place is cited, such as `Section 15(b)`; empty where it says nothing.
        section: the section's name, or an empty text.
        word: whether `condition` is prohibited or required.
        when: to what the clause applies; `None` is to everything.
        because: the finding's sentence, with paths and fields to fill in.
        breaches: the ways in which it can be violated, where it tells them apart; `condition` is that one is so.
        per: the documents from which the clause as a whole comes.
        marks: what it is about, by marks of the vocabulary.
        met: why it is met, in a sentence that entity types and their fields fill in, by what decides it.
        not_applicable: the same, of why it does not apply.
    """

    name: str
    number: str
    section: str
    at: str
    quotes: str
    says: str
    word: Literal["prohibits", "requires"]
    bindings: tuple[Binding, ...]
    when: Condition | None
    condition: Condition
    exceptions: tuple[Exemption, ...]
    because: tuple[TemplatePart, ...]
    remedy: str
    span: Span = field(compare=False)
    end: Span = field(compare=False)
    breaches: tuple[Breach, ...] = ()
    per: tuple[str, ...] = ()
    label: str = ""
    cite: str = ""
    marks: tuple[str, ...] = ()
    met: tuple[TemplatePart, ...] = ()
    not_applicable: tuple[TemplatePart, ...] = ()

    @classmethod
    def unplaced(
        cls,
        name: str,
        when: Condition | None,
        condition: Condition,
        bindings: tuple[Binding, ...] = (),
        because: tuple[TemplatePart, ...] = (),
        remedy: str = "",
        span: Span = NOWHERE,
        end: Span = NOWHERE,
    ) -> Clause:
        """A clause that implements no place of a source text: it says of what something is so."""
        return cls(
            name=name,
            number="",
            section="",
            at="",
            quotes="",
            says="",
            word="prohibits",
            bindings=bindings,
            when=when,
            condition=condition,
            exceptions=(),
            because=because,
            remedy=remedy,
            span=span,
            end=end,
        )

    @property
    def short(self) -> str:
        """The number, or the name if there is none."""
        return self.number or self.name

    @property
    def title(self) -> str:
        """The name, with the number if there is one: `us-police (N12)`."""
        return f"{self.name} ({self.number})" if self.number else self.name

    def by(self, breaches: tuple[Breach, ...]) -> Clause:
        """The clause as if it could be violated in these ways only."""
        condition = Or(tuple(breach.condition for breach in breaches), self.condition.span)
        return replace(self, breaches=breaches, condition=condition)

    def about(self, mark: str) -> Clause:
        """The clause as if it could be violated only by what is about a mark; itself if no breach bears the mark.

        Where each mark of the clause is borne, a breach without any counts under all: else it would under none.
        """
        borne = {one for breach in self.breaches for one in breach.marks}
        if mark not in borne:
            return self
        are_borne = borne >= {*self.marks}
        found = [b for b in self.breaches if mark in b.marks or (are_borne and not b.marks)]
        return self.by(tuple(found)) if len(found) < len(self.breaches) else self

    @property
    def title_cited(self) -> str:
        """Its title, and how it is cited: `written-release (S15-b), Section 15(b)`."""
        return f"{self.title}, {self.cite}" if self.cite else self.title

    @property
    def cited(self) -> str:
        """Its place as people cite it, or as it is found in the source text."""
        return self.cite or self.at

    @property
    def in_force(self) -> tuple[Compare, ...]:
        """What it asks of the date of judging, whatever else it asks: `from DATE` and `until DATE` become this."""
        parts = self.when.parts if isinstance(self.when, And) else (self.when,)
        return tuple([p for p in parts if isinstance(p, Compare) and isinstance(p.left, AsOf)])

    @property
    def force(self) -> Iterator[str]:
        """From when, and until before when, it is in force, where its rule says so: `from 2026-07-01`."""
        words = {">=": "from", "<": "until"}
        for asked in self.in_force:
            if asked.sign in words and isinstance(asked.right, Constant):
                yield f"{words[asked.sign]} {asked.right.value}"

    @cached_property
    def violation_for_one(self) -> Violation:
        """The condition under which the clause is violated for one binding."""
        broken = self.condition if self.word == "prohibits" else Not(self.condition)
        exceptions = tuple(exception.condition for exception in self.exceptions)
        return Violation(self.when or And(()), broken, exceptions, self.span)

    @cached_property
    def violation(self) -> Condition:
        """The condition under which the clause is violated: that it is so for some binding."""
        return self.for_some(self.violation_for_one)

    @cached_property
    def application(self) -> Condition:
        """The condition under which the clause applies to anything."""
        return self.for_some(self.violation_for_one.when)

    def for_some(self, condition: Condition) -> Condition:
        """That a condition holds for some binding."""
        for binding in reversed(self.bindings):
            condition = Some(binding.variable, binding.range, condition, self.span)
        return condition


@lean_dataclass(frozen=True, slots=True)
class Section:
    """A part of the source text, with the names of its clauses."""

    name: str
    title: str
    clauses: tuple[str, ...]
