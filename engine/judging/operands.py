"""Reading facts and operands: what is known, what is missing, and which facts say so."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from clausewise.dsl.models.deployment import (
    AS_OF,
    UNLISTED,
    Deployment,
    Entity,
    FactName,
    Terms,
    Value,
    fact_name,
)
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import assert_never
from clausewise.dsl.trees.values import Duration, Range
from clausewise.engine.core.conditions import (
    AsOf,
    Bound,
    Constant,
    DefinedSet,
    FieldOf,
    Lookup,
    Operand,
    Path,
    TermOperand,
    TermSet,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.sets import Application

Bindings = Mapping[str, Entity]
"""The variables in scope. An entity may be one that the design does not list."""


@lean_dataclass(slots=True)
class ReadValue:
    """What reading an operand gave.

    Attributes:
        value: `None` if it is unknown.
        facts: the known facts that were read.
        missing: the facts that are unknown, or could be more precise.
        is_open: whether more terms may come.
    """

    value: Value | TermSet | None
    facts: tuple[FactName, ...]
    missing: tuple[FactName, ...] = ()
    is_open: bool = False


_NO_WAY = ReadValue(None, ())


class Operands:
    """The facts of one deployment, as the conditions of one policy read them."""

    def __init__(self, policy: Policy, deployment: Deployment) -> None:
        self.policy = policy
        self.deployment = deployment
        self._term_sets: dict[tuple[str, tuple[str, ...]], TermSet] = {}
        self._unlisted: dict[str, Entity] = {}
        self._read: dict[tuple[str, str], ReadValue] = {}

    def unlisted(self, type_name: str) -> Entity:
        """The entity of a type that the design does not list, of which nothing is known."""
        if type_name not in self._unlisted:
            type_ = self.policy.vocabulary.entities[type_name]
            self._unlisted[type_name] = Entity(type_, UNLISTED, {})
        return self._unlisted[type_name]

    def follow(self, path: Path, bindings: Bindings) -> tuple[Entity | None, ReadValue]:
        """The one entity at a path's end: unlisted if it is not known which, `None` if there is none."""
        entity = self.deployment.entities[path.root] if path.single else bindings[path.root]
        if not path.hops:
            return entity, _NO_WAY
        facts: tuple[FactName, ...] = ()
        missing: tuple[FactName, ...] = ()
        for hop in path.hops:
            read = self.read(entity, hop.field.name)
            facts += read.facts
            missing += read.missing
            names = read.value.names if isinstance(read.value, Terms) else None
            if names == ():
                return None, ReadValue(None, facts, missing)
            entity = (
                self.deployment.entities[names[0]]
                if names
                else self.unlisted(hop.field.target or "")
            )
        return entity, ReadValue(None, facts, missing)

    def are_certain(self, paths: tuple[Path, ...], bindings: Bindings) -> bool:
        """Whether each path leads to somebody for certain, be it known to whom or not."""
        optional = [part for path in paths if (part := path.optional)]
        ends = [self.follow(part, bindings)[0] for part in optional]
        return all(entity is not None and entity.is_listed for entity in ends)

    def read(self, entity: Entity, field_name: str) -> ReadValue:
        """One field of one entity."""
        if not entity.is_listed:
            return _NO_WAY
        key = (entity.name, field_name)
        if key not in self._read:
            value, name = entity.value(field_name), fact_name(entity.name, field_name)
            self._read[key] = (
                ReadValue(value, (name,))
                if value is not None
                else ReadValue(None, (), (self._lacking(entity, field_name, name),))
            )
        return self._read[key]

    def read_field(self, operand: FieldOf, bindings: Bindings) -> ReadValue:
        """A field of the entity at a path's end; `Terms(())`, that is `none`, if there is no such entity."""
        if not operand.path.hops and not operand.path.single:
            return self.read(bindings[operand.path.root], operand.field.name)
        entity, way = self.follow(operand.path, bindings)
        if entity is None:
            return ReadValue(Terms(()), way.facts, way.missing)
        read = self.read(entity, operand.field.name)
        return ReadValue(read.value, way.facts + read.facts, way.missing + read.missing)

    def read_terms(self, operand: TermOperand, bindings: Bindings) -> ReadValue:
        """The terms on the right of a test."""
        match operand:
            case TermSet():
                return ReadValue(operand, ())
            case FieldOf():
                return self._stated_terms(operand, self.read_field(operand, bindings))
            case Lookup(name, key):
                return self._look_up_terms(name, self.read_field(key, bindings))
            case _:
                assert_never(operand)

    def _stated_terms(self, operand: FieldOf, read: ReadValue) -> ReadValue:
        """The terms that a fact states. A term with others below it is one of these, which is unknown."""
        if not isinstance(read.value, Terms):
            return read
        taxonomy = self.policy.vocabulary.taxonomy_of(operand.field)
        names, more = read.value.names, read.value.more
        vague = [name for name in names if name in taxonomy.children]
        terms = self._term_set(taxonomy, tuple(name for name in names if name not in vague))
        if vague:
            possible = taxonomy.inside(vague) | taxonomy.above(vague) | terms.above
            terms = TermSet(names, terms.inside, possible - terms.inside)
        missing = read.facts[-1:] if more or vague else ()
        return ReadValue(terms, read.facts, missing, more)

    def _look_up_terms(self, name: str, key: ReadValue) -> ReadValue:
        """The terms that a table gives for all the terms of its key together."""
        if not isinstance(key.value, Terms):
            return key
        table = self.policy.tables[name]
        given = [table.at(term) for term in key.value.names]
        names = [n for row in given if isinstance(row, tuple) for n in row]
        terms = self._term_set(self.policy.vocabulary.taxonomy(table.gives), tuple(names))
        is_open = key.value.more or None in given
        return ReadValue(terms, key.facts, key.facts[-1:] if is_open else (), is_open)

    def _term_set(self, taxonomy: Taxonomy, names: tuple[str, ...]) -> TermSet:
        key = (taxonomy.name, names)
        if key not in self._term_sets:
            inside = taxonomy.inside(names)
            self._term_sets[key] = TermSet(names, inside, taxonomy.above(names))
        return self._term_sets[key]

    def quantity(self, operand: Operand, bindings: Bindings) -> ReadValue:
        """A number, a date, a duration in seconds; `Terms(())`, that is `none`, if there is none."""
        match operand:
            case Constant(value):
                return ReadValue(value, ())
            case AsOf():
                as_of = self.deployment.as_of
                return ReadValue(as_of, (AS_OF,)) if as_of else ReadValue(None, (), (AS_OF,))
            case Bound(of, end):
                read = self.read_field(of, bindings)
                if not isinstance(read.value, Range):
                    return read
                low, high = read.value.low, read.value.high
                age = Decimal(low if low is not None else "-Infinity")
                if end == "oldest":
                    age = Decimal(high if high is not None else "Infinity")
                return ReadValue(age, read.facts)
            case FieldOf():
                read = self.read_field(operand, bindings)
                if isinstance(read.value, Duration):
                    return ReadValue(read.value.seconds, read.facts)
                return read
            case Lookup(name, key):
                read = self.read_field(key, bindings)
                if not isinstance(read.value, Terms) or not read.value.names:
                    return read
                given = self.policy.tables[name].at(read.value.names[0])
                if given is None:
                    return ReadValue(None, read.facts, read.facts[-1:])
                assert isinstance(given, Decimal)
                return ReadValue(given, read.facts)
            case _:
                assert_never(operand)

    # what sets are made of: entities by their names (`sets.FactReader`)

    @property
    def is_draft(self) -> bool:
        """Whether more entities may be listed."""
        return self.deployment.draft

    def start(self, path: Path, variables: Bindings) -> str | None:
        """The entity from which a path starts; `None` if that is not listed."""
        return (path.root if path.single else variables[path.root].name) or None

    def of_type(self, type_name: str) -> list[str]:
        """The listed entities of a type."""
        return [entity.name for entity in self.deployment.of_type(type_name)]

    def reference(self, entity: str, field: Field) -> tuple[tuple[str, ...], bool, FactName]:
        """To whom a reference of an entity leads, whether it may lead to others, and what the fact is called."""
        found = self.deployment.entities[entity]
        value, name = found.value(field.name), fact_name(entity, field.name)
        if isinstance(value, Terms):
            return value.names, value.more, name
        return (), True, self._lacking(found, field.name, name)

    def _lacking(self, entity: Entity, field_name: str, name: FactName) -> FactName:
        """What is missing of an unknown fact: itself, or the date of judging for which it waits."""
        fact = entity.facts.get(field_name)
        return AS_OF if fact and fact.undated else name

    def given(self, applied: DefinedSet, variables: Bindings) -> Application[Entity]:
        """What a definition of a set is applied to."""
        name = applied.definition
        given, ways = self.arguments(name, applied.arguments, variables)
        facts = [fact for way in ways for fact in way.facts]
        gaps = [fact for way in ways for fact in way.missing]
        names = [entity.name for entity in (given or {}).values()]
        is_certain = self.are_certain(applied.arguments, variables)
        return Application(given, (name, *names), facts, gaps, is_certain)

    def arguments(
        self, name: str, arguments: tuple[Path, ...], bindings: Bindings
    ) -> tuple[dict[str, Entity] | None, list[ReadValue]]:
        """A definition's variables for given arguments; `None` if one leads to no entity."""
        given: dict[str, Entity] = {}
        ways: list[ReadValue] = []
        parameters = self.policy.definitions[name].parameters
        for (parameter, _), argument in zip(parameters, arguments, strict=True):
            entity, way = self.follow(argument, bindings)
            ways.append(way)
            if entity is None:
                return None, ways
            given[parameter] = entity
        return given, ways
