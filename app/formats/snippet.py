"""A line of a source with a part underlined."""

from __future__ import annotations

from rich.text import Text

from clausewise.dsl.source import Source, Span

_MOST_COLUMNS = 200


def snippet(source: Source, span: Span, style: str, note: str = "") -> Text:
    """The line that holds the start of `span`, with its number, and the span underlined."""
    number, column = source.position(span.start)
    line = source.line(number).replace("\t", " ")
    width = max(1, min(span.end - span.start, len(line) - column + 1))
    if len(line) > _MOST_COLUMNS:
        start = max(0, column - 20)
        line, column = line[start : start + _MOST_COLUMNS], column - start
        width = min(width, _MOST_COLUMNS - column + 1)
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{number:>6} │ ", "dim").append(line.rstrip() + "\n")
    text.append("       │ ", "dim").append(" " * (column - 1)).append("─" * width, style)
    return text.append(f" {note}", style) if note else text
