"""A world in which choices can be changed: each is as it is stated, or as somebody decides instead.

What is decided is up to whoever asks; all else may turn out to be anything that the deployment leaves open. A fact
that is left as it is stated may still be open: `camera front, ...` may turn out to go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from clausewise.dsl.models.deployment import Deployment, Fact
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Circuit, Lit
from clausewise.engine.backends.solver.facts import (
    AgeRange,
    Encoded,
    Ladder,
    any_of,
    literals,
    some_ages,
)
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.world import FactPlace, OpenWorld
from clausewise.engine.core.distinctions import Distinctions

MOST_PARTS = 2_500_000
"""With all that is learnt on the way, a search in such a circuit takes some 200 MB."""


@lean_dataclass(frozen=True, slots=True)
class Lever:
    """A choice that can be changed.

    Attributes:
        fact: what is stated of it, if anything is, even if that does not count.
        changed: that it is changed.
        chosen: what it is changed to.
        stated: what it is if it is not changed.
        inputs: the inputs that say what it is changed to.
    """

    field: Field
    fact: Fact | None
    changed: Lit
    chosen: Encoded
    stated: Encoded
    inputs: tuple[Lit, ...]

    @property
    def is_stated(self) -> bool:
        """Whether it is stated, be that in part. `unknown` is as good as nothing."""
        return self.fact is not None and (
            self.fact.value is not None or self.fact.doubt is not None
        )


class Levers(OpenWorld):
    """A deployment over whose choices somebody decides."""

    def __init__(
        self,
        distinctions: Distinctions,
        deployment: Deployment,
        allowed: frozenset[tuple[str, str]] = frozenset(),
        meter: Meter | None = None,
    ) -> None:
        """
        Args:
            allowed: fields, by type and name, that can be changed although they are `essence`.
            meter: of which each part of the circuit takes some work.
        """
        super().__init__(distinctions, deployment)
        self.circuit = Circuit(MOST_PARTS, meter)
        self.allowed = allowed
        self.levers: dict[FactPlace, Lever] = {}
        """Those that somebody asked for, by their places."""

    def fact(self, entity: str, field: Field) -> Encoded:
        """What a field of an entity may be, changed or not."""
        place = entity, field.name
        if place not in self._facts and entity not in self.unlisted and self._can_change(field):
            chosen = self._chosen(field)
            if chosen is not None:
                self._facts[place] = self._mixed(place, field, chosen)
        return super().fact(entity, field)

    def _can_change(self, field: Field) -> bool:
        is_free = not field.essence or (field.owner, field.name) in self.allowed
        return field.kind == "choice" and is_free and not field.replaced

    def _mixed(self, place: FactPlace, field: Field, chosen: Encoded) -> Encoded:
        changed = self.circuit.variable()
        stated = self.encoded(field, self.value(place[0], field))
        inputs = tuple([literal for literal in literals(chosen) if abs(literal) != TRUE])
        fact = self.deployment.entities[place[0]].facts.get(field.name)
        self.levers[place] = Lever(field, fact, changed, chosen, stated, inputs)
        return self._either(changed, chosen, stated)

    def _either(self, changed: Lit, chosen: Encoded, stated: Encoded) -> Encoded:
        match chosen, stated:
            case Ladder(), Ladder():
                return self._either_ladder(changed, chosen, stated)
            case AgeRange(), AgeRange():
                return AgeRange(
                    self._either_ladder(changed, chosen.youngest, stated.youngest),
                    self._either_ladder(changed, chosen.oldest, stated.oldest),
                    self._if(changed, chosen.there, stated.there),
                )
            case _:
                assert isinstance(chosen, Mapping)
                assert isinstance(stated, Mapping)
                names = dict.fromkeys([*chosen, *stated])
                found = {
                    name: self._if(changed, chosen.get(name, FALSE), stated.get(name, FALSE))
                    for name in names
                }
                return {name: literal for name, literal in found.items() if literal != FALSE}

    def _either_ladder(self, changed: Lit, chosen: Ladder, stated: Ladder) -> Ladder:
        steps = sorted({*chosen.at_least, *stated.at_least})
        at_least = {
            step: self._if(changed, chosen.reaches(step), stated.reaches(step)) for step in steps
        }
        return Ladder(at_least, self._if(changed, chosen.there, stated.there))

    def _if(self, condition: Lit, one: Lit, other: Lit) -> Lit:
        if one == other:
            return one
        circuit = self.circuit
        return circuit.any_of(
            [circuit.all_of([condition, one]), circuit.all_of([-condition, other])]
        )

    # what can be chosen

    def _chosen(self, field: Field) -> Encoded | None:
        """What a field can be changed to, in new inputs; nothing if there is nothing to choose from."""
        if field.shape == "ages":
            return some_ages(self.circuit, self.ages, self._maybe(field))
        if field.shape in ("number", "duration", "date"):
            return any_of(self.circuit, self.steps(field), self._maybe(field))
        names = self.choosable(field)
        if not names and not field.may_be_none:
            return None
        held = {name: self.circuit.variable() for name in names}
        if not field.is_many and held:
            self.circuit.at_most_one(held.values())
        if not field.may_be_none:
            self.circuit.require(held.values())
        return held

    def steps(self, field: Field) -> Sequence[Decimal]:
        """The quantities that a field can be changed to, in order."""
        assert field.shape in ("number", "duration", "date")
        return self.points[field.shape]

    def choosable(self, field: Field) -> Sequence[str]:
        """The classes of terms, or the entities, that a field can be changed to.

        Nobody can write down an entity that is not listed, nor a text that nobody knows.
        """
        if field.is_reference:
            return [entity.name for entity in self.deployment.of_type(field.target or "")]
        if field.shape == "text":
            return ()
        return [term for term in self.domain(field) if self.written(field, term)]

    def written(self, field: Field, term: str) -> str:
        """How a class of terms is written: by the widest term that means nobody else; empty if none is current."""
        classes = self.classes(field)
        replaced = classes.taxonomy.replaced
        if classes.shown[term] not in replaced:
            return classes.shown[term]
        return next((t for t, of in classes.of.items() if of == term and t not in replaced), "")


def differing(lever: Lever) -> list[Lit]:
    """For each value of a list that is chosen and not stated, or the other way round, that it is so."""
    if not isinstance(lever.chosen, Mapping) or not isinstance(lever.stated, Mapping):
        return []
    if not lever.field.is_many:
        return []
    names = dict.fromkeys([*lever.chosen, *lever.stated])
    found = []
    for name in names:
        chosen = lever.chosen.get(name, FALSE)
        found.append(-chosen if lever.stated.get(name, FALSE) == TRUE else chosen)
    return [literal for literal in found if literal not in (TRUE, FALSE)]
