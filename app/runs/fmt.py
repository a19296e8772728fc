"""`clausewise fmt`: files laid out in place, each written whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from clausewise.dsl.files.reading import shown
from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.texts import read
from clausewise.intake.walk import LeftOut, find_files

KINDS: dict[str, FileKind] = {
    ".design": "design",
    ".vocabulary": "vocabulary",
    ".policy": "policy",
    ".cases": "cases",
    ".laws": "laws",
}


def format_files(
    paths: Sequence[Path], access: Access, *, write: bool
) -> tuple[list[Path], list[Diagnostic], list[LeftOut]]:
    """Format files, and the files of the language in folders. A link that leads out of its folder is not followed.

    Returns the files that change, or would, the mistakes of those that could not be read, and what is left out.
    """
    changed: list[Path] = []
    found = find_files(paths, tuple(KINDS), access)
    problems = [problem for _, problem in found.problems]
    problems += [_nothing_in(folder) for folder in found.empty]
    folders = [path if path.is_dir() else path.parent for path in paths]
    for path in found.files:
        try:
            source = read(path, tuple(KINDS), folders, access.max_bytes)
            text = _formatted(path, source)
            if hashlib.sha256(text.encode()).hexdigest() != source.sha256:
                if write:
                    _replace(path, text)
                changed.append(path)
        except InvalidError as error:
            problems.extend(error.diagnostics)
        except Exception as error:
            problems.append(fault_of(error, shown(path)))
    return changed, problems, found.left_out


def _nothing_in(folder: Path) -> Diagnostic:
    """What is said of a folder that holds nothing to lay out: it may not be the one that is meant."""
    message = f"there is no file of the language in `{shown(folder)}`"
    hint = f"their names end in {', '.join(KINDS)}"
    return Diagnostic("E104", message, Source(shown(folder), ""), None, hint)


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
    try:
        with written_whole(path) as file:
            file.write(text.encode())
    except OSError as error:
        message = f"`{path}` cannot be written: {(error.strerror or 'error').lower()}"
        raise InvalidError([Diagnostic("E105", message, Source(str(path), ""))]) from None
