"""The trees of vocabularies."""

from __future__ import annotations

from typing import Literal

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.values import NOWHERE, Day, Name, Range, Text


@lean_dataclass(frozen=True, slots=True)
class DocumentNode:
    """A document, other than the text that the policy follows, from which some of its conditions come."""

    name: Name
    title: Text
    date: Day
    address: Text | None


Shape = Literal[
    "yes-no", "one of", "any of", "some of", "number", "duration", "date", "text", "ages"
]
"""The type of a field, without the taxonomy or the entities that it is `of`."""
FieldKind = Literal["world", "choice", "judgement"]
"""Whether a fact is so whatever the designer wants, is theirs to choose, or is for a person to judge."""


@lean_dataclass(frozen=True, slots=True)
class TermNode:
    """A term of a taxonomy and the terms below it.

    Attributes:
        also: other words for it, which a design cannot use.
        marks: what is said of it, and of all terms below it, by marks of the vocabulary.
        replaced: what to write instead, where something else has replaced it.
        label: what people call it.
        origin: whence it comes, with all terms below it that say nothing else.
    """

    name: Name
    description: Text | None
    children: tuple[TermNode, ...]
    also: tuple[Text, ...] = ()
    marks: tuple[Name, ...] = ()
    replaced: Text | None = None
    label: Text | None = None
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class OriginNode:
    """Whence a word comes: places in the source text, in quotes, documents, or `ours`."""

    places: tuple[Text | Name, ...]


@lean_dataclass(frozen=True, slots=True)
class MarkNode:
    """The declaration of a mark: a word that terms and clauses can bear, and what it says of them."""

    name: Name
    description: Text


@lean_dataclass(frozen=True, slots=True)
class TaxonomyNode:
    """A tree of terms."""

    name: Name
    description: Text | None
    terms: tuple[TermNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class EvidencedNode:
    """That claims need evidence where a reviewer requires it.

    `word` is `for` if those of `values` do, `but` if all others do, and empty if all do.
    """

    word: str = ""
    values: tuple[Name | Range, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class UsualNode:
    """The value that a field has unless somebody chooses another, and the document that says so."""

    value: Name
    document: Name


@lean_dataclass(frozen=True, slots=True)
class FieldNode:
    """A field's declaration. `shape` is `one of`, `any of`, `some of`, or the type itself.

    `or_none`: it was declared that the value may be `none`. `replaced`: what to write instead, where something
    else has replaced it. `by_two`: two people must answer for it. `essence`: with another value it would be
    another thing. `short` is the question in a few words; `also` are other words for the field.
    """

    name: Name
    shape: Shape
    target: Name | None
    or_none: bool
    kind: FieldKind
    evidenced: EvidencedNode | None
    ask: Text
    replaced: Text | None = None
    by_two: bool = False
    label: Text | None = None
    origin: OriginNode | None = None
    usual: UsualNode | None = None
    short: Text | None = None
    essence: bool = False
    also: tuple[Text, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class EntityNode:
    """An entity type's declaration. `modifier` is `single`, `required` or empty; `also` are other words for it."""

    name: Name
    description: Text
    modifier: str
    fields: tuple[FieldNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)
    also: tuple[Text, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class ExtensionNode:
    """Further fields of a type of entity that another vocabulary declares: `extend use { ... }`."""

    name: Name
    fields: tuple[FieldNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A `.vocabulary` file. `extends` is the vocabulary to which it adds."""

    name: Name
    subject: Name | None
    title: Text | None
    items: tuple[DocumentNode | MarkNode | TaxonomyNode | EntityNode | ExtensionNode, ...]
    extends: Name | None = None
