"""Laws of every sound policy: no clause is vacuous, none implies another, no exception is dead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.circuit import TooLargeError
from clausewise.engine.backends.solver.proving.search import DesignSearch
from clausewise.engine.backends.solver.sat import NotSettledError
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.conditions import And, Condition, Not, Or, Violated
from clausewise.engine.core.policy import Policy


@lean_dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a policy that does nothing.

    Attributes:
        said: what, in words.
        why: why it is known only of designs of some size, or not known; empty if of all.
    """

    said: str
    why: str = ""


def flaws(policy: Policy) -> Iterator[Flaw]:
    """What does nothing in a policy, under any of its readings.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    exempted = [
        (clause, number)
        for clause in policy.clauses.values()
        for number in range(len(clause.exceptions))
    ]
    without = [_without(clause, number).violation for clause, number in exempted]
    search = DesignSearch(policy, without)
    clauses = policy.clauses.values()
    applies = Or(tuple([clause.application for clause in clauses]))
    kept = tuple([Not(Violated(name)) for name in policy.clauses])
    yield from _impossible(search, And((applies, *kept)), "no design is permitted")
    violable = []
    for name, clause in policy.clauses.items():
        never = [*_impossible(search, Violated(name), f"`{name}` is never violated")]
        yield from never
        violable += [] if never else [name]
        met = And((clause.application, Not(Violated(name))))
        yield from _impossible(search, met, f"`{name}` is violated wherever it applies")
    for (clause, number), violation in zip(exempted, without, strict=True):
        said = (
            f"the exception `{clause.exceptions[number].name}` of `{clause.name}` excuses nothing"
        )
        yield from _impossible(search, And((violation, Not(Violated(clause.name)))), said)
    yield from _implied(search, policy, violable)


def _without(clause: Clause, number: int) -> Clause:
    exceptions = (*clause.exceptions[:number], *clause.exceptions[number + 1 :])
    return replace(clause, exceptions=exceptions)


def _implied(search: DesignSearch, policy: Policy, violable: Sequence[str]) -> Iterator[Flaw]:
    """Clauses that are violated wherever another one is, but for those that say so of themselves.

    Args:
        violable: the clauses that something violates. Where one is that nothing violates, all others are, too.
    """
    for name in violable:
        for other in policy.clauses:
            reads = policy.readers.get(("clause", name), ())
            if other != name and other not in reads:
                both = And((Violated(name), Not(Violated(other))))
                yield from _impossible(search, both, f"where `{name}` is violated, so is `{other}`")


def _impossible(search: DesignSearch, condition: Condition, said: str) -> Iterator[Flaw]:
    readings: dict[str, Sequence[str]] = {}
    try:
        found = search.search(search.wanted(condition), readings)
    except (NotSettledError, TooLargeError) as error:
        yield Flaw(said, f"perhaps: {error}")
        return
    if found.completion is None:
        yield Flaw(
            said,
            found.why and f"in designs of up to {min(found.designs.sizes.values())}: {found.why}",
        )
