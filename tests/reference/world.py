"""A completed deployment: every fact has one precise value, and no entity is left to be guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.syntax import PathStep


@dataclass(frozen=True, slots=True)
class Ages:
    """A range of ages in years; an open end is infinite."""

    youngest: Decimal
    oldest: Decimal


Names = frozenset[str]
"""Terms, names of entities, or a text. None of them is `none`."""
Value = Names | Ages | Decimal | date
"""What a fact comes to; durations are in seconds."""
Place = tuple[str, str]
"""Where a fact stands: its entity's name and its field's."""


@dataclass(frozen=True, slots=True)
class World:
    """All that is so: the type of each entity by name, every fact, and the date of judging."""

    vocabulary: Vocabulary
    types: Mapping[str, str]
    facts: Mapping[Place, Value]
    as_of: date

    def of_type(self, type_: str) -> Names:
        """The entities of a type."""
        return frozenset(name for name, its_type in self.types.items() if its_type == type_)

    def follow(self, entities: Names, step: PathStep) -> Names:
        """What a reference, or a field of terms, leads to from any of the entities."""
        if not step.closed:
            return self._union(self.facts[entity, step.field.text] for entity in entities)
        reached = entities
        while (more := reached | self.follow(reached, PathStep(step.field))) != reached:
            reached = more
        return reached

    def field(self, type_: str, steps: Iterable[PathStep]) -> Field:
        """The last field of a path that begins at a type."""
        *first, last = steps
        for step in first:
            type_ = self.vocabulary.entities[type_].fields[step.field.text].target or ""
        return self.vocabulary.entities[type_].fields[last.field.text]

    @staticmethod
    def _union(values: Iterable[Value]) -> Names:
        found: set[str] = set()
        for value in values:
            assert isinstance(value, frozenset)
            found |= value
        return frozenset(found)


def is_within(term: str, above: str, taxonomy: Taxonomy) -> bool:
    """Whether a term is another, or below it."""
    parents = taxonomy.parents[term]
    return term == above or any(is_within(parent, above, taxonomy) for parent in parents)


def leaves_below(term: str, taxonomy: Taxonomy) -> list[str]:
    """The most precise terms that a term stands for."""
    below = [other for other in taxonomy.parents if is_within(other, term, taxonomy)]
    return [other for other in below if is_leaf(other, taxonomy)]


def is_leaf(term: str, taxonomy: Taxonomy) -> bool:
    """Whether nothing is below a term."""
    return not any(term in parents for parents in taxonomy.parents.values())
