"""What can be written somewhere, as values: words of the language and of a vocabulary, with what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.editor import words
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.policy import Policy

OfferSort = Literal[
    "keyword", "type", "field", "term", "entity", "clause", "policy", "function", "value"
]


@lean_dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be written.

    Attributes:
        label: what it is called in a list.
        detail: a few words about it.
        about: what it means, in Markdown.
        text: what is written, if that is not the label; `snippet` is the same with places to fill in.
        sought: by which words it is found, beside its label.
    """

    label: str
    sort: OfferSort
    detail: str = ""
    about: str = ""
    text: str = ""
    snippet: str = ""
    sought: str = ""

    def fits(self, beginning: str) -> bool:
        """Whether it is among what somebody may mean who has written so much."""
        return beginning.lower() in f"{self.label} {self.sought}".lower()


def keywords(*names: str) -> Iterator[Offer]:
    """Words of the language."""
    return (Offer(name, "keyword") for name in names)


def of_type(type_: EntityType) -> Offer:
    """A block of a type of entity."""
    name = "" if type_.single else " ${1:name}"
    snippet = f"{type_.name}{name} {{\n  $0\n}}"
    about = words.of_type(type_)
    plain = type_.name if not type_.single else f"{type_.name} {{\n}}"
    return Offer(type_.name, "type", type_.description, about, plain, snippet)


def of_field(field: Field, vocabulary: Vocabulary, entity: str = "") -> Offer:
    """A field with its question."""
    about = words.of_field(field, vocabulary, entity)
    return Offer(field.name, "field", field.kind, about, f"{field.name} ", sought=field.label)


def of_taxonomy(taxonomy: Taxonomy) -> Iterator[Offer]:
    """The terms of a taxonomy. They are also found by what people call them."""
    for term in taxonomy.current:
        label = taxonomy.label(term)
        about = words.of_term(taxonomy, term)
        yield Offer(term, "term", label, about, sought=label)


def values_of(field: Field, vocabulary: Vocabulary, entities: Iterable[str]) -> Iterator[Offer]:
    """The values that a field may hold; `entities` are those of its type."""
    if field.is_reference:
        yield from (Offer(name, "entity", field.target or "") for name in entities)
    elif field.has_terms:
        yield from of_taxonomy(vocabulary.taxonomy_of(field))
    else:
        held = SHAPES[field.shape]
        yield Offer(held.example, "value", held.wanted.replace("`", ""))
    if field.may_be_none:
        yield Offer("none", "value", "it is known that there is none")
    yield Offer("unknown", "value", "nobody knows yet")


def of_clause(clause: Clause, policy: Policy) -> Offer:
    """A clause by its name; it is also found by its number."""
    about = words.of_clause(policy, clause)
    return Offer(
        clause.name, "clause", clause.number, about, sought=f"{clause.number} {clause.label}"
    )


def of_policy(name: str, policies: Iterable[Policy]) -> Offer:
    """A policy by its name."""
    known = next((policy for policy in policies if policy.name == name), None)
    return Offer(
        name, "policy", known.title if known else "", words.of_policy(known) if known else ""
    )
