"""What conditions mean without a record, once for all backends: when they are settled, what open ones lack.

A condition is certainly true, or certainly false, or open: more facts could still settle it. For example,
`a.kind is police` is certainly true of a police force and certainly false of a company. Of a public body it is
open, and what it lacks is `a.kind`, said more precisely.

What such a test of facts (an *atom*) means by itself does not stand here: `engine/judging/evaluate.py` says it,
and each backend writes it in a method of its own (`Settling.atom`). Here stands what comes of tests that are put
together, and which facts an open one waits for. Two functions go through the kinds of conditions once each:

- `certainly` says when a condition is settled, true or false. A backend gives the values in which this is said:
  tests in Python (`python/conditions.py`) or in SQL (`sql/conditions.py`), the facts that decide
  (`python/reasons.py`), gates of the solver's circuit (`solver/ground.py`), or how many entities it takes
  (`solver/demands.py`).
- `lacking` says which facts an open condition waits for. Here the values are statements that list these facts
  (`python/lacking.py`), or a test whether one of them is no judgement (`sql/waits.py`).

For example, `not (A or B)` is certainly true if `A or B` is certainly false, and that is so if both are. So
`certainly` has the backend say that A is false, and B, and puts the two together by `both`: Python's tests with
`and`, SQL with `AND`, reasons by uniting the facts by which A is false with those by which B is.

What is not certainly false is *possibly* true: these are the two planes on which tests are written. One entity
stands for all who may be in a set and are not listed: the *unlisted* one, every fact of which is unknown. The
meaning of the language is `engine/judging/evaluate.py`, and tests hold all backends to it.

Before a construct becomes a new kind of condition: can the linker write it with those that there are, as it
writes `no` with `some`? Then nothing changes here. Else it gets a case in both functions. If that can be said by
the methods that there are, no backend changes. If not, the protocol gets a method more, and the type checker
names the backends that lack it. So it is for a quantifier that counts, such as `at least 2`: one member makes it
neither true nor false, so `by_all` cannot tell of it, and `among` and `throughout` do not say it.
CONTRIBUTING.md ("Add a construct") goes through the other places.
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

Atom = Overlaps | Within | Empty | Compare | Same | Meet
"""A condition that is decided by facts, and not by conditions below it."""
Joined = And | Or | Violation
"""A condition of parts. A violation is a conjunction: it applies, its rule is broken, and no exception holds."""

S = TypeVar("S")
"""What a backend knows of the variables in scope: for each, what stands for its entity."""
V = TypeVar("V")
"""The values in which a backend says what it is asked."""


class Settling(Protocol[S, V]):
    """How a backend says when conditions are settled.

    Where a method has a `truth`, it says when the node is certainly true, or (`False`) certainly false.
    """

    def certainly(self, node: Condition, scope: S, truth: bool) -> V:
        """The function `certainly` below, which comes back here for all that lies below a node.

        So a backend can say the same in a way of its own. SQL, for example, reads what is on one entity alone from
        a column of that entity's table.
        """
        ...

    def narrowed(self, node: And | Violation, scope: S) -> Self:
        """The backend that says the parts of a conjunction: this one, or one that leaves out what cannot matter.

        A part matters only where none of the others is certainly false. Where one is, the conjunction is certainly
        false, whatever is said of the part: so both truths come out right. SQL, for example, goes through a set
        only for those entities of which the other parts may be true. Of a disjunction the same would hold where
        another part is certainly true; no backend gains by that, so it is not asked.
        """
        ...

    def both(self, node: Joined, say: Callable[[Condition], V]) -> V:
        """All parts of a node are so, each of which `say` says: that it is true, or that it is false."""
        ...

    def either(self, node: Joined, say: Callable[[Condition], V]) -> V:
        """Some part of a node is so."""
        ...

    def among(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """There is certainly a member of a quantifier's range for whom it is so.

        It is looked for among the known members. Only if there is none, and yet the range cannot be empty, is the
        unlisted entity looked at: somebody is in it, whoever that is. For example, `some a in u.results-to has
        (a.kind is police)` is certainly true if one of those that are stated is police.

        `say` says it of the quantifier's variable, in a scope in which that stands for a member. A backend that
        keeps tables of its quantifiers asks the table instead, which must hold the same (`sql/quantifiers.py`).
        """
        ...

    def throughout(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """It is so for whoever may be a member of a quantifier's range.

        Those are all known ones and, if the range is open, the unlisted entity. For example, the same condition is
        certainly false if all that are stated are companies, and no others can come.
        """
        ...

    def atom(self, node: Atom, scope: S, truth: bool) -> V:
        """A test of facts; the backend reads them itself."""
        ...

    def defined(self, node: Defined, scope: S, truth: bool) -> V:
        """A definition's body for its arguments; it is false if one of them leads nowhere.

        So it is certainly true only if each of them leads to somebody for certain.
        """
        ...

    def chosen(self, node: ReadingIs, truth: bool) -> V:
        """An alternative of a reading is chosen. That is never open."""
        ...

    def violated(self, node: Violated, truth: bool) -> V:
        """Another clause of the policy is violated. It was judged before."""
        ...

    def prohibited(self, node: Prohibited, truth: bool) -> V:
        """Another policy prohibits the deployment. It was judged before."""
        ...


def by_all(node: Joined | Quantifier) -> bool:
    """The truth that a node has only if all its parts have it. The other it has as soon as one part has that.

    The parts of a quantifier are its body, for each of those in its range. For example, `a and b` is true by all
    its parts and false by one; `some u in use has (...)` is false by all uses and true by one.
    """
    match node:
        case And() | Violation() | Every():
            return True
        case Or() | Some():
            return False
        case _:
            assert_never(node)


def turned(node: Condition, truth: bool) -> tuple[Condition, bool]:
    """What a condition negates, and the truth that this has where the condition has a truth.

    For example, where `not not a` is true, `a` is true. What negates nothing is given back. `certainly` turns
    as it goes; this is for backends that ask what a condition is before they say it.
    """
    while isinstance(node, Not):
        node, truth = node.part, not truth
    return node, truth


def certainly(to: Settling[S, V], node: Condition, scope: S, truth: bool) -> V:
    """When a condition is certainly true, or (`truth` is `False`) certainly false."""
    match node:
        case And() | Or() | Violation():
            join = to.both if by_all(node) is truth else to.either
            inner = to if isinstance(node, Or) else to.narrowed(node, scope)
            return join(node, lambda part: inner.certainly(part, scope, truth))
        case Not(part):
            return to.certainly(part, scope, not truth)
        case Some(body=body) | Every(body=body):
            over = to.throughout if by_all(node) is truth else to.among
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
    """How a backend says what open conditions lack. It is only asked where a condition is open."""

    def narrowed(self, node: And | Violation, scope: S) -> Self:
        """As for `Settling`."""
        ...

    def all(self, parts: Sequence[V]) -> V:
        """What any of the parts lacks, in their order."""
        ...

    def where_open(self, node: Condition, scope: S, otherwise: bool) -> V:
        """What a part lacks, if it is open; nothing, if it is settled. It goes on by `lacking`.

        For example, `a and b` is open where `a` is true and `b` open: then it lacks what `b` lacks, and nothing of
        `a`, though `a` might be read more precisely.

        Args:
            otherwise: whether it is true or false if it is not open. Were it the other, it would settle the whole,
                which is open.
        """
        ...

    def members(self, node: Quantifier, scope: S, say: Callable[[S], V]) -> V:
        """What leaves a quantifier's range open, and what its body lacks for each of those who may be in it.

        `say` says the latter of one member, as in `Settling.among`. What leaves the range open does not matter if
        the body has for the unlisted entity the truth that `by_all(node)` gives: then nobody who may come changes
        anything. Else
        that entity is one of those who may be in it; nothing is lacking of it if the body is settled for it.
        """
        ...

    def fact(self, node: FieldOf, scope: S) -> V:
        """The field of the entity at a path's end, if that is listed, and it unknown or not precise enough."""
        ...

    def row(self, node: Lookup, scope: S) -> V:
        """The field by which a table is asked, if that is not precise enough to find a row.

        For example, of `p.ages.youngest < adult-age(p.place)` it is `p.place`, while two rows fit what is known.
        """
        ...

    def link(self, path: Path, index: int, scope: S) -> V:
        """The reference at one hop of a path, if it is not known where that leads: of `u.by.kind`, `u.by`."""
        ...

    def as_of(self) -> V:
        """The day of judging, if it is not stated: of `c.until < as-of`, say."""
        ...

    def gaps(self, sets: Sequence[EntitySet], scope: S) -> V:
        """What leaves sets open. For example, that of `u.results-to` is this field, if it may name others."""
        ...

    def defined(self, node: Defined, scope: S) -> V:
        """What a definition's body lacks, if that is open. What its arguments lack is asked apart, by `link`."""
        ...

    def violated(self, node: Violated) -> V:
        """What the other clause lacks."""
        ...

    def prohibited(self, node: Prohibited) -> V:
        """What the open clauses of the other policy lack."""
        ...


def lacking(to: Lacking[S, V], node: Condition, scope: S) -> V:
    """What a condition lacks that is open."""
    match node:
        case And(parts) | Or(parts) | Violation(parts=parts):
            inner = to if isinstance(node, Or) else to.narrowed(node, scope)
            otherwise = by_all(node)
            return to.all([inner.where_open(part, scope, otherwise) for part in parts])
        case Not(part):  # it is open where the part is, and so lacks the same
            return lacking(to, part, scope)
        case Some(body=body) | Every(body=body):
            otherwise = by_all(node)
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


class Plane(Enum):
    """Whether something is possibly so, or certainly. It is open where these differ.

    For example, `a.kind is police` is possibly true of a public body, and not certainly. Of a company it is
    neither. Nothing above needs that word, since what is possibly true is what is not certainly false. Backends
    that write both tests of a condition call them so.
    """

    POSSIBLE = "possible"
    CERTAIN = "certain"


POSSIBLE, CERTAIN = Plane
