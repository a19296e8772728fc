"""Conditions to SQL: whether one that is open waits for a fact that is no judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clausewise.engine.backends.planes import CERTAIN, lacking
from clausewise.engine.backends.results import UNDETERMINED
from clausewise.engine.backends.sql.conditions import SqlConditions
from clausewise.engine.backends.sql.dialects import (
    FALSE,
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
from clausewise.engine.backends.sql.facts import TermTest
from clausewise.engine.backends.sql.frames import EntityKey, VariableKeys
from clausewise.engine.backends.sql.rules import TruthTable
from clausewise.engine.core.conditions import (
    And,
    Condition,
    Defined,
    EntitySet,
    FieldOf,
    Lookup,
    Path,
    Prohibited,
    Quantifier,
    Violated,
    Violation,
)


@dataclass(frozen=True, slots=True)
class SqlWaits:
    """Writes what the open conditions on the rows of one frame wait for."""

    conditions: SqlConditions

    def of(self, node: Condition, scope: VariableKeys) -> Sql:
        """An expression: whether a condition, if it is open, waits for a fact that is no judgement."""
        return lacking(self, node, scope)

    def narrowed(self, node: And | Violation, scope: VariableKeys) -> SqlWaits:
        return SqlWaits(self.conditions.narrowed(node, scope))

    def all(self, parts: Sequence[Sql]) -> Sql:
        return either(*parts)

    def where_open(self, node: Condition, scope: VariableKeys, otherwise: bool) -> Sql:
        del otherwise  # the same tests are made elsewhere, and then cost nothing
        return both(self.conditions.open(node, scope), self.of(node, scope))

    def members(
        self, node: Quantifier, scope: VariableKeys, say: Callable[[VariableKeys], Sql]
    ) -> Sql:
        del say  # the table says it
        return self.kept(*self.conditions.truth(node, scope))

    def kept(self, table: TruthTable, keys: list[EntityKey]) -> Sql:
        """What a table says of keys."""
        return sure(column(self.conditions.attached(table, keys), "waits"))

    def fact(self, node: FieldOf, scope: VariableKeys) -> Sql:
        return self.own(node, self.is_lacking(node, scope), scope)

    def row(self, node: Lookup, scope: VariableKeys) -> Sql:
        if self.conditions.rules.policy.tables[node.table].gives in ("number", "duration"):
            _, unknown = self.conditions.terms.number(node, scope)
        else:
            unknown = self.conditions.terms.given(node, scope).is_open
        return self.own(node.key, unknown, scope)

    def link(self, path: Path, index: int, scope: VariableKeys) -> Sql:
        start = Path(path.root, path.single, path.hops[:index], "")
        key = self.conditions.frame.entity(start, scope)
        value = self.conditions.frame.column(key, path.hops[index].field)
        return both(key.is_listed, sure(compared("<", value, literal(0))))

    def as_of(self) -> Sql:
        return is_null(self.conditions.as_of())

    def gaps(self, sets: Sequence[EntitySet], scope: VariableKeys) -> Sql:
        del sets, scope
        return TRUE  # no reference is a judgement

    def defined(self, node: Defined, scope: VariableKeys) -> Sql:
        rules, keys = self.conditions.rules, self.conditions.arguments(node, scope)
        if rules.is_large(node.definition):
            waits = self.kept(rules.tables.definition(node.definition), keys)
        else:
            waits = self.of(rules.body(node.definition), self.conditions.inner(node, keys))
        if not any(path.optional for path in node.arguments):
            return waits
        # the body may be true already, and only open whether an argument leads to somebody
        return both(negated(self.conditions.body(node, scope, truth=True)), waits)

    def violated(self, node: Violated) -> Sql:
        return self.is_undetermined(self.conditions.rules.outcomes[node.clause])

    def prohibited(self, node: Prohibited) -> Sql:
        outcomes = self.conditions.rules.others[node.policy].outcomes.values()
        return either(*(self.is_undetermined(outcome) for outcome in outcomes))

    def is_undetermined(self, outcome: tuple[str, str]) -> Sql:
        return sure(equal(self.conditions.result(outcome), literal(UNDETERMINED)))

    def own(self, of: FieldOf, unknown: Sql, scope: VariableKeys) -> Sql:
        """A listed entity's own fact is lacking, and it is no judgement."""
        if of.field.kind == "judgement":
            return FALSE
        return both(self.conditions.frame.entity(of.path, scope).is_listed, unknown)

    def is_lacking(self, of: FieldOf, scope: VariableKeys) -> Sql:
        """A field is unknown, or could be more precise."""
        frame, field = self.conditions.frame, of.field
        if field.is_many:
            return self._may_lack(of, scope)
        suffix = "_youngest" if field.shape == "ages" else ""
        _, value = frame.value(of, scope, suffix)
        if field.is_reference:
            return negated(sure(compared(">", value, literal(0))))
        if not field.has_terms:
            return is_null(value)
        vague = self.conditions.rules.policy.vocabulary.taxonomy_of(field).children
        return either(is_null(value), frame.portfolio.is_term(field, value, vague))

    def _may_lack(self, of: FieldOf, scope: VariableKeys) -> Sql:
        """Of a list nothing is known, if it is of entities; more may come, or a term may be more precise."""
        frame, field = self.conditions.frame, of.field
        key = frame.entity(of.path, scope)
        if field.is_reference:
            return negated(sure(frame.column(key, field, "_some")))
        vague = frozenset(self.conditions.rules.policy.vocabulary.taxonomy_of(field).children)
        is_vague = frame.test(key, TermTest(field, vague, CERTAIN, every=False))
        return either(sure(frame.column(key, field, "_open")), sure(is_vague))
