"""What is still to be asked: the unknown facts that can matter, and which single answers settle the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clausewise.dsl.models.deployment import Deployment, Fact, Terms
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.conditions import Overlaps, TermSet, Within
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.judge import Judgement, NothingToJudgeError, judge

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
        fact: `entity.field`; a type's name if no entity of it is listed; or `as-of`.
        ask: the question in plain words.
        kind: `world`, `choice` or `judgement`.
        clauses: the names of the clauses that it bears on.
        doubt: why the value that is stated does not count, if one is.
    """

    fact: str
    ask: str
    kind: str
    clauses: tuple[str, ...]
    doubt: str | None = None


def questions(judgement: Judgement) -> tuple[Question, ...]:
    """The questions, those first that bear on most clauses."""
    bears_on: dict[str, list[str]] = {}
    for judged in judgement.clauses:
        for fact in judged.missing:
            bears_on.setdefault(fact, []).append(judged.clause.name)
    found = [_question(f, tuple(c), judgement.deployment) for f, c in bears_on.items()]
    return tuple(sorted(found, key=lambda question: -len(question.clauses)))


def _question(fact: str, clauses: tuple[str, ...], deployment: Deployment) -> Question:
    entity, _, field_name = fact.partition(".")
    if not field_name:
        return Question(fact, _ask_beyond(fact, deployment), "choice", clauses)
    field = deployment.entities[entity].type.fields[field_name]
    stated = deployment.fact(fact)
    ask = field.ask.replace("{" + field.owner + "}", entity)
    return Question(fact, ask, field.kind, clauses, stated.doubt if stated else None)


def _ask_beyond(name: str, deployment: Deployment) -> str:
    """The question for what is no field: the date of judging, or a type of which none is listed."""
    if name == "as-of":
        return "As of which date is it judged? (`as of` in the header, or --as-of)"
    type_ = deployment.vocabulary.entities[name]
    return f"Which `{name}` is there? (a block: {type_.description})"


def decisive_answers(
    judgement: Judgement, asked: Sequence[Question]
) -> dict[str, tuple[Answer, ...]]:
    """By fact, the answers to its question that settle the verdict, whatever the other facts are.

    Tried are `yes` and `no`, the terms that the policy tests the field for, `none`, and the listed entities.
    In a design of more than `MOST_JUDGED` entities by questions, only the first questions are tried.
    """
    tried = max(1, MOST_JUDGED // max(1, len(judgement.deployment.entities)))
    return {question.fact: _settling(judgement, question) for question in asked[:tried]}


def _settling(judgement: Judgement, question: Question) -> tuple[Answer, ...]:
    deployment, before = judgement.deployment, judgement.verdict
    entity, _, field_name = question.fact.partition(".")
    if not field_name:
        return ()
    field = deployment.entities[entity].type.fields[field_name]
    affected = _affected(judgement.policy, question.clauses)
    settled = {j.clause.name: j for j in judgement.clauses if j.clause.name not in affected}
    found = []
    for value in _candidates(field, judgement):
        assumed = deployment.with_fact(Fact(entity, field, value))
        try:
            after = judge(judgement.policy, assumed, judgement.readings, settled=settled).verdict
        except NothingToJudgeError:
            continue
        if after is not before and after is not Verdict.NEEDS_INFORMATION:
            found.append(Answer(", ".join(value.names) or "none", after))
    return tuple(found)


def _affected(policy: Policy, clauses: tuple[str, ...]) -> set[str]:
    """The clauses, and those that depend on them."""
    dependent = (policy.readers.get(("clause", name), frozenset()) for name in clauses)
    return set(clauses).union(*dependent)


def _candidates(field: Field, judgement: Judgement) -> Iterator[Terms]:
    if field.shape == "yes-no":
        names = ["yes", "no"]
    elif field.is_reference:
        names = [entity.name for entity in judgement.deployment.of_type(field.target or "")]
    else:
        names = list(_tested_terms(field, judgement.policy))
    yield from (Terms((name,)) for name in names)
    if field.shape == "any of":
        yield Terms(())


def _tested_terms(field: Field, policy: Policy) -> Mapping[str, None]:
    """The terms that the policy tests a field for, in the order of the policy."""
    found: dict[str, None] = {}
    for condition in policy.conditions():
        for node in walk(condition):
            if isinstance(node, Overlaps | Within) and node.left.field == field:
                right = node.right
                found.update(dict.fromkeys(right.names if isinstance(right, TermSet) else ()))
    return found


@lean_dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reading of the source text would change.

    Attributes:
        verdict: the verdict under it.
        changed: the clauses whose outcome differs, with that outcome.
    """

    reading: str
    alternative: str
    verdict: Verdict
    changed: Mapping[str, str]


def other_readings(judgement: Judgement) -> tuple[OtherReading, ...]:
    """The readings, other than the chosen ones, that change an outcome, each taken by itself."""
    found = []
    before = {j.clause.name: j.outcome for j in judgement.clauses}
    for name, reading in judgement.policy.readings.items():
        for alternative in reading.alternatives:
            if alternative == judgement.readings[name]:
                continue
            after = _outcomes_under(judgement, name, alternative)
            changed = {c: str(o) for c, o in after.items() if o is not before[c]}
            if changed:
                verdict = verdict_of(after.values(), draft=judgement.deployment.draft)
                found.append(OtherReading(name, alternative, verdict, changed))
    return tuple(found)


def _outcomes_under(judgement: Judgement, reading: str, alternative: str) -> dict[str, Outcome]:
    policy, deployment = judgement.policy, judgement.deployment
    affected = policy.readers.get(("reading", reading), frozenset())
    settled = {j.clause.name: j for j in judgement.clauses if j.clause.name not in affected}
    chosen = {**judgement.readings, reading: alternative}
    try:
        judged = judge(policy, deployment, chosen, settled=settled).clauses
    except NothingToJudgeError:
        return dict.fromkeys(policy.clauses, Outcome.NOT_APPLICABLE)
    return {j.clause.name: j.outcome for j in judged}
