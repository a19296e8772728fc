"""From what a solver found back to a deployment that can be judged, written down and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from clausewise.dsl.models.admission import say_the_same
from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Opinion, Terms, Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import Attestation, Range, Text
from clausewise.engine.backends.solver.circuit import FALSE, Lit
from clausewise.engine.backends.solver.facts import AgeRange, Encoded, Ladder
from clausewise.engine.backends.solver.values import as_stated
from clausewise.engine.backends.solver.world import FactPlace, OpenWorld

SOMEBODY, SOMEBODY_ELSE = Attestation(Text("A. Person")), Attestation(Text("B. Person"))
"""Whoever answers for a judgement in a deployment that nobody has written."""


def assumed(entity: str, field: Field, value: Value) -> Fact:
    """A fact that nobody has written; if it is a judgement, as many people answer for it as must."""
    if field.kind != "judgement":
        return Fact(entity, field, value)
    second = Opinion(value, SOMEBODY_ELSE) if field.by_two else None
    return Fact(entity, field, value, attestation=SOMEBODY, second=second)


class Completion:
    """One of the completions of a world: the one in which inputs are as a model says."""

    def __init__(self, world: OpenWorld, model: bytes) -> None:
        self.world = world
        self.model = model
        self._known: dict[int, bool] = {}

    def holds(self, literal: Lit) -> bool:
        """Whether a literal holds in it."""
        return self.world.circuit.value(literal, self.model, self._known)

    def deployment(self, keep: frozenset[FactPlace] | None = None) -> Deployment:
        """It as a deployment, in which every fact is known that the world was asked for.

        Args:
            keep: the facts to be known; others stay as they are stated. All, if nothing is said.
        """
        names = self.names()
        entities = {
            names[name]: Entity(
                self.world.vocabulary.entities[type_], names[name], self._facts(name, names, keep)
            )
            for name, type_ in self.world.types.items()
            if name in names
        }
        stated = self.world.deployment
        return replace(stated, draft=False, as_of=self.as_of(), entities=entities)

    def as_of(self) -> date | None:
        """The date of judging."""
        stated = self.world.deployment.as_of
        return stated or date.fromordinal(int(self._quantity(self.world.as_of)))

    def names(self) -> dict[str, str]:
        """What those are called that exist, by their names in the world."""
        taken = self.world.deployment.entities
        names: dict[str, str] = {}
        for name, type_ in self.world.types.items():
            if name not in self.world.unlisted:
                names[name] = name
            elif self.holds(self.world.exists(name)):
                numbers = (f"{type_}-{n}" for n in range(1, len(taken) + len(names) + 2))
                names[name] = next(n for n in numbers if n not in taken and n not in names.values())
        return names

    def _facts(
        self, entity: str, names: Mapping[str, str], keep: frozenset[FactPlace] | None
    ) -> dict[str, Fact]:
        stated = self.world.deployment.entities.get(entity)
        facts = dict(stated.facts) if stated else {}
        for name, field in self.world.vocabulary.entities[self.world.types[entity]].fields.items():
            place = entity, name
            if place in self.world.facts and (keep is None or place in keep):
                value = self.value(field, self.world.facts[place], names)
                facts[name] = self._fact(names[entity], field, value, facts.get(name))
        return facts

    def _fact(self, entity: str, field: Field, value: Value, stated: Fact | None) -> Fact:
        if stated and stated.value is not None and say_the_same(stated.value, value):
            return stated
        return assumed(entity, field, value)

    def value(self, field: Field, fact: Encoded, names: Mapping[str, str]) -> Value:
        """What a fact comes to. `names`: what entities are called, by their names in the world."""
        match fact:
            case Ladder() if self.holds(fact.there):
                return as_stated(field, self._quantity(fact))
            case AgeRange(youngest, oldest) if self.holds(fact.there):
                ends = [self._quantity(youngest), self._quantity(oldest)]
                low, high = (None if end.is_infinite() else int(end) for end in ends)
                return Range(low, high)
            case Ladder() | AgeRange():
                return Terms(())
            case _:
                return self._held(field, [*self._holding(fact)], names)

    def _holding(self, fact: Mapping[str, Lit]) -> Iterator[str]:
        return (name for name, literal in fact.items() if literal != FALSE and self.holds(literal))

    def _held(self, field: Field, held: list[str], names: Mapping[str, str]) -> Value:
        if field.is_reference:
            return Terms(tuple([names[name] for name in held]))
        if field.shape == "text":
            return "some text" if held else Terms(())
        shown = self.world.classes(field).shown
        return Terms(tuple([shown[name] for name in held]))

    def _quantity(self, ladder: Ladder) -> Decimal:
        return max(step for step, literal in ladder.at_least.items() if self.holds(literal))
