"""Files written whole or not at all: what is there is replaced once all is written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clausewise.dsl.startup.typed import BinaryIO


@contextmanager
def written_whole(path: str | Path) -> Iterator[BinaryIO]:
    """A new file beside `path`, which takes its place at the end; after an error or Ctrl-C, nothing has changed.

    It has the owner and the mode of the file that it replaces. A link stays one, and what it leads to is replaced.
    A pipe or a device is written to as it is.

    Raises:
        OSError: it cannot be written.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        found = None
    if found and not stat.S_ISREG(found.st_mode):
        with open(path, "wb") as file:
            yield file
        return
    if found and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    target = os.path.realpath(path)
    beside = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.part")
    try:
        with open(beside, "xb") as file:
            if found:
                _take_after(beside, found)
            yield file
        os.replace(beside, target)
    finally:
        if os.path.lexists(beside):
            os.unlink(beside)


def _take_after(path: str, other: os.stat_result) -> None:
    """Give a file of ours the owner and the mode of another."""
    own = os.stat(path)
    if (own.st_uid, own.st_gid) != (other.st_uid, other.st_gid):
        os.chown(path, other.st_uid, other.st_gid)
    os.chmod(path, stat.S_IMODE(other.st_mode))


def append(path: str | Path, content: bytes) -> None:
    """Add to the end of a file to which others may write as well; it is made if it is not there.

    Raises:
        OSError: it cannot be written.
    """
    with open(path, "ab") as file:
        file.write(content)


def write_new(path: str | Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, which has its mode from the start: 0o600 is for its owner alone.

    Raises:
        OSError: it is there, or cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
