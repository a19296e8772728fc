"""What a clause that is truly open may come to, each way by few facts that a design could state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.exact import GIVEN_UP, Exact
from clausewise.engine.backends.solver.halving import without_needless
from clausewise.engine.backends.solver.judging import distinctions_of
from clausewise.engine.backends.solver.reading_again import NotConfirmedError, read_again
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import Judgement

MOST_TRIES = 400
"""So often the judge is asked whether some facts are enough."""


@lean_dataclass(frozen=True, slots=True)
class WayShown:
    """What would settle a clause.

    Attributes:
        outcome: what it comes to then, by the judge.
        facts: what is stated beside what the design states, or more precisely.
        entities: those that the design does not list.
        as_of: the date of judging, if that is not stated and matters.
        no_draft: whether it takes that the design is no draft.
    """

    outcome: Outcome
    facts: tuple[Fact, ...]
    entities: tuple[Entity, ...]
    as_of: date | None = None
    no_draft: bool = False


@lean_dataclass(frozen=True, slots=True)
class Both:
    """What a clause may come to.

    Attributes:
        violated: how it is violated, if it can be.
        kept: how it is not, if it can be kept.
        why_not: why it is not known whether there is another way.
    """

    violated: WayShown | None
    kept: WayShown | None
    why_not: str = ""


def both_ways(judgement: Judgement, clause: str) -> Both:
    """How a clause can be violated, and how it can be kept: few facts each, judged again.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    policy, deployment = judgement.policy, judgement.deployment
    exact = Exact(policy, deployment, judgement.readings, distinctions_of(policy))
    possible = exact.possible(clause)
    ways = []
    for truth, completion in ((True, possible.true), (False, possible.false)):
        ways.append(_way(judgement, exact, clause, completion, truth=truth) if completion else None)
    return Both(ways[0], ways[1], possible.why_not)


def _way(
    judgement: Judgement, exact: Exact, clause: str, completion: Completion, *, truth: bool
) -> WayShown:
    """The facts of a completion that the judge needs: those that the solver needs are tried first.

    Raises:
        NotConfirmedError: the judge does not say so of the design with them, as it is written.
    """
    stated, whole = judgement.deployment, completion.deployment()
    facts = [
        fact
        for entity in whole.entities.values()
        for fact in entity.facts.values()
        if fact is not stated.fact(fact.name)
    ]

    def is_so(design: Deployment) -> bool:
        outcome = _outcome(judgement, clause, design)
        return not outcome.is_open and (outcome is Outcome.VIOLATED) is truth

    def settles(some: Sequence[Fact]) -> bool:
        return is_so(_with(stated, whole, some))

    try:
        few = exact.few(completion, clause, truth=truth)
    except GIVEN_UP:
        few = frozenset()
    names = completion.names()
    needed = {(names[entity], field) for entity, field in few if entity in names}
    likely = [fact for fact in facts if (fact.entity, fact.field.name) in needed]
    start = likely if settles(likely) else facts
    kept = without_needless(start, settles, MOST_TRIES)
    design = _with(stated, whole, kept)
    if not is_so(read_again(design, judgement.policy.name)):
        raise NotConfirmedError
    outcome = _outcome(judgement, clause, design)
    added = tuple([e for name, e in design.entities.items() if name not in stated.entities])

    def is_needed(without: Deployment) -> bool:
        return without != design and _outcome(judgement, clause, without) is not outcome

    day = design.as_of if is_needed(replace(design, as_of=stated.as_of)) else None
    whole_only = is_needed(replace(design, draft=stated.draft))
    return WayShown(outcome, tuple(kept), added, day, no_draft=whole_only)


def _outcome(judgement: Judgement, clause: str, design: Deployment) -> Outcome:
    return judgement.outcomes_of(design, judgement.readings)[clause]


def _with(stated: Deployment, whole: Deployment, facts: Sequence[Fact]) -> Deployment:
    """A deployment with some facts, and the entities that they speak of; no draft, and with a date."""
    entities = dict(stated.entities)
    for fact in facts:
        named: tuple[str, ...] = ()
        if fact.field.is_reference and isinstance(fact.value, Terms):
            named = fact.value.names
        for name in (fact.entity, *named):
            if name not in entities:
                entities[name] = replace(whole.entities[name], facts={})
        entity = entities[fact.entity]
        entities[fact.entity] = replace(entity, facts={**entity.facts, fact.field.name: fact})
    return replace(stated, entities=entities, draft=False, as_of=whole.as_of)
