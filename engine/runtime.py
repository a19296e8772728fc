"""What generated code calls: sets of records, and sets of terms worked out while judging.

A set of records is a pair: the known members, and those that may be in it (the known, and an unlisted one if
there may be others).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clausewise.dsl.taxonomy import Taxonomy
from clausewise.engine.policy import Table
from clausewise.engine.records import NOTHING, Record, World

MOST_KEPT = 10_000
"""How many sets of terms are kept for values that came before."""

Pair = tuple[tuple[Record, ...], tuple[Record, ...]]
Slots = tuple[str, str, str, int]
"""A reference field's slots: its values; its possible values, if it may have several; and its closure. Then the
number of the type that has the field."""


def alone(record: Record) -> Pair:
    """The set of one entity."""
    if record.name:
        return (record,), (record,)
    return (), () if record.name is None else (record,)


def union(*pairs: Pair) -> Pair:
    """The union of sets."""
    known: tuple[Record, ...] = ()
    possible: tuple[Record, ...] = ()
    for pair in pairs:
        known += pair[0]
        possible += pair[1]
    return tuple(dict.fromkeys(known)), tuple(dict.fromkeys(possible))


def along(start: Pair, slots: Slots, unlisted: Record) -> Pair:
    """What the members of a set lead to."""
    return _extended({}, start, slots, unlisted)


def closure(start: Pair, slots: Slots, unlisted: Record) -> Pair:
    """The members of a set, and all that they lead to."""
    _, possible = start
    if len(possible) == 1 and possible[0].name:
        found: Pair | None = getattr(possible[0], slots[2])
        if found is None:
            found = _extended({possible[0]: None}, start, slots, unlisted, closed=True)
            setattr(possible[0], slots[2], found)
        return found
    return _extended(dict.fromkeys(start[0]), start, slots, unlisted, closed=True)


def _extended(
    reached: dict[Record, None],
    start: Pair,
    slots: Slots,
    unlisted: Record,
    *,
    closed: bool = False,
) -> Pair:
    slot, maybe, *_ = slots
    is_open = len(start[1]) > len(start[0])
    todo = list(start[0])
    for record in todo:
        found = getattr(record, slot)
        if maybe:
            is_open = is_open or len(getattr(record, maybe)) > len(found)
        else:
            is_open = is_open or found.name == ""
            found = (found,) if found.name else ()
        for other in found:
            if other not in reached:
                reached[other] = None
                if closed:
                    todo.append(other)
    known = tuple(reached)
    return known, (*known, unlisted) if is_open else known


def meet_p(left: Pair, right: Pair) -> bool:
    """Whether two sets possibly have a member in common."""
    if not left[1] or not right[1]:
        return False
    return _is_open(left) or _is_open(right) or meet_k(left, right)


def meet_k(left: Pair, right: Pair) -> bool:
    """Whether two sets certainly have a member in common."""
    return not set(left[0]).isdisjoint(right[0])


def reaches_p(world: World, start: Pair, slots: Slots, target: Pair) -> bool:
    """Whether the closure of a set possibly has a member in common with another set."""
    if not start[1] or not target[1]:
        return False
    if _is_open(start) or _is_open(target):
        return True
    return not _leading_to(world, slots, target)[1].isdisjoint(start[0])


def reaches_k(world: World, start: Pair, slots: Slots, target: Pair) -> bool:
    """Whether the closure of a set certainly has a member in common with another set."""
    return not _leading_to(world, slots, target)[0].isdisjoint(start[0])


def _leading_to(world: World, slots: Slots, target: Pair) -> tuple[set[Record], set[Record]]:
    """The listed entities that lead to a set over any number of links: certainly, and possibly.

    They are found backwards, once for a set: the closures of all entities would take a chain's length squared.
    """
    key = slots, id(target)
    if key not in world.m:
        backward, is_open = _backward(world, slots)
        known = _all_leading(target[0], backward)
        possible = known | _all_leading(is_open, backward) if is_open else known
        world.m[key] = known, possible, target  # which keeps the target, and so its id, in use
    known, possible, _ = world.m[key]
    return known, possible


def _all_leading(targets: Iterable[Record], backward: Mapping[Record, list[Record]]) -> set[Record]:
    todo = list(targets)
    found = set(todo)
    for record in todo:
        for other in backward.get(record, ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _backward(world: World, slots: Slots) -> tuple[dict[Record, list[Record]], list[Record]]:
    """Who refers to an entity, by entity; and those of whom it is not known to whom else they refer."""
    if slots not in world.m:
        slot, maybe, _, type_ = slots
        backward: dict[Record, list[Record]] = {}
        is_open = []
        for record in world.t[type_]:
            found = getattr(record, slot)
            if maybe:
                if len(getattr(record, maybe)) > len(found):
                    is_open.append(record)
            elif found.name:
                found = (found,)
            else:
                if found.name is not None:
                    is_open.append(record)
                found = ()
            for other in found:
                backward.setdefault(other, []).append(record)
        world.m[slots] = backward, is_open
    by_entity, others = world.m[slots]
    return by_entity, others


def _is_open(pair: Pair) -> bool:
    return len(pair[1]) > len(pair[0])


def same_p(left: Record, right: Record) -> bool:
    """Whether two entities are possibly the same."""
    if left.name is None or right.name is None:
        return False
    return not left.name or not right.name or left is right


def same_k(left: Record, right: Record) -> bool:
    """Whether two entities are certainly the same."""
    return bool(left.name) and left is right


def one(value: str | None) -> tuple[str | None, ...]:
    """The value of a field that has one, as the values of one that may have several."""
    return () if value == "" else (value,)


class _Anything:
    """A set of terms that may hold any."""

    def isdisjoint(self, terms: tuple[str | None, ...]) -> bool:
        return not terms

    def issuperset(self, terms: Iterable[str | None]) -> bool:
        del terms
        return True


Terms = frozenset[str | None] | _Anything
ANYTHING = _Anything()


class StatedTerms(dict[tuple[str | None, ...], tuple[Terms, Terms, Terms]]):
    """The terms that a field's values stand for, on the right of a test, by the values.

    There are three sets: what may be overlapped with, what may be within, what certainly is.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.taxonomy.name!r})"

    def __missing__(self, values: tuple[str | None, ...]) -> tuple[Terms, Terms, Terms]:
        if len(self) == MOST_KEPT:
            self.clear()
        names = [name for name in values if name is not None]
        self[values] = found = self._sets(names, is_open=len(names) < len(values))
        return found

    def _sets(self, names: list[str], *, is_open: bool) -> tuple[Terms, Terms, Terms]:
        vague = [name for name in names if name in self.taxonomy.children]
        certain = self.taxonomy.inside(name for name in names if name not in vague)
        if is_open:
            return ANYTHING, ANYTHING, certain
        maybe = certain | self.taxonomy.inside(vague) | self.taxonomy.above(names) | {None}
        return maybe if names else frozenset(), maybe, certain


class GivenTerms(StatedTerms):
    """The terms that a table gives for a field's values."""

    def __init__(self, table: Table, taxonomy: Taxonomy) -> None:
        super().__init__(taxonomy)
        self.table = table

    def __repr__(self) -> str:
        return f"GivenTerms({self.table.name!r})"

    def _sets(self, names: list[str], *, is_open: bool) -> tuple[Terms, Terms, Terms]:
        given = [self.table.at(name) for name in names]
        names = [name for row in given if isinstance(row, tuple) for name in row]
        certain = self.taxonomy.inside(names)
        if is_open or None in given:
            return ANYTHING, ANYTHING, certain
        maybe = certain | self.taxonomy.above(names) | {None}
        return maybe if names else frozenset(), maybe, certain


class Numbers(dict[str | None, Any]):
    """The numbers that a table gives, by term: `None` if unknown, `NOTHING` if there is no term."""

    def __init__(self, table: Table) -> None:
        super().__init__({None: None, "": NOTHING})
        self.table = table

    def __repr__(self) -> str:
        return f"Numbers({self.table.name!r})"

    def __missing__(self, term: str) -> Any:
        self[term] = found = self.table.at(term)
        return found
