"""A policy's conditions over a world, in literals: each node, for each binding, once.

This is one `match` over the kinds of conditions. It says of a completion what `engine/judging/evaluate.py` says of
a deployment of which everything is known: there, a condition is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.facts import (
    AgeRange,
    Encoded,
    HeldLiterals,
    Ladder,
    known,
    less,
)
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import (
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
    Quantifier,
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.distinctions import quantity
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.walk import variables, walk

GroundScope = Mapping[str, str]
"""Variables, each with the name of an entity."""
Among = dict[str, Lit]
"""For each entity that may be in a set, that it is."""


def _variables_of(policy: Policy) -> Mapping[int, tuple[str, ...]]:
    """By the identity of each condition of a policy, the variables that it uses: worked out once."""
    found = policy.kept.get("variables")
    if not isinstance(found, dict):
        nodes = (node for condition in policy.conditions() for node in walk(condition))
        found = {id(node): tuple(sorted(variables(node))) for node in nodes}
        policy.kept["variables"] = found
    return found


class Ground:
    """The conditions of one policy over one world."""

    def __init__(
        self,
        policy: Policy,
        world: OpenWorld,
        readings: Mapping[str, str] | None = None,
        *,
        over_all: bool = False,
    ) -> None:
        """
        Args:
            readings: the alternatives chosen; the default ones of readings that are not given, and of all readings
                of policies that this one reads.
            over_all: whether the readings that are not given may be any; those of other policies are the default.

        Raises:
            KeyError: there is no such reading or alternative.
        """
        self.policy = policy
        self.world = world
        self.circuit = world.circuit
        chosen = choose_readings(policy, readings or {})
        self.readings = {
            name: self._any_way(name)
            if over_all and name not in (readings or {})
            else {way: TRUE if way == chosen[name] else FALSE for way in reading.alternatives}
            for name, reading in policy.readings.items()
        }
        """For each reading, that each alternative is the chosen one."""
        self.others = {name: Ground(other, world) for name, other in policy.policies.items()}
        self._reached: dict[str, Mapping[str, Among]] = {}
        """For each reference that is followed any number of times, whom it leads to, by who starts."""
        self._violated: dict[str, Lit] = {}
        self._found: dict[tuple[int, tuple[str | None, ...]], Lit] = {}
        """By the identity of conditions, and what their variables stand for."""
        self._sets: dict[tuple[str, tuple[str, ...]], Among] = {}
        self._variables = dict(_variables_of(policy))
        self._kept: list[Condition] = []
        """Conditions that were asked for, so that no other takes the identity of one."""
        self._inside: dict[frozenset[str], Among] = {}

    def _any_way(self, reading: str) -> dict[str, Lit]:
        ways = {way: self.circuit.variable() for way in self.policy.readings[reading].alternatives}
        self.circuit.at_most_one(ways.values())
        self.circuit.require(ways.values())
        return ways

    # clauses

    def violated(self, clause: str) -> Lit:
        """That a clause is violated."""
        if clause not in self._violated:
            self._violated[clause] = self.condition(self.policy.clauses[clause].violation, {})
        return self._violated[clause]

    def prohibited(self) -> Lit:
        """That some clause is violated."""
        return self.circuit.any_of([self.violated(clause) for clause in self.policy.order])

    def applies(self, clause: str) -> Lit:
        """That a clause applies to anything."""
        return self.condition(self.policy.clauses[clause].application, {})

    # conditions

    def condition(self, node: Condition, scope: GroundScope) -> Lit:
        """That a condition holds."""
        if id(node) not in self._variables:
            self._variables[id(node)] = tuple(sorted(variables(node)))
            self._kept.append(node)
        key = id(node), tuple([scope.get(name) for name in self._variables[id(node)]])
        if key not in self._found:
            self._found[key] = self._condition(node, scope)
        return self._found[key]

    def _condition(self, node: Condition, scope: GroundScope) -> Lit:
        circuit = self.circuit
        match node:
            case And(parts):
                return self._all(parts, scope)
            case Violation():
                return self._all(node.parts, scope)
            case Or(parts):
                by_a_law = [self.world.by_a_law] if node.of_laws else []
                return circuit.any_of([*by_a_law, self._some(parts, scope)])
            case Not(part):
                return -self.condition(part, scope)
            case Overlaps(left, right):
                terms, held = self._terms(right, scope), self._held(left, scope)
                both = [circuit.both(way, terms.get(term, FALSE)) for term, way in held.items()]
                return circuit.any_of(both)
            case Within(left, right):
                terms, held = self._terms(right, scope), self._held(left, scope)
                outside = [circuit.both(way, -terms.get(term, FALSE)) for term, way in held.items()]
                return -circuit.any_of(outside)
            case Empty(of):
                return -self._is_there(of, scope)
            case Compare(sign, left, right):
                return self._compare(sign, left, right, scope)
            case Same(left, right):
                return self._common(self._follow(left, scope), self._follow(right, scope))
            case Meet(left, right):
                return self._common(self.members(left, scope), self.members(right, scope))
            case Some():
                return self._for_one(node, scope, truth=True)
            case Every():
                return -self._for_one(node, scope, truth=False)
            case Defined():
                return self._defined(node, scope)
            case ReadingIs(reading, alternative):
                return self.readings[reading][alternative]
            case Violated(clause):
                return self.violated(clause)
            case Prohibited(policy):
                return self.others[policy].prohibited()
            case _:
                assert_never(node)

    def _all(self, parts: tuple[Condition, ...], scope: GroundScope) -> Lit:
        """That all parts hold; those that go through sets are looked at last, and only if they can matter."""
        found = []
        for part in sorted(parts, key=self.policy.goes_through_sets):
            found.append(self.condition(part, scope))
            if found[-1] == FALSE:
                return FALSE
        return self.circuit.all_of(found)

    def _some(self, parts: tuple[Condition, ...], scope: GroundScope) -> Lit:
        found = []
        for part in sorted(parts, key=self.policy.goes_through_sets):
            found.append(self.condition(part, scope))
            if found[-1] == TRUE:
                return TRUE
        return self.circuit.any_of(found)

    def _for_one(self, node: Quantifier, scope: GroundScope, *, truth: bool) -> Lit:
        """That a body has a truth for some member of a set."""
        found = []
        for name, is_in in self.members(node.range, scope).items():
            holds = self.condition(node.body, {**scope, node.variable: name})
            found.append(self.circuit.both(is_in, holds if truth else -holds))
            if found[-1] == TRUE:
                return TRUE
        return self.circuit.any_of(found)

    def _common(self, one: Among, other: Among) -> Lit:
        both = [
            self.circuit.both(is_in, other[name]) for name, is_in in one.items() if name in other
        ]
        return self.circuit.any_of(both)

    def _defined(self, node: Defined, scope: GroundScope) -> Lit:
        """A definition's body, for whoever its arguments lead to; false if one leads nowhere."""
        definition = self.policy.definitions[node.definition]
        assert not isinstance(definition.body, EntitySet)
        ways = []
        for given, way in self._arguments(node, scope):
            ways.append(self.circuit.both(way, self.condition(definition.body, given)))
        return self.circuit.any_of(ways)

    def _arguments(
        self, node: Defined | DefinedSet, scope: GroundScope
    ) -> Sequence[tuple[GroundScope, Lit]]:
        """What a definition's parameters may stand for together, each with the literal that they do."""
        found: list[tuple[dict[str, str], Lit]] = [({}, TRUE)]
        parameters = self.policy.definitions[node.definition].parameters
        for (parameter, _), path in zip(parameters, node.arguments, strict=True):
            ends = self._follow(path, scope)
            found = [
                ({**given, parameter: end}, self.circuit.both(way, leads))
                for given, way in found
                for end, leads in ends.items()
            ]
        return found

    # terms

    def _held(self, of: FieldOf, scope: GroundScope) -> HeldLiterals:
        """What a field at a path's end holds."""
        ends = self._follow(of.path, scope)
        if len(ends) == 1:
            ((end, way),) = ends.items()
            if way == TRUE:
                return self.world.held(end, of.field)
        return self._joined((self.world.held(end, of.field), way) for end, way in ends.items())

    def _joined(self, parts: Iterable[tuple[Mapping[str, Lit], Lit]]) -> Among:
        """What is in one of several sets, each of which counts where its literal holds."""
        found: dict[str, list[Lit]] = {}
        both, any_of = self.circuit.both, self.circuit.any_of
        for held, way in parts:
            if way == FALSE:
                continue
            for name, literal in held.items():
                if literal != FALSE:
                    found.setdefault(name, []).append(both(way, literal))
        joined = {n: ways[0] if len(ways) == 1 else any_of(ways) for n, ways in found.items()}
        return {name: literal for name, literal in joined.items() if literal != FALSE}

    def _terms(self, operand: TermOperand, scope: GroundScope) -> Mapping[str, Lit]:
        """For each class of terms, that it is among those on the right of a test."""
        match operand:
            case TermSet():
                if operand.inside not in self._inside:
                    self._inside[operand.inside] = dict.fromkeys(operand.inside, TRUE)
                return self._inside[operand.inside]
            case FieldOf():
                return self._held(operand, scope)
            case Lookup(name, key):
                return self._looked_up(name, self._held(key, scope))
            case _:
                assert_never(operand)

    def _looked_up(self, name: str, key: HeldLiterals) -> Among:
        """The terms that a table gives, with all below them."""
        table = self.policy.tables[name]
        taxonomy = self.world.vocabulary.taxonomy(table.gives)
        rows = []
        for term, way in key.items():
            row = table.at(term)
            assert isinstance(row, tuple)
            rows.append((dict.fromkeys(sorted(taxonomy.inside(row)), TRUE), way))
        return self._joined(rows)

    def _is_there(self, of: FieldOf, scope: GroundScope) -> Lit:
        """That a field is not `none`, nor one of an entity that is not there."""
        found = []
        for end, way in self._follow(of.path, scope).items():
            fact = self.world.fact(end, of.field)
            is_there = (
                fact.there
                if isinstance(fact, Ladder | AgeRange)
                else self.circuit.any_of(fact.values())
            )
            found.append(self.circuit.both(way, is_there))
        return self.circuit.any_of(found)

    # quantities

    def _compare(self, sign: str, left: Operand, right: Operand, scope: GroundScope) -> Lit:
        """That two quantities compare; false if one of them is not there."""
        ways = []
        for one, way in self._quantities(left, scope):
            for other, other_way in self._quantities(right, scope):
                ways.append(self.circuit.all_of([way, other_way, self._signed(sign, one, other)]))
        return self.circuit.any_of(ways)

    def _signed(self, sign: str, one: Ladder, other: Ladder) -> Lit:
        match sign:
            case "<":
                return less(self.circuit, one, other)
            case ">":
                return less(self.circuit, other, one)
            case "<=":
                return -less(self.circuit, other, one)
            case ">=":
                return -less(self.circuit, one, other)
            case _:
                ways = [less(self.circuit, one, other), less(self.circuit, other, one)]
                return -self.circuit.any_of(ways)

    def _quantities(self, operand: Operand, scope: GroundScope) -> list[tuple[Ladder, Lit]]:
        """What an operand may come to, each with the literal that it does."""
        match operand:
            case Constant(value):
                return [(known(quantity(value)), TRUE)]
            case AsOf():
                return [(self.world.as_of, TRUE)]
            case Bound(of, end):
                return [
                    (getattr(ages, end), self.circuit.both(way, ages.there))
                    for ages, way in self._facts(of, scope)
                    if isinstance(ages, AgeRange)
                ]
            case FieldOf():
                return [
                    (ladder, self.circuit.both(way, ladder.there))
                    for ladder, way in self._facts(operand, scope)
                    if isinstance(ladder, Ladder)
                ]
            case Lookup(name, key):
                rows = [
                    (self.policy.tables[name].at(t), way)
                    for t, way in self._held(key, scope).items()
                ]
                return [(known(row), way) for row, way in rows if isinstance(row, Decimal)]
            case _:
                assert_never(operand)

    def _facts(self, of: FieldOf, scope: GroundScope) -> Iterator[tuple[Encoded, Lit]]:
        """A field of whoever may be at a path's end, each with the literal that it is."""
        for end, way in self._follow(of.path, scope).items():
            yield self.world.fact(end, of.field), way

    # entities

    def members(self, range_: EntitySet, scope: GroundScope) -> Among:
        """Who may be in a set."""
        match range_:
            case All(type_):
                found = {name: self.world.exists(name) for name in self.world.by_type[type_]}
                return {name: literal for name, literal in found.items() if literal != FALSE}
            case Path():
                return self._follow(range_, scope)
            case Union(parts):
                return self._joined((self.members(part, scope), TRUE) for part in parts)
            case DefinedSet():
                return self._joined(
                    (self._defined_set(range_.definition, given), way)
                    for given, way in self._arguments(range_, scope)
                )
            case _:
                assert_never(range_)

    def _defined_set(self, name: str, given: GroundScope) -> Among:
        key = name, tuple(given.values())
        if key not in self._sets:
            body = self.policy.definitions[name].body
            assert isinstance(body, EntitySet)
            self._sets[key] = self.members(body, given)
        return self._sets[key]

    def _follow(self, path: Path, scope: GroundScope) -> Among:
        """Who may be at a path's end; nobody, where a reference is `none`."""
        found: Among = {path.root if path.single else scope[path.root]: TRUE}
        for hop in path.hops:
            found = self._closure(found, hop) if hop.closed else self._step(found, hop)
        return found

    def _step(self, among: Among, hop: Hop) -> Among:
        """Whom the references of some entities name."""
        return self._joined((self.world.held(name, hop.field), way) for name, way in among.items())

    def _closure(self, among: Among, hop: Hop) -> Among:
        """Some entities, and whomever they lead to over any number of references."""
        reach = self._reach(hop.field)
        return self._joined((reach[name], way) for name, way in among.items())

    def _reach(self, field: Field) -> Mapping[str, Among]:
        """For each entity, whom references lead to over any number of steps, by Warshall's algorithm.

        Entity by entity, the ways that go through it are added to those found so far: as many gates as the cube of
        the entities, where to follow step by step takes their fourth power.
        """
        key = f"{field.owner}.{field.name}"
        if key not in self._reached:
            both, either = self.circuit.both, self.circuit.either
            names = self.world.by_type[field.owner]
            reach = {name: {**self.world.held(name, field), name: TRUE} for name in names}
            for through in names:
                onward = [(end, way) for end, way in reach[through].items() if end != through]
                for name in names:
                    ends = reach[name]
                    way = ends.get(through, FALSE)
                    if way != FALSE and name != through:
                        for end, leads in onward:
                            if end != name:
                                ends[end] = either(ends.get(end, FALSE), both(way, leads))
            self._reached[key] = reach
        return self._reached[key]
