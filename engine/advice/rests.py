"""What a verdict rests on: who answered for it, and which claims stand without evidence."""

from __future__ import annotations

from clausewise.dsl.models.deployment import Fact
from clausewise.engine.judging.judge import Judgement


def rests_on(judgement: Judgement) -> tuple[Fact, ...]:
    """The facts among those that decide an outcome that a person attested, or that need evidence."""
    decisive = dict.fromkeys(fact for clause in judgement.clauses for fact in clause.facts)
    facts = [judgement.deployment.fact(name) for name in decisive]
    backed = [f for f in facts if f and (f.attestation or f.evidence or f.field.evidenced)]
    return tuple(sorted(backed, key=lambda fact: fact.span.start if fact.span else -1))
