"""What follows from a judgement, as one finished value: it stands between judging and printing."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.models.deployment import Fact
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.advice.questions import Answer, Question, decisive_answers, questions
from clausewise.engine.advice.readings import OtherReading, other_readings
from clausewise.engine.advice.rests import rests_on
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.judging.judge import Judgement

OPEN = (Verdict.NEEDS_INFORMATION, Verdict.NEEDS_REVIEW)
"""The verdicts that more facts can make another one."""


@lean_dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a judgement.

    Attributes:
        settled: whether the verdict stays, whatever else is stated (docs/language.md, section 7).
        questions: the unknown facts that can still matter, those first that bear on most clauses.
        decisive_answers: by fact, the single answers that settle the verdict. A fact whose answers were not tried
            is not there.
        other_readings: what other readings of the source text would change.
        rests_on: attested facts, and facts that need evidence, among those that decide an outcome.
    """

    settled: bool
    questions: tuple[Question, ...]
    decisive_answers: Mapping[str, tuple[Answer, ...]]
    other_readings: tuple[OtherReading, ...]
    rests_on: tuple[Fact, ...]


def advise(judgement: Judgement, *, try_answers: bool = True) -> Advice:
    """Work out what follows from a judgement.

    Args:
        judgement: the whole record.
        try_answers: whether to look for decisive answers, which judges again for each answer to each question.
    """
    asked = questions(judgement)
    return Advice(
        judgement.verdict not in OPEN,
        asked,
        decisive_answers(judgement, asked) if try_answers else {},
        other_readings(judgement),
        rests_on(judgement),
    )
