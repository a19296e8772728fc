"""Judging for whoever looks at the steps: of members of a set that are alike, one is judged for all of them."""

from __future__ import annotations

from collections.abc import Callable

from clausewise.dsl.models.deployment import Entity, known_value
from clausewise.engine.core.conditions import Quantifier
from clausewise.engine.judging.evaluate import Evaluator
from clausewise.engine.judging.operands import Bindings
from clausewise.engine.judging.record import Step


class ShownEvaluator(Evaluator):
    """Evaluates conditions so that members that nothing tells apart share one step, that of the first of them.

    Its facts are those of the first. So it says how each came out, but not on which facts all together rest.
    """

    def _body_judge(self, condition: Quantifier, bindings: Bindings) -> Callable[[Entity], Step]:
        each = super()._body_judge(condition, bindings)
        fields = self.policy.told_apart_by(condition)
        if fields is None:
            return each
        known: dict[object, Step] = {}

        def judge(entity: Entity) -> Step:
            if not entity.is_listed:
                return each(entity)
            kind = tuple([known_value(entity.value(field)) for field in fields])
            if kind not in known:
                known[kind] = each(entity)
            return known[kind]

        return judge
