"""Answers that alone settle a verdict, whatever the other facts are; of fields of many values, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.dsl.models.deployment import (
    AS_OF,
    FactName,
    NoEntity,
    Terms,
    Value,
    place_of,
    show_value,
)
from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.advice.questions import Answer, Question
from clausewise.engine.backends.solver.completion import assumed
from clausewise.engine.backends.solver.exact import GIVEN_UP, Exact
from clausewise.engine.backends.solver.judging import distinctions_of
from clausewise.engine.backends.solver.states import states
from clausewise.engine.backends.solver.values import values_of
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.outcomes import verdict_of
from clausewise.engine.judging.judgement import Judgement, can_be_judged

MOST_ASKED = 200
"""Of so many questions the answers are tried."""
MOST_ANSWERS = 60
"""Of each, so many answers: a place has more, which policies tell apart."""


def settling(judgement: Judgement, asked: Sequence[Question]) -> dict[str, tuple[Answer, ...]]:
    """By fact, the answers to its question that settle the verdict, whatever the other facts are.

    The solver finds them among deployments with one unlisted entity of a type, and the exact judgement of each has
    the last word. Of a field of many values, an answer is that it holds one, and perhaps more.

    Args:
        judgement: an exact one.
        asked: its questions.
    """
    if not judgement.verdict.is_open:
        return {}
    policy, deployment = judgement.policy, judgement.deployment
    exact = Exact(policy, deployment, judgement.readings, distinctions_of(policy))
    try:
        prohibited = exact.prohibited()
    except GIVEN_UP:
        return {}
    found: dict[str, tuple[Answer, ...]] = {}
    for question in asked[:MOST_ASKED]:
        if not isinstance(question.fact, NoEntity) and question.fact != AS_OF:
            found[question.fact] = tuple(_of(judgement, question.fact, exact, prohibited))
    return found


def _of(judgement: Judgement, name: FactName, exact: Exact, prohibited: int) -> Iterator[Answer]:
    entity, field_name = place_of(name)
    field = judgement.deployment.entities[entity].type.fields[field_name]
    encoded = exact.world.fact(entity, field)
    for value in [*_candidates(exact.world, entity, field)][:MOST_ANSWERS]:
        given = states(exact.world, field, encoded, value)
        try:
            ways = {truth for truth in (1, -1) if exact.can_be(given, truth * prohibited)}
        except GIVEN_UP:
            continue
        if len(ways) == 1 and (answer := _confirmed(judgement, entity, field, value)):
            yield answer


def _candidates(world: OpenWorld, entity: str, field: Field) -> Iterator[Value]:
    """What can be answered: each value, or, where there may be many, that it is among them."""
    if field.is_reference:
        listed = [name for name in world.domain(field) if name not in world.unlisted]
        yield from (Terms((name,), more=field.is_many) for name in listed)
    elif field.has_terms and field.is_many:
        shown = world.classes(field).shown
        yield from (Terms((shown[one],), more=True) for one in world.domain(field))
    else:
        yield from (value for value in values_of(world, entity, field) if value != Terms(()))
    if field.may_be_none:
        yield Terms(())


def _confirmed(judgement: Judgement, entity: str, field: Field, value: Value) -> Answer | None:
    """An answer, if by an exact judgement the verdict is settled with it."""
    answered = judgement.deployment.with_fact(assumed(entity, field, value))
    outcomes = judgement.outcomes_of(answered, judgement.readings).values()
    verdict = verdict_of(outcomes, draft=answered.draft)
    if verdict.is_open or not can_be_judged(judgement.policy, answered, outcomes):
        return None
    return Answer(show_value(value), verdict)
