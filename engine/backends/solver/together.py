"""Why several clauses prohibit a design together, or several policies, though each by itself is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from clausewise.dsl.models.deployment import AS_OF, FactName, Missing, NoEntity, Value
from clausewise.engine.backends.solver.assuming import all_values
from clausewise.engine.backends.solver.exact import GIVEN_UP, Exact
from clausewise.engine.judging.judgement import VerdictArgument

MOST_SPLIT = 8
"""Of so many missing facts it is tried whether each value of one leads to a violation."""
MOST_CASES = 40

Violates = Callable[[Mapping[FactName, Value]], Collection[str]]
"""With further facts, the clauses that are violated for certain, or the policies that prohibit."""


def why_prohibited(
    exact: Exact, missing: Iterable[Missing], violated: Violates
) -> VerdictArgument | None:
    """Why a design is prohibited of which no clause alone is violated, or why that is not known; else nothing.

    Args:
        exact: all that it may turn out to be.
        missing: the facts for which its clauses wait.
        violated: what judges it with further facts.
    """
    try:
        some = exact.violated_together()
    except GIVEN_UP as error:
        return VerdictArgument(not_exact=str(error))
    if not some:
        return None
    facts = [f for f in dict.fromkeys(missing) if not isinstance(f, NoEntity) and f != AS_OF]
    for fact in facts[:MOST_SPLIT]:
        values = all_values(fact, exact.world)
        cases = [*_by_case(some, violated, fact, values)] if len(values) <= MOST_CASES else []
        if cases and len(cases) == len(values):
            return VerdictArgument(some, fact, tuple(cases))
    return VerdictArgument(some)


def _by_case(
    some: Sequence[str], violated: Violates, fact: FactName, values: Iterable[Value]
) -> Iterator[tuple[Value, str]]:
    """For each value of a fact the first that is violated then, up to one by which none is."""
    for value in values:
        found = violated({fact: value})
        first = next((name for name in some if name in found), None)
        if first is None:
            return
        yield value, first
