"""Whence the words of a vocabulary come: places in the source text, other documents, or whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.dsl.models.documents import Origin
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.tracing.sentences import Sentence, find


@dataclass(frozen=True, slots=True)
class Origins:
    """The fields and terms of a vocabulary, by whence they say they come.

    Attributes:
        in_text: how many name a place in the source text.
        in_documents: how many name a document, and no place in the text.
        ours: how many come from neither.
        unsaid: those that do not say it, as `people.consent` or `purpose.hiring`.
        nowhere: those that name a place that the text does not have, each with that place.
    """

    in_text: int
    in_documents: int
    ours: int
    unsaid: tuple[str, ...]
    nowhere: tuple[tuple[str, str], ...]

    @property
    def is_complete(self) -> bool:
        """Whether every word says whence it comes, and rightly; or none does: the vocabulary keeps no account."""
        told = self.in_text + self.in_documents + self.ours
        return not told or not (self.unsaid or self.nowhere)


def words_of(vocabulary: Vocabulary, sentences: Sequence[Sentence]) -> Origins:
    """Compare the words of a vocabulary with the sentences of the source text.

    Of one that extends another nothing is said: the words of that one come from another text.
    """
    words = [] if vocabulary.bases else list(_words(vocabulary))
    origins = [origin for _, origin in words if origin]
    places = {place for origin in origins for place in origin.places}
    lost = {place for place in places if len(find(sentences, place)) != 1}
    return Origins(
        in_text=sum(bool(o.places) for o in origins),
        in_documents=sum(bool(o.documents) and not o.places for o in origins),
        ours=sum(not o.places and not o.documents for o in origins),
        unsaid=tuple(name for name, origin in words if origin is None),
        nowhere=tuple((n, p) for n, o in words if o for p in o.places if p in lost),
    )


def _words(vocabulary: Vocabulary) -> Iterator[tuple[str, Origin | None]]:
    for type_ in vocabulary.entities.values():
        for field in type_.fields.values():
            yield f"{type_.name}.{field.name}", field.origin
    for taxonomy in vocabulary.taxonomies.values():
        for term in taxonomy.parents:
            yield f"{taxonomy.name}.{term}", taxonomy.origins.get(term)
