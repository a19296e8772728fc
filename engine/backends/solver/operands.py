"""What a policy reads of a world, in literals: who may be in its sets, and what fields may hold.

For example, the members of `actor` are all who may exist, each with the literal that they do. What
`engine/judging/operands.py` reads of a deployment is known or not; here, of a completion, all is known.
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
    AsOf,
    Bound,
    Constant,
    Defined,
    DefinedSet,
    EntitySet,
    FieldOf,
    Hop,
    Lookup,
    Operand,
    Path,
    TermOperand,
    TermSet,
    Union,
)
from clausewise.engine.core.distinctions import quantity
from clausewise.engine.core.policy import Policy

GroundScope = Mapping[str, str]
"""Variables, each with the name of an entity."""
Among = dict[str, Lit]
"""For each entity that may be in a set, that it is."""


class GroundOperands:
    """The sets, terms and quantities of one policy over one world."""

    def __init__(self, policy: Policy, world: OpenWorld) -> None:
        self.policy = policy
        self.world = world
        self.circuit = world.circuit
        self._reached: dict[str, Mapping[str, Among]] = {}
        """For each reference that is followed any number of times, whom it leads to, by who starts."""
        self._sets: dict[tuple[str, tuple[str, ...]], Among] = {}
        self._inside: dict[frozenset[str], Among] = {}

    # entities

    def members(self, range_: EntitySet, scope: GroundScope) -> Among:
        """Who may be in a set."""
        match range_:
            case All(type_):
                found = {name: self.world.exists(name) for name in self.world.by_type[type_]}
                return {name: literal for name, literal in found.items() if literal != FALSE}
            case Path():
                return self.follow(range_, scope)
            case Union(parts):
                return self._joined((self.members(part, scope), TRUE) for part in parts)
            case DefinedSet():
                return self._joined(
                    (self._defined_set(range_.definition, given), way)
                    for given, way in self.arguments(range_, scope)
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

    def follow(self, path: Path, scope: GroundScope) -> Among:
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

    def common(self, one: Among, other: Among) -> Lit:
        """That two sets have an entity in common."""
        both = [
            self.circuit.both(is_in, other[name]) for name, is_in in one.items() if name in other
        ]
        return self.circuit.any_of(both)

    def arguments(
        self, node: Defined | DefinedSet, scope: GroundScope
    ) -> Sequence[tuple[GroundScope, Lit]]:
        """What a definition's parameters may stand for together, each with the literal that they do."""
        found: list[tuple[dict[str, str], Lit]] = [({}, TRUE)]
        parameters = self.policy.definitions[node.definition].parameters
        for (parameter, _), path in zip(parameters, node.arguments, strict=True):
            ends = self.follow(path, scope)
            found = [
                ({**given, parameter: end}, self.circuit.both(way, leads))
                for given, way in found
                for end, leads in ends.items()
            ]
        return found

    # terms

    def held(self, of: FieldOf, scope: GroundScope) -> HeldLiterals:
        """What a field at a path's end holds."""
        ends = self.follow(of.path, scope)
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

    def terms(self, operand: TermOperand, scope: GroundScope) -> Mapping[str, Lit]:
        """For each class of terms, that it is among those on the right of a test."""
        match operand:
            case TermSet():
                if operand.inside not in self._inside:
                    self._inside[operand.inside] = dict.fromkeys(operand.inside, TRUE)
                return self._inside[operand.inside]
            case FieldOf():
                return self.held(operand, scope)
            case Lookup(name, key):
                return self._looked_up(name, self.held(key, scope))
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

    def is_there(self, of: FieldOf, scope: GroundScope) -> Lit:
        """That a field is not `none`, nor one of an entity that is not there."""
        found = []
        for end, way in self.follow(of.path, scope).items():
            fact = self.world.fact(end, of.field)
            is_there = (
                fact.there
                if isinstance(fact, Ladder | AgeRange)
                else self.circuit.any_of(fact.values())
            )
            found.append(self.circuit.both(way, is_there))
        return self.circuit.any_of(found)

    # quantities

    def compare(self, sign: str, left: Operand, right: Operand, scope: GroundScope) -> Lit:
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
                    for t, way in self.held(key, scope).items()
                ]
                return [(known(row), way) for row, way in rows if isinstance(row, Decimal)]
            case _:
                assert_never(operand)

    def _facts(self, of: FieldOf, scope: GroundScope) -> Iterator[tuple[Encoded, Lit]]:
        """A field of whoever may be at a path's end, each with the literal that it is."""
        for end, way in self.follow(of.path, scope).items():
            yield self.world.fact(end, of.field), way
