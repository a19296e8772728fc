"""Where the command begins. `check` of named files goes straight to its work, without Typer.

Typer takes longer to import than a design takes to judge (docs/decisions/0013), and people wait for `check`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from io import TextIOWrapper
from typing import NoReturn, TextIO

INTERRUPTED = 130
COULD_NOT_WRITE = 2


def main() -> None:
    """Run the command line. A closed pipe or Ctrl-C ends it quietly, as they end other commands."""
    try:
        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        sys.stdout, sys.stderr = _open(sys.stdout), _open(sys.stderr)
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:  # a full disk, not a verdict
        print(f"clausewise: {error.strerror or error}", file=sys.stderr, flush=True)
        os._exit(COULD_NOT_WRITE)  # another way out would try to write the rest again


def _open(stream: TextIO | None) -> TextIO:
    """The stream, or one that leads nowhere if it was closed. What a terminal cannot show must not end it."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - without pathlib, for the start
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _run(words: list[str]) -> None:
    command, *paths = words or [""]
    if command == "check" and paths and not any(path.startswith("-") for path in paths):
        _check(paths)
    from clausewise.commands.cli import app

    app(prog_name="clausewise")


def _check(paths: list[str]) -> NoReturn:
    gc.set_threshold(100_000)  # most of what a check makes lives as long as the process
    from pathlib import Path

    from clausewise.configuration.options import options_here
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.check import check_paths

    try:
        code = check_paths([Path(path) for path in paths], options_here())
    except InvalidError as error:
        from clausewise.runs.output import fail_with

        fail_with(error.diagnostics)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking down what is thrown away anyway is an eighth of a check


if __name__ == "__main__":
    main()
