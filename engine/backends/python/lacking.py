"""What open conditions lack, as statements: they list the facts, or look for one that is no judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clausewise.dsl.models.deployment import MayGrow, NoEntity
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import Literal
from clausewise.engine.backends import planes
from clausewise.engine.backends.planes import CERTAIN, Joined
from clausewise.engine.backends.python.conditions import PythonConditions
from clausewise.engine.backends.python.expressions import joined, negated
from clausewise.engine.backends.python.names import UNLISTED, Names, VariableNames
from clausewise.engine.backends.results import UNDETERMINED
from clausewise.engine.core.conditions import (
    All,
    And,
    Condition,
    Defined,
    DefinedSet,
    EntitySet,
    FieldOf,
    Lookup,
    Path,
    Prohibited,
    Quantifier,
    Union,
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

    def where_open(self, node: Condition, scope: VariableNames, otherwise: bool) -> Lines:
        lines = self.of(node, scope)
        if not lines or self.parts_say(node, otherwise):
            return lines
        return _where(negated(self.conditions.certainly(node, scope, otherwise)), lines)

    def parts_say(self, node: Condition, otherwise: bool) -> bool:
        """Whether, if a condition is not open, none of its parts is found to be open.

        For example, if a conjunction is true, so are all its parts; if it is false, some of them may be open.
        """
        node, otherwise = planes.turned(node, otherwise)
        return isinstance(node, Joined | Quantifier) and planes.by_all(node) is otherwise

    def members(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Lines]
    ) -> Lines:
        known, possible, is_open = [self.names.variable() for _ in range(3)]
        unlisted = f"{UNLISTED}{self.names.types[node.range.type]}"
        of_anyone = {**scope, node.variable: unlisted}
        anyway = self.conditions.certainly(node.body, of_anyone, planes.by_all(node))
        lines = [
            f"{known}, {possible} = {self.names.pair(node.range, scope)}",
            f"{is_open} = {joined(' and ', [f'len({possible}) > len({known})', negated(anyway)])}",
            *_where(is_open, self.gaps_of(node.range, scope)),
        ]
        member = self.names.variable()
        settled = self.conditions.certainly(node.body, of_anyone, not planes.by_all(node))
        has_others = joined(" and ", [is_open, negated(settled)])
        everyone = f"(*{known}, {unlisted}) if {has_others} else {known}"
        return lines + _for_each(member, everyone, say({**scope, node.variable: member}))

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
        start = Path(path.root, path.single, path.hops[:index], "")
        return self.reference(self.names.entity(start, scope), path.hops[index].field)

    def reference(self, entity: str, field: Field) -> Lines:
        """Statements for a reference of an entity, if it may lead to others than it is known to."""
        slot = f"{entity}.{self.names.slots[field.owner][field.name]}"
        others = f"{slot}_possible is not {slot}"
        lost = others if field.is_many else f"{slot} is {self.names.unlisted(field)}"
        return _where(f"{entity}.name and {lost}", self.put(entity, field))

    def put(self, entity: str, field: Field) -> Lines:
        """Statements for the field of a listed entity, which is lacking."""
        if self.aim == "waits" and field.kind == "judgement":
            return []
        return self.gap(self.names.fact(entity, field))

    def gap(self, name: str) -> Lines:
        return [f"gaps[{name}] = None"] if self.aim == "lists" else ["return True"]

    def as_of(self) -> Lines:
        return _where("world.as_of is None", self.gap("AS_OF"))

    def gaps(self, sets: Sequence[EntitySet], scope: VariableNames) -> Lines:
        return self.all([self.gaps_of(set_, scope) for set_ in sets])

    def gaps_of(self, set_: EntitySet, scope: VariableNames) -> Lines:
        """What leaves a set open."""
        match set_:
            case Union(parts):
                return self.gaps(parts, scope)
            case All(type_):
                lines = self.calling(f"{self.aim}_all_{self.names.types[type_]}", (), scope)
            case DefinedSet(definition, arguments):
                ways = [
                    self.link(p, index, scope) for p in arguments for index in range(len(p.hops))
                ]
                function = f"{self.aim}_{self.names.definitions[definition]}"
                lines = self.all([*ways, self.calling(function, arguments, scope)])
            case Path():
                return self.all([self.hop(set_, index, scope) for index in range(len(set_.hops))])
        return _where(f"is_open({self.names.pair(set_, scope)})", lines)

    def everyone(self, type_name: str) -> Lines:
        """What leaves it open who else there is of a type (`judging/sets.py`)."""
        vocabulary, listed = self.names.policy.vocabulary, "world.listed[{}]"
        lines = _where("world.draft", self.gap(self.names.constant(MayGrow.DRAFT)))
        for source, references in vocabulary.leading_to(type_name).items():
            if vocabulary.entities[source].required:
                nobody = f"not world.draft and not {listed.format(self.names.types[source])}"
                lines += _where(nobody, self.gap(self.names.constant(NoEntity(source))))
            for field in references:
                referring = listed.format(self.names.types[field.owner])
                lines += _for_each("v", referring, self.reference("v", field))
        return lines

    def hop(self, path: Path, index: int, scope: VariableNames) -> Lines:
        """What leaves open to whom the entities refer that are reached on the way."""
        field, closed = path.hops[index].field, path.hops[index].closed
        reached = Path(path.root, path.single, path.hops[: index + closed], "")
        if not any(hop.closed or hop.field.is_many for hop in reached.hops):
            return self.link(path, index, scope)
        member = self.names.variable()
        known = self.names.members(reached, scope, CERTAIN)
        return _for_each(member, known, self.reference(member, field))

    def defined(self, node: Defined, scope: VariableNames) -> Lines:
        if inlined := self.conditions.inlined(node, scope):
            return self.of(*inlined)
        number = self.names.definitions[node.definition]
        lines = self.calling(f"{self.aim}_{number}", node.arguments, scope)
        if not self.names.there(node.arguments, scope):
            return lines
        # the body may be true already, and only open whether an argument leads to somebody
        holds = self.names.calling(f"certain_{number}")
        return _where(negated(self.names.call(holds, node.arguments, scope, "True")), lines)

    def calling(self, function: str, arguments: Sequence[Path], scope: VariableNames) -> Lines:
        """What a definition lacks."""
        given = ["gaps" if self.aim == "lists" else "world"]
        call = self.names.call(self.names.calling(function), arguments, scope, "False", given)
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


def _for_each(member: str, those: str, lines: Lines) -> Lines:
    return [f"for {member} in {those}:", *_indented(lines)] if lines else []


def _indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]
