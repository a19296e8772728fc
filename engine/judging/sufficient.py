"""Whether facts decide an outcome, by judging again without the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clausewise.dsl.models.deployment import AS_OF, Deployment
from clausewise.dsl.startup.lean import replace
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judge import judge_clause


def with_only(deployment: Deployment, facts: Collection[str]) -> Deployment:
    """The deployment with every fact unknown but these."""
    kept = set(facts)
    entities = {
        name: replace(entity, facts={k: f for k, f in entity.facts.items() if f.name in kept})
        for name, entity in deployment.entities.items()
    }
    as_of = deployment.as_of if AS_OF in kept else None
    return replace(deployment, entities=entities, as_of=as_of)


def decides(
    policy: Policy,
    deployment: Deployment,
    readings: Mapping[str, str],
    clause: str,
    facts: Collection[str],
) -> bool:
    """Whether these facts alone give a clause the outcome that all facts give it."""
    known = judge_clause(policy, deployment, clause, readings).outcome
    return judge_clause(policy, with_only(deployment, facts), clause, readings).outcome is known


def superfluous(
    policy: Policy,
    deployment: Deployment,
    readings: Mapping[str, str],
    clause: str,
    facts: Collection[str],
) -> list[str]:
    """The facts that can be left out, each by itself, without changing the clause's outcome."""

    def outcome(kept: set[str]) -> Outcome:
        return judge_clause(policy, with_only(deployment, kept), clause, readings).outcome

    found = outcome(set(facts))
    return [fact for fact in facts if outcome(set(facts) - {fact}) is found]
