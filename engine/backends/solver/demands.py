"""Whom it takes so that a condition has a truth: the demands that `bound.py` adds up.

Where one member or part is enough, and where it takes all, is said in `engine/backends/planes.py`. Here stands
only what each of these asks for. For example, `some a in actor has (...)`, if it is to be true, asks for one
witness, and for what its body asks of him. If it is to be false, it asks for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.planes import Atom, Joined, certainly
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
    FieldOf,
    Lookup,
    Meet,
    Operand,
    Or,
    Overlaps,
    Path,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import variables

Universals = tuple[str, ...]
"""The types of those that the *every*s go through on which a witness depends, in order."""
Demand = dict[tuple[str, Universals], int]
"""How many witnesses are needed of a type, for each choice of those on which they depend."""
DependScope = Mapping[str, frozenset[tuple[str, str]]]
"""For each variable, the variables of *every*s, with their types, on which it depends: itself, if it is one."""


class ReadReferences:
    """What conditions read on the way: references, by `type.field`, and whole types."""

    def __init__(self) -> None:
        self.once: dict[str, Field] = {}
        """References that are followed once."""
        self.closed: dict[str, Field] = {}
        """Those followed any number of times."""
        self.all: set[str] = set()
        """The types of which witnesses are found among all entities."""
        self.functions: dict[str, Field] = {}
        """Those that lead to one entity whose facts are read."""

    def add(self, other: ReadReferences) -> None:
        """Add those of another condition."""
        self.once |= other.once
        self.closed |= other.closed
        self.all |= other.all
        self.functions |= other.functions

    def function(self, path: Path) -> None:
        """Note that the facts of whoever a path leads to are read."""
        for hop in path.hops:
            note(self.functions, hop.field)
            note(self.once, hop.field)

    def operand(self, node: TermOperand | Operand) -> None:
        """Note what an operand reads."""
        match node:
            case Constant() | TermSet() | AsOf():
                pass
            case Bound(of):
                self.function(of.path)
            case FieldOf(path):
                self.function(path)
            case Lookup(_, key):
                self.function(key.path)


def demanded(policy: Policy, condition: Condition, references: ReadReferences) -> Demand:
    """What it takes so that a condition of a policy is true. The references that are read are noted."""
    return _Demands(policy, references).certainly(condition, {}, truth=True)


@lean_dataclass(frozen=True, slots=True)
class _Demands:
    """Says what it takes so that conditions of one policy have a truth.

    Attributes:
        below_all: whether a variable of an *every* is in scope.
    """

    policy: Policy
    references: ReadReferences
    below_all: bool = False

    def certainly(self, node: Condition, scope: DependScope, truth: bool) -> Demand:
        below_all = any(scope.values())
        if below_all is not self.below_all:
            return certainly(_Demands(self.policy, self.references, below_all), node, scope, truth)
        return certainly(self, node, scope, truth)

    def narrowed(self, node: And | Violation, scope: DependScope) -> _Demands:
        del node, scope
        return self

    def both(self, node: Joined, say: Callable[[Condition], Demand]) -> Demand:
        return sum_of(map(say, node.parts))

    def either(self, node: Joined, say: Callable[[Condition], Demand]) -> Demand:
        """The most that any part demands. Below an *every*, different members may need different parts."""
        demands = [say(part) for part in node.parts]
        return sum_of(demands) if self.below_all else _most(demands)

    def among(
        self, node: Quantifier, scope: DependScope, say: Callable[[DependScope], Demand]
    ) -> Demand:
        depends = _depends(node, scope)
        way = self.way(node.range, scope, truth=True)
        of_him = say({**scope, node.variable: depends})
        return sum_of([_witness(node.range.type, depends), way, of_him])

    def throughout(
        self, node: Quantifier, scope: DependScope, say: Callable[[DependScope], Demand]
    ) -> Demand:
        self.way(node.range, scope, truth=False)
        of_each = frozenset({(node.variable, node.range.type)}) | _depends(node.range, scope)
        return say({**scope, node.variable: of_each})

    def atom(self, node: Atom, scope: DependScope, truth: bool) -> Demand:
        match node:
            case Overlaps(left, right) | Within(left, right) | Compare(_, left, right):
                self.references.operand(left)
                self.references.operand(right)
                return {}
            case Empty(of):
                return self.empty(of, node, scope, truth)
            case Same(left, right):
                self.references.function(left)
                self.references.function(right)
                return {}
            case Meet(left, right):
                ways = [self.way(of, scope, truth) for of in (left, right)]
                member = [_witness(left.type, _depends(node, scope))] if truth else []
                return sum_of([*ways, *member])
            case _:
                assert_never(node)

    def empty(self, of: FieldOf, node: Empty, scope: DependScope, truth: bool) -> Demand:
        """That a field is `none` stays so when entities are left out; that it is not takes one that stays."""
        self.references.function(of.path)
        if not of.field.is_reference:
            return {}
        note(self.references.once, of.field)
        return {} if truth else _witness(of.field.target or "", _depends(node, scope))

    def defined(self, node: Defined, scope: DependScope, truth: bool) -> Demand:
        body = self.policy.definitions[node.definition].body
        assert not isinstance(body, EntitySet)
        return self.certainly(body, self.given(node, scope), truth)

    def chosen(self, node: ReadingIs, truth: bool) -> Demand:
        del node, truth
        return {}

    def violated(self, node: Violated, truth: bool) -> Demand:
        return self.certainly(self.policy.clauses[node.clause].violation, {}, truth)

    def prohibited(self, node: Prohibited, truth: bool) -> Demand:
        other = self.policy.policies[node.policy]
        some = Or(tuple([clause.violation for clause in other.clauses.values()]))
        return _Demands(other, self.references).certainly(some, {}, truth)

    def way(self, range_: EntitySet, scope: DependScope, truth: bool) -> Demand:
        """Those on the way to a member of a set, who must stay so that it is one."""
        match range_:
            case All(type_):
                self.references.all.add(type_)
                return {}
            case Path(hops=hops):
                for hop in hops:
                    note(self.references.closed if hop.closed else self.references.once, hop.field)
                between = [
                    _witness(hop.field.target or "", _depends(range_, scope)) for hop in hops[:-1]
                ]
                return sum_of(between) if truth else {}
            case Union(parts):
                return sum_of([self.way(part, scope, truth) for part in parts])
            case DefinedSet(name):
                body = self.policy.definitions[name].body
                assert isinstance(body, EntitySet)
                return self.way(body, self.given(range_, scope), truth)
            case _:
                assert_never(range_)

    def given(self, node: Defined | DefinedSet, scope: DependScope) -> DependScope:
        """What a definition's parameters depend on."""
        given = {}
        parameters = self.policy.definitions[node.definition].parameters
        for (parameter, _), path in zip(parameters, node.arguments, strict=True):
            self.references.function(path)
            given[parameter] = _depends(path, scope)
        return given


def note(where: dict[str, Field], field: Field) -> None:
    """Note a reference by its name."""
    where[f"{field.owner}.{field.name}"] = field


def _depends(node: Condition | EntitySet, scope: DependScope) -> frozenset[tuple[str, str]]:
    """The variables of *every*s on which those depend that a node speaks of."""
    return frozenset[tuple[str, str]]().union(*(scope.get(name, ()) for name in variables(node)))


def _witness(type_: str, depends: frozenset[tuple[str, str]]) -> Demand:
    return {(type_, tuple(sorted(of for _, of in depends))): 1}


def sum_of(demands: Iterable[Demand]) -> Demand:
    """What several things demand together."""
    found: Demand = {}
    for demand in demands:
        for key, count in demand.items():
            found[key] = found.get(key, 0) + count
    return found


def _most(demands: Iterable[Demand]) -> Demand:
    found: Demand = {}
    for demand in demands:
        for key, count in demand.items():
            found[key] = max(found.get(key, 0), count)
    return found
