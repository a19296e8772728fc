"""What open conditions lack, as statements: they list the facts, or look for one that is no judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends import planes
from clausewise.engine.backends.planes import CERTAIN
from clausewise.engine.backends.python.conditions import PythonConditions, joined, negated
from clausewise.engine.backends.python.names import Names, VariableNames
from clausewise.engine.backends.results import UNDETERMINED
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

Lines = list[str]
"""Statements, indented from where they stand."""
Aim = Literal["lists", "waits"]
"""What the statements are for.

`lists`: they put all that is lacking into `gaps`. `waits`: they return `True` if there is any such fact that is no
judgement, so that what is open is undetermined and not in review.
"""


@dataclass(frozen=True, slots=True)
class PythonLacking:
    """Writes what the open conditions of one policy lack."""

    names: Names
    conditions: PythonConditions
    aim: Aim

    def of(self, node: Condition, scope: VariableNames) -> Lines:
        """Statements for a condition that is open."""
        return planes.lacking(self, node, scope)

    def narrowed(self, node: And | Violation, scope: VariableNames) -> PythonLacking:
        del node, scope
        return self

    def all(self, parts: Sequence[Lines]) -> Lines:
        return [line for part in parts for line in part]

    def where_open(self, node: Condition, scope: VariableNames) -> Lines:
        lines = self.of(node, scope)
        return _where(self.conditions.open(node, scope), lines) if lines else []

    def members(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Lines]
    ) -> Lines:
        known, possible, is_open = [self.names.variable() for _ in range(3)]
        unlisted = f"UNLISTED_{self.names.types[node.range.type]}"
        of_anyone = {**scope, node.variable: unlisted}
        anyway = self.conditions.certainly(node.body, of_anyone, planes.by_all(node))
        lines = [
            f"{known}, {possible} = {self.names.pair(node.range, scope)}",
            f"{is_open} = {joined(' and ', [f'len({possible}) > len({known})', negated(anyway)])}",
            *_where(is_open, self.gaps_of(node.range, scope)),
        ]
        member = self.names.variable()
        if body := say({**scope, node.variable: member}):
            everyone = f"(*{known}, {unlisted}) if {is_open} else {known}"
            lines += [f"for {member} in {everyone}:", *_indented(body)]
        return lines

    def fact(self, node: FieldOf, scope: VariableNames) -> Lines:
        value, field = self.names.value(node, scope), node.field
        if field.is_reference:
            lacks = negated(value if field.is_many else f"{value}.name")
        elif not field.has_terms:
            lacks = f"{value} is None"
        else:
            taxonomy = self.names.policy.vocabulary.taxonomy_of(field)
            vague = self.names.constant(frozenset(taxonomy.children) | {None})
            within = f"{value} in {vague}"
            lacks = negated(f"{vague}.isdisjoint({value})") if field.is_many else within
        return self.own(node, lacks, scope)

    def row(self, node: Lookup, scope: VariableNames) -> Lines:
        if self.names.policy.tables[node.table].gives in ("number", "duration"):
            lacks = f"{self.conditions.operand(node, scope)} is None"
        else:
            lacks = f"{self.conditions.terms(node, scope)}[0] is ANYTHING"
        return self.own(node.key, lacks, scope)

    def own(self, of: FieldOf, lacks: str, scope: VariableNames) -> Lines:
        entity = self.names.entity(of.path, scope)
        return _where(f"{entity}.name and {lacks}", self.put(entity, of.field))

    def link(self, path: Path, index: int, scope: VariableNames) -> Lines:
        field = path.hops[index].field
        start = self.names.entity(Path(path.root, path.single, path.hops[:index], ""), scope)
        slot = self.names.slots[field.owner][field.name]
        lost = f"{start}.name and {start}.{slot} is {self.names.unlisted(field)}"
        return _where(lost, self.put(start, field))

    def put(self, entity: str, field: Field) -> Lines:
        """Statements for the field of a listed entity, which is lacking."""
        if self.aim == "lists":
            return [f"gaps[{self.names.fact(entity, field)}] = None"]
        return [] if field.kind == "judgement" else ["return True"]

    def as_of(self) -> Lines:
        listing = "gaps[AS_OF] = None" if self.aim == "lists" else "return True"
        return _where("world.as_of is None", [listing])

    def gaps(self, sets: Sequence[EntitySet], scope: VariableNames) -> Lines:
        return self.all([self.gaps_of(set_, scope) for set_ in sets])

    def gaps_of(self, set_: EntitySet, scope: VariableNames) -> Lines:
        """What leaves a set open."""
        if self.aim == "lists" and self.names.is_link(set_):
            field, root = set_.hops[0].field, scope[set_.root]
            if not field.is_many:
                return self.link(set_, 0, scope)
            known = self.names.members(set_, scope, CERTAIN)
            return _where(f"{root}.name and {known}_possible is not {known}", self.put(root, field))
        asked = f"{self.names.node(set_)}, {self.names.bound(set_, scope)}"
        if self.aim == "lists":
            is_open = f"is_open({self.names.pair(set_, scope)})"
            return _where(is_open, [f"gaps.put_set({asked})"])
        if not self.names.policy.some_reference_is_judged:
            return ["return True"]
        return _where(f"set_waits(world, {asked})", ["return True"])

    def defined(self, node: Defined, scope: VariableNames) -> Lines:
        if inlined := self.conditions.inlined(node, scope):
            return self.of(*inlined)
        function = f"{self.aim}_{self.names.definitions[node.definition]}"
        given = ["gaps" if self.aim == "lists" else "world"]
        call = self.names.call(function, node.arguments, scope, "False", given)
        return [call] if self.aim == "lists" else _where(call, ["return True"])

    def violated(self, node: Violated) -> Lines:
        number = self.names.clauses[node.clause]
        if self.aim == "lists":
            return [f"gaps.put_clause({number})"]
        return _where(f"world.results[{number}] == {UNDETERMINED}", ["return True"])

    def prohibited(self, node: Prohibited) -> Lines:
        policy = self.names.constant(node.policy)
        if self.aim == "lists":
            return [f"gaps.put_policy({policy})"]
        return _where(f"{UNDETERMINED} in world.others[{policy}].results", ["return True"])


def _where(test: str, lines: Lines) -> Lines:
    if test == "False" or not lines:
        return []
    condition = f"if {test}:"
    is_said = lines[0] == condition and all(line.startswith("    ") for line in lines[1:])
    if test == "True" or is_said:
        return lines
    return [condition, *_indented(lines)]


def _indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]
