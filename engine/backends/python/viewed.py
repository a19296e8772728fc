"""The deployment that records hold, for what the recorded judge does: facts are made as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from clausewise.dsl.models.deployment import (
    UNLISTED,
    Deployment,
    Entity,
    Fact,
    FactName,
    Value,
)
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.typed import TYPE_CHECKING, cast
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.records import (
    Record,
    RecordLayout,
    World,
    leaves_much_open,
    value_of,
)
from clausewise.engine.core.conditions import DefinedSet, Path
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.explain import FactSet
from clausewise.engine.judging.sets import Application

if TYPE_CHECKING:
    from clausewise.engine.judging.operands import Operands


def deployment_of(
    world: World, vocabulary: Vocabulary, layouts: Mapping[str, RecordLayout]
) -> Deployment:
    """The deployment of a world's records. It has no source; its facts are made as they are read."""
    entities = _Entities(world, layouts)
    return Deployment(
        vocabulary, world.title, world.draft, (), world.as_of, entities, Source("", "")
    )


class View:
    """A world as the recorded judge reads it, and as sets of records are found (`judging/sets.py`).

    Attributes:
        given_deployment: the one that the records were made of, if there is one.
    """

    def __init__(
        self,
        policy: Policy,
        layouts: Mapping[str, RecordLayout],
        world: World,
        given: Deployment | None = None,
    ) -> None:
        self.policy = policy
        self.layouts = layouts
        self.world = world
        self.given_deployment = given
        self.is_draft = world.draft
        self._by_name: dict[str, Mapping[str, Record]] = {}

    @cached_property
    def deployment(self) -> Deployment:
        """The facts."""
        return self.given_deployment or deployment_of(
            self.world, self.policy.vocabulary, self.layouts
        )

    def count_broad(self, facts: FactSet) -> int:
        """How many of some facts leave much open, as `explain.has_broad` says it of a deployment's."""
        names = self._perhaps_broad
        found = 0
        for fact in facts:
            if isinstance(fact, str):
                entity, _, field = fact.partition(".")
                found += field in names and self._is_broad(entity, field)
        return found

    @cached_property
    def _perhaps_broad(self) -> Mapping[str, list[str]]:
        """The fields of which facts can leave much open, with their types."""
        vocabulary = self.policy.vocabulary
        return vocabulary.broad_fields if self.world.goes_on else vocabulary.range_fields

    def _is_broad(self, entity: str, field: str) -> bool:
        for type_name in self._perhaps_broad[field]:
            record = self._named(type_name).get(entity)
            if record is not None:
                return leaves_much_open(record, self.layouts[type_name], field)
        return False

    def _named(self, type_name: str) -> Mapping[str, Record]:
        """The listed entities of a type by name."""
        if type_name not in self._by_name:
            self._by_name[type_name] = {r.name: r for r in self.of_type(type_name)}
        return self._by_name[type_name]

    @cached_property
    def operands(self) -> Operands:
        """What reads the facts for the recorded judge."""
        from clausewise.engine.judging.operands import Operands

        return Operands(self.policy, self.deployment)

    @cached_property
    def _unlisted(self) -> dict[Record, Entity]:
        unlisted = self.operands.unlisted
        return {layout.unlisted: unlisted(name) for name, layout in self.layouts.items()}

    def entities(self, variables: Mapping[str, Record]) -> dict[str, Entity]:
        """Variables, with the entities that they stand for."""
        listed, unlisted = self.deployment.entities, self._unlisted
        return {
            name: listed[record.name] if record.name else unlisted[record]
            for name, record in variables.items()
        }

    # what sets are made of

    def start(self, path: Path, variables: Mapping[str, Record]) -> Record | None:
        """The entity from which a path starts; `None` if that is not listed."""
        found = self.of_type(path.root)[0] if path.single else variables[path.root]
        return found if found.name else None

    def of_type(self, type_name: str) -> list[Record]:
        """The listed entities of a type."""
        return self.world.listed[self.layouts[type_name].number]

    def reference(self, entity: Record, field: Field) -> tuple[Sequence[Record], bool, FactName]:
        """To whom a reference of an entity leads, whether it may lead to others, and what the fact is called."""
        slot, second, suffix = self.layouts[field.owner].references[field.name]
        held, fact = getattr(entity, slot), entity.name + suffix
        if second is not None:
            return held, getattr(entity, second) is not held, fact
        return (held,) if held.name else (), held.name == UNLISTED, fact

    def led_to(self, entity: Record, field: Field) -> Sequence[Record]:
        """To whom a reference of an entity leads for certain, which is asked for quickly."""
        slot, second, _ = self.layouts[field.owner].references[field.name]
        held = getattr(entity, slot)
        if second is not None:
            return cast(Sequence[Record], held)
        return (held,) if held.name else ()

    def given(self, applied: DefinedSet, variables: Mapping[str, Record]) -> Application[Record]:
        """What a definition of a set is applied to."""
        return self.arguments(applied.definition, applied.arguments, variables)

    def arguments(
        self, name: str, arguments: Iterable[Path], variables: Mapping[str, Record]
    ) -> Application[Record]:
        """What a definition is applied to, and by which facts that was found."""
        facts: list[FactName] = []
        gaps: list[FactName] = []
        found: dict[str, Record] = {}
        is_certain = True
        parameters = self.policy.definitions[name].parameters
        for (parameter, _), path in zip(parameters, arguments, strict=True):
            record = self.of_type(path.root)[0] if path.single else variables[path.root]
            for hop in path.hops:
                others, is_open, fact = self.reference(record, hop.field)
                if record.name:
                    (gaps if is_open else facts).append(fact)
                if not others and not is_open:
                    return Application(None, (), facts, gaps)
                record = others[0] if others else self.layouts[hop.field.target or ""].unlisted
                is_certain = is_certain and bool(record.name or not hop.field.may_be_none)
            found[parameter] = record
        return Application(found, (name, *found.values()), facts, gaps, is_certain)


class _Entities(Mapping[str, Entity]):
    """The entities of records, each made when it is asked for."""

    def __init__(self, world: World, layouts: Mapping[str, RecordLayout]) -> None:
        self.records = {
            record.name: (record, layout)
            for listed, layout in zip(world.listed, layouts.values(), strict=True)
            for record in listed
        }
        self.made: dict[str, Entity] = {}

    def __getitem__(self, name: str) -> Entity:
        if name not in self.made:
            record, layout = self.records[name]
            self.made[name] = _Listed(layout.entity, name, _FactsOf(record, layout))
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


class _Listed(Entity):
    """An entity whose facts are in a record."""

    __slots__ = ()
    facts: _FactsOf

    def value(self, field_name: str) -> Value | None:
        """The value of a field, without a fact being made of it."""
        return self.facts.value(field_name)


class _FactsOf(Mapping[str, Fact]):
    """The known facts of a record, by field."""

    __slots__ = ("layout", "record")

    def __init__(self, record: Record, layout: RecordLayout) -> None:
        self.record = record
        self.layout = layout

    def value(self, name: str) -> Value | None:
        return value_of(self.record, self.layout.entity.fields[name], self.layout.slots[name])

    def __getitem__(self, name: str) -> Fact:
        value = self.value(name)
        if value is None:
            raise KeyError(name)
        return Fact(self.record.name, self.layout.entity.fields[name], value)

    def __iter__(self) -> Iterator[str]:
        return (n for n in self.layout.entity.fields if self.value(n) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
