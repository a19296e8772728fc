"""What other readings of the source text would change."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Verdict
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
    changed: Mapping[str, str]


def other_readings(judgement: Judgement) -> tuple[OtherReading, ...]:
    """The readings, other than the chosen ones, that change an outcome or the verdict, each taken by itself."""
    found = []
    before = {j.clause.name: j.outcome for j in judgement.clauses}
    for name, reading in judgement.policy.readings.items():
        for alternative in reading.alternatives:
            if alternative == judgement.readings[name]:
                continue
            chosen = {**judgement.readings, name: alternative}
            verdict, after = judgement.again(judgement.deployment, chosen)
            changed = {c: str(o) for c, o in after.items() if o is not before[c]}
            if changed or verdict is not judgement.verdict:
                found.append(OtherReading(name, alternative, verdict, changed))
    return tuple(found)
