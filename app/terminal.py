"""Consoles: colour only on a terminal, 80 columns where there is none."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

from rich.console import Console

WIDTH = 80
MOST_COLUMNS = 100


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, or on standard error. NO_COLOR is respected."""
    stream = sys.stderr if stderr else sys.stdout
    if not stream.isatty():
        return Console(file=stream, width=WIDTH, highlight=False, color_system=None)
    found = Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=min(found.width, MOST_COLUMNS))


def text_console() -> tuple[Console, Callable[[], str]]:
    """A console that keeps what is printed, and a function that gives it as plain text."""
    kept = io.StringIO()
    return Console(file=kept, width=WIDTH, highlight=False, color_system=None), kept.getvalue
