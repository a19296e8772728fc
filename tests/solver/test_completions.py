"""The solver against the recorded judge, and against every completion of small deployments, one by one."""

from __future__ import annotations

from hypothesis import assume, given

from clausewise.dsl.models.admission import admit
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.distinctions import Distinctions
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.sat import Sat
from clausewise.engine.backends.solver.world import World
from tests.generated import Pair, pairs
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.reference.product import judged

MOST_COMPLETIONS = 3000


def possible(pair: Pair) -> dict[str, set[bool]]:
    """For each clause, whether it can be violated, and whether it can be kept, by the solver."""
    world = World(Distinctions([pair.policy]), admit(pair.deployment))
    ground, found = Ground(pair.policy, world), dict[str, set[bool]]()
    for name in pair.policy.clauses:
        literal = ground.violated(name)
        sat = Sat(world.circuit)
        found[name] = {
            truth for truth in (True, False) if sat.can_be(literal if truth else -literal)
        }
    return found


@given(pairs())
def test_what_can_be_is_what_some_completion_says(pair: Pair) -> None:
    worlds = completions(pair.deployment, [pair.tree, *pair.others.values()])
    assume(len(worlds) <= MOST_COMPLETIONS)
    truths: dict[str, set[bool]] = {name: set() for name in pair.policy.clauses}
    for world in worlds:
        for name, outcome in Judge(pair.tree, pair.others, world).outcomes().items():
            truths[name].add(outcome == "violated")
    assert possible(pair) == truths


@given(pairs())
def test_each_way_is_shown_by_a_deployment_that_the_judge_confirms(pair: Pair) -> None:
    world = World(Distinctions([pair.policy]), admit(pair.deployment))
    ground = Ground(pair.policy, world)
    for name in pair.policy.clauses:
        literal = ground.violated(name)
        sat = Sat(world.circuit)
        for truth in (True, False):
            if sat.can_be(literal if truth else -literal):
                shown = Completion(world, sat.model()).deployment()
                assert judged(pair.policy, shown)[name].outcome.value in (
                    ("violated",) if truth else ("met", "not-applicable")
                )
