"""The deployment that records hold, for what the recorded judge does: facts are made as they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Value
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.records import Record, RecordLayout, World, value_of
from clausewise.engine.core.conditions import EntitySet
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.operands import Operands
from clausewise.engine.judging.record import spelled
from clausewise.engine.judging.sets import Members, Sets


def deployment_of(
    world: World, vocabulary: Vocabulary, layouts: Mapping[str, RecordLayout]
) -> Deployment:
    """The deployment of a world's records. It has no source; its facts are made as they are read."""
    entities = _Entities(world, layouts)
    return Deployment(
        vocabulary, world.title, world.draft, (), world.as_of, entities, Source("", "")
    )


class View:
    """A world as the recorded judge reads it.

    Attributes:
        given: the deployment that the records were made of, if there is one.
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
        self.given = given

    @cached_property
    def deployment(self) -> Deployment:
        """The facts."""
        return self.given or deployment_of(self.world, self.policy.vocabulary, self.layouts)

    @cached_property
    def sets(self) -> Sets:
        """The sets of entities."""
        return Sets(Operands(self.policy, self.deployment))

    @cached_property
    def records(self) -> dict[str, Record]:
        """The listed records, by name."""
        return {record.name: record for listed in self.world.listed for record in listed}

    @cached_property
    def _unlisted(self) -> dict[Record, Entity]:
        unlisted = self.sets.operands.unlisted
        return {layout.unlisted: unlisted(name) for name, layout in self.layouts.items()}

    def entities(self, variables: Mapping[str, Record]) -> dict[str, Entity]:
        """Variables, with the entities that they stand for."""
        listed, unlisted = self.deployment.entities, self._unlisted
        return {
            name: listed[record.name] if record.name else unlisted[record]
            for name, record in variables.items()
        }

    def members(self, set_: EntitySet, variables: Mapping[str, Record]) -> Members:
        """A set, with the facts by which its members are in it."""
        return self.sets.members(set_, self.entities(variables))


def set_waits(
    policy: Policy,
    layouts: Mapping[str, RecordLayout],
    world: World,
    set_: EntitySet,
    variables: Mapping[str, Record],
) -> bool:
    """Whether a set is open for want of a fact that is no judgement."""
    view = View(policy, layouts, world)
    gaps = spelled(view.members(set_, variables).gaps)
    return any(view.deployment.kind_of(gap) != "judgement" for gap in gaps)


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
