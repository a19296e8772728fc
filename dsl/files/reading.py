"""Files are opened here and nowhere else (tests/test_architecture.py): some come from strangers.

What is read is a regular file, no larger than a bound, and where `within` is given, it lies below one of these
folders once all links are resolved. A pipe is never waited for, and a device is never opened.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from clausewise.dsl.files.inputs import remember
from clausewise.dsl.startup.typed import BinaryIO

MAX_BYTES = 4 * 1024 * 1024
"""Larger files are refused unless whoever runs it says otherwise, so that time and memory stay bounded."""

_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)  # each system has some of them

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


ELSEWHERE = "leads to a place from which nothing is read"
"""Why a file is not read that lies outside of the folders allowed."""


class UnreadableError(Exception):
    """A file that cannot be read. Its message is the reason, for people."""


def read_bytes(
    path: str | Path, within: Iterable[Path] | None = None, limit: int = MAX_BYTES
) -> bytes:
    """The content of a file.

    Args:
        path: what to read.
        within: the folders below which it must lie; `None` if it may lie anywhere.
        limit: the most bytes that are read.

    Raises:
        UnreadableError: it is missing, not readable, too large, not a regular file, or lies outside.
    """
    with open_regular(path, within) as file:
        return _bounded(file, limit)


def read_standard_input(limit: int = MAX_BYTES) -> bytes:
    """All that comes on standard input.

    Raises:
        UnreadableError: it is closed, or more than `limit` bytes.
    """
    if sys.stdin is None:
        raise UnreadableError("is closed")
    remember(("/dev/stdin",))  # a file, where the shell opened one
    return _bounded(sys.stdin.buffer, limit)


def _bounded(file: BinaryIO, limit: int) -> bytes:
    """All of a file, piece by piece: room for all that may be read is taken only for what there is."""
    pieces: list[bytes] = []
    left = limit + 1
    try:
        while left and (piece := file.read(min(left, MAX_BYTES + 1))):
            pieces.append(piece)
            left -= len(piece)
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    if not left:
        raise UnreadableError(too_large(limit))
    return b"".join(pieces)


def too_large(limit: int) -> str:
    """What is said of a file of more bytes, where whoever runs it has set the bound."""
    return f"is larger than {size_shown(limit)}, which `max-size` can raise"


def size_shown(size: int) -> str:
    """A number of bytes: `4 MiB`, or `256 KiB`."""
    return f"{size // 1024**2} MiB" if size % 1024**2 == 0 else f"{size // 1024} KiB"


def open_regular(path: str | Path, within: Iterable[Path] | None = None) -> BinaryIO:
    """A regular file, opened to be read.

    Raises:
        UnreadableError: as for `read_bytes`.
    """
    real = resolved(path)
    if within is not None and not is_within(real, within):
        raise UnreadableError(ELSEWHERE)
    remember((real,))
    try:
        _refuse(os.stat(real))  # before it is opened: to open a device can do something
        handle = os.open(real, _FLAGS)
        try:
            _refuse(os.fstat(handle))  # what is there now
            if within is not None and not is_within(_opened(handle) or real, within):
                raise UnreadableError(ELSEWHERE)  # a folder became a link meanwhile
            return os.fdopen(handle, "rb")
        except BaseException:
            os.close(handle)
            raise
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def _opened(handle: int) -> str | None:
    """Where a file lies that is open; `None` on a system that does not tell."""
    try:
        return os.readlink(f"/proc/self/fd/{handle}")
    except OSError:
        return None


def resolved(path: str | Path) -> str:
    """Where a path leads once all links are followed.

    Raises:
        UnreadableError: no file can have such a name.
    """
    try:
        text = os.fspath(path)
        text.encode()
        return os.path.realpath(text)
    except UnicodeEncodeError:
        raise UnreadableError("cannot be read: its name is not UTF-8") from None
    except ValueError:
        raise UnreadableError("cannot be read: no file can have such a name") from None
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def shown(path: str | Path) -> str:
    """A path as text that can be written anywhere: bytes of a name that are not UTF-8 are written out."""
    return os.fspath(path).encode("utf-8", "backslashreplace").decode()


def from_here(path: str | Path) -> str:
    """A path as people read it: from the working folder on, if it lies there."""
    try:
        here = os.path.join(os.getcwd(), "")
    except OSError:  # it has been taken away
        here = ""
    return shown(path).removeprefix(shown(here)) or shown(path)


def is_within(real: str, folders: Iterable[Path]) -> bool:
    """Whether a resolved path is one of these folders, or below one."""
    for folder in folders:
        root = os.path.realpath(folder)
        if real == root or real.startswith(root.rstrip(os.sep) + os.sep):
            return True
    return False


def _refuse(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = next((words for is_one, words in _KINDS if is_one(found.st_mode)), "no file")
        raise UnreadableError(f"cannot be read: it is {kind}")


def _reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"
