"""What to ask of a design that is judged exactly: only what can still matter, in a good order."""

from __future__ import annotations

from clausewise.dsl.models.deployment import (
    AS_OF,
    FactName,
    Missing,
    NoEntity,
    place_of,
    show_value,
)
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.advice.questions import (
    Answer,
    GivenAnswer,
    Question,
    question_about,
    questions,
)
from clausewise.engine.backends.solver.asking.answers import settling
from clausewise.engine.backends.solver.asking.fanout import Fanout
from clausewise.engine.backends.solver.asking.ordering import questions_left
from clausewise.engine.backends.solver.asking.relevance import Relevance, relevance
from clausewise.engine.backends.solver.asking.shortest import fewest_to_prohibited
from clausewise.engine.backends.solver.exact import GIVEN_UP
from clausewise.engine.backends.solver.judging import exact_of
from clausewise.engine.backends.solver.meter import share_of
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.judging.judgement import Judgement

WORK = 3_000_000
"""So much work of the solver (`Meter`) may be spent on each of three: which questions matter, which answers settle
the verdict, and which are the fewest. What is not found by then is not told."""


@lean_dataclass(frozen=True, slots=True)
class ExactQuestions:
    """What to ask.

    Attributes:
        questions: the facts that can still matter, those first after which the fewest are left; at the end those
            that matter only after another answer (`only_later`).
        decisive_answers: by fact, the single answers that settle the verdict.
        fewest: the fewest answers that make it prohibited; nothing if it is settled, or none were found.
        least: whether no fewer answers do. If not, some were not tried.
    """

    questions: tuple[Question, ...]
    decisive_answers: dict[str, tuple[Answer, ...]]
    fewest: tuple[GivenAnswer, ...]
    least: bool = False


def ask(judgement: Judgement, sharing: int = 1) -> ExactQuestions:
    """What to ask of an exact judgement.

    Args:
        sharing: how many judgements of a design share the work that may be done.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    asked = questions(judgement)
    clauses = [judged.clause.name for judged in judgement.clauses if judged.is_open]
    if not clauses:
        return ExactQuestions(asked, {}, ())
    waiting = {FactName(str(q.fact)): q.clauses for q in asked if _is_fact(q)}
    meter, work = exact_of(judgement).meter, share_of(WORK, sharing)
    with meter.with_work(work):
        found = relevance(exact_of(judgement), clauses, waiting)
    kept = [q for one in asked if (q := _bearing(one, found, judgement))]
    kept += _later(found, {question.fact for question in asked}, judgement)
    kept = _in_order(kept, clauses, judgement, found.fanout)
    with meter.with_work(work):
        answers = settling(judgement, kept)
    with meter.with_work(work):
        return ExactQuestions(tuple(kept), answers, *_fewest(answers, judgement))


def _is_fact(question: Question) -> bool:
    return not isinstance(question.fact, NoEntity) and question.fact != AS_OF


def _bearing(question: Question, found: Relevance, judgement: Judgement) -> Question | None:
    """A question with the clauses on which it can bear; `None` if there are none."""
    if not _is_fact(question):
        return question
    fact = FactName(str(question.fact))
    on = set(question.clauses) - set(found.cannot.get(fact, ()))
    on |= set(found.bears_on.get(fact, ())) - judgement.policy.reading_others
    clauses = tuple([j.clause.name for j in judgement.clauses if j.clause.name in on])
    return replace(question, clauses=clauses) if clauses else None


def _later(found: Relevance, known: set[Missing], judgement: Judgement) -> list[Question]:
    """Questions about facts that the judge does not miss before another is known."""
    others = judgement.policy.reading_others
    later = []
    for fact, on in found.bears_on.items():
        clauses = [name for name in on if name not in others]
        if fact not in known and clauses:
            question = question_about(fact, tuple(clauses), judgement.deployment)
            later.append(replace(question, only_later=True))
    return later


def _in_order(
    asked: list[Question], clauses: list[str], judgement: Judgement, fanout: Fanout | None
) -> list[Question]:
    """Entities first, without whom nothing can be asked; then facts by the questions that are left after each."""
    places = [place_of(FactName(str(question.fact))) for question in asked if _is_fact(question)]
    exact = exact_of(judgement)
    try:
        known = [place for place in places if place in exact.world.facts]
        left = questions_left(exact, clauses, known, fanout)
    except GIVEN_UP:
        left = {}
    fields = [
        (type_.name, field)
        for type_ in judgement.policy.vocabulary.entities.values()
        for field in type_.fields
    ]
    order = {place: number for number, place in enumerate(fields)}

    def key(question: Question) -> tuple[bool, int, float, int]:
        if not _is_fact(question):
            return question.only_later, 0 if isinstance(question.fact, NoEntity) else 3, 0.0, 0
        place = place_of(FactName(str(question.fact)))
        type_ = judgement.deployment.entities[place[0]].type.name
        is_known = place in left
        return (
            question.only_later,
            1 if is_known else 2,
            left.get(place, 0.0),
            order[type_, place[1]],
        )

    return sorted(asked, key=key)


def _fewest(
    answers: dict[str, tuple[Answer, ...]], judgement: Judgement
) -> tuple[tuple[GivenAnswer, ...], bool]:
    """One answer, if one is enough; else the fewest together; and whether no fewer are."""
    for fact, each in answers.items():
        for answer in each:
            if answer.verdict is Verdict.PROHIBITED:
                return (GivenAnswer(fact, answer.answer),), True
    found = fewest_to_prohibited(judgement)
    return tuple([GivenAnswer(f.name, show_value(f.value)) for f in found.facts]), found.least
