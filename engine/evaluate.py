"""Judging conditions in Kleene's logic, with every step recorded. This is what the language means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import assert_never

from clausewise.dsl.deployment import Deployment, Entity, Terms, Value
from clausewise.dsl.syntax import Duration, Range
from clausewise.dsl.taxonomy import Taxonomy
from clausewise.engine.conditions import (
    All,
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    DefinedSet,
    Empty,
    EntitySet,
    Every,
    FieldOf,
    Hop,
    Lookup,
    Meet,
    Not,
    Operand,
    Or,
    Overlaps,
    Path,
    Prohibited,
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Within,
    walk,
)
from clausewise.engine.policy import Policy
from clausewise.engine.step import (
    DRAFT,
    Chain,
    Instance,
    Step,
    chain_facts,
    length,
    longer,
)
from clausewise.engine.truth import Truth, conjunction, disjunction, negation

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
Bindings = Mapping[str, Entity]
"""The variables in scope. An entity without a name is one that the design does not list."""


@dataclass(slots=True)
class Members:
    """A set of entities, as far as known.

    Attributes:
        known: the listed members, with the facts that put them in.
        bounds: the facts that say that there are no others.
        gaps: the unknown facts because of which there may be others.
        is_open: whether there may be others.
    """

    known: dict[str, Chain | None] = field(default_factory=dict)
    bounds: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    is_open: bool = False


@dataclass(slots=True)
class Reading:
    """What reading an operand gave.

    Attributes:
        value: `None` if it is unknown.
        facts: the known facts that were read.
        missing: the facts that are unknown, or could be more precise.
        is_open: whether more terms may come.
    """

    value: Value | TermSet | None
    facts: tuple[str, ...]
    missing: tuple[str, ...] = ()
    is_open: bool = False


_NO_WAY = Reading(None, ())


class Evaluator:
    """Evaluates the conditions of one policy over one deployment under chosen readings."""

    def __init__(
        self,
        policy: Policy,
        deployment: Deployment,
        readings: Mapping[str, str],
        violations: Mapping[str, Step],
        prohibitions: Mapping[str, Step],
    ) -> None:
        """`violations` and `prohibitions` hold the steps of clauses and policies judged before."""
        self.policy = policy
        self.deployment = deployment
        self.readings = readings
        self.violations = violations
        self.prohibitions = prohibitions
        self._by_type: dict[str, Members] = {}
        self._called: dict[tuple[str, ...], Members] = {}
        self._through_sets: dict[int, bool] = {}
        """By the identity of conditions, which the policy keeps alive."""
        self._judged: dict[tuple[str, ...], Step] = {}
        self._term_sets: dict[tuple[str, tuple[str, ...]], TermSet] = {}
        self._unlisted = {
            name: Entity(type_, "", {}) for name, type_ in policy.vocabulary.entities.items()
        }

    def evaluate(self, condition: Condition, bindings: Bindings) -> Step:
        """Judge a condition for given entities."""
        match condition:
            case And():
                steps = self._all_of(condition, bindings)
                return Step(condition, conjunction([s.truth for s in steps]), parts=steps)
            case Or(parts):
                steps = tuple([self.evaluate(part, bindings) for part in parts])
                return Step(condition, disjunction([s.truth for s in steps]), parts=steps)
            case Not(part):
                step = self.evaluate(part, bindings)
                return Step(condition, negation(step.truth), parts=(step,))
            case Overlaps(left, right):
                return self._terms_test(condition, left, right, bindings, _overlaps)
            case Within(left, right):
                return self._terms_test(condition, left, right, bindings, _within)
            case Empty(of):
                return self._empty(condition, of, bindings)
            case Compare():
                return self._compare(condition, bindings)
            case Same(left, right):
                return self._same(condition, left, right, bindings)
            case Meet(left, right):
                return self._meet(condition, left, right, bindings)
            case Some() | Every():
                return self._quantified(condition, bindings)
            case Defined(name, arguments):
                return self._defined(condition, name, arguments, bindings)
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

    def _all_of(self, condition: And, bindings: Bindings) -> tuple[Step, ...]:
        """The steps of a conjunction. Once one is false, those that go through sets are left out.

        They could only add to the reasons, and may take long.
        """
        steps: list[Step] = []
        is_false = False
        for part in condition.parts:
            if is_false and not condition.whole and self._goes_through_sets(part):
                continue
            steps.append(self.evaluate(part, bindings))
            is_false = is_false or steps[-1].truth is FALSE
        return tuple(steps)

    def _goes_through_sets(self, condition: Condition) -> bool:
        key = id(condition)
        if key not in self._through_sets:
            sets = (Some, Every, Meet, Defined)
            self._through_sets[key] = any(isinstance(node, sets) for node in walk(condition))
        return self._through_sets[key]

    # reading facts

    def _follow(self, path: Path, bindings: Bindings) -> tuple[Entity | None, Reading]:
        """The one entity at a path's end: unlisted if it is not known which, `None` if there is none."""
        entity = self.deployment.entities[path.root] if path.single else bindings[path.root]
        if not path.hops:
            return entity, _NO_WAY
        facts: tuple[str, ...] = ()
        missing: tuple[str, ...] = ()
        for hop in path.hops:
            reading = self._read(entity, hop.field.name)
            facts += reading.facts
            missing += reading.missing
            names = reading.value.names if isinstance(reading.value, Terms) else None
            if names == ():
                return None, Reading(None, facts, missing)
            entity = (
                self.deployment.entities[names[0]]
                if names
                else self._unlisted[hop.field.target or ""]
            )
        return entity, Reading(None, facts, missing)

    def _read(self, entity: Entity, field_name: str) -> Reading:
        fact = entity.facts.get(field_name)
        if not entity.name:
            return Reading(None, ())
        name = f"{entity.name}.{field_name}"
        if fact is None or fact.value is None:
            return Reading(None, (), (name,))
        return Reading(fact.value, (name,))

    def _read_field(self, operand: FieldOf, bindings: Bindings) -> Reading:
        entity, way = self._follow(operand.path, bindings)
        if entity is None:
            return Reading(Terms(()), way.facts, way.missing)
        reading = self._read(entity, operand.field.name)
        return Reading(reading.value, way.facts + reading.facts, way.missing + reading.missing)

    # tests on terms

    def _terms_test(
        self,
        condition: Overlaps | Within,
        left: FieldOf,
        right: TermOperand,
        bindings: Bindings,
        test: Callable[[Terms, TermSet], Truth],
    ) -> Step:
        values = self._read_field(left, bindings)
        other = self._read_terms(right, bindings)
        if isinstance(values.value, Terms) and values.value == Terms(()):
            return Step(condition, FALSE if test is _overlaps else TRUE, values.facts)
        facts = values.facts + other.facts
        if test is _overlaps and _is_empty(other):
            return Step(condition, FALSE, other.facts)
        if values.value is None or other.value is None:
            return Step(condition, UNKNOWN, facts, values.missing + other.missing)
        assert isinstance(values.value, Terms)
        assert isinstance(other.value, TermSet)
        truth = test(values.value, other.value)
        if truth is FALSE and other.is_open:
            truth = UNKNOWN
        if truth is not UNKNOWN:
            return Step(condition, truth, facts)
        vague = self.policy.vocabulary.taxonomy_of(left.field).children
        could_change = values.value.more or any(n in vague for n in values.value.names)
        blamed = values.facts[-1:] if could_change else ()
        return Step(condition, UNKNOWN, facts, blamed + other.missing)

    def _read_terms(self, operand: TermOperand, bindings: Bindings) -> Reading:
        """The terms on the right of a test."""
        match operand:
            case TermSet():
                return Reading(operand, ())
            case FieldOf():
                return self._stated_terms(operand, self._read_field(operand, bindings))
            case Lookup(name, key):
                return self._look_up_terms(name, self._read_field(key, bindings))
            case _:
                assert_never(operand)

    def _stated_terms(self, operand: FieldOf, reading: Reading) -> Reading:
        """The terms that a fact states. A term with others below it is one of these, which is unknown."""
        if not isinstance(reading.value, Terms):
            return reading
        taxonomy = self.policy.vocabulary.taxonomy_of(operand.field)
        names, more = reading.value.names, reading.value.more
        vague = [name for name in names if name in taxonomy.children]
        terms = self._term_set(taxonomy, tuple(name for name in names if name not in vague))
        if vague:
            possible = taxonomy.inside(vague) | taxonomy.above(vague) | terms.above
            terms = TermSet(names, terms.inside, possible - terms.inside)
        missing = reading.facts[-1:] if more or vague else ()
        return Reading(terms, reading.facts, missing, more)

    def _look_up_terms(self, name: str, key: Reading) -> Reading:
        """The terms that a table gives for all the terms of its key together."""
        if not isinstance(key.value, Terms):
            return key
        table = self.policy.tables[name]
        given = [table.at(term) for term in key.value.names]
        names = [n for row in given if isinstance(row, tuple) for n in row]
        terms = self._term_set(self.policy.vocabulary.taxonomy(table.gives), tuple(names))
        is_open = key.value.more or None in given
        return Reading(terms, key.facts, key.facts[-1:] if is_open else (), is_open)

    def _term_set(self, taxonomy: Taxonomy, names: tuple[str, ...]) -> TermSet:
        key = (taxonomy.name, names)
        if key not in self._term_sets:
            inside = taxonomy.inside(names)
            self._term_sets[key] = TermSet(names, inside, taxonomy.above(names) - inside)
        return self._term_sets[key]

    def _empty(self, condition: Empty, of: FieldOf, bindings: Bindings) -> Step:
        reading = self._read_field(of, bindings)
        if reading.value is None or (reading.value == Terms((), more=True)):
            missing = reading.missing or reading.facts[-1:]
            return Step(condition, UNKNOWN, reading.facts, missing)
        return Step(condition, TRUE if reading.value == Terms(()) else FALSE, reading.facts)

    # comparisons

    def _compare(self, condition: Compare, bindings: Bindings) -> Step:
        left = self._quantity(condition.left, bindings)
        right = self._quantity(condition.right, bindings)
        facts, missing = left.facts + right.facts, left.missing + right.missing
        if left.value is None or right.value is None:
            return Step(condition, UNKNOWN, facts, missing)
        if isinstance(left.value, Terms) or isinstance(right.value, Terms):
            return Step(condition, FALSE, facts)
        holds = _SIGNS[condition.sign](left.value, right.value)
        return Step(condition, TRUE if holds else FALSE, facts)

    def _quantity(self, operand: Operand, bindings: Bindings) -> Reading:
        """A number, a date, a duration in seconds; `Terms(())` if there is no such thing."""
        match operand:
            case Constant(value):
                return Reading(value, ())
            case AsOf():
                as_of = self.deployment.as_of
                return Reading(as_of, ("as-of",)) if as_of else Reading(None, (), ("as-of",))
            case Bound(of, end):
                reading = self._read_field(of, bindings)
                if not isinstance(reading.value, Range):
                    return reading
                low, high = reading.value.low, reading.value.high
                age = Decimal(low if low is not None else "-Infinity")
                if end == "oldest":
                    age = Decimal(high if high is not None else "Infinity")
                return Reading(age, reading.facts)
            case FieldOf():
                reading = self._read_field(operand, bindings)
                if isinstance(reading.value, Duration):
                    return Reading(reading.value.seconds, reading.facts)
                return reading
            case Lookup(name, key):
                reading = self._read_field(key, bindings)
                if not isinstance(reading.value, Terms) or not reading.value.names:
                    return reading
                given = self.policy.tables[name].at(reading.value.names[0])
                if given is None:
                    return Reading(None, reading.facts, reading.facts[-1:])
                assert isinstance(given, Decimal)
                return Reading(given, reading.facts)
            case _:
                assert_never(operand)

    # entities

    def _meet(self, condition: Meet, left: EntitySet, right: EntitySet, bindings: Bindings) -> Step:
        other = self._members(right, bindings)
        start = self._start(left, bindings)
        if start in other.known:
            # The nearest member of all, found without following what it leads to.
            return Step(condition, TRUE, tuple(chain_facts(other.known[start])))
        one = self._members(left, bindings)
        for empty in (one, other):
            if not empty.known and not empty.is_open:
                return Step(condition, FALSE, tuple(empty.bounds))
        common = [name for name in one.known if name in other.known]
        if common:
            chains = [(one.known[name], other.known[name]) for name in common]
            nearest = min(chains, key=lambda pair: length(pair[0]) + length(pair[1]))
            facts = [fact for chain in nearest for fact in chain_facts(chain)]
            return Step(condition, TRUE, tuple(dict.fromkeys(facts)))
        if one.is_open or other.is_open:
            return Step(condition, UNKNOWN, (), tuple(dict.fromkeys(one.gaps + other.gaps)))
        return Step(condition, FALSE, tuple(dict.fromkeys(one.bounds + other.bounds)))

    def _start(self, range_: EntitySet, bindings: Bindings) -> str:
        """The entity at a path's start, if the path reaches it without a hop; else an empty text."""
        if not isinstance(range_, Path) or not all(hop.closed for hop in range_.hops):
            return ""
        return range_.root if range_.single else bindings[range_.root].name

    def _same(self, condition: Same, left: Path, right: Path, bindings: Bindings) -> Step:
        one, way = self._follow(left, bindings)
        other, other_way = self._follow(right, bindings)
        facts, missing = way.facts + other_way.facts, way.missing + other_way.missing
        if one is None or other is None:
            return Step(condition, FALSE, facts)
        if not one.name or not other.name:
            return Step(condition, UNKNOWN, facts, missing)
        return Step(condition, TRUE if one.name == other.name else FALSE, facts)

    def _quantified(self, condition: Some | Every, bindings: Bindings) -> Step:
        members = self._members(condition.range, bindings)
        variable = condition.variable
        parts: list[Step] = []
        instances: list[Instance] = []
        for name, chain in members.known.items():
            inner = {**bindings, variable: self.deployment.entities[name]}
            parts.append(self.evaluate(condition.body, inner))
            instances.append(Instance(variable, name, chain))
        truths = [part.truth for part in parts]
        combine = disjunction if isinstance(condition, Some) else conjunction
        exhausted = FALSE if isinstance(condition, Some) else TRUE
        anyway = None
        if members.is_open or (members.bounds and combine(truths) is exhausted):
            unlisted = {**bindings, variable: self._unlisted[condition.range.type]}
            anyone = self.evaluate(condition.body, unlisted)
            anyway = anyone if anyone.truth is exhausted else None
            if members.is_open and anyway is None:
                parts.append(anyone)
                instances.append(Instance(variable, ""))
                truths.append(UNKNOWN)
        truth = combine(truths)
        return Step(
            condition,
            truth,
            tuple(members.bounds) if truth is exhausted and not members.is_open else (),
            tuple(dict.fromkeys(members.gaps)) if anyway is None else (),
            tuple(parts),
            tuple(instances),
            members.is_open,
            anyway if truth is exhausted else None,
        )

    def _defined(
        self, condition: Defined, name: str, arguments: tuple[Path, ...], bindings: Bindings
    ) -> Step:
        given, ways = self._arguments(name, arguments, bindings)
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
        unknown = step.truth is UNKNOWN
        return Step(condition, step.truth, facts, missing if unknown else (), (step,))

    def _arguments(
        self, name: str, arguments: tuple[Path, ...], bindings: Bindings
    ) -> tuple[dict[str, Entity] | None, list[Reading]]:
        """A definition's variables for given arguments; `None` if one leads to no entity."""
        given: dict[str, Entity] = {}
        ways: list[Reading] = []
        parameters = self.policy.definitions[name].parameters
        for (parameter, _), argument in zip(parameters, arguments, strict=True):
            entity, way = self._follow(argument, bindings)
            ways.append(way)
            if entity is None:
                return None, ways
            given[parameter] = entity
        return given, ways

    # sets

    def _members(self, range_: EntitySet, bindings: Bindings) -> Members:
        match range_:
            case All(type_):
                return self._all(type_)
            case Path():
                return self._along(range_, bindings)
            case Union(parts):
                return _united([self._members(part, bindings) for part in parts])
            case DefinedSet(name, arguments):
                return self._defined_set(name, arguments, bindings)
            case _:
                assert_never(range_)

    def _all(self, type_name: str) -> Members:
        if type_name not in self._by_type:
            listed = self.deployment.of_type(type_name)
            none_yet = self.policy.vocabulary.entities[type_name].required and not listed
            gaps = [DRAFT] if self.deployment.draft else [type_name] if none_yet else []
            self._by_type[type_name] = Members(
                {entity.name: None for entity in listed}, gaps=gaps, is_open=bool(gaps)
            )
        return self._by_type[type_name]

    def _defined_set(self, name: str, arguments: tuple[Path, ...], bindings: Bindings) -> Members:
        given, ways = self._arguments(name, arguments, bindings)
        extra_facts = [fact for way in ways for fact in way.facts]
        extra_gaps = [fact for way in ways for fact in way.missing]
        if given is None:
            return Members(bounds=extra_facts)
        key = (name, *(entity.name for entity in given.values()))
        if key not in self._called:
            body = self.policy.definitions[name].body
            assert isinstance(body, EntitySet)
            self._called[key] = self._members(body, given)
        found = self._called[key]
        if not extra_facts and not extra_gaps:
            return found
        return Members(
            {name: _joined(chain, extra_facts) for name, chain in found.known.items()},
            extra_facts + found.bounds,
            extra_gaps + found.gaps,
            found.is_open or bool(extra_gaps),
        )

    def _along(self, path: Path, bindings: Bindings) -> Members:
        root = self.deployment.entities[path.root] if path.single else bindings[path.root]
        members = Members({root.name: None} if root.name else {}, is_open=not root.name)
        for hop in path.hops:
            members = self._closure(hop, members) if hop.closed else self._hop(hop, members)
        return members

    def _hop(self, hop: Hop, start: Members) -> Members:
        reached = Members({}, list(start.bounds), list(start.gaps), start.is_open)
        for name, chain in start.known.items():
            self._leave(name, chain, hop, reached)
        return reached

    def _closure(self, hop: Hop, start: Members) -> Members:
        reached = Members(dict(start.known), list(start.bounds), list(start.gaps), start.is_open)
        todo = list(start.known)
        for name in todo:
            todo.extend(self._leave(name, reached.known[name], hop, reached))
        return reached

    def _leave(self, name: str, chain: Chain | None, hop: Hop, reached: Members) -> list[str]:
        """Add what one entity leads to; returns the entities that are new."""
        reading = self._read(self.deployment.entities[name], hop.field.name)
        value = reading.value
        if not isinstance(value, Terms):
            reached.gaps.extend(reading.missing)
            reached.is_open = True
            return []
        fact = reading.facts[0]
        if value.more:
            reached.gaps.append(fact)
            reached.is_open = True
        else:
            reached.bounds.append(fact)
        new = [other for other in value.names if other not in reached.known]
        for other in new:
            reached.known[other] = longer(fact, chain)
        return new


def _united(sets: list[Members]) -> Members:
    """The union of sets; a member of several keeps the shortest of its chains."""
    united = Members()
    for members in sets:
        for name, chain in members.known.items():
            if name not in united.known or length(chain) < length(united.known[name]):
                united.known[name] = chain
        united.bounds.extend(members.bounds)
        united.gaps.extend(members.gaps)
        united.is_open = united.is_open or members.is_open
    united.bounds = list(dict.fromkeys(united.bounds))
    return united


def _joined(chain: Chain | None, first: list[str]) -> Chain | None:
    """A chain that goes through the facts of `first`, then on through `chain`."""
    joined: Chain | None = None
    for fact in [*first, *reversed(list(chain_facts(chain)))]:
        joined = longer(fact, joined)
    return joined


def _is_empty(reading: Reading) -> bool:
    return isinstance(reading.value, TermSet) and not reading.value.names and not reading.is_open


def _overlaps(values: Terms, terms: TermSet) -> Truth:
    if any(name in terms.inside for name in values.names):
        return TRUE
    if values.more or any(name in terms.above for name in values.names):
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
