"""Several policies that judge one design: what laws found, for who reads them, and whose a reading is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.reads import reads
from clausewise.engine.judging.judgement import ClauseJudgement, Finding, Judgement


def by_laws(judgement: Judgement, others: Iterable[Judgement]) -> Mapping[str, tuple[str, ...]]:
    """By each violated clause that reads what laws prohibit, what these found: a sentence for each clause.

    Args:
        judgement: that of the policy that reads the laws.
        others: those of the policies that judged the same design, in their order.
    """
    laws = judgement.policy.laws
    said = tuple([s for other in others if other.policy.name in laws for s in _said(other)])
    if not said:
        return {}
    keys = {("policy", name) for name in laws}
    return {
        judged.clause.name: said
        for judged in judgement.clauses
        if judged.outcome is Outcome.VIOLATED
        and not keys.isdisjoint(key for key, _ in reads(judged.clause.violation))
    }


def _said(judgement: Judgement) -> Iterator[str]:
    for judged in judgement.clauses:
        if judged.outcome is Outcome.VIOLATED:
            sentence = because(_first_of(judged), judgement.deployment)
            yield f"{judgement.policy.name}, {judged.clause.title_cited}: {sentence}"


def _first_of(judged: ClauseJudgement) -> Finding:
    return next(f for f in judged.findings if f.outcome is Outcome.VIOLATED)


def readings_for(
    readings: Mapping[str, str], own: Collection[str], others: Iterable[Collection[str]]
) -> dict[str, str]:
    """The readings among those chosen that are for one policy: its own, and those that no policy has.

    Args:
        readings: alternatives by reading, chosen for all policies together.
        own: the names of the readings of the one.
        others: those of each of them.
    """
    known = {name for each in others for name in each}
    return {n: way for n, way in readings.items() if n in own or n not in known}
