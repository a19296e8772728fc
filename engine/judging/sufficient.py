"""Whether facts decide an outcome, by judging again without the others."""

from __future__ import annotations

from collections.abc import Collection

from clausewise.dsl.models.deployment import AS_OF, Deployment
from clausewise.dsl.startup.lean import replace
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import Judgement


def with_only(deployment: Deployment, facts: Collection[str]) -> Deployment:
    """The deployment with every fact unknown but these."""
    kept = set(facts)
    entities = {
        name: replace(entity, facts={k: f for k, f in entity.facts.items() if f.name in kept})
        for name, entity in deployment.entities.items()
    }
    as_of = deployment.as_of if AS_OF in kept else None
    return replace(deployment, entities=entities, as_of=as_of)


def decides(judgement: Judgement, clause: str, facts: Collection[str]) -> bool:
    """Whether these facts alone give a clause the outcome that all facts give it."""
    return _outcome(judgement, clause, facts) is judgement.clause(clause).outcome


def superfluous(judgement: Judgement, clause: str, facts: Collection[str]) -> list[str]:
    """The facts that can be left out, each by itself, without changing the clause's outcome."""
    found = _outcome(judgement, clause, facts)
    return [f for f in facts if _outcome(judgement, clause, set(facts) - {f}) is found]


def _outcome(judgement: Judgement, clause: str, facts: Collection[str]) -> Outcome:
    kept = with_only(judgement.deployment, facts)
    return judgement.outcomes_of(kept, judgement.readings)[clause]
