"""What a dossier is made of, for all who write it: sections of paragraphs, lists and tables of plain words."""

from __future__ import annotations

from typing import Literal

from clausewise.dossier.diagram import Diagram
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Outcome, Verdict

PageKind = Literal["plain", "code", "strong", "soft"]

MOST_LINES = 200
"""Of a design: to print a line takes as long as to judge a small design, and real ones have 40 to 100."""


@lean_dataclass(frozen=True, slots=True)
class PageWords:
    """A piece of a line. `to` is the id of a section or a line of the document to which it leads, or empty."""

    text: str
    kind: PageKind = "plain"
    to: str = ""


PagePiece = PageWords | str
"""A text alone is plain."""
PageLine = tuple[PagePiece, ...]


@lean_dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `is_note` if it is said beside the rest."""

    line: PageLine
    is_note: bool = False


@lean_dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source text, and where they stand in it."""

    text: str
    at: str


@lean_dataclass(frozen=True, slots=True)
class PageItems:
    """A list."""

    lines: tuple[PageLine, ...]


@lean_dataclass(frozen=True, slots=True)
class PageTable:
    """A table. The first cell of each row is its heading; `head` has the name and the width (%) of each column."""

    caption: str
    head: tuple[tuple[str, int], ...]
    rows: tuple[tuple[PageLine, ...], ...]


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


PageBlock = Paragraph | Quote | PageItems | PageTable | Picture | SourceLines | Blanks


@lean_dataclass(frozen=True, slots=True)
class PageSection:
    """A part with a title.

    Attributes:
        result: the outcome or verdict that stands beside the title, and what it is called; `None` for none.
    """

    id: str
    title: str
    blocks: tuple[PageBlock, ...] = ()
    sections: tuple[PageSection, ...] = ()
    result: tuple[Outcome | Verdict, str] | None = None


@lean_dataclass(frozen=True, slots=True)
class Page:
    """A whole dossier. `blocks` stand before the first section."""

    title: str
    blocks: tuple[PageBlock, ...]
    sections: tuple[PageSection, ...]
