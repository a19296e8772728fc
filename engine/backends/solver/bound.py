"""How many entities that no design lists are enough: beyond them, no condition can turn out otherwise.

If a condition holds in some completion, it holds in one with at most so many. The argument is that of many-sorted
logic without alternation in a circle; docs/decisions/0022-how-many-are-enough.md gives it in full. In short: from
a completion in which the condition holds, keep the listed entities, a witness for each *some* (one for each choice
of those that an *every* above it goes through), and whomever a reference that is read leads to. Leave the others
out. What was true of those kept still is.

Where one of a type asks for another of the same type, directly or in a circle, there is no such number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from clausewise.dsl.models.deployment import Deployment, may_be_more
from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.solver.world import may_come
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
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import variables

Universals = tuple[str, ...]
"""The types of those that the *every*s go through on which a witness depends, in order."""
Demand = dict[tuple[str, Universals], int]
"""How many witnesses are needed of a type, for each choice of those on which they depend."""
DependScope = Mapping[str, frozenset[tuple[str, str]]]
"""For each variable, the variables of *every*s, with their types, on which it depends: itself, if it is one."""


class UnboundedError(Exception):
    """No number of entities is known to be enough. The text says why."""


def enough(
    deployment: Deployment,
    wanted: Iterable[tuple[Policy, Condition]],
    beside: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """How many entities of each type, beside those listed, decide whether conditions can hold together.

    Args:
        deployment: what is known.
        wanted: conditions, each with the policy whose definitions and clauses it may name.
        beside: how many are kept whatever the condition says, by type.

    Raises:
        UnboundedError: no such number is known.
    """
    found = [each for policy, condition in wanted for each in _demanded(policy, condition)]
    demands = _Demands()
    for each, _ in found:
        demands.add(each)
    return _Counts(deployment, demands, _sum(of for _, of in found), beside or {}).counts()


def _demanded(policy: Policy, condition: Condition) -> list[tuple[_Demands, Demand]]:
    """What it takes so that a condition holds: of each part, if all of them must.

    No design matters for that, so of what a policy's clauses come to it is worked out once.
    """
    if isinstance(condition, And):
        return [each for part in condition.parts for each in _demanded(policy, part)]
    known = policy.kept.setdefault("demands", {})
    assert isinstance(known, dict)
    is_negated = isinstance(condition, Not)
    inner = condition.part if isinstance(condition, Not) else condition
    key = id(inner), is_negated
    if key not in known:
        demands = _Demands()
        found = demands, demands.of(policy, condition, {}, True)  # noqa: FBT003
        if not any(
            inner is own for c in policy.clauses.values() for own in (c.violation, c.application)
        ):
            return [found]
        known[key] = found
    return [known[key]]


class _Demands:
    """What a condition demands, and the references that it reads on the way."""

    def __init__(self) -> None:
        self.once: dict[str, Field] = {}
        """References that are followed once, by `type.field`."""
        self.closed: dict[str, Field] = {}
        """Those followed any number of times."""
        self.all: set[str] = set()
        """The types of which witnesses are found among all entities."""
        self.functions: dict[str, Field] = {}
        """Those that lead to one entity whose facts are read."""

    def add(self, other: _Demands) -> None:
        """Add what another condition demands beside."""
        self.once |= other.once
        self.closed |= other.closed
        self.all |= other.all
        self.functions |= other.functions

    def of(self, policy: Policy, node: Condition, scope: DependScope, truth: bool) -> Demand:
        """What it takes so that a condition has a truth."""
        match node:
            case And(parts) | Violation(parts=parts):
                return self._joined(policy, parts, scope, truth, all_=truth)
            case Or(parts):
                return self._joined(policy, parts, scope, truth, all_=not truth)
            case Not(part):
                return self.of(policy, part, scope, not truth)
            case Overlaps(left, right) | Within(left, right) | Compare(_, left, right):
                self._operand(left)
                self._operand(right)
                return {}
            case Empty(of):
                return self._empty(of, node, scope, truth)
            case Same(left, right):
                self._function(left)
                self._function(right)
                return {}
            case Meet(left, right):
                ways = _sum(
                    [self._way(policy, left, scope, truth), self._way(policy, right, scope, truth)]
                )
                return _sum([ways, _witness(left.type, _depends(node, scope))]) if truth else {}
            case Some() | Every():
                return self._quantified(policy, node, scope, truth)
            case Defined(name, arguments):
                body = policy.definitions[name].body
                assert not isinstance(body, EntitySet)
                return self.of(policy, body, self._given(policy, name, arguments, scope), truth)
            case ReadingIs():
                return {}
            case Violated(clause):
                return self.of(policy, policy.clauses[clause].violation, {}, truth)
            case Prohibited(name):
                other = policy.policies[name]
                clauses = tuple([clause.violation for clause in other.clauses.values()])
                return self._joined(other, clauses, {}, truth, all_=not truth)

    def _joined(
        self,
        policy: Policy,
        parts: Iterable[Condition],
        scope: DependScope,
        truth: bool,
        *,
        all_: bool,
    ) -> Demand:
        """What all parts demand together; or any one of them, where nothing makes different ones hold at once."""
        demands = [self.of(policy, part, scope, truth) for part in parts]
        return _sum(demands) if all_ or any(scope.values()) else _most(demands)

    def _quantified(
        self, policy: Policy, node: Quantifier, scope: DependScope, truth: bool
    ) -> Demand:
        if isinstance(node, Some) is not truth:  # for all of them
            self._way(policy, node.range, scope, truth=False)
            of_each = frozenset({(node.variable, node.range.type)}) | _depends(node.range, scope)
            return self.of(policy, node.body, {**scope, node.variable: of_each}, truth)
        depends = _depends(node, scope)
        return _sum(
            [
                _witness(node.range.type, depends),
                self._way(policy, node.range, scope, truth=True),
                self.of(policy, node.body, {**scope, node.variable: depends}, truth),
            ]
        )

    def _empty(self, of: FieldOf, node: Empty, scope: DependScope, truth: bool) -> Demand:
        """That a field is `none` stays so when entities are left out; that it is not takes one that stays."""
        self._function(of.path)
        if not of.field.is_reference:
            return {}
        self._note(self.once, of.field)
        return {} if truth else _witness(of.field.target or "", _depends(node, scope))

    def _way(self, policy: Policy, range_: EntitySet, scope: DependScope, truth: bool) -> Demand:
        """Those on the way to a member of a set, who must stay so that it is one."""
        match range_:
            case All(type_):
                self.all.add(type_)
                return {}
            case Path(hops=hops):
                for hop in hops:
                    self._note(self.closed if hop.closed else self.once, hop.field)
                between = [
                    _witness(hop.field.target or "", _depends(range_, scope)) for hop in hops[:-1]
                ]
                return _sum(between) if truth else {}
            case Union(parts):
                return _sum([self._way(policy, part, scope, truth) for part in parts])
            case DefinedSet(name, arguments):
                body = policy.definitions[name].body
                assert isinstance(body, EntitySet)
                return self._way(policy, body, self._given(policy, name, arguments, scope), truth)

    def _given(
        self, policy: Policy, name: str, arguments: Iterable[Path], scope: DependScope
    ) -> dict[str, frozenset[tuple[str, str]]]:
        """What a definition's parameters depend on."""
        given = {}
        for (parameter, _), path in zip(
            policy.definitions[name].parameters, arguments, strict=True
        ):
            self._function(path)
            given[parameter] = _depends(path, scope)
        return given

    def _operand(self, node: TermOperand | Operand) -> None:
        match node:
            case Constant() | TermSet() | AsOf():
                pass
            case Bound(of):
                self._function(of.path)
            case FieldOf(path):
                self._function(path)
            case Lookup(_, key):
                self._function(key.path)

    def _function(self, path: Path) -> None:
        for hop in path.hops:
            self._note(self.functions, hop.field)
            self._note(self.once, hop.field)

    @staticmethod
    def _note(where: dict[str, Field], field: Field) -> None:
        where[f"{field.owner}.{field.name}"] = field


class _Counts:
    """How many entities it takes beside those listed, by type."""

    def __init__(
        self,
        deployment: Deployment,
        demands: _Demands,
        demand: Demand,
        beside: Mapping[str, int],
    ) -> None:
        self.deployment = deployment
        self.beside = beside
        self.types = deployment.vocabulary.entities
        self.demands = demands
        self.demand = demand
        self.coming = frozenset(may_come(deployment))
        self._found: dict[str, int] = {}
        self._open: list[str] = []
        """The types of which the count is being found."""

    def counts(self) -> dict[str, int]:
        """For each type of which one may come; at least one, so that whoever is required is there."""
        self._refuse_mixed()
        return {type_: max(1, self._count(type_)) for type_ in sorted(self.coming)}

    def _refuse_mixed(self) -> None:
        """A reference that is followed by links must lead on where those between are left out."""
        for name, field in self.demands.closed.items():
            if name in self.demands.once:
                raise UnboundedError(f"`{name}` is followed both once and any number of times")
            if not field.may_be_none:
                raise UnboundedError(
                    f"`{name}` is followed any number of times, and always leads on"
                )

    def _count(self, type_: str) -> int:
        if type_ not in self.coming:
            return 0
        if type_ not in self._found:
            if type_ in self._open:
                circle = " and ".join(f"`{name}`" for name in self._open[self._open.index(type_) :])
                raise UnboundedError(f"how many of {circle} are enough depends on itself")
            self._open.append(type_)
            count = self._witnesses(type_) + self._led_to(type_) + self._on_the_way(type_)
            count += self.beside.get(type_, 0)
            self._found[type_] = max(count, self._is_needed(type_))
            self._open.pop()
        return self._found[type_]

    def _is_needed(self, type_: str) -> bool:
        """Whether one stays of whom nothing is asked: one is required, or a reference must lead somewhere."""
        if self.deployment.of_type(type_):
            return False
        fields = [f for owner in self.types.values() for f in owner.fields.values()]
        must = any(f.is_reference and f.target == type_ and not f.may_be_none for f in fields)
        return must or self.types[type_].required

    def _witnesses(self, type_: str) -> int:
        """The witnesses: as many as there are choices of those on which they depend."""
        found = [
            times * prod(len(self.deployment.of_type(each)) + self._count(each) for each in choice)
            for (of, choice), times in self.demand.items()
            if of == type_
        ]
        return sum(found)

    def _led_to(self, type_: str) -> int:
        """Those to whom a reference leads for certain, or whose facts are read: one for each that refers."""
        found = 0
        for owner in self.types.values():
            for field in owner.fields.values():
                name = f"{owner.name}.{field.name}"
                is_read = name in self.demands.once or name in self.demands.closed
                is_kept = name in self.demands.functions or (is_read and not field.may_be_none)
                if field.target == type_ and field.is_reference and is_kept:
                    listed = self.deployment.of_type(owner.name)
                    found += sum(may_be_more(e.value(field.name)) for e in listed) + self._count(
                        owner.name
                    )
        return found

    def _on_the_way(self, type_: str) -> int:
        """Those by whom witnesses exist who are found among all of their type. In a draft all exist by themselves.

        Of each witness, there is one of each type from which references lead to it. Of a type that leads to itself
        there are two: by one the way comes in, and by one it goes on.
        """
        if self.deployment.draft:
            return 0
        loops = self._loops(type_)
        found = 0
        for target in sorted(self.demands.all & self.coming):
            if target == type_:
                found += self._witnesses(target) if loops else 0
            elif self._leads(type_, target):
                found += self._witnesses(target) * (2 if loops else 1)
        return found

    def _loops(self, type_: str) -> bool:
        """Whether a type leads to itself, by references over which a way can be made shorter."""
        fields = [f for f in self.types[type_].fields.values() if f.target == type_]
        read = [
            f
            for f in fields
            if (name := f"{type_}.{f.name}") in self.demands.once or name in self.demands.closed
        ]
        if read and (len(fields) > 1 or f"{type_}.{read[0].name}" in self.demands.once):
            raise UnboundedError(f"`{type_}` leads to itself by what is read")
        return bool(fields)

    def _leads(self, type_: str, target: str) -> bool:
        """Whether references lead from one type to another."""
        found = [type_]
        for each in found:
            fields = [f for f in self.types[each].fields.values() if f.is_reference]
            found += {f.target or "": None for f in fields if f.target not in found}
        if type_ in (
            f.target
            for each in found[1:]
            for f in self.types[each].fields.values()
            if f.is_reference
        ):
            raise UnboundedError(f"`{type_}` leads to itself by others")
        return target in found[1:]


def _depends(node: Condition | EntitySet, scope: DependScope) -> frozenset[tuple[str, str]]:
    """The variables of *every*s on which those depend that a node speaks of."""
    return frozenset[tuple[str, str]]().union(*(scope.get(name, ()) for name in variables(node)))


def _witness(type_: str, depends: frozenset[tuple[str, str]]) -> Demand:
    return {(type_, tuple(sorted(of for _, of in depends))): 1}


def _sum(demands: Iterable[Demand]) -> Demand:
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
