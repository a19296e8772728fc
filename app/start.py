"""Where the command begins. `check` of named files goes straight to its work, without Typer.

Typer takes longer to import than a design takes to judge (docs/decisions/0013), and people wait for `check`.
"""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper

INTERRUPTED = 130


def main() -> None:
    """Run the command line. A closed pipe or Ctrl-C ends it quietly, as they end other commands."""
    try:
        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # what a terminal cannot show must not end it
                stream.reconfigure(errors="backslashreplace")
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _run(words: list[str]) -> None:
    command, *paths = words or [""]
    if command == "check" and paths and not any(path.startswith("-") for path in paths):
        from pathlib import Path

        from clausewise.checking import Options
        from clausewise.running import check_paths

        raise SystemExit(check_paths([Path(path) for path in paths], Options()))
    from clausewise.cli import app

    app(prog_name="clausewise")


if __name__ == "__main__":
    main()
