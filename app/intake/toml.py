"""TOML that is ours: read, with its mistakes at their places."""

from __future__ import annotations

import re
from typing import Any

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source, Span

HINT = 'write `key = value`: a text in quotes, `"so"`, a list in brackets, `["a", "b"]`, a day as `2027-01-31`'


def table_of(source: Source, code: str = "E108") -> dict[str, Any]:
    """The table that a text holds.

    Args:
        code: of the diagnostic if it is none.

    Raises:
        InvalidError: it is no TOML.
    """
    import tomllib  # takes long to import, and a run without a configuration does not need it

    try:
        return tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        span = _offset(source, int(place[1]), int(place[2])) if place else Span(0, 1)
        reason = str(error).partition(" (at ")[0].lower()
        problem = Diagnostic(code, f"this is not TOML: {reason}", source, span, HINT)
        raise InvalidError([problem]) from None


def span_of(source: Source, key: str, within: Span | None = None) -> Span:
    """Where a key is written, in a part of the text, or the beginning of that if it cannot be told."""
    start, end = (within.start, within.end) if within else (0, len(source.text))
    written = rf"^[ \t]*(?:\[[^\]\n]*)?[\"']?({re.escape(key)})\b"
    found = re.compile(written, re.MULTILINE).search(source.text, start, end)
    return Span(*found.span(1)) if found else Span(start, start + 1)


def _offset(source: Source, line: int, column: int) -> Span:
    before = sum(len(source.line(number)) + 1 for number in range(1, line))
    return Span(before + column - 1, before + column)
