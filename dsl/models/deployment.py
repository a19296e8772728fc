"""The deployment: a design's facts, checked against a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from sys import intern

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import NewType
from clausewise.dsl.text.names import listed
from clausewise.dsl.text.source import Source, Span
from clausewise.dsl.trees.designs import Attestation
from clausewise.dsl.trees.values import Duration, Range, with_unit


@lean_dataclass(frozen=True, slots=True)
class Terms:
    """The terms, or the names of entities, that a fact states. `more`: the list may go on (`...`).

    No names and no `more` is `none`: known to be empty.
    """

    names: tuple[str, ...]
    more: bool = False


Value = Terms | Range | Decimal | Duration | date | str

UNLISTED = ""
"""The name of an entity that the design does not list. Those that it lists have names that are not empty."""

FactName = NewType("FactName", str)
"""What a fact is called, by its entity and its field: `lobby.purpose` (`fact_name`, `place_of`)."""

AS_OF = FactName("as-of")
"""The date of judging, the one fact that belongs to no entity."""


class NoEntity(str):
    """What is missing where the design must list an entity of a type and lists none: the name of the type."""

    __slots__ = ()


class MayGrow(Enum):
    """What is missing of a draft: the entities that it may still list."""

    DRAFT = "draft"

    def __str__(self) -> str:
        return self.value


Missing = FactName | NoEntity
"""What can be missing so that a design can be asked for it."""
Gap = Missing | MayGrow
"""What can be missing."""


def fact_name(entity: str, field_name: str) -> FactName:
    """The name of the fact of an entity and a field, one object for all equal names."""
    return FactName(intern(f"{entity}.{field_name}"))


def place_of(name: FactName) -> tuple[str, str]:
    """The entity and the field of a fact. `AS_OF` has no field."""
    entity, _, field_name = name.partition(".")
    return entity, field_name


@lean_dataclass(frozen=True, slots=True)
class Opinion:
    """What a second person says of a judgement, and that they answer for it."""

    value: Value | None
    attestation: Attestation


@lean_dataclass(frozen=True, slots=True)
class Fact:
    """One field of one entity, as stated.

    Attributes:
        value: the value, or `None` if it is unknown.
        doubt: why a stated value does not count, if it does not.
        second: what a second person says of it, if it is a judgement and one does.
        imported: from where the value was imported, each `FILE#address`. It takes no part in judging.
        undated: whether it is a judgement that waits for the date of judging, before which it may not count.
    """

    entity: str
    field: Field
    value: Value | None
    evidence: tuple[str, ...] = ()
    attestation: Attestation | None = None
    span: Span | None = lean.field(default=None, compare=False)
    doubt: str | None = None
    undated: bool = False
    second: Opinion | None = None
    imported: tuple[str, ...] = ()

    @property
    def name(self) -> FactName:
        """`entity.field`."""
        return fact_name(self.entity, self.field.name)

    @property
    def attestations(self) -> tuple[Attestation, ...]:
        """Those of all people who answer for it: of nobody, one, or two."""
        first, second = self.attestation, self.second
        return (first, *([second.attestation] if second else [])) if first else ()


@lean_dataclass(frozen=True, slots=True)
class Entity:
    """An entity with its stated facts by field. One that the design does not list is called `UNLISTED`."""

    type: EntityType
    name: str
    facts: Mapping[str, Fact]
    span: Span | None = lean.field(default=None, compare=False)

    @property
    def is_listed(self) -> bool:
        """Whether the design lists it. Of one that it does not list, nothing is known."""
        return self.name != UNLISTED

    def value(self, field_name: str) -> Value | None:
        """The value of a field, or `None` if it is unknown."""
        fact = self.facts.get(field_name)
        return fact.value if fact else None


@lean_dataclass(frozen=True)
class Deployment:
    """What is judged: the facts of a design.

    `entities` holds by name those that the design lists, in order, and the entity of each `single` type, which is
    there even if the design does not list it.
    """

    vocabulary: Vocabulary
    title: str
    draft: bool
    judged_by: tuple[str, ...]
    as_of: date | None
    entities: Mapping[str, Entity]
    source: Source = lean.field(compare=False, repr=False)

    @property
    def waits_for_date(self) -> bool:
        """Whether a judgement in it waits for the date of judging."""
        return self.as_of is None and any(
            fact.undated for entity in self.entities.values() for fact in entity.facts.values()
        )

    def of_type(self, name: str) -> list[Entity]:
        """The listed entities of a type."""
        return self._by_type.get(name, [])

    @cached_property
    def _by_type(self) -> dict[str, list[Entity]]:
        """The entities of each type: a large design is asked for them thousands of times."""
        found: dict[str, list[Entity]] = {}
        for entity in self.entities.values():
            found.setdefault(entity.type.name, []).append(entity)
        return found

    @cached_property
    def alike(self) -> dict[str, int]:
        """A number for each entity: the same for those of a type of which the same is stated, field by field."""
        numbers: dict[object, int] = {}
        return {
            name: numbers.setdefault(
                (
                    entity.type.name,
                    *[(field, known_value(fact.value)) for field, fact in entity.facts.items()],
                ),
                len(numbers),
            )
            for name, entity in self.entities.items()
        }

    @cached_property
    def kept(self) -> dict[str, object]:
        """What backends have made of it, by backend, so that it is made once for all policies that judge it."""
        return {}

    def __getstate__(self) -> dict[str, object]:
        """What is kept of a deployment that is pickled: not what belongs to one process."""
        return {name: value for name, value in self.__dict__.items() if name != "kept"}

    def fact(self, name: str) -> Fact | None:
        """The fact called `entity.field`, if it is stated."""
        entity, field_name = place_of(FactName(name))
        return self.entities[entity].facts.get(field_name) if entity in self.entities else None

    def kind_of(self, gap: Gap) -> str:
        """Of which kind a gap is: what is to be listed, and the date of judging, are facts of the world."""
        if isinstance(gap, NoEntity | MayGrow) or gap == AS_OF:
            return "world"
        entity, field_name = place_of(gap)
        return self.entities[entity].type.fields[field_name].kind

    def with_fact(self, fact: Fact) -> Deployment:
        """A deployment that differs in one fact.

        Raises:
            KeyError: the fact's entity is not listed.
        """
        return self.with_facts([fact])

    def with_facts(self, facts: Iterable[Fact]) -> Deployment:
        """A deployment that differs in some facts.

        Raises:
            KeyError: the entity of one is not listed.
        """
        changed: dict[str, dict[str, Fact]] = {}
        for fact in facts:
            of_entity = changed.setdefault(fact.entity, {**self.entities[fact.entity].facts})
            of_entity[fact.field.name] = fact
        entities = {
            name: replace(self.entities[name], facts=stated) for name, stated in changed.items()
        }
        return replace(self, entities={**self.entities, **entities})


def known_value(value: Value | None) -> object:
    """A value as what is quick to compare with others of its field."""
    return (value.names, value.more) if isinstance(value, Terms) else value


def may_be_more(value: Value | None) -> bool:
    """Whether a fact may hold more than is said of it: nothing is, or its list goes on."""
    return value is None or (isinstance(value, Terms) and value.more)


MOST_NAMED = 100
"""Of a value that names many: a use may name ten thousand actors, and a report tells its value again and again."""
MOST_CHARACTERS = 1_000
"""Of a text that is shown."""


def show_value(value: Value | None) -> str:
    """A value as it is written in a design, cut if it is long."""
    match value:
        case None:
            return "unknown"
        case Terms(names, more):
            return ", ".join([*_few(names), *(["..."] if more else [])]) or "none"
        case Range(low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case Duration(amount, unit):
            return with_unit(str(amount), unit)
        case str() if len(value) > MOST_CHARACTERS:
            return show_value(value[: MOST_CHARACTERS - 1] + "…")
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return str(value)


def _few(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names, of many the first and how many others there are."""
    if len(names) <= MOST_NAMED:
        return names
    return (*names[:MOST_NAMED], f"{len(names) - MOST_NAMED:,} others")


def value_in_words(value: Value | None) -> str:
    """A value as a sentence says it: `enrol and identify`, `18 or older`."""
    match value:
        case Terms(names, more) if names:
            names = (*_few(names), "perhaps more") if more else _few(names)
            return listed(names)
        case Terms(_, True):
            return "more than is listed"
        case Range(low, None):
            return f"{low} or older"
        case Range(None, high):
            return f"up to {high}"
        case Range(low, high):
            return str(low) if low == high else f"{low} to {high}"
        case _:
            return show_value(value)
