"""Prints the help, which Typer makes, and which is kept in the cache: it is the same each time."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from clausewise.dsl.startup import store


def print_help(words: Sequence[str]) -> None:
    """Print what Typer answers to a command line that only asks for help."""
    key = store.key_of("help", *words, *_shaped_by())
    text = store.load(key)
    if not isinstance(text, str):
        text = _made(words)
        store.keep(key, text)
    sys.stdout.write(text)


def _shaped_by() -> tuple[str, ...]:
    """What else shapes the help: the width of the terminal, and which packages are installed."""
    spec = find_spec("typer")
    assert spec
    assert spec.origin
    packages = os.path.dirname(os.path.dirname(spec.origin))  # noqa: PTH120 - without pathlib
    changed = (os.stat(path).st_mtime_ns for path in (packages, spec.origin))  # noqa: PTH116
    try:
        columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # as Typer asks
        columns = 0
    return os.environ.get("COLUMNS", ""), str(columns), *map(str, changed)


def _made(words: Sequence[str]) -> str:
    from contextlib import redirect_stdout, suppress

    from clausewise.commands.cli import app

    with redirect_stdout(io.StringIO()) as text, suppress(SystemExit):
        app(words, prog_name="clausewise", standalone_mode=False)
    return text.getvalue()
