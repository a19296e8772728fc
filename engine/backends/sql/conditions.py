"""Conditions to SQL, by two planes: what is possibly true, and what is certainly true (python/program.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.results import REVIEW, VIOLATED
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    NUMBERED,
    TRUE,
    Sql,
    both,
    column,
    compared,
    either,
    equal,
    is_in,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.frames import EntityKey, Frame, VariableKeys
from clausewise.engine.backends.sql.rules import Rules, TruthTable, Where
from clausewise.engine.backends.sql.terms import TermTests, term_test
from clausewise.engine.core.conditions import (
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    Empty,
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
    TermSet,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.walk import variables


@dataclass(frozen=True, slots=True)
class SqlConditions:
    """Writes conditions on the rows of one frame."""

    rules: Rules
    frame: Frame
    where: Where = field(default_factory=dict)

    @property
    def terms(self) -> TermTests:
        policy = self.rules.policy
        return TermTests(self.frame, policy.vocabulary, policy.tables)

    def condition(self, node: Condition, scope: VariableKeys, plane: Plane) -> Sql:
        """An expression: whether a condition is possibly true, or certainly, by the plane."""
        if not self.frame.inner and self.rules.is_local(node):
            return self.local(node, scope, plane)
        match node:
            case And(parts) | Violation(parts=parts):
                inner = self.narrowed(parts, scope)
                return both(*(inner.condition(p, scope, plane) for p in parts))
            case Or(parts):
                return either(*(self.condition(p, scope, plane) for p in parts))
            case Not(part):
                return negated(self.condition(part, scope, plane.other))
            case Overlaps(left, right):
                return self.terms.overlaps(left, right, scope, plane)
            case Within(left, right):
                return self.terms.within(left, right, scope, plane)
            case Empty(of):
                return self.empty(of, scope, plane)
            case Compare():
                return self.compare(node, scope, plane)
            case Same(left, right):
                one, other = self.frame.entity(left, scope), self.frame.entity(right, scope)
                return self.same(one, other, plane)
            case Some() | Every() | Meet():
                truth = self.truth(node, scope)
                keys = [scope[key] for key in truth.keys]
                found = self.found(truth, keys, plane.other if truth.negated else plane)
                return negated(found) if truth.negated else found
            case Defined(name, arguments):
                return self.defined(name, arguments, scope, plane)
            case ReadingIs(reading, alternative):
                return TRUE if self.rules.readings[reading] == alternative else FALSE
            case Violated(clause):
                result = self.result(self.rules.outcomes[clause])
                return sure(
                    compared(">=", result, literal(REVIEW if plane is POSSIBLE else VIOLATED))
                )
            case Prohibited(policy):
                least = literal(REVIEW if plane is POSSIBLE else VIOLATED)
                results = map(self.result, self.rules.others[policy].outcomes.values())
                return either(*(sure(compared(">=", result, least)) for result in results))
            case _:
                assert_never(node)

    def narrowed(self, parts: tuple[Condition, ...], scope: VariableKeys) -> SqlConditions:
        """For parts of one conjunction: each matters only for entities of which the others are possible."""
        where = dict(self.where)
        for part in parts:
            for name, found in self.alone(part, scope):
                known = scope[name].id.sql()
                where[known] = where.get(known, frozenset()) | {found}
        return SqlConditions(self.rules, self.frame, where)

    def alone(self, part: Condition, scope: VariableKeys) -> Iterator[tuple[str, str]]:
        """The variable of a condition on one entity alone, and the column that tells whether it is possible."""
        if self.frame.inner or len(variables(part)) != 1:
            return
        (name,) = variables(part)
        if self.rules.is_local(part):
            yield name, self.local_column(part, name, scope[name].type, POSSIBLE)
            return
        if not isinstance(part, Overlaps | Within) or part.left.path.hops:
            return
        if isinstance(part.right, TermSet):
            test = term_test(part.left, part.right, POSSIBLE, every=isinstance(part, Within))
            yield name, self.frame.portfolio.test(test)

    def truth(self, node: Quantifier | Meet, scope: VariableKeys) -> TruthTable:
        """The table of a quantifier, for the entities for which it matters."""
        ids = {name: scope[name].id.sql() for name in variables(node)}
        where = {name: self.where[id_] for name, id_ in ids.items() if id_ in self.where}
        return self.rules.tables.truth(node, types_of(scope), where)

    def local(self, node: Condition, scope: VariableKeys, plane: Plane) -> Sql:
        """A condition on one entity alone, which is a column of that entity's row."""
        (name,) = variables(node)
        found = self.local_column(node, name, scope[name].type, plane)
        return sure(column(self.frame.row(scope[name]), found))

    def local_column(self, node: Condition, name: str, type_: str, plane: Plane) -> str:
        own = EntityKey(column("entity", "id"), type_)
        inner = SqlConditions(self.rules, Frame.within(self.frame.portfolio, own))
        return self.frame.portfolio.condition(
            type_,
            (self.rules.policy.name, node, plane),
            lambda: inner.condition(node, {name: own}, plane),
        )

    def result(self, outcome: tuple[str, str]) -> Sql:
        """The result of another clause, by its table and column."""
        table, name = outcome
        return column(self.frame.attach(table, [("design", self.frame.design)]), name)

    def found(self, truth: TruthTable, keys: list[EntityKey], plane: Plane) -> Sql:
        alias = self.attached(truth, keys)
        return (
            negated(is_null(column(alias, "design")))
            if plane is POSSIBLE
            else sure(column(alias, "certain"))
        )

    def attached(self, truth: TruthTable, keys: list[EntityKey]) -> str:
        """The alias of a table of what is true for keys."""
        tests = [(f"key_{index}", key.id) for index, key in enumerate(keys)]
        return self.frame.attach(truth.table, tests or [("design", self.frame.design)])

    def defined(
        self, name: str, arguments: tuple[Path, ...], scope: VariableKeys, plane: Plane
    ) -> Sql:
        keys = [self.frame.entity(argument, scope) for argument in arguments]
        there = both(*(negated(key.is_nobody) for key in keys if key.far))
        if self.rules.is_large(name):
            return both(there, self.found(self.rules.tables.definition(name), keys, plane))
        return both(there, self.condition(self.rules.body(name), self.inner(name, keys), plane))

    def inner(self, name: str, keys: list[EntityKey]) -> VariableKeys:
        """The scope of a definition's body: what its parameters stand for."""
        parameters = self.rules.policy.definitions[name].parameters
        return {parameter: key for (parameter, _), key in zip(parameters, keys, strict=True)}

    def same(self, left: EntityKey, right: EntityKey, plane: Plane) -> Sql:
        alike = sure(equal(left.id, right.id))
        if plane is CERTAIN:
            return both(left.is_listed, alike)
        there = [negated(key.is_nobody) for key in (left, right)]
        return both(*there, either(left.is_unlisted, right.is_unlisted, alike))

    def empty(self, of: FieldOf, scope: VariableKeys, plane: Plane) -> Sql:
        suffix = "_youngest" if of.field.shape == "ages" else ""
        key, value = self.frame.value(of, scope, suffix)
        nobody = key.is_nobody if key.far else FALSE
        if of.field.is_many:
            none = negated(sure(self.frame.column(key, of.field, "_some")))
            more = sure(self.frame.column(key, of.field, "_open"))
            return none if plane is POSSIBLE else both(none, negated(more))
        if of.field.is_reference:
            unlisted = sure(compared("<", value, literal(0))) if plane is POSSIBLE else FALSE
            return either(unlisted, is_null(value))
        unknown = is_null(value) if plane is POSSIBLE else nobody
        return either(unknown, is_in(value, {""}) if of.field.is_text else FALSE)

    def compare(self, node: Compare, scope: VariableKeys, plane: Plane) -> Sql:
        left, one = self.operand(node.left, scope)
        right, other = self.operand(node.right, scope)
        holds = sure(compared(node.sign, left, right))
        return either(one, other, holds) if plane is POSSIBLE else holds

    def operand(self, node: Operand, scope: VariableKeys) -> tuple[Sql, Sql]:
        """A value, NULL if there is none; and whether it is unknown."""
        match node:
            case Constant(constant):
                return literal(constant), FALSE
            case AsOf():
                as_of = self.as_of()
                return as_of, is_null(as_of)
            case FieldOf() | Bound():
                of, suffix = (node.of, f"_{node.end}") if isinstance(node, Bound) else (node, "")
                key, value = self.frame.value(of, scope, suffix)
                there = negated(key.is_nobody) if key.far else TRUE
                return value, both(there, is_null(value))
            case Lookup():
                return self.terms.number(node, scope)
            case _:
                assert_never(node)

    def as_of(self) -> Sql:
        return column(self.frame.attach(NUMBERED, [("design", self.frame.design)]), "as_of")


def types_of(scope: VariableKeys) -> Mapping[str, str]:
    """The entity types of variables."""
    return {name: key.type for name, key in scope.items()}
