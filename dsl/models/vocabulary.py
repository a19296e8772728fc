"""What can be described: the subject, taxonomies, entity types and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from clausewise.dsl.models.documents import Document, Origin
from clausewise.dsl.models.places import places
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import YES_NO, Taxonomy
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.source import Source, Span
from clausewise.dsl.trees.values import Range

if TYPE_CHECKING:
    from clausewise.dsl.trees.vocabularies import FieldKind, Shape


@lean_dataclass(frozen=True, slots=True)
class EvidencedValues:
    """Which values of a field need evidence.

    Attributes:
        word: `for` if those listed do, `but` if all others do, and empty if all do.
        inside: the terms listed and all below them, and `none` if that is listed.
        above: the terms that may turn out to be one of these.
        ranges: the ranges of ages listed.
    """

    word: str
    inside: frozenset[str]
    above: frozenset[str]
    ranges: tuple[Range, ...]
    words: str
    """How the vocabulary says so."""


@lean_dataclass(frozen=True, slots=True)
class Usual:
    """A default that a document gives: a term, `yes` or `no`, or `none`; and the document's name."""

    value: str
    document: str


@lean_dataclass(frozen=True, slots=True)
class Field:
    """A field of an entity type.

    Attributes:
        owner: the entity type's name.
        shape: its type: what it holds is in `shapes.py`.
        target: the taxonomy or entity type that the values come from, for shapes that have one.
        is_reference: whether `target` is an entity type.
        may_be_none: whether `none` is a value: always for `any of`, else where it is declared.
        kind: `world`, `choice` or `judgement`.
        evidence: which claims need evidence when a reviewer requires it; `None` if none does.
        ask: the question; `{owner}` stands for the entity's name.
        replaced: what to write instead, where something else has replaced it; empty if nothing has.
        label: what people call it: the name in words, if the vocabulary says nothing.
        short: the question in a few words; empty if the vocabulary says nothing.
        origin: whence it comes; `None` if the vocabulary does not say.
        by_two: whether it is a judgement for which two people must answer.
        essence: whether it is a choice that says what its entity is: with another value it would be another thing.
        usual: what it is unless somebody chooses otherwise, by a document. It takes no part in judging.
        also: other words for it, which only hints know.
    """

    owner: str
    name: str
    shape: Shape
    target: str | None
    is_reference: bool
    may_be_none: bool
    kind: FieldKind
    evidence: EvidencedValues | None
    ask: str
    span: Span = field(compare=False)
    replaced: str = ""
    label: str = ""
    short: str = ""
    origin: Origin | None = None
    usual: Usual | None = None
    by_two: bool = False
    essence: bool = False
    also: tuple[str, ...] = ()

    @property
    def evidenced(self) -> bool:
        """Whether some claims need evidence when a reviewer requires it."""
        return self.evidence is not None

    @property
    def is_many(self) -> bool:
        """Whether a fact of this field may have several values."""
        return SHAPES[self.shape].is_many

    @property
    def has_terms(self) -> bool:
        """Whether the values are terms of a taxonomy, `yes` and `no` included."""
        return self.shape == "yes-no" or (self.target is not None and not self.is_reference)

    @property
    def is_text(self) -> bool:
        """Whether a value is held as text: the name of a term, or a text. `none` is then the empty text."""
        return SHAPES[self.shape].is_text and not self.is_reference

    def asked_of(self, entity: str) -> str:
        """The question, of an entity that is called so."""
        return self.ask.replace("{" + self.owner + "}", entity)


@lean_dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entity. `single`: there is exactly one. `required`: there is at least one.

    `also`: other words for it, which only hints know.
    """

    name: str
    description: str
    single: bool
    required: bool
    fields: Mapping[str, Field]
    also: tuple[str, ...] = ()

    @property
    def current(self) -> list[Field]:
        """The fields that nothing has replaced."""
        return [field for field in self.fields.values() if not field.replaced]


@lean_dataclass(frozen=True)
class Vocabulary:
    """A checked vocabulary."""

    name: str
    subject: str
    title: str
    taxonomies: Mapping[str, Taxonomy]
    entities: Mapping[str, EntityType]
    source: Source = field(compare=False, repr=False)
    marks: Mapping[str, str] = field(default_factory=dict)
    """What each mark says of the terms that bear it."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """The documents from which words of it come."""
    bases: tuple[Source, ...] = field(default=(), compare=False, repr=False)
    """The texts of the vocabularies that it extends, each after those that it extends itself."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The texts of which it is made: of the vocabularies that it extends, and its own."""
        return (*self.bases, self.source)

    @cached_property
    def parts(self) -> tuple[object, ...]:
        """It and all that others refer to of it, in an order that never changes (`intake/shared.py`)."""
        fields = [field for type_ in self.entities.values() for field in type_.fields.values()]
        return (self, *self.entities.values(), *self.taxonomies.values(), *fields)

    @cached_property
    def kept(self) -> dict[str, object]:
        """What backends have made of it, by backend, so that it is made once for all policies that share it."""
        return {}

    def __getstate__(self) -> dict[str, object]:
        """What is kept of a vocabulary that is pickled: not what belongs to one process."""
        own = ("kept", "parts")
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def leading_to(self, type_name: str) -> Mapping[str, tuple[Field, ...]]:
        """The types of which somebody that is not listed may be named by a reference, with these references.

        They are the type itself, and those from which references lead to it, over any number of links: an unlisted
        entity of one of them may refer to an unlisted entity of the next.
        """
        if type_name not in self._leading_to:
            found = {type_name: self._references_to(type_name)}
            todo = [type_name]
            for target in todo:
                for reference in self._references_to(target):
                    if not self.entities[reference.owner].single and reference.owner not in found:
                        found[reference.owner] = self._references_to(reference.owner)
                        todo.append(reference.owner)
            self._leading_to[type_name] = found
        return self._leading_to[type_name]

    @cached_property
    def _leading_to(self) -> dict[str, Mapping[str, tuple[Field, ...]]]:
        return {}

    def ensuring(self, type_name: str) -> Sequence[str]:
        """The types of which an entity leads to one of a type for certain: by references that are never `none`.

        They are the type itself, and those from which such references lead to it, over any number of links.
        """
        if type_name not in self._ensuring:
            found = [type_name]
            for target in found:
                references = [f for f in self._references_to(target) if not f.may_be_none]
                found += {f.owner: None for f in references if f.owner not in found}
            self._ensuring[type_name] = found
        return self._ensuring[type_name]

    @cached_property
    def _ensuring(self) -> dict[str, list[str]]:
        return {}

    def _references_to(self, type_name: str) -> tuple[Field, ...]:
        fields = [field for type_ in self.entities.values() for field in type_.fields.values()]
        return tuple([f for f in fields if f.is_reference and f.target == type_name])

    @cached_property
    def broad_fields(self) -> Mapping[str, list[str]]:
        """Fields with values that leave much open (ranges of ages, lists that may go on), with their types."""
        return self._fields_by_type(lambda of: of.is_many or of.shape == "ages")

    @cached_property
    def range_fields(self) -> Mapping[str, list[str]]:
        """Those of them that are ranges."""
        return self._fields_by_type(lambda of: of.shape == "ages")

    def _fields_by_type(self, is_meant: Callable[[Field], bool]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for type_ in self.entities.values():
            for name, of in type_.fields.items():
                if is_meant(of):
                    found.setdefault(name, []).append(type_.name)
        return found

    @cached_property
    def with_replaced(self) -> Mapping[str, frozenset[str]]:
        """By type, the fields that something else has replaced, or one of whose terms it has."""
        return {
            type_.name: frozenset(
                name
                for name, field in type_.fields.items()
                if field.replaced or (field.has_terms and self.taxonomy_of(field).replaced)
            )
            for type_ in self.entities.values()
        }

    def taxonomy(self, name: str) -> Taxonomy:
        """A taxonomy by name, the built-in `place` and `yes-no` included.

        Raises:
            KeyError: there is none of that name.
        """
        if name == "place":
            return places()
        return YES_NO if name == "yes-no" else self.taxonomies[name]

    def taxonomy_of(self, field: Field) -> Taxonomy:
        """The taxonomy that a field's values come from.

        Raises:
            KeyError: the field's values are not terms.
        """
        return YES_NO if field.shape == "yes-no" else self.taxonomy(field.target or "")
