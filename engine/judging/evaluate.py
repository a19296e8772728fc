"""Judging conditions in Kleene's logic, with every step recorded. This is what the language means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from clausewise.dsl.models.deployment import UNLISTED, Entity, FactName, Terms, Value
from clausewise.dsl.startup.typed import assert_never
from clausewise.dsl.trees.values import Duration, Range
from clausewise.engine.core.conditions import (
    And,
    Compare,
    Condition,
    Defined,
    Empty,
    EntitySet,
    Every,
    FieldOf,
    Meet,
    Not,
    Or,
    Overlaps,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    Some,
    TermSet,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.truth import Truth, conjunction, disjunction, negation
from clausewise.engine.judging.operands import Bindings, Operands, ReadValue
from clausewise.engine.judging.record import (
    Instance,
    Step,
)
from clausewise.engine.judging.sets import Sets

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


class Evaluator:
    """Evaluates the conditions of one policy over one deployment under chosen readings."""

    def __init__(
        self,
        policy: Policy,
        operands: Operands,
        readings: Mapping[str, str],
        violations: Mapping[str, Step],
        prohibitions: Mapping[str, Step],
        *,
        by_a_law: bool = False,
    ) -> None:
        """
        Args:
            violations: the steps of clauses that were judged before.
            prohibitions: the same of other policies.
            by_a_law: whether some law prohibits the deployment, whichever.
        """
        self.policy = policy
        self.deployment = operands.deployment
        self.operands = operands
        self.sets = Sets(policy, operands)
        self.readings = readings
        self.violations = violations
        self.prohibitions = prohibitions
        self.by_a_law = by_a_law
        self._judged: dict[tuple[str, ...], Step] = {}
        self._judged_alone: dict[int, dict[str, Step]] = {}
        """By the identity of conditions, which the policy keeps alive."""

    def evaluate(self, condition: Condition, bindings: Bindings) -> Step:
        """Judge a condition for given entities."""
        match condition:
            case And(parts):
                steps = self._all_of(parts, bindings)
                truth = conjunction([s.truth for s in steps])
                return Step(condition, truth, parts=steps, by_one=FALSE)
            case Violation():
                # All parts are judged, even if one is false already: reports show each of them.
                steps = tuple([self.evaluate(part, bindings) for part in condition.parts])
                truth = conjunction([s.truth for s in steps])
                return Step(condition, truth, parts=steps, by_one=FALSE)
            case Or(parts):
                steps = tuple([self.evaluate(part, bindings) for part in parts])
                is_so = [TRUE] if condition.of_laws and self.by_a_law else []
                truth = disjunction([*is_so, *(s.truth for s in steps)])
                return Step(condition, truth, parts=steps, by_one=TRUE)
            case Not(part):
                step = self.evaluate(part, bindings)
                return Step(condition, negation(step.truth), parts=(step,))
            case Overlaps():
                return self._terms_test(condition, bindings, _overlaps)
            case Within():
                return self._terms_test(condition, bindings, _within)
            case Empty():
                return self._empty(condition, bindings)
            case Compare():
                return self._compare(condition, bindings)
            case Same():
                return self._same(condition, bindings)
            case Meet():
                return self._meet(condition, bindings)
            case Some() | Every():
                return self._quantified(condition, bindings)
            case Defined():
                return self._defined(condition, bindings)
            case ReadingIs(reading, alternative):
                return Step(condition, TRUE if self.readings[reading] == alternative else FALSE)
            case Violated(clause):
                step = self.violations[clause]
                return Step(condition, step.truth, parts=(step,))
            case Prohibited(policy):
                step = self.prohibitions[policy]
                return Step(condition, step.truth, parts=(step,))
            case _:
                assert_never(condition)

    def _all_of(self, parts: tuple[Condition, ...], bindings: Bindings) -> tuple[Step, ...]:
        """The steps of a conjunction. Those that go through sets come last, and none after one that is false.

        They could only add to the reasons, and may take long. The steps stand in the order of the parts.
        """
        steps: dict[int, Step] = {}
        is_false = False
        near = [n for n, part in enumerate(parts) if not self.policy.goes_through_sets(part)]
        for number in dict.fromkeys([*near, *range(len(parts))]):
            if is_false and number not in near:
                break
            steps[number] = self.evaluate(parts[number], bindings)
            is_false = is_false or steps[number].truth is FALSE
        return tuple([steps[number] for number in sorted(steps)])

    # tests on terms

    def _terms_test(
        self,
        condition: Overlaps | Within,
        bindings: Bindings,
        test: Callable[[Terms, TermSet], Truth],
    ) -> Step:
        left, right = condition.left, condition.right
        values = self.operands.read_field(left, bindings)
        other = self.operands.read_terms(right, bindings)
        if _is_none(values.value):
            return Step(condition, FALSE if test is _overlaps else TRUE, values.facts)
        facts = values.facts + other.facts
        if test is _overlaps and _is_empty(other):
            return Step(condition, FALSE, other.facts)
        if values.value is None or other.value is None:
            missing = values.missing + self._vague(left, values) + other.missing
            return Step(condition, UNKNOWN, facts, missing)
        assert isinstance(values.value, Terms)
        assert isinstance(other.value, TermSet)
        truth = test(values.value, other.value)
        if truth is FALSE and other.is_open:
            truth = UNKNOWN
        if truth is not UNKNOWN:
            return Step(condition, truth, facts)
        return Step(condition, UNKNOWN, facts, self._vague(left, values) + other.missing)

    def _vague(self, field: FieldOf, values: ReadValue) -> tuple[FactName, ...]:
        """The fact just read, if it is known and could be more precise."""
        if not isinstance(values.value, Terms):
            return ()
        below = self.policy.vocabulary.taxonomy_of(field.field).children
        is_vague = values.value.more or any(name in below for name in values.value.names)
        return values.facts[-1:] if is_vague else ()

    def _empty(self, condition: Empty, bindings: Bindings) -> Step:
        read = self.operands.read_field(condition.of, bindings)
        value = read.value
        if value is None or (isinstance(value, Terms) and value.more and not value.names):
            missing = read.missing or read.facts[-1:]
            return Step(condition, UNKNOWN, read.facts, missing)
        return Step(condition, TRUE if _is_none(value) else FALSE, read.facts)

    # comparisons

    def _compare(self, condition: Compare, bindings: Bindings) -> Step:
        left = self.operands.quantity(condition.left, bindings)
        right = self.operands.quantity(condition.right, bindings)
        facts, missing = left.facts + right.facts, left.missing + right.missing
        if left.value is None or right.value is None:
            return Step(condition, UNKNOWN, facts, missing)
        if isinstance(left.value, Terms) or isinstance(right.value, Terms):
            return Step(condition, FALSE, facts)
        holds = _SIGNS[condition.sign](left.value, right.value)
        return Step(condition, TRUE if holds else FALSE, facts)

    # entities

    def _meet(self, condition: Meet, bindings: Bindings) -> Step:
        truth, found = self.sets.meeting(condition, bindings)
        if truth is UNKNOWN:
            return Step(condition, UNKNOWN, (), found)
        return Step(condition, truth, found)

    def _same(self, condition: Same, bindings: Bindings) -> Step:
        one, way = self.operands.follow(condition.left, bindings)
        other, other_way = self.operands.follow(condition.right, bindings)
        facts, missing = way.facts + other_way.facts, way.missing + other_way.missing
        if one is None or other is None:
            return Step(condition, FALSE, way.facts if one is None else other_way.facts)
        if not one.is_listed or not other.is_listed:
            return Step(condition, UNKNOWN, facts, missing)
        return Step(condition, TRUE if one.name == other.name else FALSE, facts)

    def _quantified(self, condition: Some | Every, bindings: Bindings) -> Step:
        members = self.sets.members(condition.range, bindings)
        variable = condition.variable
        parts: list[Step] = []
        instances: list[Instance] = []
        judge_body = self._body_judge(condition, bindings)
        for name, chain in members.known.items():
            parts.append(judge_body(self.deployment.entities[name]))
            instances.append(Instance(variable, name, chain))
        truths = [part.truth for part in parts]
        combine = disjunction if isinstance(condition, Some) else conjunction
        by_all, by_one = (FALSE, TRUE) if isinstance(condition, Some) else (TRUE, FALSE)
        truth, anyway = combine(truths), None
        is_open, is_nearer = members.is_open, members.is_nearer
        if is_open or (members.bounds if truth is by_all else is_nearer and truth is by_one):
            anyone = judge_body(self.operands.unlisted(condition.range.type))
            if anyone.truth is by_all or (is_nearer and anyone.truth is by_one):
                anyway = anyone
            elif is_open:
                parts.append(anyone)
                instances.append(Instance(variable, UNLISTED, is_there=False))
            if is_open:
                # Nobody knows whether there is such a member, but where the set cannot be empty.
                truth = combine([*truths, anyone.truth if anyway else UNKNOWN])
        return Step(
            condition,
            truth,
            tuple(members.bounds) if truth is by_all and not is_open else (),
            tuple(dict.fromkeys(members.gaps)) if anyway is None else (),
            tuple(parts),
            by_one,
            tuple(instances),
            is_open,
            anyway,
            members.witness if anyway and truth is by_one else None,
        )

    def _body_judge(self, condition: Quantifier, bindings: Bindings) -> Callable[[Entity], Step]:
        """Judges a quantifier's body for its variable; once for all outer bindings, if the body uses none."""
        variable, body = condition.variable, condition.body
        if not bindings or not self.policy.stands_alone(condition):
            return lambda entity: self.evaluate(body, {**bindings, variable: entity})
        known = self._judged_alone.setdefault(id(condition), {})

        def judge(entity: Entity) -> Step:
            if entity.name not in known:
                known[entity.name] = self.evaluate(body, {variable: entity})
            return known[entity.name]

        return judge

    def _defined(self, condition: Defined, bindings: Bindings) -> Step:
        name = condition.definition
        given, ways = self.operands.arguments(name, condition.arguments, bindings)
        facts = tuple(f for way in ways for f in way.facts)
        missing = tuple(m for way in ways for m in way.missing)
        if given is None:
            return Step(condition, FALSE, facts)
        key = (name, *(entity.name for entity in given.values()))
        if key not in self._judged:
            body = self.policy.definitions[name].body
            assert not isinstance(body, EntitySet)
            self._judged[key] = self.evaluate(body, given)
        step = self._judged[key]
        truth = step.truth
        if truth is TRUE and not self.operands.are_certain(condition.arguments, bindings):
            truth = UNKNOWN  # where an argument leads nowhere, it is false
        return Step(condition, truth, facts, missing if truth is UNKNOWN else (), (step,))


def _is_none(value: Value | TermSet | None) -> bool:
    """Whether `none` was read, or a field of an entity that is not there."""
    return isinstance(value, Terms) and not value.names and not value.more


def _is_empty(read: ReadValue) -> bool:
    return isinstance(read.value, TermSet) and not read.value.names and not read.is_open


def _overlaps(values: Terms, terms: TermSet) -> Truth:
    if not terms.inside.isdisjoint(values.names):
        return TRUE
    if values.more or not terms.above.isdisjoint(values.names):
        return UNKNOWN
    return FALSE


def _within(values: Terms, terms: TermSet) -> Truth:
    outside = [name for name in values.names if name not in terms.inside]
    if any(name not in terms.above for name in outside):
        return FALSE
    return UNKNOWN if outside or values.more else TRUE


_Quantity = Decimal | date | str | Range | Duration | TermSet
_SIGNS: dict[str, Callable[[_Quantity, _Quantity], bool]] = {
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
    "=": lambda a, b: a == b,
}
