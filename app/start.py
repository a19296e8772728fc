"""Where the command begins. Typer is imported only for what cannot be had without it (docs/decisions/0013).

It takes longer to import than a design takes to judge, and people wait for a verdict.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from io import TextIOWrapper

TYPE_CHECKING = False  # `typing` would cost more than all else that is imported here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sys import UnraisableHookArgs
    from typing import TextIO

INTERRUPTED = 130
COULD_NOT_WRITE = 2
NO_MEMORY = ("failed to map segment", "cannot allocate memory")
"""What the system says where a library finds no room: no bug of ours."""
AWAITED = ("check", "ask", "explain")
"""The commands that people wait for, and after which nothing needs to be taken down."""


def main() -> None:
    """Run the command line. A closed pipe or Ctrl-C ends it quietly, as they end other commands."""
    try:
        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores SIGHUP
                signal.signal(number, _end)
        _raise_what_is_dropped()
        sys.stdout, sys.stderr = _open(sys.stdout), _open(sys.stderr)
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        from clausewise.runs.output import end_with_pipe

        end_with_pipe()
    except OSError as error:  # a full disk, not a verdict
        _tell(f"clausewise: {_what_failed(error)}")
        os._exit(COULD_NOT_WRITE)  # another way out would try to write the rest again
    except Exception as error:
        if isinstance(error, ImportError) and any(said in str(error).lower() for said in NO_MEMORY):
            _tell("clausewise: there is too little memory to load what this command needs")
            raise SystemExit(COULD_NOT_WRITE) from None
        if isinstance(error, ImportError) and (said := _cannot_load(error)):
            _tell(f"clausewise: {said}")
            raise SystemExit(COULD_NOT_WRITE) from None
        from clausewise.dsl.text.fault import EXIT_CODE, in_one_line

        _tell(in_one_line(error))
        raise SystemExit(EXIT_CODE) from None


def _tell(line: str) -> None:
    """Say it on standard error, if that can be written to: the exit code says enough where it cannot."""
    try:  # noqa: SIM105 - without contextlib, for the start
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def _cannot_load(error: ImportError) -> str | None:
    """What is said of a library that is missing or broken; with its traceback if the environment asks for it."""
    from clausewise.dsl.text.fault import TRACEBACK
    from clausewise.intake.extras import cannot_load

    said = cannot_load(error)
    if said and os.environ.get(TRACEBACK):
        from traceback import print_exception

        print_exception(error, file=sys.stderr)
    return said


def _what_failed(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.filename is None:
        return said
    from clausewise.formats.escaping import on_one_line

    return f"`{on_one_line(os.fsdecode(error.filename))}`: {said}"


def _end(number: int, _: object) -> None:
    """End as Ctrl-C does, so that what was begun is cleared away."""
    raise SystemExit(128 + number)


def _raise_what_is_dropped() -> None:
    """Raise once more what a signal raised while Python could raise nothing, as in a callback of an import.

    Python says so on standard error, and goes on as if there had been no signal.
    """
    if not hasattr(signal, "SIGALRM"):
        return
    dropped: list[BaseException] = []

    def note(found: UnraisableHookArgs) -> None:
        if isinstance(found.exc_value, KeyboardInterrupt | SystemExit):
            dropped.append(found.exc_value)
            signal.setitimer(signal.ITIMER_REAL, 0.001)
        else:
            sys.__unraisablehook__(found)

    def again(_number: int, _frame: object) -> None:
        if dropped:
            raise dropped[-1]

    signal.signal(signal.SIGALRM, again)
    sys.unraisablehook = note


def _open(stream: TextIO | None) -> TextIO:
    """The stream, or one that leads nowhere if it was closed.

    What is not a terminal is given UTF-8, whatever the locale: JSON in anything else is none. What a terminal
    cannot show must not end the command.
    """
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - without pathlib, for the start
    if isinstance(stream, TextIOWrapper):
        encoding = None if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")
    return stream


def _run(words: Sequence[str]) -> None:
    if words == ["--version"]:
        from clausewise import __version__

        print(f"clausewise {__version__}")
        return
    from clausewise.commands.table import COMMANDS, SERVERS, in_options, run

    words = in_options(words)
    *before, last = words or [""]
    if last in ("-h", "--help") and (not before or before in [[name] for name in COMMANDS]):
        from clausewise.commands.help import print_help

        print_help(words)
        return
    if words and words[0] not in SERVERS:
        gc.set_threshold(100_000)  # most of what they make lives as long as the process
    if words[:1] and words[0] in AWAITED:
        _import_pathlib()
    from clausewise.commands.line import read

    if (found := read(words)) is None:
        from clausewise.commands.cli import app

        app(words, prog_name="clausewise")
        return
    command, given = found
    code = run(command, given)
    if words[0] in AWAITED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # taking down what is thrown away anyway is an eighth of a check
    raise SystemExit(code)


def _import_pathlib() -> None:
    """Import `pathlib` without `urllib.parse`, which it imports for one method up to Python 3.12."""
    if "urllib.parse" in sys.modules or "pathlib" in sys.modules:
        return
    sys.modules["urllib.parse"] = parse = type(sys)("urllib.parse")
    parse.__dict__["quote_from_bytes"] = _quote_from_bytes
    try:
        import pathlib  # noqa: F401
    finally:
        del sys.modules["urllib.parse"]


def _quote_from_bytes(content: bytes) -> str:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(content)


if __name__ == "__main__":
    main()
