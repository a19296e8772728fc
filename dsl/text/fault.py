"""What is said of our own bugs: one line, and how to report it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source

FAULT = "E801"
EXIT_CODE = 70
"""`EX_SOFTWARE` of `sysexits.h`. No verdict has it."""
TRACEBACK = "CLAUSEWISE_TRACEBACK"
"""The variable of the environment that asks for tracebacks."""
HINT = f"report it as SECURITY.md says, with the command and this input; {TRACEBACK}=1 shows more"


def fault_of(error: BaseException, path: str = "") -> Diagnostic:
    """A bug of ours as a diagnostic; its traceback is printed if the environment asks for it.

    It names the exception and our own line, and never what the exception says: that may come from a stranger.

    Args:
        error: what was raised.
        path: the input at which it was.
    """
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    at = f" ({shown})" if (shown := _place_of(error)) else ""
    of = f", met at `{path}`" if path else ""
    message = f"this is a bug of Clausewise{of}: {type(error).__name__}{at}"
    return Diagnostic(FAULT, message, Source(path, "") if path else None, None, HINT)


def in_one_line(error: BaseException) -> str:
    """A bug of ours as the one line with which a command ends."""
    found = fault_of(error)
    return f"clausewise: {found.message}; {found.hint}"


def has_fault(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether a bug of ours is among them."""
    return any(found.code == FAULT for found in diagnostics)


def _place_of(error: BaseException) -> str:
    """Where our own code was last, as `sets.py:120`."""
    place, step = "", error.__traceback__
    while step is not None:
        if str(step.tb_frame.f_globals.get("__name__")).startswith("clausewise"):
            place = f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}"
        step = step.tb_next
    return place
