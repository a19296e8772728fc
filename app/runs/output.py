"""How commands end: what they write, and where."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clausewise.dsl.files.inputs import is_input
from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.startup.typed import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from clausewise.dsl.text.diagnostic import Diagnostic
    from clausewise.formats.screen.sheet import Sheet

COULD_NOT_JUDGE = 2
"""The exit code of a command that could not do its work."""

NEVER_REPLACED = (
    ".design",
    ".design.json",
    ".policy",
    ".vocabulary",
    ".cases",
    ".laws",
    ".toml",
    ".pem",
    ".pub",
)
"""How the names of files end that `-o` creates, but never replaces, whether they were read or not."""


def write(text: str, output: Path | None, *, instead_of: Path | None = None) -> None:
    """Write to a file, or to standard output if none is given. Exits if it cannot be written.

    Args:
        instead_of: the input of which this is the newer text.
    """
    if not (output and instead_of and os.path.realpath(output) == os.path.realpath(instead_of)):
        refuse_inputs(output)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with written_whole(output) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        fail_to_write(output, error)


def fail_to_write(path: str | Path, error: OSError) -> NoReturn:
    """Say why a file cannot be written, and exit."""
    folder = os.path.dirname(path)
    reason, hint = error.strerror or str(error), "choose another path"
    if folder and not os.path.lexists(folder):
        reason, hint = f"there is no folder `{folder}`", "make it first, or choose another path"
    elif os.path.isdir(path):
        reason, hint = (
            "it is a folder",
            f"name a file in it, such as `{os.path.join(path, 'report')}`",
        )
    fail(f"cannot write `{path}`: {reason}", hint)


def refuse_inputs(output: Path | None) -> None:
    """Exit if what is to be written would replace what this command has read, or any file of the language."""
    if output is None or not os.path.exists(output):
        return
    name = os.path.realpath(output).lower()
    if name.endswith(NEVER_REPLACED) or is_input(output):
        fail(f"`{output}` would be replaced, which may be an input", "choose another path")


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


def end_with_pipe() -> NoReturn:
    """End as whoever writes to a pipe that nobody reads any longer."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    os._exit(COULD_NOT_JUDGE)  # not reached


def say(*lines: str, stream: TextIO | None = None) -> None:
    """Print lines, on standard output unless another stream is given."""
    from clausewise.formats.escaping import log_line, visible

    for line in lines:
        (stream or sys.stdout).write(log_line(visible(line)) + "\n")


def fail(message: str, hint: str) -> NoReturn:
    """Say what is wrong with a command and what to do, and exit."""
    from clausewise.formats.screen.diagnostics import print_failure
    from clausewise.formats.screen.sheet import terminal

    print_failure(message, hint, terminal(stderr=True))
    raise SystemExit(COULD_NOT_JUDGE)


def show_diagnostics(diagnostics: Iterable[Diagnostic], *, whole: bool = False) -> None:
    """Print diagnostics on standard error; `whole` is as for `print_diagnostics`."""
    from clausewise.formats.screen.diagnostics import print_diagnostics
    from clausewise.formats.screen.sheet import terminal

    print_diagnostics(diagnostics, terminal(stderr=True), whole=whole)


def fail_with(diagnostics: Iterable[Diagnostic]) -> NoReturn:
    """Print diagnostics, and exit: with 70 if a bug of ours is among them."""
    from clausewise.dsl.text.fault import EXIT_CODE, has_fault

    found = list(diagnostics)
    show_diagnostics(found)
    raise SystemExit(EXIT_CODE if has_fault(found) else COULD_NOT_JUDGE)


def end_at_once_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP end the process where it stands, with the code of the signal.

    It is for what serves on standard input: it has nothing to clear away, and a thread that waits for its client
    would keep it from ending otherwise.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: os._exit(128 + number))
