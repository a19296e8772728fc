"""Consoles: colour only on a terminal, 80 columns where there is none."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from typing import IO, TextIO, cast

from rich.console import Console

WIDTH = 80
MOST_COLUMNS = 100


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, or on standard error. NO_COLOR is respected."""
    stream = sys.stderr if stderr else sys.stdout
    if not stream.isatty():
        plain = cast(IO[str], _Stripped(stream))
        return Console(file=plain, width=WIDTH, highlight=False, color_system=None)
    found = Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=min(found.width, MOST_COLUMNS))


def text_console() -> tuple[Console, Callable[[], str]]:
    """A console that keeps what is printed, and a function that gives it as plain text."""
    kept = io.StringIO()
    plain = cast(IO[str], _Stripped(kept))
    return Console(file=plain, width=WIDTH, highlight=False, color_system=None), kept.getvalue


class _Stripped:
    """A stream without the blanks that rich leaves at the ends of lines."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        return self.stream.write(re.sub(r" +$", "", text, flags=re.MULTILINE))

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.stream.fileno()
