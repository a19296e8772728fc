"""What is still to be asked: the unknown facts that can matter, and which single answers settle the verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

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
from clausewise.dsl.startup.typed import TYPE_CHECKING, Literal
from clausewise.dsl.text.names import MOST_NAMED, in_words, listed
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.reads import RuleKey, field_key
from clausewise.engine.judging.judgement import Judgement, can_be_judged

if TYPE_CHECKING:
    from clausewise.dsl.trees.vocabularies import FieldKind, Shape

MOST_OPTIONS = 500
"""Answers to choose from are listed up to this number: the terms of `place` are not."""

Unit = Literal["years", "days"]
UNITS: Mapping[Shape, Unit] = {"ages": "years", "duration": "days"}
"""The units of answers, by the shape of the field."""

MOST_JUDGED = 100_000
"""Entities judged again, each with each answer that is tried: large designs get answers for few questions."""


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
    kind: FieldKind
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
    dependent = judgement.policy.reading_others
    bears_on: dict[Missing, int] = {}  # a bit for each clause: a large design lacks a million facts
    open_ = [(n, judged) for n, judged in enumerate(judgement.clauses) if judged.is_open]
    for number, judged in open_:
        is_dependent = judged.clause.name in dependent
        for fact in judged.own_missing if is_dependent else judged.missing:
            bears_on[fact] = bears_on.get(fact, 0) | 1 << number
    names = [judged.clause.name for judged in judgement.clauses]
    clauses = {
        bits: tuple([name for number, name in enumerate(names) if bits >> number & 1])
        for bits in set(bears_on.values())
    }
    ask = _Asking(judgement.deployment)
    found = [ask.about(fact, clauses[bits]) for fact, bits in bears_on.items()]
    return tuple(sorted(found, key=lambda question: -len(question.clauses)))


def question_about(fact: Missing, clauses: tuple[str, ...], deployment: Deployment) -> Question:
    """The question that asks for an unknown fact.

    Args:
        clauses: the names of those on which it bears.
    """
    return _Asking(deployment).about(fact, clauses)


class _Asking:
    """The questions about one design. What is the same for all entities of a type is looked up once."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self._fields: dict[RuleKey, _AskedField] = {}

    def about(self, fact: Missing, clauses: tuple[str, ...]) -> Question:
        """The question that asks for an unknown fact, which bears on some clauses."""
        deployment = self.deployment
        if isinstance(fact, NoEntity):
            description = deployment.vocabulary.entities[fact].description
            ask = f"Which `{fact}` is there? (a block: {description})"
            return Question(fact, ask, "choice", clauses, "entity", fact, label=in_words(fact))
        if fact == AS_OF:
            ask = "As of which date is it judged? (`as of` in the header, or --as-of)"
            doubt = _undated(deployment)
            label = "date of judging"
            return Question(fact, ask, "choice", clauses, "date", doubt=doubt, label=label)
        name, field_name = place_of(fact)
        entity = deployment.entities[name]
        key = entity.type.name, field_name
        of = self._fields.get(key)
        if of is None:
            of = self._fields[key] = _AskedField(entity.type.fields[field_name], deployment)
        stated = entity.facts.get(field_name)
        options, labels = of.options_for(name)
        return Question(
            fact=fact,
            ask=name.join(of.ask),
            kind=of.kind,
            clauses=clauses,
            type=of.shape,
            of=of.target,
            entity=name,
            options=options,
            unit=of.unit,
            doubt=stated.doubt or _in_part(stated, deployment) if stated else None,
            label=of.label,
            short=name.join(of.short),
            option_labels=labels,
            counts=stated is not None and stated.value is not None and not stated.doubt,
        )


class _AskedField:
    """What a question says of a field, whichever entity it is about.

    Attributes:
        ask: the question, between whose parts the entity's name stands; so `short`.
    """

    __slots__ = (
        "ask",
        "is_of_own_type",
        "kind",
        "label",
        "option_labels",
        "options",
        "shape",
        "short",
        "target",
        "unit",
    )

    def __init__(self, field: Field, deployment: Deployment) -> None:
        hole = "{" + field.owner + "}"
        self.ask = field.ask.split(hole)
        self.short = field.short.split(hole)
        self.kind = field.kind
        self.shape = field.shape
        self.target = field.target or ""
        self.unit = UNITS.get(field.shape)
        self.options = _options(field, deployment)
        self.option_labels = _labels(field, self.options, deployment)
        self.label = field.label
        self.is_of_own_type = field.target == field.owner

    def options_for(self, entity: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The answers to choose from about one entity, and what people call them. It is not offered itself."""
        if not self.is_of_own_type or entity not in self.options:
            return self.options, self.option_labels
        others = tuple([one for one in self.options if one != entity])
        return others, others


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
    judgement: Judgement, asked: Sequence[Question], sharing: int = 1
) -> dict[str, tuple[Answer, ...]]:
    """By fact, the answers to its question that settle the verdict, whatever the other facts are.

    Tried are `yes` and `no`, the terms that the policy tests the field for, and the listed entities. A field that
    may have several values has no such answers: one of them is not the whole answer.
    Of a design of many entities, only the first questions are tried (`MOST_JUDGED`). Where the verdict is settled,
    no answer changes it, and none is tried.

    Args:
        sharing: how many judgements of the design share what may be tried.
    """
    found: dict[str, tuple[Answer, ...]] = {}
    for fact, answer in each_answer_tried(judgement, asked, sharing):
        found[fact] = (*found.get(fact, ()), *([answer] if answer else []))
    return found


def each_answer_tried(
    judgement: Judgement, asked: Sequence[Question], sharing: int = 1
) -> Iterator[tuple[Missing, Answer | None]]:
    """What `decisive_answers` finds, step by step: whoever has other things to do can do them in between.

    Each question that is tried comes once without an answer, and then once for each answer that was tried, with
    that answer if it settles the verdict.
    """
    left = MOST_JUDGED // max(1, sharing)
    for question in asked:
        tried = _tried(judgement, question) if judgement.verdict.is_open else []
        left -= len(tried) * len(judgement.deployment.entities)
        if left < 0:
            return
        yield question.fact, None
        for fact in tried:
            yield question.fact, _settling(judgement, fact)


def _tried(judgement: Judgement, question: Question) -> list[Fact]:
    """The answers to a question that are tried."""
    if isinstance(question.fact, NoEntity) or question.fact == AS_OF:
        return []
    entity, field_name = place_of(question.fact)
    field = judgement.deployment.entities[entity].type.fields[field_name]
    values = () if field.is_many else _candidates(field, judgement)
    return [Fact(entity, field, value) for value in values]


def _settling(judgement: Judgement, tried: Fact) -> Answer | None:
    """An answer, if it settles the verdict."""
    assumed = judgement.deployment.with_fact(tried)
    after, outcomes = judgement.again(assumed, judgement.readings)
    if after is judgement.verdict or after.is_open:
        return None
    if not can_be_judged(judgement.policy, assumed, outcomes.values()):
        return None
    assert isinstance(tried.value, Terms)
    return Answer(tried.value.names[0], after)


def _candidates(field: Field, judgement: Judgement) -> Iterator[Terms]:
    if field.shape == "yes-no":
        names = ["yes", "no"]
    elif field.is_reference:
        names = [entity.name for entity in judgement.deployment.of_type(field.target or "")]
    else:
        names = list(judgement.policy.tested_terms.get(field_key(field), ()))
    yield from (Terms((name,)) for name in names)
