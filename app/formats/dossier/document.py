"""What a dossier is made of, for all who write it: sections of paragraphs, lists and tables of plain words."""

from __future__ import annotations

from typing import Literal

from clausewise.dossier.diagram import Diagram
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Outcome, Verdict

Kind = Literal["plain", "code", "strong", "soft"]


@lean_dataclass(frozen=True, slots=True)
class Words:
    """A piece of a line. `to` is the id of a section or a line of the document to which it leads, or empty."""

    text: str
    kind: Kind = "plain"
    to: str = ""


Piece = Words | str
"""A text alone is plain."""
Line = tuple[Piece, ...]


@lean_dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `is_note` if it is said beside the rest."""

    line: Line
    is_note: bool = False


@lean_dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source text, and where they stand in it."""

    text: str
    at: str


@lean_dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: tuple[Line, ...]


@lean_dataclass(frozen=True, slots=True)
class Table:
    """A table. The first cell of each row is its heading; `head` has the name and the width (%) of each column."""

    caption: str
    head: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Line, ...], ...]


@lean_dataclass(frozen=True, slots=True)
class Picture:
    """The design as a diagram, with what it shows in a few words."""

    diagram: Diagram
    said: str


@lean_dataclass(frozen=True, slots=True)
class SourceLines:
    """The first lines of a file, each of which can be led to: line 12 by `line-12`."""

    lines: tuple[str, ...]


@lean_dataclass(frozen=True, slots=True)
class Blanks:
    """What is filled in by hand, each with a name."""

    names: tuple[str, ...]


Block = Paragraph | Quote | Items | Table | Picture | SourceLines | Blanks


@lean_dataclass(frozen=True, slots=True)
class Section:
    """A part with a title.

    Attributes:
        result: the outcome or verdict that stands beside the title, and what it is called; `None` for none.
    """

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    result: tuple[Outcome | Verdict, str] | None = None


@lean_dataclass(frozen=True, slots=True)
class Document:
    """A whole dossier. `blocks` stand before the first section, `notice` at the end."""

    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    notice: str
