"""Lines that somebody types, at a terminal or over a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from clausewise.formats.screen.sheet import terminal

PROMPT = "  > "
ODD_BYTES = "surrogateescape"
"""What becomes of bytes that are no UTF-8: an answer that holds some is refused."""


def typed(words: Sequence[str] = ()) -> str | None:
    """The next line; `None` at the end. At a terminal the Tab key completes these words.

    Where nobody watches, the line is shown as a terminal would show it. Bytes that are no UTF-8 are halves of
    characters in it.
    """
    if isinstance(sys.stdin, TextIOWrapper):
        watched = sys.stdin.isatty() and sys.stdout.isatty()
        if sys.stdin.errors != ODD_BYTES:  # before the first line is read
            encoding = None if watched else "utf-8"
            sys.stdin.reconfigure(encoding=encoding, errors=ODD_BYTES)
        if watched:
            return _at_terminal(words)
    line = sys.stdin.readline() if sys.stdin else ""
    terminal().line(PROMPT + line.strip())
    return line or None


def _at_terminal(words: Sequence[str]) -> str | None:
    sys.stdout.flush()
    try:
        import readline
    except ImportError:  # there is none on Windows
        pass
    else:
        readline.set_completer_delims(" ,")
        readline.set_completer(lambda start, index: _completion(words, start, index))
        readline.parse_and_bind("tab: complete")
    try:
        return input(PROMPT)
    except EOFError:
        return None


def _completion(words: Sequence[str], start: str, index: int) -> str | None:
    fitting = [word for word in words if word.startswith(start)]
    return fitting[index] if index < len(fitting) else None
