"""The documents that vocabularies and policies name, and whence words come."""

from __future__ import annotations

from datetime import date

from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.source import Span

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
