"""The documents that vocabularies and policies name, and whence words come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.values import Name, Text
from clausewise.dsl.trees.vocabularies import DocumentNode, OriginNode

OURS = "ours"
"""What a vocabulary writes of a word that comes from no text: it is of whoever wrote the vocabulary."""


@lean_dataclass(frozen=True, slots=True)
class Document:
    """A document, other than the text that a policy follows, from which some of its conditions or words come."""

    name: str
    title: str
    date: date
    address: str
    span: Span = field(compare=False)

    @property
    def words(self) -> str:
        """Its title and its date."""
        return f"{self.title} ({self.date})"


@lean_dataclass(frozen=True, slots=True)
class Origin:
    """Whence a word comes: places in the source text (the `at` of clauses), documents; if neither, it is ours."""

    places: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Whence it comes, in words."""
        return ", ".join([*self.places, *self.documents]) or OURS


def documents_of(items: Iterable[object]) -> dict[str, Document]:
    """The documents that are declared among the items of a file, by their names."""
    return {
        node.name.text: Document(
            node.name.text,
            node.title.text,
            node.date.value,
            node.address.text if node.address else "",
            node.name.span,
        )
        for node in items
        if isinstance(node, DocumentNode)
    }


def origin_of(
    node: OriginNode | None, documents: Collection[str], problems: Diagnostics
) -> Origin | None:
    """What a vocabulary says of whence a word comes. A document that is not declared is recorded."""
    if node is None:
        return None
    names = [place for place in node.places if isinstance(place, Name) and place.text != OURS]
    for name in names:
        if name.text not in documents:
            hint = hint_for(name.text, [*documents, OURS], "known")
            problems.add("E201", f"there is no document `{name.text}`", name.span, hint=hint)
    places = tuple(place.text for place in node.places if isinstance(place, Text))
    return Origin(places, tuple(name.text for name in names))
