"""Files of other programs, opened by the one door: JSON with bounds, and what is said of what cannot be used."""

from __future__ import annotations

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import (
    UnreadableError,
    read_bytes,
    shown,
    size_shown,
    too_large,
)
from clausewise.dsl.json.places import TwiceError, once, too_deep
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.importing.seen import in_a_line
from clausewise.intake.access import Access

MOST_OF_A_KEY = 60
"""Characters of a key that is told."""
MAX_NESTING = 64
"""Brackets within brackets: modules within modules within a plan, and still far from it."""


def problem(path: Path, code: str, message: str, hint: str) -> InvalidError:
    """A mistake of a whole file. Its text is not shown: it may hold keys."""
    return InvalidError([Diagnostic(code, message, Source(shown(path), ""), None, hint)])


def content_of(path: Path, access: Access, fixed: int = 0, instead: str = "") -> bytes:
    """The content of a file, which lies where an input may lie.

    Args:
        path: the file.
        access: where it may lie, and how large it may be.
        fixed: bytes that it may have at most, whatever `access` says; 0 for as many as that says.
        instead: a hint for a file of more than these.

    Raises:
        InvalidError: it cannot be read, or is too large (E100).
    """
    most = min(fixed or access.max_bytes, access.max_bytes)
    try:
        return read_bytes(path, access.around(path), most)
    except UnreadableError as error:
        why, hint = str(error), "give a file, or a folder of files"
        if why == too_large(most):
            hint = instead or "give `--max-size`, in MiB"
            why = f"is larger than {size_shown(most)}" if fixed else why
        raise problem(path, "E100", f"`{shown(path)}` {why}", hint) from None


def json_of(path: Path, access: Access, wanted: str, fixed: int = 0) -> dict[str, Any]:
    """The object that a JSON file holds.

    Args:
        path: the file.
        access: where it may lie, and how large it may be.
        wanted: what makes such a file, for a hint.
        fixed: bytes that it may have at most, whatever `access` says.

    Raises:
        InvalidError: it cannot be read, or holds no object (E114).
    """
    name = shown(path)
    content = content_of(path, access, fixed, wanted if fixed else "")
    try:
        in_16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # so `>` in PowerShell 5 writes
        text = content.decode("utf-16" if in_16 else "utf-8-sig")
        if deep := too_deep(text, MAX_NESTING):
            line = 1 + text.count("\n", 0, deep.start)
            message = f"`{name}` nests more than {MAX_NESTING} brackets deep in line {line}"
            raise problem(path, "E114", message, wanted)
        value = json.loads(text, object_pairs_hook=once)
    except TwiceError as error:
        key = in_a_line(error.key, MOST_OF_A_KEY)
        message = f"`{name}` holds an object in which `{key}` stands twice"
        raise problem(path, "E114", message, wanted) from None
    except json.JSONDecodeError as error:
        message = f"`{name}` is not JSON in line {error.lineno}, column {error.colno}"
        raise problem(path, "E114", message, wanted) from None
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        raise problem(path, "E114", f"`{name}` is not UTF-8 in line {line}", wanted) from None
    except (ValueError, RecursionError):
        raise problem(path, "E114", f"`{name}` holds JSON that cannot be read", wanted) from None
    if not isinstance(value, dict):
        raise problem(path, "E114", f"`{name}` is JSON of another kind", wanted)
    return value
