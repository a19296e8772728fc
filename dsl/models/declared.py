"""What a file declares of documents, and says of whence its words come."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clausewise.dsl.models.documents import OURS, Document, Origin
from clausewise.dsl.syntax import DocumentNode, Name, OriginNode, Text
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for


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
