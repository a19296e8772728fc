"""Conditions to expressions: whether each is possibly true, and whether it is certainly true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from clausewise.engine.backends.python.names import Names, Scope
from clausewise.engine.backends.python.runtime import GivenTerms, Numbers, StatedTerms
from clausewise.engine.backends.results import REVIEW, VIOLATED
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
    Node,
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
from clausewise.engine.core.traits import FIELDS, SETS, traits
from clausewise.engine.core.walk import walk


@dataclass(frozen=True, slots=True)
class Conditions:
    """Writes the conditions of one policy under chosen readings."""

    names: Names
    readings: Mapping[str, str]

    def condition(self, node: Condition, scope: Scope, plane: bool) -> str:
        """An expression: whether a condition is possibly (`plane`) or certainly true."""
        match node:
            case And(parts) | Violation(parts=parts):
                ordered = sorted(parts, key=self.cost)
                return joined(" and ", [self.condition(p, scope, plane) for p in ordered])
            case Or(parts):
                ordered = sorted(parts, key=self.cost)
                return joined(" or ", [self.condition(p, scope, plane) for p in ordered])
            case Not(part):
                return negated(self.condition(part, scope, not plane))
            case Overlaps(left, right):
                return self.overlaps(left, right, scope, plane)
            case Within(left, right):
                return self.within(left, right, scope, plane)
            case Empty(of):
                return self.empty(of, scope, plane)
            case Compare():
                return self.compare(node, scope, plane)
            case Same(left, right):
                function = "same_p" if plane else "same_k"
                return f"{function}({self.names.entity(left, scope)}, {self.names.entity(right, scope)})"
            case Meet(left, right):
                return self.meet(left, right, scope, plane)
            case Some(variable, range_, body) | Every(variable, range_, body):
                known, possible = self.names.set(range_, scope)
                some = isinstance(node, Some)
                inner = {**scope, variable: self.names.variable()}
                test = self.condition(body, inner, plane)
                members = possible if plane is some else known
                return f"{'any' if some else 'all'}({test} for {inner[variable]} in {members})"
            case Defined():
                return self.defined(node, scope, plane)
            case ReadingIs(reading, alternative):
                return str(self.readings[reading] == alternative)
            case Violated(clause):
                return f"w.r[{self.names.clauses[clause]}] >= {REVIEW if plane else VIOLATED}"
            case Prohibited(policy):
                return f"max(w.m[{self.names.constant(policy)}]) >= {REVIEW if plane else VIOLATED}"
            case _:
                assert_never(node)

    def defined(self, node: Defined, scope: Scope, plane: bool) -> str:
        """A call of the definition's function; the definition itself, if it is plain and about variables."""
        definition = self.names.policy.definitions[node.definition]
        body = definition.body
        assert not isinstance(body, EntitySet)
        if is_plain(body) and not any(path.hops for path in node.arguments):
            given = [self.names.entity(path, scope) for path in node.arguments]
            names = [name for name, _ in definition.parameters]
            return self.condition(body, dict(zip(names, given, strict=True)), plane)
        function = f"{'p' if plane else 'k'}{self.names.definitions[node.definition]}"
        return self.names.call(function, node.arguments, scope, "False")

    def cost(self, condition: Condition) -> int:
        """What a condition takes to judge (`traits.py`); a definition that is not plain counts as sets."""
        return max(self._own_cost(node) for node in walk(condition))

    def _own_cost(self, node: Node) -> int:
        if isinstance(node, Defined):
            return FIELDS if is_plain(self.names.policy.definitions[node.definition].body) else SETS
        return traits(node).cost

    def meet(self, left: EntitySet, right: EntitySet, scope: Scope, plane: bool) -> str:
        suffix = "p" if plane else "k"
        for closed, other in ((left, right), (right, left)):
            if isinstance(closed, Path) and closed.hops and closed.hops[-1].closed:
                start = Path(closed.root, closed.single, closed.hops[:-1], closed.type)
                found, link = self.names.pair(start, scope), self.names.link(closed.hops[-1])
                return f"reaches_{suffix}(w, {found}, {link}, {self.names.pair(other, scope)})"
        return f"meet_{suffix}({self.names.pair(left, scope)}, {self.names.pair(right, scope)})"

    def overlaps(self, left: FieldOf, right: TermOperand, scope: Scope, plane: bool) -> str:
        values = self.names.value(left, scope)
        if not isinstance(right, TermSet):
            index = 0 if plane else 2
            return f"not {self.terms(right, scope)}[{index}].isdisjoint({self.many(left, scope)})"
        terms = right.inside | right.above | {None} if plane else right.inside
        if left.field.is_many:
            return f"not {self.names.constant(terms)}.isdisjoint({values})"
        return f"{values} in {self.names.constant(terms)}"

    def within(self, left: FieldOf, right: TermOperand, scope: Scope, plane: bool) -> str:
        values = self.names.value(left, scope)
        if not isinstance(right, TermSet):
            index = 1 if plane else 2
            return f"{self.terms(right, scope)}[{index}].issuperset({self.many(left, scope)})"
        terms = right.inside | right.above | {None} if plane else right.inside
        if left.field.is_many:
            return f"{self.names.constant(terms)}.issuperset({values})"
        return f"{values} in {self.names.constant(terms | {''})}"

    def terms(self, right: FieldOf | Lookup, scope: Scope) -> str:
        """The three sets of terms of an operand on the right (`runtime.py`)."""
        vocabulary = self.names.policy.vocabulary
        if isinstance(right, FieldOf):
            taxonomy = vocabulary.taxonomy_of(right.field)
            stated = self.names.constant_of(("stated", taxonomy.name), StatedTerms(taxonomy))
            return f"{stated}[{self.many(right, scope)}]"
        table = self.names.policy.tables[right.table]
        terms = GivenTerms(table, vocabulary.taxonomy(table.gives))
        given = self.names.constant_of(("given", table.name), terms)
        return f"{given}[{self.many(right.key, scope)}]"

    def many(self, operand: FieldOf, scope: Scope) -> str:
        """A field's values as a tuple."""
        value = self.names.value(operand, scope)
        return value if operand.field.is_many else f"one({value})"

    def empty(self, of: FieldOf, scope: Scope, plane: bool) -> str:
        value, field_ = self.names.value(of, scope), of.field
        if field_.is_reference and field_.is_many:
            return f"not {value}" if plane else f"not {value}b"
        if field_.is_reference:
            return f"not {value}.name" if plane else f"{value}.name is None"
        if field_.is_many:
            return f"{value} in {self.names.constant(((), (None,)))}" if plane else f"{value} == ()"
        return (
            f"{value} in {self.names.constant((None, '', ()))}" if plane else f"{value} in ('', ())"
        )

    def compare(self, node: Compare, scope: Scope, plane: bool) -> str:
        known, there, values = [], [], []
        for side in (node.left, node.right):
            value = read = self.operand(side, scope)
            if isinstance(side, Lookup):
                value = self.names.variable()
                read = f"({value} := {read})"
            values.append(value)
            if not isinstance(side, Constant):
                known.append(f"{read} is {'' if plane else 'not '}None")
            if may_be_nothing(side):
                there.append(f"{value} != ()")
        sign = "==" if node.sign == "=" else node.sign
        holds = joined(" and ", [*there, f"{values[0]} {sign} {values[1]}"])
        return joined(" or " if plane else " and ", [*known, holds])

    def operand(self, node: Operand, scope: Scope) -> str:
        match node:
            case Constant(value):
                return self.names.constant(value)
            case AsOf():
                return "w.as_of"
            case FieldOf():
                return self.names.value(node, scope)
            case Bound(of, end):
                return self.names.value(of, scope) + ("" if end == "youngest" else "b")
            case Lookup(table, key):
                numbers = Numbers(self.names.policy.tables[table])
                name = self.names.constant_of(("numbers", table), numbers)
                return f"{name}[{self.names.value(key, scope)}]"
            case _:
                assert_never(node)


def is_plain(body: Condition | EntitySet) -> bool:
    """Whether a definition is about fields alone: then it is written where it is used, and not remembered."""
    return all(
        traits(node).cost == FIELDS and traits(node).names != "definition" for node in walk(body)
    )


def may_be_nothing(side: Operand) -> bool:
    """Whether an operand may be `none`, or that of an entity that is not there."""
    match side:
        case FieldOf(path, field):
            return field.may_be_none or bool(path.hops)
        case Lookup(_, inner) | Bound(inner):
            return may_be_nothing(inner)
        case Constant() | AsOf():
            return False
        case _:
            assert_never(side)


def joined(word: str, parts: list[str]) -> str:
    """Parts joined by `and` or `or`, without those that change nothing."""
    neutral, settling = ("True", "False") if word == " and " else ("False", "True")
    parts = [part for part in parts if part != neutral]
    if settling in parts:
        return settling
    if len(parts) <= 1:
        return parts[0] if parts else neutral
    return f"({word.join(parts)})"


def negated(test: str) -> str:
    """The negation of an expression."""
    return {"True": "False", "False": "True"}.get(test, f"(not {test})")
