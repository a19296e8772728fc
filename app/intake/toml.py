"""TOML that is ours: read, with its mistakes at their places."""

from __future__ import annotations

import re
from typing import Any

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source, Span

MOST_PARTS = 500
"""Of a key, `a.b.c`: what a longer one takes to read grows with the square of its parts, to gigabytes."""
HINT = 'write `key = value`: a text in quotes, `"so"`, a list in brackets, `["a", "b"]`, a day as `2027-01-31`'


def table_of(source: Source, code: str = "E108", hint: str = HINT) -> dict[str, Any]:
    """The table that a text holds.

    Args:
        code: of the diagnostic if it is none.
        hint: what to write instead.

    Raises:
        InvalidError: it is no TOML.
    """
    import tomllib  # takes long to import, and a run without a configuration does not need it

    try:
        _refuse_long_keys(source.text)
        return tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        end = len(source.text) if "at end of document" in str(error) else 1
        span = (
            _offset(source, int(place[1]), int(place[2])) if place else Span(max(0, end - 1), end)
        )
        is_deep = isinstance(error, RecursionError)
        reason = "brackets nest too deeply" if is_deep else str(error).partition(" (at ")[0]
        message = f"this is not TOML: {reason[:1].lower()}{reason[1:]}"
        raise InvalidError([Diagnostic(code, message, source, span, hint)]) from None


def _refuse_long_keys(text: str) -> None:
    """Refuse a text with a key of very many parts; one in a quoted key's own `=` or `,` is not looked for."""
    for number, line in enumerate(text.split("\n"), 1):
        if any(piece.count(".") >= MOST_PARTS for piece in re.split("[=,]", line)):
            raise ValueError(f"a key has more than {MOST_PARTS} parts (at line {number}, column 1)")


def span_of(source: Source, key: str, within: Span | None = None) -> Span:
    """Where a key is written, in a part of the text, or the beginning of that if it cannot be told."""
    start, end = (within.start, within.end) if within else (0, len(source.text))
    written = rf"^[ \t]*(?:\[[^\]\n]*)?[\"']?({re.escape(key)})\b"
    found = re.compile(written, re.MULTILINE).search(source.text, start, end)
    return Span(*found.span(1)) if found else Span(start, start + 1)


def _offset(source: Source, line: int, column: int) -> Span:
    before = sum(len(source.line(number)) + 1 for number in range(1, line))
    return Span(before + column - 1, before + column)
