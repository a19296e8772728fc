"""What only outcomes of clauses decide, by generated code: of designs that are tried by the hundred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.records import records_of
from clausewise.engine.backends.results import OPEN, VIOLATED
from clausewise.engine.core.conditions import And, Condition, Not, Or, Violated
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.truth import Truth, conjunction, disjunction, negation
from clausewise.engine.core.walk import walk


def is_of_outcomes(condition: Condition) -> bool:
    """Whether outcomes of clauses alone decide a condition."""
    return all(isinstance(node, And | Or | Not | Violated) for node in walk(condition))


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

        def truth(condition: Condition) -> Truth:
            match condition:
                case And(parts):
                    return conjunction(map(truth, parts))
                case Or(parts):
                    return disjunction(map(truth, parts))
                case Not(part):
                    return negation(truth(part))
                case Violated(clause):
                    return _truth(results[self.code.numbers[clause]])
                case _:
                    raise AssertionError(condition)

        return all(truth(condition) is Truth.TRUE for condition in self.conditions)


def _judged(policy: Policy, condition: Condition) -> frozenset[str]:
    """The clauses that a condition names, and those that these read."""
    named = {node.clause for node in walk(condition) if isinstance(node, Violated)}
    readers = policy.readers
    read = [
        name for name in policy.clauses if not named.isdisjoint(readers.get(("clause", name), ()))
    ]
    return frozenset({*named, *read})


def _truth(result: int) -> Truth:
    if result in OPEN:
        return Truth.UNKNOWN
    return Truth.TRUE if result == VIOLATED else Truth.FALSE
