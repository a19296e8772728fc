"""How many steps a policy asks of a design, counted before it is judged: designs come from strangers.

A step is a combination of entities for which a clause, or a quantifier in one, is judged; or ten references that
are followed to find who is in a set. They are counted as if nothing was decided early, so that the bound holds for
outcomes and reasons alike. What is stated is bounded by the size of the file, and what is missing is counted where
it is listed (`app/checking/bounds.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import prod

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING, cast
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import RecordLayout, World
from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.conditions import (
    All,
    Defined,
    EntitySet,
    Hop,
    Meet,
    Node,
    Path,
    Quantifier,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import children, variables

if TYPE_CHECKING:
    from clausewise.engine.backends.python.counting import StepCount
    from clausewise.engine.backends.python.widest import Widest

RECORDED = 40
"""So many times as long takes a step that is recorded."""
REFERENCES = 10
"""So many references are followed in the time of a step."""
WARNED = 10
"""So many combinations are a step where a warning is looked for: nobody asks why it does not hold, or what lacks.
Those of several entities for which it may hold count in full, as each is told of."""
MOST_NESTS = 1_000
"""Of a policy: definitions that use one another twice would be doubled at each level."""

Nest = tuple[Binding | Defined | Hop, ...]
"""Loops within loops: what is bound in turn, and the definitions entered on the way. A hop stands last, for all
references of its field: they are followed backwards from a set, to find who leads to it."""


def clause_beyond(
    code: CompiledPolicy,
    world: World,
    most: int,
    *,
    recorded: bool = False,
) -> str | None:
    """The clause that takes a judgement beyond a bound of steps; `None` if none does.

    Args:
        world: the records of the design.
        most: the bound.
        recorded: whether single steps are shown: then what leads to a set is followed from each entity that may be
            in it, and the way is kept.
    """
    policies = list(_all_policies(code.policy))
    loops = [_loops_of(each, recorded=recorded) for each, _ in policies]
    listed = {name: len(world.listed[layout.number]) for name, layout in code.layouts.items()}
    if _rough_count(loops, listed) * (RECORDED if world.undated else 1) <= most:
        return None
    rated = _rated(policies, code.layouts, world, most, recorded=recorded)
    return None if _is_within(most, rated) else _passing(most, rated)


def _passing(most: int, rated: Iterable[_Rated]) -> str | None:
    """The clause at which so many steps are passed, in the order of the policy."""
    left = most * WARNED
    for one in rated:
        left -= one.counted.of(one.nest, left // one.cost) * one.cost
        if left < 0:
            return one.clause
    return None


def _cost_in(clause: Clause, nest: Nest, *, warns: bool) -> int:
    """What a combination of a nest costs in a clause, of which `WARNED` make a step."""
    is_told = len(nest) > 1 and nest == clause.bindings
    return 1 if warns and not is_told else WARNED


def count_loops(policy: Policy) -> None:
    """Count what `clause_beyond` asks of a policy whatever the design, so that it is pickled with it."""
    for each, _ in _all_policies(policy):
        for recorded in (False, True):
            _loops_of(each, recorded=recorded)


def _rough_count(loops: Iterable[Mapping[tuple[str, ...], int]], listed: Mapping[str, int]) -> int:
    """About as many steps as there can be at most, by how many entities are listed alone."""
    followed = 1 + sum(listed.values()) * max(listed.values(), default=0) // REFERENCES
    bindings = sum(
        times * prod([1 + listed[name] for name in types])
        for found in loops
        for types, times in found.items()
    )
    return bindings * followed


def _all_policies(policy: Policy) -> Iterator[tuple[Policy, bool]]:
    """A policy, what it warns of, and those on which it depends, each with whether it only warns."""
    yield policy, False
    if policy.cautions:
        yield policy.cautions, True
    for other in policy.policies.values():
        yield from _all_policies(other)


@lean_dataclass(frozen=True, slots=True)
class _Rated:
    """A nest, how many steps it takes at most, what one of them costs, of which `WARNED` make a step, and the
    first clause that goes through it."""

    nest: Nest
    most: int
    cost: int
    clause: str
    counted: StepCount


def _rated(
    policies: Iterable[tuple[Policy, bool]],
    layouts: Mapping[str, RecordLayout],
    world: World,
    most: int,
    *,
    recorded: bool,
) -> list[_Rated]:
    """All nests, rated as if each entity referred to as many as those do that refer to most."""
    # seldom is a design so large
    from clausewise.engine.backends.python.counting import StepCount
    from clausewise.engine.backends.python.widest import Widest

    rated: list[_Rated] = []
    each = RECORDED if world.undated else 1
    for policy, is_warned in policies:
        widest = Widest(policy, layouts, world)
        counted = StepCount(policy, layouts, world, each, most * REFERENCES)
        for nest, clauses in _nests_of(policy, recorded=recorded).items():
            cost = sum(_cost_in(policy.clauses[name], nest, warns=is_warned) for name in clauses)
            rated.append(_Rated(nest, _most_of(nest, widest, each), cost, clauses[0], counted))
    return rated


def _is_within(most: int, rated: Iterable[_Rated]) -> bool:
    """Whether nests take no more steps. Those that may take most are counted, one by one, until that is shown, or
    until they take more: to count them all takes as long as to judge, or far longer."""
    widest_first = sorted(rated, key=lambda one: one.most * one.cost, reverse=True)
    possible, certain = sum(one.most * one.cost for one in widest_first), 0
    for one in widest_first:
        if possible <= most * WARNED or certain > most * WARNED:
            break
        counted = one.counted.of(one.nest, (most * WARNED - certain) // one.cost)
        possible -= (one.most - counted) * one.cost
        certain += counted * one.cost
    return possible <= most * WARNED


def _most_of(nest: Nest, widest: Widest, each: int) -> int:
    """As many steps as a nest takes at most, where one takes as long as `each`.

    It leaves out parts of a step where `StepCount` does, which else could count more.
    """
    times = 1
    for one in nest[:-1]:
        if isinstance(one, Binding):
            times *= widest.of(one.range)[0]
    match nest[-1:]:
        case (Hop() as hop,):
            return times * (each * widest.references(hop) // REFERENCES)
        case (Binding(_, range_),):
            members, followed = widest.of(range_)
            return times * each * (members + followed // REFERENCES)
        case _:  # what is left of a nest is bound by nobody
            return 0


def _nests_of(policy: Policy, *, recorded: bool) -> Mapping[Nest, list[str]]:
    """The nests of a policy, with the clauses that go through each."""
    key = f"nests, {recorded}"
    if key not in policy.kept:
        found: dict[Nest, list[str]] = {}
        for clause in policy.clauses.values():
            violation, bound = clause.violation_for_one, clause.bindings
            for nest in (bound, *_nests(policy, violation, bound, set(), recorded=recorded)):
                found.setdefault(nest, []).append(clause.name)
        policy.kept[key] = found
    return cast(Mapping[Nest, list[str]], policy.kept[key])


def _loops_of(policy: Policy, *, recorded: bool) -> Mapping[tuple[str, ...], int]:
    """The types of the entities that the nests of a policy bind, with how often each is gone through."""
    if recorded not in policy.loops:
        found: Counter[tuple[str, ...]] = Counter()
        for nest, clauses in _nests_of(policy, recorded=recorded).items():
            types = sorted(one.range.type for one in nest if isinstance(one, Binding))
            found[tuple(types)] += len(clauses)
        policy.loops[recorded] = dict(found)
    return policy.loops[recorded]


def _nests(
    policy: Policy, node: Node, outer: Nest, seen: set[tuple[Nest, Node]], *, recorded: bool
) -> Iterator[Nest]:
    """The nests below a condition, which itself stands within `outer`."""
    inner: Nest = outer
    below = children(node)
    if isinstance(node, Meet):
        yield from _meeting(policy, node, outer, recorded=recorded)
        return
    if isinstance(node, Quantifier):
        inner = (*outer, Binding(node.variable, node.range))
        yield inner
    if isinstance(node, Defined):
        body = policy.definitions[node.definition].body
        is_known = (outer, node) in seen or len(seen) > MOST_NESTS
        if is_known or isinstance(body, EntitySet) or not policy.goes_through_sets(body):
            return
        seen.add((outer, node))
        inner, below = (*outer, node), (body,)
    for child in below:
        yield from _nests(policy, child, inner, seen, recorded=recorded)


def _meeting(policy: Policy, node: Meet, outer: Nest, *, recorded: bool) -> Iterator[Nest]:
    """What is gone through to know whether two sets have a member in common."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if not recorded and isinstance(side, Path) and side.hops and side.hops[-1].closed:
            within = _needed(policy, outer, variables(other))
            yield (*within, Binding("", other))
            yield (*within, side.hops[-1])
            return
    yield (*outer, Binding("", node.left))
    yield (*outer, Binding("", node.right))


def _needed(policy: Policy, outer: Nest, names: frozenset[str]) -> Nest:
    """Of a nest, what is needed to know what some variables stand for; of a definition's, any entity may."""
    found: list[Binding] = []
    for one in reversed(outer):
        if isinstance(one, Defined):
            parameters = policy.definitions[one.definition].parameters
            found += [Binding(name, All(type_)) for name, type_ in parameters if name in names]
            break
        if isinstance(one, Binding) and one.variable in names:
            found.append(one)
            names = names - {one.variable} | variables(one.range)
    return tuple(reversed(found))
