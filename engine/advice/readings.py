"""What other readings of the source text would change."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.judging.judge import Judgement, NothingToJudgeError, judge


@lean_dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reading of the source text would change.

    Attributes:
        verdict: the verdict under it.
        changed: the clauses whose outcome differs, with that outcome.
    """

    reading: str
    alternative: str
    verdict: Verdict
    changed: Mapping[str, str]


def other_readings(judgement: Judgement) -> tuple[OtherReading, ...]:
    """The readings, other than the chosen ones, that change an outcome, each taken by itself."""
    found = []
    before = {j.clause.name: j.outcome for j in judgement.clauses}
    for name, reading in judgement.policy.readings.items():
        for alternative in reading.alternatives:
            if alternative == judgement.readings[name]:
                continue
            after = _outcomes_under(judgement, name, alternative)
            changed = {c: str(o) for c, o in after.items() if o is not before[c]}
            if changed:
                verdict = verdict_of(after.values(), draft=judgement.deployment.draft)
                found.append(OtherReading(name, alternative, verdict, changed))
    return tuple(found)


def _outcomes_under(judgement: Judgement, reading: str, alternative: str) -> dict[str, Outcome]:
    policy, deployment = judgement.policy, judgement.deployment
    chosen = {**judgement.readings, reading: alternative}
    affected = policy.readers.get(("reading", reading), frozenset())
    settled = {j.clause.name: j for j in judgement.clauses if j.clause.name not in affected}
    try:
        judged = judge(policy, deployment, chosen, settled=settled).clauses
    except NothingToJudgeError:
        return dict.fromkeys(policy.clauses, Outcome.NOT_APPLICABLE)
    return {j.clause.name: j.outcome for j in judged}
