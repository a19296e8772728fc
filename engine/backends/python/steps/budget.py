"""How many steps a policy asks of a design, counted before it is judged: designs come from strangers.

A step is a combination of entities for which a clause, or a quantifier in one, is judged; or ten references that
are followed to find who is in a set. They are counted as if nothing was decided early, so that the bound holds for
outcomes and reasons alike. What is stated is bounded by the size of the file, and what is missing is counted where
it is listed (`app/checking/bounds.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING, cast
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import RecordLayout, World
from clausewise.engine.backends.python.steps.nests import (
    REFERENCES,
    Nest,
    all_policies,
    loops_of,
    nests_of,
)
from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.conditions import Hop
from clausewise.engine.core.policy import Policy

if TYPE_CHECKING:
    from clausewise.engine.backends.python.steps.counting import StepCount
    from clausewise.engine.backends.python.steps.widest import Widest

RECORDED = 40
"""So many times as long takes a step that is recorded."""
ROUGH_COUNTS = "rough counts"
"""Under this, a policy keeps rough counts of steps: many designs of a portfolio list as many of each type."""
MOST_COUNTS = 1_000
"""How many of these it keeps: a stranger's portfolio may list ever other numbers."""
WARNED = 10
"""So many combinations are a step where a warning is looked for: nobody asks why it does not hold, or what lacks.
Those of several entities for which it may hold count in full, as each is told of."""


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
    rough = _rough_count(code, tuple(map(len, world.listed)), recorded=recorded)
    if rough * (RECORDED if world.undated else 1) <= most:
        return None
    rated = _rated(all_policies(code.policy), code.layouts, world, most, recorded=recorded)
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


def _rough_count(code: CompiledPolicy, counts: tuple[int, ...], *, recorded: bool) -> int:
    """About as many steps as there can be at most, by how many entities of each type are listed alone."""
    kept = code.policy.kept.setdefault(ROUGH_COUNTS, {})
    known = cast("dict[tuple[tuple[int, ...], bool], int]", kept)
    found = known.get((counts, recorded))
    if found is None:
        found = _counted_roughly(code, counts, recorded=recorded)
        if len(known) >= MOST_COUNTS:
            known.clear()
        known[counts, recorded] = found
    return found


def _counted_roughly(code: CompiledPolicy, counts: tuple[int, ...], *, recorded: bool) -> int:
    """The same, counted. Layouts of one vocabulary have its types in its order, whoever made them."""
    listed = dict(zip(code.layouts, counts, strict=True))
    followed = 1 + sum(counts) * max(counts, default=0) // REFERENCES
    bindings = sum(
        times * prod([1 + listed[name] for name in types])
        for policy, _ in all_policies(code.policy)
        for types, times in loops_of(policy, recorded=recorded).items()
    )
    return bindings * followed


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
    from clausewise.engine.backends.python.steps.counting import StepCount
    from clausewise.engine.backends.python.steps.widest import Widest

    rated: list[_Rated] = []
    each = RECORDED if world.undated else 1
    for policy, is_warned in policies:
        widest = Widest(policy, layouts, world)
        counted = StepCount(policy, layouts, world, each, most * REFERENCES)
        for nest, clauses in nests_of(policy, recorded=recorded).items():
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
