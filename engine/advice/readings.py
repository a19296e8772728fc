"""What other readings of the source text would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.judging.judgement import Judgement


@lean_dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reading of the source text would change.

    Attributes:
        verdict: the verdict under it.
        changed: the clauses whose outcome differs, with that outcome. It is empty where only several clauses
            together settle the verdict otherwise.
    """

    reading: str
    alternative: str
    verdict: Verdict
    changed: Mapping[str, Outcome]


def other_readings(judgement: Judgement) -> tuple[OtherReading, ...]:
    """The readings, other than the chosen ones, that change an outcome or the verdict, each taken by itself."""
    found = []
    verdict_before = judgement.verdict
    before = {j.clause.name: j.outcome for j in judgement.clauses}
    for name, reading in judgement.policy.readings.items():
        if judgement.looked_at is not None and name not in judgement.looked_at:
            continue
        for alternative in reading.alternatives:
            if alternative == judgement.readings[name]:
                continue
            chosen = {**judgement.readings, name: alternative}
            verdict, after = judgement.again(judgement.deployment, chosen)
            if verdict is not verdict_before or after != before:
                changed = {c: o for c, o in after.items() if o is not before[c]}
                found.append(OtherReading(name, alternative, verdict, changed))
    return tuple(found)


@lean_dataclass(frozen=True, slots=True)
class JointReading:
    """Readings that lift a prohibition only together: each lifts a part of it.

    Attributes:
        alternatives: by reading, the one to take instead.
        verdict: the verdict under them.
    """

    alternatives: Mapping[str, str]
    verdict: Verdict


def joint_reading(judgement: Judgement, others: Sequence[OtherReading]) -> JointReading | None:
    """The readings under which nothing is prohibited, where no single one does that; `None` if none are found.

    For each violated clause the first reading is taken that lifts it alone. So two that only together lift one
    clause are not found (`readings_could_lift`).

    Args:
        others: what single readings change.
    """
    if judgement.verdict is not Verdict.PROHIBITED or any(
        o.verdict is not judgement.verdict for o in others
    ):
        return None
    derived = judgement.policy.reading_others
    chosen: dict[str, str] = {}
    for judged in judgement.clauses:
        name = judged.clause.name
        if judged.outcome is Outcome.VIOLATED and name not in derived:
            lifting = [o for o in others if name in o.changed and _fits(o, chosen)]
            if not lifting:
                return None
            chosen[lifting[0].reading] = lifting[0].alternative
    verdict, _ = judgement.again(judgement.deployment, {**judgement.readings, **chosen})
    return JointReading(chosen, verdict) if verdict is not judgement.verdict else None


def readings_could_lift(judgement: Judgement, others: Sequence[OtherReading]) -> bool:
    """Whether readings could lift a prohibition together, as far as is seen without trying each combination.

    They cannot where some clause is violated that no reading lifts alone, and that goes by one at the most.
    """
    policy, lifted = judgement.policy, {name for other in others for name in other.changed}
    return any(policy.readings) and all(
        judged.clause.name in lifted or len(policy.readings_of(judged.clause)) > 1
        for judged in judgement.clauses
        if judged.outcome is Outcome.VIOLATED and judged.clause.name not in policy.reading_others
    )


def _fits(other: OtherReading, chosen: Mapping[str, str]) -> bool:
    return chosen.get(other.reading, other.alternative) == other.alternative
