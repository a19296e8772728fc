"""Conditions to expressions: whether one that is open waits for a fact that is no judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE
from clausewise.engine.backends.python.conditions import PythonConditions, joined, negated
from clausewise.engine.backends.python.names import Names, VariableNames
from clausewise.engine.backends.results import UNDETERMINED
from clausewise.engine.core.conditions import (
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
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
class PythonWaits:
    """Writes what the open conditions of one policy wait for."""

    names: Names
    conditions: PythonConditions

    def of(self, node: Condition, scope: VariableNames) -> str:
        """An expression: whether a condition, if it is open, waits for a fact that is no judgement."""
        match node:
            case And(parts) | Or(parts) | Violation(parts=parts):
                return joined(" or ", [self.open_and_waits(part, scope) for part in parts])
            case Not(part):
                return self.of(part, scope)
            case Overlaps(left, right) | Within(left, right):
                return joined(" or ", [self.lacks(left, scope), self.lacks(right, scope)])
            case Empty(of):
                return self.lacks(of, scope)
            case Compare(_, left, right):
                return joined(" or ", [self.lacks(left, scope), self.lacks(right, scope)])
            case Same(left, right):
                return joined(" or ", [self.lost(left, scope), self.lost(right, scope)])
            case Meet():
                return "True"  # no reference is a judgement
            case Some(variable, range_, body) | Every(variable, range_, body):
                return self.member_waits(node, variable, range_, body, scope)
            case Defined(name, arguments):
                call = self.names.call(
                    f"waits_{self.names.definitions[name]}", arguments, scope, "False"
                )
                return joined(" or ", [*(self.lost(a, scope) for a in arguments), call])
            case ReadingIs():
                return "False"
            case Violated(clause):
                return f"world.results[{self.names.clauses[clause]}] == {UNDETERMINED}"
            case Prohibited(policy):
                return f"{UNDETERMINED} in world.remembered[{self.names.constant(policy)}]"
            case _:
                assert_never(node)

    def open_and_waits(self, node: Condition, scope: VariableNames) -> str:
        possible = self.conditions.condition(node, scope, POSSIBLE)
        certain = negated(self.conditions.condition(node, scope, CERTAIN))
        return joined(" and ", [possible, certain, self.of(node, scope)])

    def member_waits(
        self,
        node: Some | Every,
        variable: str,
        range_: EntitySet,
        body: Condition,
        scope: VariableNames,
    ) -> str:
        known = self.names.members(range_, scope, CERTAIN)
        possible = self.names.members(range_, scope, POSSIBLE)
        inner = {**scope, variable: self.names.variable()}
        member = f"any({self.open_and_waits(body, inner)} for {inner[variable]} in {known})"
        counts = self.conditions.condition(body, inner, POSSIBLE)
        if isinstance(node, Every):
            counts = negated(self.conditions.condition(body, inner, CERTAIN))
        unlisted = (
            f"any(not {inner[variable]}.name and {counts} for {inner[variable]} in {possible})"
        )
        return f"({member} or {unlisted})"

    def lacks(self, operand: TermOperand | Operand, scope: VariableNames) -> str:
        """Whether an operand reads a fact, other than a judgement, that is unknown or could be more precise."""
        match operand:
            case Constant() | TermSet():
                return "False"
            case AsOf():
                return "world.as_of is None"
            case Bound(of):
                return self.lacks(of, scope)
            case FieldOf(path, field_):
                value, entity = self.names.value(operand, scope), self.names.entity(path, scope)
                if not field_.has_terms:
                    lacking = f"{value} is None"
                else:
                    taxonomy = self.names.policy.vocabulary.taxonomy_of(field_)
                    vague = self.names.constant(frozenset(taxonomy.children) | {None})
                    many = f"not {vague}.isdisjoint({value})"
                    lacking = many if field_.is_many else f"{value} in {vague}"
                if field_.is_reference:
                    lacking = f"not {value}.name" if not field_.is_many else f"not {value}"
                own = "False" if field_.kind == "judgement" else f"({entity}.name and {lacking})"
                return joined(" or ", [self.lost(path, scope), own])
            case Lookup(table, key):
                is_number = self.names.policy.tables[table].gives in ("number", "duration")
                read = self.conditions.operand if is_number else self.conditions.terms
                given = read(operand, scope)
                lacking = f"{given} is None" if is_number else f"{given}[0] is ANYTHING"
                own = f"({self.names.entity(key.path, scope)}.name and {lacking})"
                own = "False" if key.field.kind == "judgement" else own
                return joined(" or ", [self.lost(key.path, scope), own])
            case _:
                assert_never(operand)

    def lost(self, path: Path, scope: VariableNames) -> str:
        """Whether it is not known where a path leads, and the fact that is unknown is no judgement."""
        tests = []
        for index, hop in enumerate(path.hops):
            start = self.names.entity(Path(path.root, path.single, path.hops[:index], ""), scope)
            slot = self.names.slots[hop.field.owner][hop.field.name]
            unlisted = self.names.unlisted(hop.field)
            tests.append(f"({start}.name and {start}.{slot} is {unlisted})")
        return joined(" or ", tests)
