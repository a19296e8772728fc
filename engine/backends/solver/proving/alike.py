"""Whether two policies that differ in one place say the same of every complete design, by any readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import TooLargeError
from clausewise.engine.backends.solver.proving.search import DesignSearch
from clausewise.engine.backends.solver.proving.shown import (
    confirmed,
    reduced,
    supposed,
)
from clausewise.engine.backends.solver.reading_again import NotConfirmedError
from clausewise.engine.backends.solver.sat import NotSettledError
from clausewise.engine.core.conditions import Condition, Not
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement


@lean_dataclass(frozen=True, slots=True)
class ToldApart:
    """A complete design that two policies judge otherwise, with what a clause comes to by each.

    Attributes:
        readings: the alternatives that both choose, by reading.
        by_a_law: whether it takes a law that prohibits the design.
    """

    design: Deployment
    readings: Mapping[str, str]
    clause: str
    before: Outcome
    after: Outcome
    by_a_law: bool = False


def told_apart(old: Policy, new: Policy, clauses: Iterable[str]) -> ToldApart | str | None:
    """A design of which a clause comes out otherwise; `None` if there is none, or why that is not known.

    Args:
        new: it has the readings of the old one, of which the same alternatives are chosen.
        clauses: those that both have, and which may differ.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    search = DesignSearch(new, others=[old], same_readings=True)
    unsure = ""
    for name in clauses:
        before, after = old.clauses[name], new.clauses[name]
        for one, other in (
            (before.violation, after.violation),
            (before.application, after.application),
        ):
            for of_old, of_new in ((one, Not(other)), (Not(one), other)):
                found = _found(search, old, new, of_old, of_new, name)
                if isinstance(found, ToldApart):
                    return found
                unsure = unsure or found
    return unsure or None


def _found(
    search: DesignSearch,
    old: Policy,
    new: Policy,
    of_old: Condition,
    of_new: Condition,
    clause: str,
) -> ToldApart | str:
    """A design that fulfils one condition by each policy; else why there may be one, or an empty text."""
    wanted = [*search.wanted(of_old, old), *search.wanted(of_new)]
    try:
        found = search.search(wanted, {})
    except (NotSettledError, TooLargeError) as error:
        return str(error)
    if found.completion is None:
        return found.why
    beside = supposed(found)

    def judged(design: Deployment) -> list[ClauseJudgement]:
        return [beside.judge(policy, design).judged(clause) for policy in (old, new)]

    def outcomes(design: Deployment) -> tuple[Outcome, Outcome]:
        before, after = judged(design)
        return before.outcome, after.outcome

    def differs(design: Deployment) -> bool:
        before, after = outcomes(design)
        return before is not after and not before.is_open and not after.is_open

    design = found.completion.deployment()
    deciding = [fact for each in judged(design) for fact in each.facts]
    try:
        small = reduced(design, differs, deciding)
        confirmed(small, beside, differs)
    except NotConfirmedError:
        return "a design that was found is judged alike"
    return ToldApart(small, beside.readings, clause, *outcomes(small), by_a_law=beside.by_a_law)
