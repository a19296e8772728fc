"""`clausewise fmt`: files laid out in place, each written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.text.source import Source
from clausewise.intake.load import read

KINDS: dict[str, FileKind] = {
    ".design": "design",
    ".vocabulary": "vocabulary",
    ".policy": "policy",
    ".cases": "cases",
}


def format_files(paths: Iterable[Path], *, write: bool) -> tuple[list[Path], list[Diagnostic]]:
    """Format files, and the files of the language in folders.

    Returns the files that change, or would, and the mistakes of those that could not be read.
    """
    changed: list[Path] = []
    problems: list[Diagnostic] = []
    for path in _files(paths):
        try:
            text = _formatted(path)
            if text.encode() != path.read_bytes():
                if write:
                    _replace(path, text)
                changed.append(path)
        except InvalidError as error:
            problems.extend(error.diagnostics)
    return changed, problems


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in KINDS and p.is_file())
        else:
            yield path


def _formatted(path: Path) -> str:
    if path.suffix not in KINDS:
        message = f"`{path}` is not a file of the language"
        hint = f"its name ends in none of {', '.join(KINDS)}"
        raise InvalidError([Diagnostic("E104", message, Source(str(path), ""), None, hint)])
    text, problems = format_source(read(path), KINDS[path.suffix])
    if text is None or has_errors(problems):
        raise InvalidError(problems)
    return text


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
