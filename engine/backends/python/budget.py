"""How many bindings a clause asks for, counted before it is judged: a design may list many entities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import Record, World
from clausewise.engine.backends.python.viewed import View
from clausewise.engine.core.policy import Binding, Clause
from clausewise.engine.judging.sets import Sets


def clause_beyond(
    code: CompiledPolicy, entities: int, world: Callable[[], World], most: int
) -> Clause | None:
    """The first clause that asks for more bindings than a bound; `None` if there is none.

    Args:
        entities: how many the design lists of the type of which it lists most.
        world: gives the records, which are looked at only if there may be so many bindings.
        most: the bound.
    """
    clauses = [c for c in code.policy.clauses.values() if entities ** len(c.bindings) > most]
    if not clauses:
        return None
    given = world()
    view = View(code.policy, code.layouts, given, given.undated)
    sets: Sets[Record, Record] = Sets(code.policy, view)
    return next((c for c in clauses if _count(c.bindings, sets, {}, most) > most), None)


def _count(
    bindings: Sequence[Binding],
    sets: Sets[Record, Record],
    variables: Mapping[str, Record],
    most: int,
) -> int:
    """How many combinations of entities there are; the counting ends once there are more than `most`."""
    first, rest = bindings[0], bindings[1:]
    members = sets.members(first.range, variables).known
    if not rest:
        return len(members)
    total = 0
    for member in members:
        more = _count(rest, sets, {**variables, first.variable: member}, most - total)
        total += more or 1
        if total > most:
            break
    return total
