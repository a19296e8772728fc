"""Rich consoles, for trees and tables: colour only on a terminal, 80 columns where there is none."""

from __future__ import annotations

import sys
from typing import IO, Literal, TextIO, cast

from rich.console import Console

from clausewise.formats.escaping import log_line
from clausewise.formats.screen.sheet import MOST_COLUMNS, WIDTH, colours_wanted


def console(stream: TextIO | None = None) -> Console:
    """A console on a stream, standard output by default, in colours where they are wanted."""
    stream = stream or sys.stdout
    colour = colours_wanted(watched=stream.isatty())
    system: Literal["standard"] | None = "standard" if colour else None
    if not stream.isatty():
        plain = cast(IO[str], _Stripped(stream))
        return Console(
            file=plain, width=WIDTH, highlight=False, color_system=system, force_terminal=colour
        )
    width = min(Console(file=stream).width, MOST_COLUMNS)
    return Console(file=stream, highlight=False, width=width, color_system=system)


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
