"""`clausewise fix`: the smallest changes of a design printed, and the first written if that is asked for."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

from clausewise.checking.fix import Fixed, fix_source
from clausewise.checking.options import Options
from clausewise.checking.report import EXIT_CODES, exit_code
from clausewise.checking.solver import need_solver
from clausewise.dsl.files.reading import UnreadableError, read_standard_input
from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.designs import source_of
from clausewise.intake.texts import DESIGNS, read
from clausewise.runs.check import STANDARD_INPUT, STDIN_NAME
from clausewise.runs.output import fail, fail_with, say
from clausewise.runs.progress import while_busy
from clausewise.runs.renderers import FIXED


def fix_path(
    path: Path,
    options: Options,
    allow: Iterable[str],
    most: int,
    format_: str,
    output: Path | None,
    *,
    write: bool,
) -> int:
    """Print the smallest changes of a design, and give the exit code of what it is after the first of them.

    Args:
        path: a design; `-` is standard input.
        allow: fields that may change though they say what their entity is.
        most: how many proposals to look for.
        write: whether to change the file by the first of them.
    """
    if write and (path == STANDARD_INPUT or path.suffix.lower() == ".json"):
        fail(f"`{path}` is no design in text, so it is not changed", "leave `--write` out")
    try:
        source = _source(path, options)
        need_solver()
        with while_busy("looking for the smallest change"):
            fixed = fix_source(source, options, allow, most)
        FIXED[format_](fixed, output)
        if write and fixed.fixes:
            _write(path, fixed)
    except InvalidError as error:
        fail_with(error.diagnostics)
    return exit_code([EXIT_CODES[fixed.best.verdict]], options.fail_on)


def _source(path: Path, options: Options) -> Source:
    limit = options.access.max_bytes
    if path != STANDARD_INPUT:
        return read(path, DESIGNS, options.access.around(path), limit)
    try:
        return source_of(STDIN_NAME, read_standard_input(limit), limit)
    except UnreadableError as error:
        raise InvalidError([Diagnostic("E100", f"standard input {error}")]) from None


def _write(path: Path, fixed: Fixed) -> None:
    """Change the file as the first proposal says. Its line ends stay what they are.

    Raises:
        InvalidError: it cannot be written.
    """
    text, content = fixed.fixes[0].text, fixed.source.content or b""
    assert text is not None
    if content.partition(b"\n")[0].endswith(b"\r"):
        text = text.replace("\n", "\r\n")
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        with written_whole(path) as file:
            file.write(mark + text.encode())
    except OSError as error:
        message = f"`{path}` cannot be written: {(error.strerror or 'error').lower()}"
        raise InvalidError([Diagnostic("E105", message, Source(str(path), ""))]) from None
    say(f"{path} is changed by the first proposal")
