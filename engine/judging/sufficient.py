"""Whether facts decide an outcome, by judging again without the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from clausewise.dsl.models.deployment import AS_OF, Deployment, FactName
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


MOST_TRIED = 24
"""So many facts are looked through for those for which no clause applies."""


def why_none_applies(judgement: Judgement) -> tuple[FactName, ...]:
    """The facts for which no clause applies.

    Of a law, those on where a design is, and those that lead to these, where they alone settle it. Other facts may
    settle it, too, and be fewer: but a law of Illinois first of all has nothing to say in London.

    Returns:
        None of which can be left out, unless more than `MOST_TRIED` facts would have to be looked through.
    """
    stated = [
        fact for entity in judgement.deployment.entities.values() for fact in entity.facts.values()
    ]
    places = [f.name for f in stated if f.field.target == "place" or f.field.is_reference]
    if judgement.policy.law_of and (found := _needed(judgement, places)):
        return found
    named = Counter(fact for judged in judgement.clauses for fact in judged.facts)
    rarest_first = sorted(named, key=named.__getitem__)
    needed = _needed(judgement, rarest_first) or named
    return tuple(fact for fact in named if fact in needed)


def _needed(judgement: Judgement, facts: Sequence[FactName]) -> tuple[FactName, ...]:
    """Those of some facts that are needed for no clause to apply, of which the first are left out first.

    Returns:
        None if all together do not settle it, or if they are too many to look through.
    """
    kept = [*facts]
    if len(kept) > MOST_TRIED or not _none_applies(judgement, kept):
        return ()
    for name in facts:
        others = [fact for fact in kept if fact != name]
        if _none_applies(judgement, others):
            kept = others
    return tuple(kept)


def _none_applies(judgement: Judgement, facts: Collection[str]) -> bool:
    found = judgement.outcomes_of(with_only(judgement.deployment, facts), judgement.readings)
    return all(found[name] is Outcome.NOT_APPLICABLE for name in judgement.policy.clauses)


def _outcome(judgement: Judgement, clause: str, facts: Collection[str]) -> Outcome:
    kept = with_only(judgement.deployment, facts)
    return judgement.outcomes_of(kept, judgement.readings)[clause]
