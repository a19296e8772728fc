"""What generated code calls: sets of records, and sets of terms worked out while judging.

A set of records is a pair: the known members, and those that may be in it (the known, and an unlisted one if
there may be others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Any, Literal
from clausewise.engine.backends.python.records import NOTHING, Record, World
from clausewise.engine.core.clauses import Table
from clausewise.engine.judging.explain import with_facts as with_facts

MOST_KEPT = 10_000
"""How many sets of terms are kept for values that came before."""

Pair = tuple[tuple[Record, ...], tuple[Record, ...]]
FEW = 100
"""Among so few entities, looking where each leads takes less than looking back from where they may lead."""


NO_FACTS: list[frozenset[FactName]] = [frozenset()]
"""Why something is so that needs no fact: one set of them is enough, which is empty."""


def any_fact(*facts: FactName | Literal[False]) -> list[frozenset[FactName]]:
    """Why something is so for which each of these facts is enough; `False` stands for one that is not."""
    found = [fact for fact in facts if fact]
    if len(found) == 1:
        return [frozenset(found)]
    return [frozenset((fact,)) for fact in dict.fromkeys(found)]


@lean_dataclass(frozen=True, slots=True, eq=False)
class Link:
    """How entities of a type refer to others by one of its fields.

    Attributes:
        next: what one entity leads to. If all of it is known, it is the same tuple twice.
        leads: whether one entity may lead to any. Most lead to none, and to ask so takes half as long.
        type: the number of the type that has the field.
        unlisted: the unlisted entity of the type that the field leads to.
    """

    next: Callable[[Record], Pair]
    leads: Callable[[Record], object]
    type: int
    unlisted: Record


def link(slot: str, type_: int, unlisted: Record, *, is_many: bool) -> Link:
    """The link by the reference field that is kept in a slot, and in its second one if it has several values."""

    def one(record: Record) -> Pair:
        found = getattr(record, slot)
        known = (found,) if found.name else ()
        return known, (unlisted,) if found is unlisted else known

    def leads(record: Record) -> bool:
        return getattr(record, slot).name is not None

    if is_many:
        possible = f"{slot}_possible"
        return Link(attrgetter(slot, possible), attrgetter(possible), type_, unlisted)
    return Link(one, leads, type_, unlisted)


def unlisted_last(pair: Pair) -> Sequence[Record]:
    """Those who may be in a set; somebody who is not listed comes last, as the recorded judge has it."""
    known, possible = pair
    others = [record for record in possible if not record.name]
    return (*known, *others) if len(possible) > len(known) else known


def alone(record: Record) -> Pair:
    """The set of one entity."""
    one = (record,)
    if record.name:
        return one, one
    return (), () if record.name is None else one


def perhaps(pair: Pair, there: str | None, unlisted: Record) -> Pair:
    """A set that is empty if something is not `there`, of which that is not known."""
    return pair if there or not pair[1] else ((), (unlisted,))


def union(*pairs: Pair) -> Pair:
    """The union of sets."""
    some = [pair for pair in pairs if pair[1]]
    if len(some) <= 1:
        return some[0] if some else ((), ())
    known = tuple(dict.fromkeys(chain.from_iterable([pair[0] for pair in some])))
    for pair in some:
        if pair[0] is not pair[1]:
            return known, tuple(dict.fromkeys(chain.from_iterable([pair[1] for pair in some])))
    return known, known


def union_of_two(left: Pair, right: Pair) -> Pair:
    """The same for two sets, which is quicker; most unions are of so many."""
    if not left[1] or not right[1]:
        return left if left[1] else right
    known = _both(left[0], right[0])
    if left[0] is left[1] and right[0] is right[1]:
        return known, known
    return known, _both(left[1], right[1])


def _both(some: Sequence[Record], others: Sequence[Record]) -> tuple[Record, ...]:
    """The members of two sets, each once."""
    if len(some) == 1:
        (one,) = some
        return (one, *[m for m in others if m is not one]) if one in others else (one, *others)
    return tuple(dict.fromkeys([*some, *others]))


def along(start: Pair, link: Link) -> Pair:
    """What the members of a set lead to."""
    return union(*map(link.next, start[1]))


def closure(world: World, start: Pair, link: Link) -> Pair:
    """The members of a set, and all that they lead to."""
    possible = start[1]
    if len(possible) == 1:
        return closure_of(world, possible[0], link)
    return closures(link, start) if any(map(link.leads, possible)) else start


def closure_of(world: World, record: Record, link: Link) -> Pair:
    """One entity, and all that it leads to."""
    key = record, link
    found: Pair | None = world.remembered.get(key)
    if found is None:
        found = alone(record)
        if link.leads(record):
            found = closures(link, found)
        world.remembered[key] = found
    return found


def closures(link: Link, *starts: Pair) -> Pair:
    """The members of several sets, and all that they lead to: the union of their closures, in one pass."""
    reached: set[Record] = set()
    todo: list[Record] = []
    next_, leads, has_more, done = link.next, link.leads, False, 0
    for known, possible in starts:
        if len(possible) > len(known):
            has_more = True
        for record in known:
            if record not in reached:
                reached.add(record)
                todo.append(record)
        while done < len(todo):
            record = todo[done]
            done += 1
            if leads(record):
                found, maybe = next_(record)
                if maybe is not found:
                    has_more = True
                for other in found:
                    if other not in reached:
                        reached.add(other)
                        todo.append(other)
    members = tuple(todo)
    return members, (*members, link.unlisted) if has_more else members


def meet_possible(left: Pair, right: Pair) -> bool:
    """Whether two sets possibly have a member in common."""
    if not left[1] or not right[1]:
        return False
    return is_open(left) or is_open(right) or meet_certain(left, right)


def meet_certain(left: Pair, right: Pair) -> bool:
    """Whether two sets certainly have a member in common."""
    known = left[0]
    return known[0] in right[0] if len(known) == 1 else not set(known).isdisjoint(right[0])


def reaches_possible(world: World, record: Record, link: Link, target: Pair) -> bool:
    """Whether the closure of one entity possibly has a member in common with a set."""
    known, possible = target
    if not possible or record.name is None:
        return False
    if possible is not known or not record.name:
        return True
    if len(world.listed[link.type]) > FEW:
        return record in _leading_to(world, link, target)[1]
    if record in known:
        return True
    return bool(link.leads(record)) and meet_possible(closure_of(world, record, link), target)


def reaches_certain(world: World, record: Record, link: Link, target: Pair) -> bool:
    """Whether the closure of one entity certainly has a member in common with a set."""
    if not record.name:
        return False
    if len(world.listed[link.type]) > FEW:
        return record in _leading_to(world, link, target)[0]
    if record in target[0]:
        return True
    return bool(link.leads(record)) and meet_certain(closure_of(world, record, link), target)


def _leading_to(world: World, link: Link, target: Pair) -> tuple[set[Record], set[Record]]:
    """The listed entities that lead to a set over any number of links: certainly, and possibly.

    They are found backwards, once for a set: the closures of all entities would take a chain's length squared. The
    members of the set itself are among them, since looking for one in a tuple takes as long as that is.
    """
    key = link, id(target)
    if key not in world.remembered:
        backward, is_open = _backward(world, link)
        known = _all_leading(target[0], backward)
        possible = known | _all_leading(is_open, backward) if is_open else known
        world.remembered[key] = (
            known,
            possible,
            target,
        )  # which keeps the target, and so its id, in use
    known, possible, _ = world.remembered[key]
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


def _backward(world: World, link: Link) -> tuple[dict[Record, list[Record]], list[Record]]:
    """Who refers to an entity, by entity; and those of whom it is not known to whom else they refer."""
    if link not in world.remembered:
        backward: dict[Record, list[Record]] = {}
        is_open = []
        for record in world.listed[link.type]:
            found, maybe = link.next(record)
            if maybe is not found:
                is_open.append(record)
            for other in found:
                backward.setdefault(other, []).append(record)
        world.remembered[link] = backward, is_open
    by_entity, others = world.remembered[link]
    return by_entity, others


def is_open(pair: Pair) -> bool:
    """Whether somebody may be in a set who is not known to be."""
    return len(pair[1]) > len(pair[0])


def same_possible(left: Record, right: Record) -> bool:
    """Whether two entities are possibly the same."""
    if left.name is None or right.name is None:
        return False
    return not left.name or not right.name or left is right


def same_certain(left: Record, right: Record) -> bool:
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


OpenTerms = frozenset[str | None] | _Anything
"""OpenTerms; or, where it is not known which others there are, any."""
ANYTHING = _Anything()


class StatedTerms(dict[tuple[str | None, ...], tuple[OpenTerms, OpenTerms, OpenTerms]]):
    """The terms that a field's values stand for, on the right of a test, by the values.

    There are three sets: what may be overlapped with, what may be within, what certainly is.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.taxonomy.name!r})"

    def __reduce__(self) -> tuple[type[StatedTerms], tuple[Any, ...]]:
        return type(self), (self.taxonomy,)

    def __missing__(self, values: tuple[str | None, ...]) -> tuple[OpenTerms, OpenTerms, OpenTerms]:
        if len(self) == MOST_KEPT:
            self.clear()
        names = [name for name in values if name is not None]
        self[values] = found = self._sets(names, is_open=len(names) < len(values))
        return found

    def _sets(self, names: list[str], *, is_open: bool) -> tuple[OpenTerms, OpenTerms, OpenTerms]:
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

    def __reduce__(self) -> tuple[type[StatedTerms], tuple[Any, ...]]:
        return type(self), (self.table, self.taxonomy)

    def _sets(self, names: list[str], *, is_open: bool) -> tuple[OpenTerms, OpenTerms, OpenTerms]:
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

    def __reduce__(self) -> tuple[type[Numbers], tuple[Table]]:
        return type(self), (self.table,)

    def __missing__(self, term: str) -> Any:
        self[term] = found = self.table.at(term)
        return found
