"""How long the smallest change takes, over random designs of the Face pack; each proposal is judged again.

Run: `python -m benchmarks.solver_fix [DESIGNS]`. The designs are drawn by Hypothesis from a fixed seed, with up to
two entities of each type, and facts of every precision. Time is that of the processor, which other work does not
take part in.
"""

from __future__ import annotations

import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.records import world_of
from clausewise.engine.backends.solver.mending.repair import JudgingPolicy, Repair, repair
from clausewise.engine.core.outcomes import Outcome
from clausewise.intake.access import Access
from clausewise.intake.judges import named_policy
from tests.generated import designs, printed, read_design

POLICY = "face-code-of-conduct"
SEED = 20261126
LEVEL = {Outcome.VIOLATED: 0, Outcome.UNDETERMINED: 1, Outcome.REVIEW: 1}


def drawn(count: int) -> list[Deployment]:
    """Random designs, the same each time."""
    vocabulary = named_policy(POLICY, Access()).vocabulary
    found: list[Deployment] = []

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(designs(vocabulary, known=False))
    def draw(tree: object) -> None:
        found.append(admit(read_design(printed(tree, "design"), vocabulary)))  # type: ignore[arg-type]

    draw()
    return found[:count]


def outcomes_of(code: CompiledPolicy, deployment: Deployment) -> dict[str, Outcome]:
    """What each clause comes to."""
    return code.outcomes_of(world_of(deployment, code.layouts))


def verified(code: CompiledPolicy, found: Repair) -> bool:
    """Whether each proposal, judged again, leaves no clause worse and makes one better."""
    before = {name: LEVEL.get(outcome, 2) for (_, name), outcome in found.before.items()}
    for proposal in found.proposals:
        after = {n: LEVEL.get(o, 2) for n, o in outcomes_of(code, proposal.deployment).items()}
        if any(after[n] < level for n, level in before.items()) or after == before:
            return False
    return True


def figures(count: int) -> str:
    """What the smallest change takes over so many designs, in words."""
    policy = named_policy(POLICY, Access())
    code = compiled(policy, {})
    judge = JudgingPolicy(policy, {}, lambda deployment: outcomes_of(code, deployment))
    seconds, unsettled, proposals, right = [], 0, 0, 0
    for deployment in drawn(count):
        start = time.process_time()
        found = repair(deployment, [judge])
        seconds.append(time.process_time() - start)
        unsettled += not found.settled
        proposals += len(found.proposals)
        right += verified(code, found)
    seconds.sort()
    median, p95, most = (
        f"{seconds[min(int(len(seconds) * place), len(seconds) - 1)] * 1000:.0f} ms"
        for place in (0.5, 0.95, 1.0)
    )
    return (
        f"The smallest change of {len(seconds)} random designs: {median} as the median, {p95} at p95, {most} "
        f"at most, of processor time. {proposals} proposals, all of them verified for {right} designs; "
        f"{unsettled} not settled."
    )


if __name__ == "__main__":
    print(figures(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
