"""What takes the solver, for whoever may not have it: without it, the mistake says how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clausewise.dsl.startup.lean import replace
from clausewise.engine.advice.advise import Advice
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.extras import lacking

if TYPE_CHECKING:
    from clausewise.engine.backends.solver.both import Both


@contextmanager
def solver() -> Iterator[None]:
    """Within it the solver may be used.

    Raises:
        InvalidError: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "pysat":
            raise
        raise lacking("questions to a solver need", "solver") from None


def both_ways(judgement: Judgement, clause: str) -> Both:
    """How a clause can be violated, and how it can be kept.

    Raises:
        InvalidError: the solver is not installed.
    """
    with solver():
        from clausewise.engine.backends.solver.both import both_ways

        return both_ways(judgement, clause)


def asked_exactly(judgement: Judgement, advice: Advice, *, sharing: int) -> Advice:
    """Advice on an exact judgement, with only the questions that can still matter, and what answers do.

    Args:
        sharing: how many policies judge the design, and share the work that the solver may do.

    Raises:
        InvalidError: the solver is not installed.
    """
    with solver():
        from clausewise.engine.backends.solver.asking.asking import ask

        found = ask(judgement, sharing)
        if judgement.verdict.is_open and not found.questions:
            return advice  # only whether clauses apply is open: no answer violates one
        return replace(
            advice,
            questions=found.questions,
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
    with solver():
        from clausewise.engine.backends.solver.judging import exactly

        return exactly(judgement, sharing)
