"""A file that was in the one layout is in it again after a change: what a new line moves moves with it."""

from __future__ import annotations

from functools import lru_cache

from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.source import Source, Span


def kept_in_layout(before: Source, after: Source, kind: FileKind = "design") -> Source:
    """A changed file, laid out if it was before its change; otherwise as it is.

    Where somebody lays a file out in a way of their own, no more than the change is written. Byte order marks and
    line ends stay as they are.
    """
    if not is_laid_out(before, kind):
        return after
    text, _ = format_source(after, kind)
    if text is None or text == after.text:
        return after
    return edited(after, [Edit(Span(0, len(after.text)), text)])


@lru_cache(maxsize=8)
def is_laid_out(source: Source, kind: FileKind = "design") -> bool:
    """Whether a file is as `clausewise fmt` would write it."""
    text, _ = format_source(source, kind)
    return text == source.text
