"""Conditions to SQL: whether each is possibly true, and whether it is certainly true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Atom, Joined, Plane, certainly
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
    DefinedSet,
    Empty,
    FieldOf,
    Lookup,
    Meet,
    Operand,
    Overlaps,
    Path,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
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
        if plane is CERTAIN:
            return self.certainly(node, scope, truth=True)
        return negated(self.certainly(node, scope, truth=False))

    def open(self, node: Condition, scope: VariableKeys) -> Sql:
        """An expression: whether a condition is neither certainly true nor certainly false."""
        possible = self.condition(node, scope, POSSIBLE)
        return both(possible, negated(self.condition(node, scope, CERTAIN)))

    def certainly(self, node: Condition, scope: VariableKeys, truth: bool) -> Sql:
        """An expression: whether a condition is certainly true, or certainly false."""
        if not self.frame.inner and self.rules.is_local(node):
            return settled(lambda plane: self.local(node, scope, plane), truth)
        return certainly(self, node, scope, truth)

    def narrowed(self, node: And | Violation, scope: VariableKeys) -> SqlConditions:
        where = dict(self.where)
        for part in node.parts:
            for name, found in self.alone(part, scope):
                known = scope[name].text
                where[known] = where.get(known, frozenset()) | {found}
        return SqlConditions(self.rules, self.frame, where)

    def both(self, node: Joined, say: Callable[[Condition], Sql]) -> Sql:
        return both(*(say(part) for part in node.parts))

    def either(self, node: Joined, say: Callable[[Condition], Sql]) -> Sql:
        return either(*(say(part) for part in node.parts))

    def among(
        self, node: Quantifier, scope: VariableKeys, say: Callable[[VariableKeys], Sql]
    ) -> Sql:
        del say  # the table says it
        return self.found(*self.truth(node, scope), CERTAIN)

    def throughout(
        self, node: Quantifier, scope: VariableKeys, say: Callable[[VariableKeys], Sql]
    ) -> Sql:
        del say  # the table holds those for whom it may be otherwise
        return negated(self.found(*self.truth(node, scope), POSSIBLE))

    def atom(self, node: Atom, scope: VariableKeys, truth: bool) -> Sql:
        return settled(lambda plane: self.test(node, scope, plane), truth)

    def test(self, node: Atom, scope: VariableKeys, plane: Plane) -> Sql:
        match node:
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
            case Meet():
                return self.found(*self.truth(node, scope), plane)
            case _:
                assert_never(node)

    def defined(self, node: Defined, scope: VariableKeys, truth: bool) -> Sql:
        found = self.body(node, scope, truth)
        if truth:
            return both(self.there(node.arguments, scope), found)
        nobody = [key.is_nobody for key in self.arguments(node, scope) if key.far]
        return either(*nobody, found)

    def body(self, node: Defined, scope: VariableKeys, truth: bool) -> Sql:
        """The body of a definition, for whomever its arguments lead to."""
        keys = self.arguments(node, scope)
        if self.rules.is_large(node.definition):
            table = self.rules.tables.definition(node.definition)
            return settled(lambda plane: self.found(table, keys, plane), truth)
        return self.certainly(self.rules.body(node.definition), self.inner(node, keys), truth)

    def chosen(self, node: ReadingIs, truth: bool) -> Sql:
        return TRUE if (self.rules.readings[node.reading] == node.alternative) is truth else FALSE

    def violated(self, node: Violated, truth: bool) -> Sql:
        return self.is_violated([self.rules.outcomes[node.clause]], truth)

    def prohibited(self, node: Prohibited, truth: bool) -> Sql:
        return self.is_violated(self.rules.others[node.policy].outcomes.values(), truth)

    def is_violated(self, outcomes: Iterable[tuple[str, str]], truth: bool) -> Sql:
        """Whether some of clauses is certainly violated, or certainly none."""
        least = literal(VIOLATED if truth else REVIEW)
        results = [self.result(outcome) for outcome in outcomes]
        some = either(*(sure(compared(">=", result, least)) for result in results))
        return some if truth else negated(some)

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

    def truth(
        self, node: Quantifier | Meet, scope: VariableKeys
    ) -> tuple[TruthTable, list[EntityKey]]:
        """The table of a quantifier, for the entities for which it matters; and its keys in a scope."""
        known = {name: scope[name].text for name in sorted(variables(node))}
        where = {name: self.where[text] for name, text in known.items() if text in self.where}
        table = self.rules.tables.truth(node, types_of(scope), where)
        return table, [scope[key] for key in table.keys]

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

    def arguments(self, node: Defined | DefinedSet, scope: VariableKeys) -> list[EntityKey]:
        return [self.frame.entity(argument, scope) for argument in node.arguments]

    def there(self, arguments: Iterable[Path], scope: VariableKeys) -> Sql:
        """Whether each of some paths leads to somebody for certain."""
        optional = [part for path in arguments if (part := path.optional)]
        return both(*(self.frame.entity(part, scope).is_listed for part in optional))

    def inner(self, node: Defined | DefinedSet, keys: list[EntityKey]) -> VariableKeys:
        """The scope of a definition's body: what its parameters stand for."""
        parameters = self.rules.policy.definitions[node.definition].parameters
        return {parameter: key for (parameter, _), key in zip(parameters, keys, strict=True)}

    def same(self, left: EntityKey, right: EntityKey, plane: Plane) -> Sql:
        alike = sure(equal(left.id, right.id))
        if plane is CERTAIN:
            return both(left.is_listed, alike)
        there = [negated(key.is_nobody) for key in (left, right)]
        return both(*there, either(left.is_unlisted, right.is_unlisted, alike))

    def empty(self, of: FieldOf, scope: VariableKeys, plane: Plane) -> Sql:
        if of.field.is_many:
            key = self.frame.entity(of.path, scope)
            none = negated(sure(self.frame.column(key, of.field, "_some")))
            more = sure(self.frame.column(key, of.field, "_open"))
            return none if plane is POSSIBLE else both(none, negated(more))
        suffix = "_youngest" if of.field.shape == "ages" else ""
        key, value = self.frame.value(of, scope, suffix)
        nobody = key.is_nobody if key.far else FALSE
        if of.field.is_reference:
            unlisted = sure(compared("<", value, literal(0))) if plane is POSSIBLE else FALSE
            return either(unlisted, is_null(value))
        unknown = is_null(value) if plane is POSSIBLE else nobody
        none = self.frame.portfolio.is_term(of.field, value, [""]) if of.field.is_text else FALSE
        return either(unknown, none)

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


def settled(test: Callable[[Plane], Sql], truth: bool) -> Sql:
    """Something is certainly true; or certainly false, that is, not possibly true."""
    return test(CERTAIN) if truth else negated(test(POSSIBLE))


def types_of(scope: VariableKeys) -> Mapping[str, str]:
    """The entity types of variables."""
    return {name: key.type for name, key in scope.items()}
