"""Rich consoles, for trees and tables: colour only on a terminal, 80 columns where there is none."""

from __future__ import annotations

import sys
from typing import IO, TextIO, cast

from rich.console import Console

from clausewise.formats.escaping import log_line
from clausewise.formats.screen.sheet import MOST_COLUMNS, WIDTH


def console() -> Console:
    """A console on standard output. NO_COLOR is respected."""
    stream = sys.stdout
    if not stream.isatty():
        plain = cast(IO[str], _Stripped(stream))
        return Console(file=plain, width=WIDTH, highlight=False, color_system=None)
    found = Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=min(found.width, MOST_COLUMNS))


class _Stripped:
    """A stream without the blanks that rich leaves at the ends of lines, and without commands to a log."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        lines = (log_line(line.rstrip(" ")) for line in text.split("\n"))
        return self.stream.write("\n".join(lines))

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.stream.fileno()
