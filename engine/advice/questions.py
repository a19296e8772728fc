"""What is still to be asked: the unknown facts that can matter, and which single answers settle the verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from clausewise.dsl.models.deployment import (
    AS_OF,
    Deployment,
    Entity,
    Fact,
    Missing,
    NoEntity,
    Terms,
    place_of,
)
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Shape
from clausewise.dsl.text.names import MOST_NAMED, in_words, listed
from clausewise.engine.core.outcomes import Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey, field_key
from clausewise.engine.judging.judgement import Judgement, can_be_judged

MOST_OPTIONS = 500
"""Answers to choose from are listed up to this number: the terms of `place` are not."""

Unit = Literal["years", "days"]
UNITS: Mapping[Shape, Unit] = {"ages": "years", "duration": "days"}
"""The units of answers, by the shape of the field."""

MOST_JUDGED = 20_000
"""Entities judged again in search of answers that settle a verdict: large designs get them for few questions."""


@lean_dataclass(frozen=True, slots=True)
class Answer:
    """An answer that settles the verdict by itself."""

    answer: str
    verdict: Verdict


@lean_dataclass(frozen=True, slots=True)
class Question:
    """An unknown fact that can still matter.

    Attributes:
        fact: what is unknown: a fact, or a type of which no entity is listed.
        ask: the question in plain words.
        kind: `world`, `choice` or `judgement`.
        clauses: the names of the clauses that it bears on; not of those that only wait for another clause.
        type: what an answer is: the shape of the field, or `entity` where one is to be listed.
        of: the taxonomy or the type of entity that answers come from, or an empty text.
        entity: the entity that is asked about, or an empty text where it is none that is listed.
        options: the answers there are to choose from, if they are few enough to be listed.
        unit: of an answer, if it has one: `years` for ages; `days` for a duration, which may name another one.
        doubt: why the value that is stated does not settle it, if one is: it does not count, or says too little.
        counts: whether the value that is stated counts; where one does and leaves a doubt, it says too little.
        label: what people call the field, for a form.
        short: the question in a few words, if the vocabulary has such.
        option_labels: what people call the options, in their order.
        only_later: whether it can matter only after another answer: no clause waits for it as things stand. Only
            exact answers (`--exact`) have such questions.
    """

    fact: Missing
    ask: str
    kind: str
    clauses: tuple[str, ...]
    type: Shape | Literal["entity"]
    of: str = ""
    entity: str = ""
    options: tuple[str, ...] = ()
    unit: Unit | None = None
    doubt: str | None = None
    label: str = ""
    short: str = ""
    option_labels: tuple[str, ...] = ()
    counts: bool = False
    only_later: bool = False


@lean_dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to one question, as one of several that are given together."""

    fact: str
    answer: str


def can_be_told(question: Question, answer: Answer) -> bool:
    """Whether to tell people that an answer settles the verdict.

    What prohibits can always be told. What does not is told of choices only: of a fact of the world, or of a
    judgement, it would coach people what to claim.
    """
    return question.kind == "choice" or answer.verdict is Verdict.PROHIBITED


def questions(judgement: Judgement) -> tuple[Question, ...]:
    """The questions, those first that bear on most clauses."""
    dependent = reading_others(judgement.policy)
    bears_on: dict[Missing, list[str]] = {}
    for judged in judgement.clauses:
        is_dependent = judged.clause.name in dependent
        for fact in judged.own_missing if is_dependent else judged.missing:
            bears_on.setdefault(fact, []).append(judged.clause.name)
    choices = _Choices(judgement.deployment)
    deployment = judgement.deployment
    found = [question_about(f, tuple(c), deployment, choices) for f, c in bears_on.items()]
    return tuple(sorted(found, key=lambda question: -len(question.clauses)))


def reading_others(policy: Policy) -> set[str]:
    """The names of the clauses that read the outcome of another."""
    return set[str]().union(*(policy.readers.get(("clause", n), ()) for n in policy.clauses))


class _Choices(dict[RuleKey, tuple[tuple[str, ...], tuple[str, ...]]]):
    """By field (`field_key`), the answers to choose from and what people call them, looked up once."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def of(self, field: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The answers to a question for a field, and their labels."""
        key = field_key(field)
        if key not in self:
            options = _options(field, self.deployment)
            self[key] = options, _labels(field, options, self.deployment)
        return self[key]


def question_about(
    fact: Missing,
    clauses: tuple[str, ...],
    deployment: Deployment,
    choices: _Choices | None = None,
) -> Question:
    """The question that asks for an unknown fact.

    Args:
        clauses: the names of those on which it bears.
        choices: the answers to choose from, where some have been looked up.
    """
    if isinstance(fact, NoEntity):
        description = deployment.vocabulary.entities[fact].description
        ask = f"Which `{fact}` is there? (a block: {description})"
        return Question(fact, ask, "choice", clauses, "entity", fact, label=in_words(fact))
    if fact == AS_OF:
        ask = "As of which date is it judged? (`as of` in the header, or --as-of)"
        doubt = _undated(deployment)
        return Question(fact, ask, "choice", clauses, "date", doubt=doubt, label="date of judging")
    entity, field_name = place_of(fact)
    field = deployment.entities[entity].type.fields[field_name]
    stated = deployment.fact(fact)
    choices = _Choices(deployment) if choices is None else choices
    options, labels = choices.of(field)
    hole = "{" + field.owner + "}"
    return Question(
        fact,
        field.ask.replace(hole, entity),
        field.kind,
        clauses,
        field.shape,
        field.target or "",
        entity,
        options,
        UNITS.get(field.shape),
        stated.doubt or _in_part(stated, deployment) if stated else None,
        field.label,
        field.short.replace(hole, entity),
        labels,
        counts=stated is not None and stated.value is not None and not stated.doubt,
    )


def _in_part(fact: Fact, deployment: Deployment) -> str | None:
    """What a stated value leaves open: which of several terms is meant, or whether others are in the list."""
    if not isinstance(fact.value, Terms):
        return None
    open_ones = []
    if fact.field.has_terms:
        below = deployment.vocabulary.taxonomy_of(fact.field).children
        for name in fact.value.names:
            terms = below.get(name, ())
            few = listed(terms, "or") if 1 < len(terms) <= MOST_NAMED else ""
            if terms:
                open_ones.append(f"`{name}` may be {few or f'any of {len(terms)}'}")
    open_ones += ["others may be in the list (`...`)"] if fact.value.more else []
    return ", and ".join(open_ones) or None


def _labels(field: Field, options: tuple[str, ...], deployment: Deployment) -> tuple[str, ...]:
    """What people call options: terms by their labels, and entities by their names."""
    if not field.has_terms:
        return options
    taxonomy = deployment.vocabulary.taxonomy_of(field)
    return tuple(taxonomy.label(one) if one in taxonomy else one for one in options)


def _undated(deployment: Deployment) -> str | None:
    """Which judgements wait for the date of judging, if some do, as a doubt."""
    names = [
        fact.name
        for entity in deployment.entities.values()
        for fact in entity.facts.values()
        if fact.undated
    ]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"`{names[0]}`{more} counts from the day on which it was attested" if names else None


def _options(field: Field, deployment: Deployment) -> tuple[str, ...]:
    """The answers to choose from; none for a field without terms, or with too many."""
    listed: Collection[Entity | str]
    if field.is_reference:
        listed = deployment.of_type(field.target or "")
    elif field.has_terms:
        listed = deployment.vocabulary.taxonomy_of(field).current
    else:
        return ()
    if len(listed) > MOST_OPTIONS:
        return ()
    names = [one if isinstance(one, str) else one.name for one in listed]
    return (*names, "none") if field.may_be_none else tuple(names)


def decisive_answers(
    judgement: Judgement, asked: Sequence[Question]
) -> dict[str, tuple[Answer, ...]]:
    """By fact, the answers to its question that settle the verdict, whatever the other facts are.

    Tried are `yes` and `no`, the terms that the policy tests the field for, and the listed entities. A field that
    may have several values has no such answers: one of them is not the whole answer.
    In a design of more than `MOST_JUDGED` entities by questions, only the first questions are tried.
    """
    tried = max(1, MOST_JUDGED // max(1, len(judgement.deployment.entities)))
    return {question.fact: _settling(judgement, question) for question in asked[:tried]}


def _settling(judgement: Judgement, question: Question) -> tuple[Answer, ...]:
    deployment, before = judgement.deployment, judgement.verdict
    if isinstance(question.fact, NoEntity) or question.fact == AS_OF:
        return ()
    entity, field_name = place_of(question.fact)
    field = deployment.entities[entity].type.fields[field_name]
    if field.is_many:
        return ()
    found = []
    for value in _candidates(field, judgement):
        assumed = deployment.with_fact(Fact(entity, field, value))
        outcomes = judgement.outcomes_of(assumed, judgement.readings).values()
        after = verdict_of(outcomes, draft=assumed.draft)
        if (
            after is not before
            and not after.is_open
            and can_be_judged(judgement.policy, assumed, outcomes)
        ):
            found.append(Answer(value.names[0], after))
    return tuple(found)


def _candidates(field: Field, judgement: Judgement) -> Iterator[Terms]:
    if field.shape == "yes-no":
        names = ["yes", "no"]
    elif field.is_reference:
        names = [entity.name for entity in judgement.deployment.of_type(field.target or "")]
    else:
        names = list(judgement.policy.tested_terms.get(field_key(field), ()))
    yield from (Terms((name,)) for name in names)
