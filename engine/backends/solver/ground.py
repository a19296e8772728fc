"""A policy's conditions over a world, in literals: each node, for each binding, once.

What conditions mean stands in `engine/backends/planes.py`, which says when each is certainly true, or certainly
false. In a completion everything is known, and what is not the one is the other: one literal says both. For
example, `a and b` becomes a gate over the literals of `a` and `b`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import assert_never

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.planes import Atom, Joined, certainly
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.operands import GroundOperands, GroundScope
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import (
    And,
    Compare,
    Condition,
    Defined,
    Empty,
    EntitySet,
    Meet,
    Or,
    Overlaps,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.walk import variables


def _variables_of(policy: Policy) -> Mapping[int, frozenset[str]]:
    """By the identity of each condition of a policy, the variables that it uses: worked out once."""
    found = policy.kept.get("variables")
    if not isinstance(found, dict):
        found = policy.kept["variables"] = dict[int, frozenset[str]]()
        for condition in policy.conditions():
            variables(condition, found)
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
        self._gates = _Gates(self, GroundOperands(policy, world), {})
        self._violated: dict[str, Lit] = {}
        self._found: dict[tuple[int | str | None, ...], Lit] = {}
        """By the identity of conditions, and what their variables stand for."""
        self._variables = dict(_variables_of(policy))
        self._kept: list[Condition] = []
        """Conditions that were asked for, so that no other takes the identity of one."""

    def _any_way(self, reading: str) -> dict[str, Lit]:
        ways = {way: self.circuit.variable() for way in self.policy.readings[reading].alternatives}
        self.circuit.at_most_one(ways.values())
        self.circuit.require(ways.values())
        return ways

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

    def condition(self, node: Condition, scope: GroundScope) -> Lit:
        """That a condition holds."""
        used = self._variables.get(id(node))
        if used is None:
            used = variables(node, self._variables)
            self._kept.append(node)
        key = id(node), *map(scope.get, used)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = certainly(self._gates, node, scope, truth=True)
        return found


@lean_dataclass(frozen=True, slots=True)
class _Gates:
    """Writes conditions as gates of the circuit. `planes` is asked when they are true: false is the other sign.

    Attributes:
        ordered: the parts of nodes by the node's identity, in the order in which they are looked at.
    """

    ground: Ground
    operands: GroundOperands
    ordered: dict[int, Sequence[Condition]]

    def certainly(self, node: Condition, scope: GroundScope, truth: bool) -> Lit:
        found = self.ground.condition(node, scope)
        return found if truth else -found

    def narrowed(self, node: And | Violation, scope: GroundScope) -> _Gates:
        del node, scope
        return self

    def both(self, node: Joined, say: Callable[[Condition], Lit]) -> Lit:
        found = []
        for part in self._in_order(node):
            found.append(say(part))
            if found[-1] == FALSE:
                return FALSE
        return self.ground.circuit.all_of(found)

    def either(self, node: Joined, say: Callable[[Condition], Lit]) -> Lit:
        found = self._any(map(say, self._in_order(node)))
        of_laws = isinstance(node, Or) and node.of_laws
        return self.ground.circuit.either(self.ground.world.by_a_law, found) if of_laws else found

    def _in_order(self, node: Joined) -> Sequence[Condition]:
        """The parts of a node, last those that go through sets: often the others decide already."""
        found = self.ordered.get(id(node))
        if found is None:
            found = sorted(node.parts, key=self.ground.policy.goes_through_sets)
            self.ordered[id(node)] = found
        return found

    def among(self, node: Quantifier, scope: GroundScope, say: Callable[[GroundScope], Lit]) -> Lit:
        both, variable = self.ground.circuit.both, node.variable
        members = self.operands.members(node.range, scope).items()
        return self._any(both(is_in, say({**scope, variable: name})) for name, is_in in members)

    def throughout(
        self, node: Quantifier, scope: GroundScope, say: Callable[[GroundScope], Lit]
    ) -> Lit:
        return -self.among(node, scope, lambda inner: -say(inner))

    def _any(self, ways: Iterable[Lit]) -> Lit:
        """That one of some literals holds; no more are looked at than it takes."""
        found = []
        for way in ways:
            if way == TRUE:
                return TRUE
            found.append(way)
        return self.ground.circuit.any_of(found)

    def atom(self, node: Atom, scope: GroundScope, truth: bool) -> Lit:
        return _so(self.test(node, scope), truth)

    def test(self, node: Atom, scope: GroundScope) -> Lit:
        read, circuit = self.operands, self.ground.circuit
        match node:
            case Overlaps(left, right):
                terms, held = read.terms(right, scope), read.held(left, scope)
                both = [circuit.both(way, terms.get(term, FALSE)) for term, way in held.items()]
                return circuit.any_of(both)
            case Within(left, right):
                terms, held = read.terms(right, scope), read.held(left, scope)
                outside = [circuit.both(way, -terms.get(term, FALSE)) for term, way in held.items()]
                return -circuit.any_of(outside)
            case Empty(of):
                return -read.is_there(of, scope)
            case Compare(sign, left, right):
                return read.compare(sign, left, right, scope)
            case Same(left, right):
                return read.common(read.follow(left, scope), read.follow(right, scope))
            case Meet(left, right):
                return read.common(read.members(left, scope), read.members(right, scope))
            case _:
                assert_never(node)

    def defined(self, node: Defined, scope: GroundScope, truth: bool) -> Lit:
        body = self.ground.policy.definitions[node.definition].body
        assert not isinstance(body, EntitySet)
        both, condition = self.ground.circuit.both, self.ground.condition
        given = self.operands.arguments(node, scope)
        ways = [both(way, condition(body, inner)) for inner, way in given]
        return _so(self.ground.circuit.any_of(ways), truth)

    def chosen(self, node: ReadingIs, truth: bool) -> Lit:
        return _so(self.ground.readings[node.reading][node.alternative], truth)

    def violated(self, node: Violated, truth: bool) -> Lit:
        return _so(self.ground.violated(node.clause), truth)

    def prohibited(self, node: Prohibited, truth: bool) -> Lit:
        return _so(self.ground.others[node.policy].prohibited(), truth)


def _so(literal: Lit, truth: bool) -> Lit:
    """That something has a truth: one literal says both."""
    return literal if truth else -literal
