"""How parts of a dossier say what they share: some of many names, words of the language, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.dsl.text.names import listed
from clausewise.formats.dossier.document import PageBlock, PageLine, PageWords, Paragraph

MOST_NAMES = 5


def few(names: Iterable[str]) -> str:
    """Names in a sentence, of many the first and how many others there are."""
    found = list(names)
    rest = len(found) - MOST_NAMES
    if rest > 1:
        found = [*found[:MOST_NAMES], f"{rest:,} more"]
    return listed(found)


def marked(text: str) -> PageLine:
    """A text in which what stands between two backticks is written in the language."""
    parts = text.split("`")
    return tuple(
        PageWords(part, "code") if index % 2 else part for index, part in enumerate(parts) if part
    )


def and_more(count: int, what: str) -> tuple[PageBlock, ...]:
    """How many are left out, as a note; nothing if none is."""
    return (Paragraph((f"... and {count:,} more {what}.",), is_note=True),) if count > 0 else ()
