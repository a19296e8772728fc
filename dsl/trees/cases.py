"""The trees of cases."""

from __future__ import annotations

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.designs import Design, Statement
from clausewise.dsl.trees.expressions import FactNode
from clausewise.dsl.trees.values import NOWHERE, Name, Text


@lean_dataclass(frozen=True, slots=True)
class WithFact:
    """`with entity.field values`."""

    entity: Name
    statement: Statement


@lean_dataclass(frozen=True, slots=True)
class WithEntity:
    """`with type name`."""

    type: Name
    name: Name


@lean_dataclass(frozen=True, slots=True)
class Without:
    """`without entity.field`, or a whole entity."""

    fact: FactNode


@lean_dataclass(frozen=True, slots=True)
class ChooseReading:
    """`reading name alternative`."""

    reading: Name
    alternative: Name


@lean_dataclass(frozen=True, slots=True)
class Expectation:
    """An expected verdict (`subject` alone), outcome of a clause, or warning, with its facts.

    `by`: the breaches by which a clause is violated.
    """

    subject: Name
    outcome: Name | None = None
    by: tuple[Name, ...] | None = None
    because: tuple[FactNode, ...] | None = None
    missing: tuple[FactNode, ...] | None = None


@lean_dataclass(frozen=True, slots=True)
class CaseNode:
    """A design, changes to it, and what is expected of it."""

    title: Text
    design: Text | Design
    lines: tuple[WithFact | WithEntity | Without | ChooseReading | Expectation, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class CasesFile:
    """A `.cases` file."""

    cases: tuple[CaseNode, ...]
