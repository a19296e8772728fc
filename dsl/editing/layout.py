"""A design that was in the one layout is in it again after a change: what a new line moves moves with it."""

from __future__ import annotations

from functools import lru_cache

from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.source import Source, Span


def kept_in_layout(before: Source, after: Source) -> Source:
    """A changed design, laid out if it was before its change; otherwise as it is.

    Where somebody lays a file out in a way of their own, no more than the change is written. Byte order marks and
    line ends stay as they are.
    """
    if not is_laid_out(before):
        return after
    text, _ = format_source(after, "design")
    if text is None or text == after.text:
        return after
    return edited(after, [Edit(Span(0, len(after.text)), text)])


@lru_cache(maxsize=8)
def is_laid_out(source: Source) -> bool:
    """Whether a design is as `clausewise fmt` would write it."""
    text, _ = format_source(source, "design")
    return text == source.text
