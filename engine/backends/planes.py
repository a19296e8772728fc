"""What conditions mean without a record, once for all backends: when they are settled, what open ones lack.

A condition is certainly true, or certainly false, or open: more facts could still settle it. For example,
`a.kind is police` is certainly true of a police force and certainly false of a company. Of a public body it is
open, and what it lacks is `a.kind`, said more precisely.

There are two functions, and each goes through the kinds of conditions once:

- `certainly` says when a condition is settled, true or false. A backend gives the values in which this is said.
  They may be tests, in Python or in SQL; or they may be the facts that decide.
- `lacking` says which facts an open condition waits for. Here the values may be statements that list these facts,
  or a test whether one of them is of a certain kind.

What is not certainly false is *possibly* true: these are the two planes on which tests are written. The meaning of
the language is `engine/judging/evaluate.py`, and tests hold all backends to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol, Self, TypeVar, assert_never

from clausewise.engine.core.conditions import (
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    Empty,
    EntitySet,
    Every,
    FieldOf,
    Lookup,
    Meet,
    Not,
    Operand,
    Or,
    Overlaps,
    Path,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Violated,
    Violation,
    Within,
)


class Plane(Enum):
    """Whether something is possibly so, or certainly. It is open where these differ.

    For example, `a.kind is police` is possibly true of a public body, and not certainly. Of a company it is
    neither.
    """

    POSSIBLE = "possible"
    CERTAIN = "certain"


POSSIBLE, CERTAIN = Plane

Atom = Overlaps | Within | Empty | Compare | Same | Meet
"""A condition that is decided by facts, and not by conditions below it."""
Joined = And | Or | Violation

S = TypeVar("S")
"""What a backend knows of the variables in scope: for each, what stands for its entity."""
V = TypeVar("V")
"""The values in which a backend says what it is asked."""


class Settling(Protocol[S, V]):
    """How a backend says when conditions are settled."""

    def certainly(self, node: Condition, scope: S, truth: bool) -> V:
        """The function `certainly` below, or a way of the backend's own to say the same."""
        ...

    def narrowed(self, node: And | Violation, scope: S) -> Self:
        """What says the parts of a conjunction. Each matters only where none of the others is certainly false.

        For where one is, the conjunction is certainly false, whatever the others are.
        """
        ...

    def both(self, node: Joined, say: Callable[[Condition], V]) -> V:
        """All parts of a node are so, each of which `say` says."""
        ...

    def either(self, node: Joined, say: Callable[[Condition], V]) -> V:
        """Some part of a node is so."""
        ...

    def among(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """It is so for some member of a quantifier's range that is known.

        `say` says it of its variable, in a scope in which that stands for a member. A backend that keeps tables of
        its quantifiers asks the table instead.
        """
        ...

    def throughout(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """It is so for whoever may be a member of a quantifier's range."""
        ...

    def atom(self, node: Atom, scope: S, truth: bool) -> V: ...
    def defined(self, node: Defined, scope: S, truth: bool) -> V: ...
    def chosen(self, node: ReadingIs, truth: bool) -> V: ...
    def violated(self, node: Violated, truth: bool) -> V: ...
    def prohibited(self, node: Prohibited, truth: bool) -> V: ...


def certainly(to: Settling[S, V], node: Condition, scope: S, truth: bool) -> V:
    """When a condition is certainly true, or (`truth` is `False`) certainly false."""
    match node:
        case And() | Or() | Violation():
            join = to.either if isinstance(node, Or) is truth else to.both
            inner = to if isinstance(node, Or) else to.narrowed(node, scope)
            return join(node, lambda part: inner.certainly(part, scope, truth))
        case Not(part):
            return to.certainly(part, scope, not truth)
        case Some(body=body) | Every(body=body):
            over = to.among if isinstance(node, Some) is truth else to.throughout
            return over(node, scope, lambda inner: to.certainly(body, inner, truth))
        case Overlaps() | Within() | Empty() | Compare() | Same() | Meet():
            return to.atom(node, scope, truth)
        case Defined():
            return to.defined(node, scope, truth)
        case ReadingIs():
            return to.chosen(node, truth)
        case Violated():
            return to.violated(node, truth)
        case Prohibited():
            return to.prohibited(node, truth)
        case _:
            assert_never(node)


class Lacking(Protocol[S, V]):
    """How a backend says what open conditions lack."""

    def narrowed(self, node: And | Violation, scope: S) -> Self:
        """As for `Settling`."""
        ...

    def all(self, parts: Sequence[V]) -> V:
        """What any of the parts lacks, in their order."""
        ...

    def where_open(self, node: Condition, scope: S, otherwise: bool) -> V:
        """What a part lacks, if it is open.

        Args:
            otherwise: whether it is true or false if it is not open. Were it the other, it would settle the whole,
                which is open.
        """
        ...

    def members(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """What leaves a quantifier's range open, and what its body lacks for each of those who may be in it.

        What leaves it open does not matter if the body is certainly false (of `every`: certainly true) for
        somebody of whom nothing is known. Nor does somebody of whom nothing is known if the body is settled for
        them, one way or the other.
        """
        ...

    def fact(self, node: FieldOf, scope: S) -> V:
        """The field of the entity at a path's end, if that is listed, and it unknown or not precise enough."""
        ...

    def row(self, node: Lookup, scope: S) -> V:
        """The field by which a table is asked, if that is not precise enough to find a row."""
        ...

    def link(self, path: Path, index: int, scope: S) -> V:
        """The reference at one hop of a path, if it is not known where that leads."""
        ...

    def as_of(self) -> V: ...
    def gaps(self, sets: Sequence[EntitySet], scope: S) -> V:
        """What leaves sets open."""
        ...

    def defined(self, node: Defined, scope: S) -> V:
        """What a definition lacks, beside what its arguments do."""
        ...

    def violated(self, node: Violated) -> V: ...
    def prohibited(self, node: Prohibited) -> V: ...


def lacking(to: Lacking[S, V], node: Condition, scope: S) -> V:
    """What a condition lacks that is open."""
    match node:
        case And(parts) | Or(parts) | Violation(parts=parts):
            inner = to if isinstance(node, Or) else to.narrowed(node, scope)
            otherwise = not isinstance(node, Or)
            return to.all([inner.where_open(part, scope, otherwise) for part in parts])
        case Not(part):
            return lacking(to, part, scope)
        case Some(body=body) | Every(body=body):
            otherwise = isinstance(node, Every)
            return to.members(node, scope, lambda inner: to.where_open(body, inner, otherwise))
        case Overlaps(left, right) | Within(left, right) | Compare(_, left, right):
            return to.all([_operand(to, left, scope), _operand(to, right, scope)])
        case Empty(of):
            return _operand(to, of, scope)
        case Same(left, right):
            return to.all([_way(to, left, scope), _way(to, right, scope)])
        case Meet(left, right):
            return to.gaps((left, right), scope)
        case Defined(_, arguments):
            return to.all([*(_way(to, path, scope) for path in arguments), to.defined(node, scope)])
        case ReadingIs():
            return to.all([])
        case Violated():
            return to.violated(node)
        case Prohibited():
            return to.prohibited(node)
        case _:
            assert_never(node)


def _operand(to: Lacking[S, V], node: TermOperand | Operand, scope: S) -> V:
    """What is lacking of an operand."""
    match node:
        case Constant() | TermSet():
            return to.all([])
        case AsOf():
            return to.as_of()
        case Bound(of):
            return _operand(to, of, scope)
        case FieldOf(path):
            return to.all([_way(to, path, scope), to.fact(node, scope)])
        case Lookup(_, key):
            return to.all([_way(to, key.path, scope), to.row(node, scope)])
        case _:
            assert_never(node)


def _way(to: Lacking[S, V], path: Path, scope: S) -> V:
    """The references because of which it is not known where a path leads."""
    return to.all([to.link(path, index, scope) for index in range(len(path.hops))])
