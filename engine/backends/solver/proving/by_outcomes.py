"""What only outcomes of clauses decide, by generated code: of designs that are tried by the hundred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.planes import Joined, by_all, turned
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.records import records_of
from clausewise.engine.backends.results import OPEN, VIOLATED
from clausewise.engine.core.conditions import And, Condition, Not, Violated
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import walk


def is_of_outcomes(condition: Condition) -> bool:
    """Whether outcomes of clauses alone decide a condition."""
    return all(isinstance(node, Joined | Not | Violated) for node in walk(condition))


class ByOutcomes:
    """Conditions of one policy, each decided by outcomes of its clauses alone."""

    def __init__(
        self, policy: Policy, readings: Mapping[str, str], conditions: Iterable[Condition]
    ) -> None:
        self.code = compiled(policy, readings)
        self.conditions = tuple(conditions)
        self.clauses = _judged(policy, And(self.conditions))
        self._others = dict.fromkeys(policy.clauses, 0)  # which nothing here reads

    def hold(self, design: Deployment) -> bool:
        """Whether all are true of a design."""
        world = records_of(design, self.code.layouts)
        results = self.code.judge_again(world, self.clauses, self._others)

        def is_so(condition: Condition, truth: bool) -> bool:
            condition, truth = turned(condition, truth)
            if isinstance(condition, Violated):
                return _has(results[self.code.numbers[condition.clause]], truth)
            assert isinstance(condition, Joined), "`is_of_outcomes` has said so"
            needed = all if by_all(condition) is truth else any
            return needed(is_so(part, truth) for part in condition.parts)

        return all(is_so(condition, truth=True) for condition in self.conditions)


def _judged(policy: Policy, condition: Condition) -> frozenset[str]:
    """The clauses that a condition names, and those that these read."""
    named = {node.clause for node in walk(condition) if isinstance(node, Violated)}
    readers = policy.readers
    read = [
        name for name in policy.clauses if not named.isdisjoint(readers.get(("clause", name), ()))
    ]
    return frozenset({*named, *read})


def _has(result: int, truth: bool) -> bool:
    """Whether a clause is violated for certain, or certainly not."""
    return result == VIOLATED if truth else result != VIOLATED and result not in OPEN
