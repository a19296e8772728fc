"""What takes the solver, for whoever may not have it: without it, the mistake says how to get it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from clausewise.dsl.startup.lean import replace
from clausewise.engine.advice.advise import Advice
from clausewise.engine.judging.judgement import Judgement, VerdictArgument
from clausewise.intake.extras import lacking
from clausewise.intake.relinked import extends, in_words_of

if TYPE_CHECKING:
    from clausewise.engine.backends.solver.both import Both


def need_solver() -> None:
    """Refuse where the solver is not installed, before anything begins.

    Much of it is imported only once it is needed, after some of the answer is printed.

    Raises:
        InvalidError: it is not installed.
    """
    if find_spec("pysat") is None:
        raise lacking("questions to a solver need", "solver")


def both_ways(judgement: Judgement, clause: str) -> Both:
    """How a clause can be violated, and how it can be kept.

    Raises:
        InvalidError: the solver is not installed.
    """
    need_solver()
    from clausewise.engine.backends.solver.both import both_ways

    return both_ways(judgement, clause)


def asked_exactly(judgement: Judgement, advice: Advice, *, sharing: int) -> Advice:
    """Advice on an exact judgement, with only the questions that can still matter, and what answers do.

    Args:
        sharing: how many policies judge the design, and share the work that the solver may do.

    Raises:
        InvalidError: the solver is not installed.
    """
    need_solver()
    from clausewise.engine.backends.solver.asking.asking import ask

    found = ask(judgement, sharing)
    if judgement.verdict.is_open and not found.questions:
        return advice  # only whether clauses apply is open: no answer violates one
    return replace(
        advice,
        asked=found.questions,
        decisive_answers=found.decisive_answers,
        fewest=found.fewest,
        fewest_are_least=found.least,
    )


def exactly(judgement: Judgement, *, sharing: int) -> Judgement:
    """The same judgement, in which no clause is open that is settled however the missing facts turn out.

    Args:
        sharing: how many policies judge the design, and share the work that the solver may do.

    Raises:
        InvalidError: the solver is not installed.
    """
    need_solver()
    from clausewise.engine.backends.solver.judging import exactly

    return exactly(judgement, sharing)


def prohibited_together(judged: Sequence[Judgement]) -> VerdictArgument | None:
    """Why policies prohibit a design together, each of which leaves it open; nothing if they do not.

    Args:
        judged: exact judgements of it.

    Raises:
        InvalidError: the solver is not installed.
    """
    widest = max(judged, key=lambda each: len(each.policy.vocabulary.bases))
    vocabulary = widest.policy.vocabulary
    if not all(extends(vocabulary, each.policy.vocabulary) for each in judged):
        return VerdictArgument(not_exact="the policies go by different vocabularies")
    policies = [in_words_of(vocabulary, each.policy) for each in judged]
    need_solver()
    from clausewise.engine.backends.solver.several import prohibited_together

    return prohibited_together(judged, policies, widest.deployment)
