"""How commands end: what they write, and where."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from clausewise.dsl.text.diagnostic import Diagnostic
    from clausewise.formats.screen.sheet import Sheet

COULD_NOT_JUDGE = 2
"""The exit code of a command that could not do its work."""


def write(text: str, output: Path | None) -> None:
    """Write to a file, or to standard output if none is given."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        fail(f"cannot write `{output}`: {error.strerror}", "choose another path")


@contextmanager
def sheet_for(output: Path | None) -> Iterator[Sheet]:
    """A sheet on the terminal, or one whose text is written to a file at the end."""
    from clausewise.formats.screen.sheet import Sheet, terminal

    if output is None:
        yield terminal()
        return
    text = io.StringIO()
    yield Sheet(text)
    write(text.getvalue(), output)


def say(*lines: str, stream: TextIO | None = None) -> None:
    """Print lines, on standard output unless another stream is given."""
    from clausewise.formats.escaping import log_line, visible

    for line in lines:
        (stream or sys.stdout).write(log_line(visible(line)) + "\n")


def fail(message: str, hint: str) -> NoReturn:
    """Say what is wrong with a command and what to do, and exit."""
    say(f"error: {message}", f"  hint: {hint}", stream=sys.stderr)
    raise SystemExit(COULD_NOT_JUDGE)


def show_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics on standard error."""
    from clausewise.formats.screen.diagnostics import print_diagnostics
    from clausewise.formats.screen.sheet import terminal

    print_diagnostics(diagnostics, terminal(stderr=True))


def fail_with(diagnostics: Iterable[Diagnostic]) -> NoReturn:
    """Print diagnostics, and exit."""
    show_diagnostics(diagnostics)
    raise SystemExit(COULD_NOT_JUDGE)
