"""`clausewise fmt`: files laid out in place, each written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.load import read
from clausewise.intake.walk import LeftOut, find_files

KINDS: dict[str, FileKind] = {
    ".design": "design",
    ".vocabulary": "vocabulary",
    ".policy": "policy",
    ".cases": "cases",
}


def format_files(
    paths: Iterable[Path], access: Access, *, write: bool
) -> tuple[list[Path], list[Diagnostic], list[LeftOut]]:
    """Format files, and the files of the language in folders.

    Returns the files that change, or would, the mistakes of those that could not be read, and what is left out.
    """
    changed: list[Path] = []
    found = find_files(paths, tuple(KINDS), access)
    problems = [problem for _, problem in found.problems]
    for path in found.files:
        try:
            source = read(path, tuple(KINDS), access.around(path))
            text = _formatted(path, source)
            if hashlib.sha256(text.encode()).hexdigest() != source.sha256:
                if write:
                    _replace(path, text)
                changed.append(path)
        except InvalidError as error:
            problems.extend(error.diagnostics)
    return changed, problems, found.left_out


def _formatted(path: Path, source: Source) -> str:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        message = f"`{path}` is not a file of the language"
        hint = f"its name ends in none of {', '.join(KINDS)}"
        raise InvalidError([Diagnostic("E104", message, Source(str(path), ""), None, hint)])
    text, problems = format_source(source, kind)
    if text is None or has_errors(problems):
        raise InvalidError(problems)
    return text.replace("\n", _line_end(source))


def _line_end(source: Source) -> str:
    """How the first line of a file ends, which holds for all: a layout is no matter of line ends."""
    first = (source.content or b"").partition(b"\n")[0]
    return "\r\n" if first.endswith(b"\r") else "\n"


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written, and keeps its permissions."""
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).chmod(target.stat().st_mode)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"`{path}` cannot be written: {(error.strerror or 'error').lower()}"
        raise InvalidError([Diagnostic("E105", message, Source(str(path), ""))]) from None
