"""A line of a source with a part underlined."""

from __future__ import annotations

from rich.text import Text

from clausewise.dsl.source import Source, Span

MOST_COLUMNS = 68
"""Longer lines are cut, so that the span is seen at 80 columns."""


def snippet(source: Source, span: Span, style: str, note: str = "") -> Text:
    """The line that holds the start of `span`, with its number, and the span underlined."""
    number, column = source.position(span.start)
    line = source.line(number).replace("\t", " ").rstrip()
    width = max(1, min(span.end - span.start, len(line) - column + 1))
    start = max(0, min(column - 1 + width - MOST_COLUMNS, column - 1))
    shown = line[start : start + MOST_COLUMNS]
    width = min(width, MOST_COLUMNS - (column - 1 - start))
    text = Text(no_wrap=True, overflow="ignore")
    text.append(f"{number:>6} │ ", "dim").append("…" + shown[1:] if start else shown)
    text.append("…" if start + MOST_COLUMNS < len(line) else "")
    text.append("\n       │ ", "dim").append(" " * (column - 1 - start)).append("─" * width, style)
    return text.append(f" {note}", style) if note else text
