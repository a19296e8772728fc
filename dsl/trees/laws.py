"""The trees of laws."""

from __future__ import annotations

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.expressions import Expression, FactNode, ReadingNode
from clausewise.dsl.trees.values import NOWHERE, Item, Name, Text


@lean_dataclass(frozen=True, slots=True)
class UnderNode:
    """The readings under which a law must hold; without any, the defaults."""

    readings: tuple[ReadingNode, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AlwaysNode:
    """What is `always`, or `never`, so of a design; with `when`, of one of which that holds."""

    word: str
    when: Expression | None
    condition: Expression
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class PossibleNode:
    """What is so of some design."""

    condition: Expression
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AloneNode:
    """Some design violates a clause alone: `possible clause gender is violated alone`.

    Attributes:
        what: `clause` or, if it was written so, another word that names none.
        clause: `None` for each clause in turn.
        but: the clauses that may be violated with it.
    """

    what: str
    clause: Name | None
    outcome: Name
    but: tuple[Name, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class ChangeNode:
    """Two designs that differ in one fact: that violates no clause that was not violated.

    Attributes:
        word: `changing` (a value to another), `adding` or `removing` (a term of several).
        before: what the fact is before, or the term that is removed; `None` for whatever it may be.
        after: what it is after, or the term that is added.
        where: of which entities that is said.
        but: the clauses of which it is not said.
    """

    word: str
    fact: FactNode
    before: Item | None
    after: Item | None
    where: Expression | None
    but: tuple[Name, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


ClaimNode = AlwaysNode | PossibleNode | AloneNode | ChangeNode


@lean_dataclass(frozen=True, slots=True)
class LawNode:
    """A law: what it says in words, and what it claims."""

    name: Name
    says: Text
    under: UnderNode | None
    claim: ClaimNode
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class LawsFile:
    """A `.laws` file. `policy` is a name, perhaps with a version (`versioned` in `text/names.py`)."""

    name: Name
    policy: Name
    title: Text | None
    laws: tuple[LawNode, ...]
