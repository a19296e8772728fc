"""Conditions to SQL: whether one that is open waits for a fact that is no judgement (python/waits.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE
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
    is_in,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.frames import VariableKeys
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
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Violated,
    Violation,
    Within,
)


@dataclass(frozen=True, slots=True)
class SqlWaits:
    """Writes what the open conditions on the rows of one frame wait for."""

    conditions: SqlConditions

    def of(self, node: Condition, scope: VariableKeys) -> Sql:
        """An expression: whether a condition, if it is open, waits for a fact that is no judgement."""
        match node:
            case And(parts) | Violation(parts=parts):
                inner = SqlWaits(self.conditions.narrowed(parts, scope))
                return either(*(inner.open_and_waits(part, scope) for part in parts))
            case Or(parts):
                return either(*(self.open_and_waits(part, scope) for part in parts))
            case Not(part):
                return self.of(part, scope)
            case Overlaps(left, right) | Within(left, right):
                return either(self.lacks(left, scope), self.lacks(right, scope))
            case Empty(of):
                return self.lacks(of, scope)
            case Compare(_, left, right):
                return either(self.lacks(left, scope), self.lacks(right, scope))
            case Same(left, right):
                return either(self.lost(left, scope), self.lost(right, scope))
            case Meet():
                return TRUE  # no reference is a judgement
            case Some() | Every():
                truth = self.conditions.truth(node, scope)
                keys = [scope[key] for key in truth.keys]
                return sure(column(self.conditions.attached(truth, keys), "waits"))
            case Defined(name, arguments):
                return self.defined(name, arguments, scope)
            case ReadingIs():
                return FALSE
            case Violated(clause):
                return self.is_undetermined(self.conditions.rules.outcomes[clause])
            case Prohibited(policy):
                outcomes = self.conditions.rules.others[policy].outcomes.values()
                return either(*(self.is_undetermined(outcome) for outcome in outcomes))
            case _:
                assert_never(node)

    def is_undetermined(self, outcome: tuple[str, str]) -> Sql:
        return sure(equal(self.conditions.result(outcome), literal(UNDETERMINED)))

    def open_and_waits(self, node: Condition, scope: VariableKeys) -> Sql:
        possible = self.conditions.condition(node, scope, POSSIBLE)
        certain = self.conditions.condition(node, scope, CERTAIN)
        return both(possible, negated(certain), self.of(node, scope))

    def defined(self, name: str, arguments: tuple[Path, ...], scope: VariableKeys) -> Sql:
        rules, frame = self.conditions.rules, self.conditions.frame
        keys = [frame.entity(argument, scope) for argument in arguments]
        if rules.is_large(name):
            alias = self.conditions.attached(rules.tables.definition(name), keys)
            waits = sure(column(alias, "waits"))
        else:
            waits = self.of(rules.body(name), self.conditions.inner(name, keys))
        return either(*(self.lost(argument, scope) for argument in arguments), waits)

    def lacks(self, operand: TermOperand | Operand, scope: VariableKeys) -> Sql:
        """Whether an operand reads a fact, other than a judgement, that is unknown or could be more precise."""
        match operand:
            case Constant() | TermSet():
                return FALSE
            case AsOf():
                return is_null(self.conditions.as_of())
            case Bound(of):
                return self.lacks(of, scope)
            case FieldOf(path):
                return either(
                    self.lost(path, scope), self.own(operand, self.lacking(operand, scope), scope)
                )
            case Lookup(table, key):
                if self.conditions.rules.policy.tables[table].gives in ("number", "duration"):
                    _, lacking = self.conditions.terms.number(operand, scope)
                else:
                    lacking = self.conditions.terms.given(operand, scope).is_open
                return either(self.lost(key.path, scope), self.own(key, lacking, scope))
            case _:
                assert_never(operand)

    def own(self, of: FieldOf, lacking: Sql, scope: VariableKeys) -> Sql:
        """A listed entity's own fact is lacking, and no judgement."""
        if of.field.kind == "judgement":
            return FALSE
        return both(self.conditions.frame.entity(of.path, scope).is_listed, lacking)

    def lacking(self, of: FieldOf, scope: VariableKeys) -> Sql:
        frame, field = self.conditions.frame, of.field
        suffix = "_youngest" if field.shape == "ages" else ""
        key, value = frame.value(of, scope, suffix)
        if field.is_reference and field.is_many:
            return negated(sure(frame.column(key, field, "_some")))
        if field.is_reference:
            return negated(sure(compared(">", value, literal(0))))
        if not field.has_terms:
            return is_null(value)
        vague = self.conditions.rules.policy.vocabulary.taxonomy_of(field).children
        if not field.is_many:
            return either(is_null(value), is_in(value, vague))
        words = frame.portfolio.words
        overlap = words.overlap(value, words.texts(vague)) if vague else FALSE
        return either(sure(frame.column(key, field, "_open")), overlap)

    def lost(self, path: Path, scope: VariableKeys) -> Sql:
        """Whether it is not known where a path leads, and the fact that is unknown is no judgement."""
        tests = []
        for index, hop in enumerate(path.hops):
            start = Path(path.root, path.single, path.hops[:index], "")
            key = self.conditions.frame.entity(start, scope)
            value = self.conditions.frame.column(key, hop.field)
            tests.append(both(key.is_listed, sure(compared("<", value, literal(0)))))
        return either(*tests)
