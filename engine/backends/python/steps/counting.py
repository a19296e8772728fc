"""How many steps the loops of a policy take in a world, counted by how many entities they go through.

What lies within a loop is counted once for all that it depends on: a definition is mostly about one entity,
whoever asks. The counting ends soon after a bound is passed, for designs come from strangers: to find for whom
each of some thousand actors in a chain acts takes seconds, and to keep that takes gigabytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Any, assert_never, cast
from clausewise.engine.backends.python.records import Record, RecordLayout, World
from clausewise.engine.backends.python.runtime import FEW
from clausewise.engine.backends.python.steps.nests import REFERENCES, Nest
from clausewise.engine.backends.python.viewed import View
from clausewise.engine.core.clauses import Binding
from clausewise.engine.core.conditions import (
    All,
    Defined,
    DefinedSet,
    EntitySet,
    Hop,
    Path,
    Union,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import variables

MOST_KEPT = 1_000_000
"""So many members of sets are kept in all, for whoever asks again."""

Counted = tuple[Collection[Record], int]
"""The listed members of a set, and how many references were followed to find them."""


@lean_dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop with those within it. Loops that say the same are the same.

    Attributes:
        needs: the variables on which it depends how many steps it takes.
    """

    one: Binding | Defined | Hop
    within: Loop | None
    needs: tuple[str, ...]


class StepCount:
    """Counts the steps of one policy in one world.

    Attributes:
        each: how many steps one takes of those that are counted.
        may_follow: so many references are followed at most to count, in all.
    """

    def __init__(
        self,
        policy: Policy,
        layouts: Mapping[str, RecordLayout],
        world: World,
        each: int,
        may_follow: int,
    ) -> None:
        self.view = View(policy, layouts, world, world.undated)
        self.each = each
        self.may_follow = may_follow
        self._most = 0
        self._loops = cast("dict[Nest, Loop]", policy.kept.setdefault("loops", {}))
        self._counted: dict[tuple[Any, ...], int] = {}
        self._reached: dict[tuple[str | Record, ...], Counted] = {}
        self._room = MOST_KEPT

    def of(self, nest: Nest, most: int) -> int:
        """How many steps a nest takes, or some number above `most` if it takes more than so many."""
        self._most = most
        try:
            return self._of(self._linked(nest), {}) if nest else 0
        except _BeyondError:
            return most + 1

    def _linked(self, nest: Nest) -> Loop:
        if nest not in self._loops:
            one, *rest = nest
            within = self._linked(tuple(rest)) if rest else None
            self._loops[nest] = Loop(one, within, self._needs(one, within))
        return self._loops[nest]

    def _needs(self, one: Binding | Defined | Hop, within: Loop | None) -> tuple[str, ...]:
        below = {*within.needs} if within else set()
        match one:
            case Hop():
                return ()
            case Binding(variable, range_):
                return tuple(variables(range_) | (below - {variable}))
            case Defined(name, arguments):
                parameters = self.view.policy.definitions[name].parameters
                return tuple(
                    {
                        path.root
                        for (parameter, _), path in zip(parameters, arguments, strict=True)
                        if not path.single and (path.hops or parameter in below)
                    }
                )
            case _:
                assert_never(one)

    def _of(self, loop: Loop, given: Mapping[str, Record]) -> int:
        key = (loop, *[given[name] for name in loop.needs])
        steps = self._counted.get(key)
        if steps is None:
            steps = self._counted[key] = self._count(loop, given)
        return self._within_bound(steps)

    def _within_bound(self, steps: int) -> int:
        if steps > self._most:
            raise _BeyondError
        return steps

    def _count(self, loop: Loop, given: Mapping[str, Record]) -> int:
        one, within = loop.one, loop.within
        if isinstance(one, Hop):
            return self._references(one)
        if isinstance(one, Defined):
            inner = self.view.arguments(one.definition, one.arguments, given).variables
            return 0 if inner is None or within is None else self._of(within, inner)
        members, followed = self._members(one.range, given)
        if within is None:
            return self.each * (len(members) + followed // REFERENCES)
        if one.variable not in within.needs:
            return len(members) * self._of_each(one.variable, [*members][:1], within, given)
        return self._of_each(one.variable, members, within, given)

    def _of_each(
        self, variable: str, members: Collection[Record], within: Loop, given: Mapping[str, Record]
    ) -> int:
        """How many steps a loop takes for all that a variable stands for in turn."""
        steps, inner = 0, {**given}
        for member in members:
            inner[variable] = member
            steps = self._within_bound(steps + self._of(within, inner))
        return steps

    def _references(self, hop: Hop) -> int:
        entities = self.view.of_type(hop.field.owner)
        if len(entities) <= FEW:
            return 0
        followed = sum(len(self.view.led_to(entity, hop.field)) for entity in entities)
        return self.each * followed // REFERENCES

    def _members(self, range_: EntitySet, given: Mapping[str, Record]) -> Counted:
        match range_:
            case All(type_):
                return self.view.of_type(type_), 0
            case Path():
                start = self.view.start(range_, given)
                return self._along(range_, start) if start is not None else ((), 0)
            case Union(parts):
                found = [self._members(part, given) for part in parts]
                followed = sum(times for _, times in found)
                return dict.fromkeys(chain.from_iterable(each for each, _ in found)), followed
            case DefinedSet(name):
                applied = self.view.given(range_, given)
                if applied.variables is None or not applied.is_certain:
                    return (), 0
                body = self.view.policy.definitions[name].body
                return self._members(cast(EntitySet, body), applied.variables)
            case _:
                assert_never(range_)

    def _along(self, path: Path, start: Record) -> Counted:
        members: Collection[Record] = (start,)
        followed = 0
        for hop in path.hops:
            members, times = self._reach(hop, members)
            followed += times
        return members, followed

    def _reach(self, hop: Hop, starts: Collection[Record]) -> Counted:
        """Those to whom a reference of some entities leads; if the hop is closed, with these, and all further."""
        if not hop.closed or len(starts) > 1:
            return self._follow(hop, starts)
        key = (hop.field.owner, hop.field.name, *starts)
        if key in self._reached:
            return self._reached[key]
        found = self._follow(hop, starts)
        if len(found[0]) <= self._room:
            self._room -= len(found[0])
            self._reached[key] = found
        return found

    def _follow(self, hop: Hop, starts: Collection[Record]) -> Counted:
        reached: dict[Record, None] = dict.fromkeys(starts) if hop.closed else {}
        todo, followed = [*starts], 0
        for entity in todo:
            others = self.view.led_to(entity, hop.field)
            followed += len(others)
            for other in others:
                if other not in reached:
                    reached[other] = None
                    if hop.closed:
                        todo.append(other)
        self.may_follow -= followed
        if self.may_follow < 0:
            raise _BeyondError
        return [*reached], followed


class _BeyondError(Exception):
    """There are more steps than were asked for."""
