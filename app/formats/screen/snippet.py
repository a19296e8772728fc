"""A line of a source with a part underlined."""

from __future__ import annotations

from clausewise.dsl.text.source import Source, Span
from clausewise.formats.screen.sheet import Sheet, cells

MOST_COLUMNS = 68
"""Longer lines are cut, so that the span is seen at 80 columns."""


def print_snippet(source: Source, span: Span, style: str, sheet: Sheet, note: str = "") -> None:
    """Print the line that holds the start of `span`, with its number, and the span underlined."""
    number, column = source.position(span.start)
    line = source.line(number).replace("\t", " ").rstrip()
    width = max(1, min(span.end - span.start, len(line) - column + 1))
    start = max(0, min(column - 1 + width - MOST_COLUMNS, column - 1))
    shown = line[start : start + MOST_COLUMNS]
    shown = "…" + shown[1:] if start else shown
    before = column - 1 - start
    under = "─" * max(1, cells(shown[before : before + width]))
    more = "…" if start + MOST_COLUMNS < len(line) else ""
    sheet.unwrapped((f"{number:>6} │ ", "dim"), shown + more)
    said = [(f" {note}", style)] if note else []
    sheet.unwrapped(("       │ ", "dim"), " " * cells(shown[:before]), (under, style), *said)
