"""All worlds that a deployment may turn out to be: each unknown fact with each value of its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, combinations, product
from math import prod

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import Deployment, Fact, Terms, Value as Stated
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Duration, PathStep, Range
from tests.reference.constants import INFINITY, Constants, around, constants_of
from tests.reference.world import Ages, Names, Place, Value, World, is_leaf, leaves_below

UNLISTED = "unlisted "
"""Begins the names of entities that no file lists; no name of an entity can hold a space."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The worlds with the same entities: for each fact the values that it may have."""

    types: Mapping[str, str]
    options: Mapping[Place, list[Value]]

    def __len__(self) -> int:
        return prod(len(values) for values in self.options.values())


@dataclass(frozen=True, slots=True)
class Completions:
    """The worlds that a deployment may turn out to be, with at most so many unlisted entities a type."""

    deployment: Deployment
    layouts: tuple[Layout, ...]
    dates: tuple[date, ...]

    def __len__(self) -> int:
        """How many there are at most; looking is cheaper than listing them."""
        return sum(len(layout) for layout in self.layouts) * len(self.dates)

    def __iter__(self) -> Iterator[World]:
        for layout, day in product(self.layouts, self.dates):
            for values in product(*layout.options.values()):
                facts = dict(zip(layout.options, values, strict=True))
                world = World(self.deployment.vocabulary, layout.types, facts, day)
                if is_grounded(world, self.deployment):
                    yield world


def completions(
    deployment: Deployment, policies: Iterable[syntax.PolicyFile], most: int = 1
) -> Completions:
    """The completions of a deployment, as far as its policies can tell them apart.

    Args:
        most: so many entities of a type there are at most that are not listed; one, of which there can be but one.
    """
    constants = constants_of(deployment, policies)
    listed = {name: entity.type.name for name, entity in deployment.entities.items()}
    layouts = []
    coming = types_that_may_come(deployment)
    kinds = deployment.vocabulary.entities
    counts = [range(2 if kinds[type_].single else most + 1) for type_ in coming]
    for count in product(*counts):
        types = listed | {
            UNLISTED + type_ + " again" * number: type_
            for type_, times in zip(coming, count, strict=True)
            for number in range(times)
        }
        options = {
            (name, field.name): options_of(deployment, constants, types, name, field)
            for name, type_ in types.items()
            for field in deployment.vocabulary.entities[type_].fields.values()
        }
        layouts.append(Layout(types, options))
    dates = [deployment.as_of] if deployment.as_of else constants.all_dates()
    return Completions(deployment, tuple(layouts), tuple(dates))


# entities


def types_that_may_come(deployment: Deployment) -> list[str]:
    """The types of which an unlisted entity may exist."""
    entities = deployment.vocabulary.entities
    found = {type_ for type_, entity in entities.items() if deployment.draft and not entity.single}
    found |= assumed(deployment)
    for entity in deployment.entities.values():
        for field in entity.type.fields.values():
            if field.is_reference and is_open(value_that_counts(deployment, entity.name, field)):
                found.add(field.target or "")
    while True:
        fields = [field for type_ in found for field in entities[type_].fields.values()]
        more = {field.target or "" for field in fields if field.is_reference} - found
        if not more:
            return sorted(found)
        found |= more


def assumed(deployment: Deployment) -> set[str]:
    """The types of which there must be an entity, and none is listed."""
    entities = deployment.vocabulary.entities.values()
    return {
        type_.name for type_ in entities if type_.required and not deployment.of_type(type_.name)
    }


def is_open(value: Stated | None) -> bool:
    return value is None or (isinstance(value, Terms) and value.more)


def is_grounded(world: World, deployment: Deployment) -> bool:
    """Whether every unlisted entity has a reason to be: assumed, pointed to, or left open by a draft."""
    must_be = {UNLISTED + type_ for type_ in assumed(deployment)}
    if not must_be <= world.types.keys():
        return False
    reached = deployment.entities.keys() | must_be
    while more := pointed_to(world, reached) - reached:
        reached |= more
    return deployment.draft or world.types.keys() <= reached


def pointed_to(world: World, entities: Iterable[str]) -> Names:
    """The entities that some entities' references name."""
    found: set[str] = set()
    for name in entities:
        for field in world.vocabulary.entities[world.types[name]].fields.values():
            if field.is_reference:
                found |= world.follow(frozenset({name}), PathStep(syntax.Name(field.name)))
    return frozenset(found)


# facts


def value_that_counts(deployment: Deployment, entity: str, field: Field) -> Stated | None:
    """What is stated; a judgement without a person is not, nor one of a date that is later, or may be."""
    fact = deployment.fact(f"{entity}.{field.name}")
    if fact is None or (field.kind == "judgement" and not is_answered_for(fact, deployment)):
        return None
    return fact.value


def is_answered_for(fact: Fact, deployment: Deployment) -> bool:
    if fact.attestation is None or (fact.field.by_two and fact.second is None):
        return False
    people = [fact.attestation, *([fact.second.attestation] if fact.second else [])]
    days = [person.on.value for person in people if person.on]
    return all(deployment.as_of is not None and day <= deployment.as_of for day in days)


def options_of(
    deployment: Deployment,
    constants: Constants,
    types: Mapping[str, str],
    entity: str,
    field: Field,
) -> list[Value]:
    """The values that a fact may turn out to have; one will do where no policy reads the field.

    Not so of references: entities exist because something points to them.
    """
    match value_that_counts(deployment, entity, field):
        case None:
            every = all_values(deployment, constants, types, field)
            return every if field.is_reference or field.name in constants.fields else every[:1]
        case Terms(names, more):
            rest = subsets(all_names(deployment, types, field)) if more else [()]
            below = product(*(precise(deployment, name, field) for name in names))
            values = [frozenset(known) | frozenset(others) for known in below for others in rest]
            found = list(dict.fromkeys(values))
            return [value for value in found if value or field.may_be_none]
        case Duration() as duration:
            return [duration.seconds]
        case Range(low, high):
            youngest = -INFINITY if low is None else Decimal(low)
            return [Ages(youngest, INFINITY if high is None else Decimal(high))]
        case str(text):
            return [frozenset({text})]
        case Decimal() | date() as value:
            return [value]


def all_values(
    deployment: Deployment, constants: Constants, types: Mapping[str, str], field: Field
) -> list[Value]:
    """Every value of a field's type that makes a difference."""
    match field.shape:
        case "number":
            return [*around(constants.numbers | {Decimal(0)})]
        case "duration":
            return [*constants.all_seconds()]
        case "date":
            return [*constants.all_dates()]
        case "ages":
            return [*constants.all_ages()]
        case "yes-no" | "one of" | "any of" | "some of" | "text":
            return all_names_of(deployment, types, field)


def all_names_of(deployment: Deployment, types: Mapping[str, str], field: Field) -> list[Value]:
    """Every choice of names that a field may hold."""
    names = all_names(deployment, types, field)
    lists = subsets(names) if field.is_many else [(), *((name,) for name in names)]
    return [frozenset(chosen) for chosen in lists if chosen or field.may_be_none]


def all_names(deployment: Deployment, types: Mapping[str, str], field: Field) -> list[str]:
    """The most precise terms, or the entities, that a field may name; of texts, one."""
    if field.is_reference:
        return [name for name, type_ in types.items() if type_ == field.target]
    if field.shape == "text":
        return ["some text"]
    taxonomy = deployment.vocabulary.taxonomy_of(field)
    return [term for term in taxonomy.parents if is_leaf(term, taxonomy)]


def precise(deployment: Deployment, name: str, field: Field) -> list[str]:
    """What a stated name may turn out to be: an entity is itself, a term one of those below it."""
    if field.is_reference:
        return [name]
    return leaves_below(name, deployment.vocabulary.taxonomy_of(field))


def subsets(names: list[str]) -> list[tuple[str, ...]]:
    """Every choice of some of the names, none and all included."""
    sizes = range(len(names) + 1)
    return list(chain.from_iterable(combinations(names, size) for size in sizes))
