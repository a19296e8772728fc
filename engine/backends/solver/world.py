"""Everything that a deployment may turn out to be: its entities, those that may come, and the facts of all.

A *completion* says everything: each fact has one precise value, and it is known who there is. Each completion of a
deployment is an assignment of the inputs of its world's circuit, and the other way round, as far as policies can
tell completions apart (`distinctions`). `completion.py` leads back from an assignment to a deployment.

Entities that no design lists are there in a bounded number, `extra` of a type. They exist only for a reason: the
vocabulary requires one, a reference of somebody who exists leads there, or the design is a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Terms, Value, may_be_more
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Duration, Range
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Circuit, Lit
from clausewise.engine.backends.solver.facts import (
    TEXT,
    AgeRange,
    Encoded,
    HeldLiterals,
    Ladder,
    any_of,
    known,
    some_ages,
)
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.core.distinctions import (
    INFINITY,
    Classes,
    Dimension,
    Distinctions,
    quantity,
)

FactPlace = tuple[str, str]
"""Where a fact stands: its entity's name and its field's."""


class OpenWorld:
    """A deployment with all that may still come, over a circuit of its own."""

    def __init__(
        self,
        distinctions: Distinctions,
        deployment: Deployment,
        extra: Mapping[str, int] | None = None,
        meter: Meter | None = None,
        *,
        any_law: bool = False,
    ) -> None:
        """
        Args:
            extra: how many entities of a type there are at most that are not listed; one, if nothing is said.
            meter: what pays for the circuit, if something does.
            any_law: whether laws may prohibit it beside those that a policy reads.
        """
        self.distinctions = distinctions
        self.deployment = deployment
        self.vocabulary = deployment.vocabulary
        self.circuit = Circuit(meter=meter)
        self.any_law = any_law
        self.asks_for_law = False
        """Whether anything asked so far depends on what a law prohibits."""
        self.unlisted = _unlisted(deployment, extra or {})
        """The types of entities that are not listed, by the names that stand for these."""
        self.types = {
            **{name: entity.type.name for name, entity in deployment.entities.items()},
            **self.unlisted,
        }
        self.by_type: dict[str, list[str]] = {type_: [] for type_ in self.vocabulary.entities}
        for name, type_ in self.types.items():
            self.by_type[type_].append(name)
        self._facts: dict[FactPlace, Encoded] = {}

    def ask_for_references(self) -> OpenWorld:
        """This world, asked for all references: so a completion says who there is, whatever else is asked."""
        for name, type_ in self.types.items():
            for field in self.vocabulary.entities[type_].fields.values():
                if field.is_reference:
                    self.fact(name, field)
        return self

    # numbers

    @cached_property
    def points(self) -> Mapping[Dimension, Sequence[Decimal]]:
        """The values that quantities are tried at."""
        return self.distinctions.points(self.deployment, max(map(len, self.by_type.values())))

    @cached_property
    def ages(self) -> Sequence[Decimal]:
        """The ages that ends of ranges are tried at."""
        return self.distinctions.ages(self.points["number"])

    @cached_property
    def as_of(self) -> Ladder:
        """The date of judging."""
        if self.deployment.as_of:
            return known(quantity(self.deployment.as_of))
        return any_of(self.circuit, self.points["date"])

    @cached_property
    def by_a_law(self) -> Lit:
        """That some law prohibits it, of which nothing else is known."""
        self.asks_for_law = self.any_law
        return self.circuit.variable() if self.any_law else FALSE

    # entities

    def exists(self, name: str) -> Lit:
        """That there is an entity, of those that are not listed."""
        return self._existing[name] if name in self.unlisted else TRUE

    @cached_property
    def _existing(self) -> dict[str, Lit]:
        """That each entity exists that is not listed: by so many references as there are such entities."""
        circuit, assumed = self.circuit, self._assumed()
        ways = {name: self._ways_to(name) for name in self.unlisted}
        for name, all_ in ways.items():  # whoever is listed is there
            by_listed = [way for who, way in all_ if who not in self.unlisted]
            assumed[name] = circuit.any_of([assumed[name], *by_listed])
            ways[name] = [(who, way) for who, way in all_ if who in self.unlisted]
        existing = dict(assumed)
        for _ in self.unlisted:
            found = {}
            for name in self.unlisted:
                there = [circuit.both(existing[who], way) for who, way in ways[name]]
                found[name] = circuit.any_of([assumed[name], *there])
            if found == existing:
                break
            existing = found
        return existing

    def _assumed(self) -> dict[str, Lit]:
        """That each exists without a reference: for certain, by a draft, or not."""
        draft, circuit = self.deployment.draft, self.circuit
        assumed: dict[str, Lit] = {}
        of_type: dict[str, Lit] = {}
        for name, type_name in self.unlisted.items():
            type_ = self.vocabulary.entities[type_name]
            must_be = type_.required and not self.deployment.of_type(type_name)
            if must_be and type_name not in of_type:
                assumed[name] = TRUE
            else:
                may_be = must_be or (draft and not type_.single)
                assumed[name] = circuit.variable() if may_be else FALSE
            of_type[type_name] = assumed[name]
        return assumed

    def _ways_to(self, name: str) -> list[tuple[str, Lit]]:
        """Who may refer to an entity that is not listed, with the literal that they do."""
        found = []
        for field in self._references_to[self.types[name]]:
            for who in self.by_type[field.owner]:
                way = self.held(who, field).get(name, FALSE)
                if way != FALSE and who != name:
                    found.append((who, way))
        return found

    @cached_property
    def _references_to(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {type_: [] for type_ in self.vocabulary.entities}
        for type_ in self.vocabulary.entities.values():
            for field in type_.fields.values():
                if field.is_reference:
                    found[field.target or ""].append(field)
        return found

    # facts

    def held(self, entity: str, field: Field) -> HeldLiterals:
        """What a field of terms, entities or text holds."""
        found = self.fact(entity, field)
        assert isinstance(found, Mapping)
        return found

    def fact(self, entity: str, field: Field) -> Encoded:
        """What a field of an entity may be."""
        place = entity, field.name
        if place not in self._facts:
            self._facts[place] = self.encoded(field, self.value(entity, field))
        return self._facts[place]

    def value(self, entity: str, field: Field) -> Value | None:
        """What is stated of a fact."""
        return (
            self.deployment.entities[entity].value(field.name)
            if entity not in self.unlisted
            else None
        )

    def is_stated(self, place: FactPlace) -> bool:
        """Whether something is stated of a fact."""
        return self.value(place[0], self.field(place)) is not None

    def field(self, place: FactPlace) -> Field:
        """The field of a fact."""
        entity, name = place
        return self.vocabulary.entities[self.types[entity]].fields[name]

    @property
    def facts(self) -> Mapping[FactPlace, Encoded]:
        """All facts that were asked for."""
        return self._facts

    def encoded(self, field: Field, value: Value | None) -> Encoded:
        """What a field may be of which a value is stated, in new inputs."""
        match value:
            case None if field.shape == "ages":
                return some_ages(self.circuit, self.ages, self._maybe(field))
            case None if field.shape in ("number", "duration", "date"):
                return any_of(self.circuit, self.points[field.shape], self._maybe(field))
            case None:
                return self._unknown(field)
            case Terms() if field.shape == "ages":
                return AgeRange(known(-INFINITY), known(INFINITY), FALSE)
            case Terms() if field.shape in self.points:
                return Ladder({-INFINITY: TRUE}, FALSE)
            case Terms():
                return self._named(field, value)
            case Range(low, high):
                youngest, oldest = (
                    -INFINITY if low is None else Decimal(low),
                    INFINITY if high is None else Decimal(high),
                )
                return AgeRange(known(youngest), known(oldest))
            case Duration() | date() | Decimal():
                return known(quantity(value))
            case str():
                return {TEXT: TRUE}

    def domain(self, field: Field) -> Sequence[str]:
        """What a field of terms, entities or text may hold: classes of terms, or names."""
        if field.is_reference:
            return self.by_type[field.target or ""]
        return (TEXT,) if field.shape == "text" else self.classes(field).all

    def classes(self, field: Field) -> Classes:
        """The classes of the terms of a field."""
        taxonomy = self.vocabulary.taxonomy_of(field)
        return self.distinctions.classes(taxonomy, self._vague.get(taxonomy.name, frozenset()))

    @cached_property
    def _vague(self) -> dict[str, frozenset[str]]:
        """By taxonomy, the stated terms that have others below them."""
        found: dict[str, set[str]] = {}
        for entity in self.deployment.entities.values():
            for fact in entity.facts.values():
                if fact.field.has_terms and isinstance(fact.value, Terms):
                    taxonomy = self.vocabulary.taxonomy_of(fact.field)
                    below = taxonomy.children
                    found.setdefault(taxonomy.name, set()).update(
                        n for n in fact.value.names if n in below
                    )
        return {name: frozenset(terms) for name, terms in found.items()}

    def _maybe(self, field: Field) -> Lit:
        """That a field is not `none`."""
        return self.circuit.variable() if field.may_be_none else TRUE

    def _unknown(self, field: Field) -> HeldLiterals:
        held = {name: self.circuit.variable() for name in self.domain(field)}
        if not field.is_many:
            self.circuit.at_most_one(held.values())
        if not field.may_be_none:
            self.circuit.require(held.values())
        return held

    def _named(self, field: Field, stated: Terms) -> HeldLiterals:
        """What is stated, each term said more precisely, and whatever else the field may hold."""
        circuit = self.circuit
        found: dict[str, list[Lit]] = {}
        for name in stated.names:
            for value, literal in self._one_of(field, name).items():
                found.setdefault(value, []).append(literal)
        if stated.more:
            for value in self.domain(field):
                if TRUE not in found.setdefault(value, []):
                    found[value].append(circuit.variable())
        held = {value: circuit.any_of(ways) for value, ways in found.items()}
        if stated.more and not field.may_be_none:
            circuit.require(held.values())
        return held

    def _one_of(self, field: Field, name: str) -> dict[str, Lit]:
        """What a stated name may be: itself, or one of the terms below it."""
        classes = (name,) if not field.has_terms else self.classes(field).below(name)
        if len(classes) == 1:
            return {classes[0]: TRUE}
        chosen = {value: self.circuit.variable() for value in classes}
        self.circuit.at_most_one(chosen.values())
        self.circuit.require(chosen.values())
        return chosen


def _unlisted(deployment: Deployment, extra: Mapping[str, int]) -> dict[str, str]:
    """Names for the entities that may come, which no design uses, with their types."""
    return {
        f"{type_} {number}": type_
        for type_ in may_come(deployment)
        for number in range(1, extra.get(type_, 1) + 1)
    }


def may_come(deployment: Deployment) -> list[str]:
    """The types of which there may be an entity that is not listed, in the vocabulary's order."""
    types = deployment.vocabulary.entities
    found = {name for name, type_ in types.items() if deployment.draft and not type_.single}
    found |= {n for n, type_ in types.items() if type_.required and not deployment.of_type(n)}
    for entity in deployment.entities.values():
        for field in entity.type.fields.values():
            if field.is_reference and may_be_more(entity.value(field.name)):
                found.add(field.target or "")
    todo = [*found]
    for name in todo:
        targets = {f.target or "" for f in types[name].fields.values() if f.is_reference} - found
        found |= targets
        todo += sorted(targets)
    return [name for name in types if name in found]
