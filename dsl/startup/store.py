"""The cache: a private folder for values that take long to make, such as a linked policy.

What lies there is unpickled, which can run any code. So nobody but the user may be able to write to it
(docs/decisions/0010).
"""

from __future__ import annotations

import os
import stat
import sys
import time
from functools import lru_cache
from io import BytesIO
from zlib import crc32

try:
    from _pickle import Unpickler  # `pickle` itself is needed to keep, and takes longer to import
except ImportError:  # this Python has it in `pickle` alone
    from pickle import Unpickler

TYPE_CHECKING = False  # `typing` and `pathlib` would cost more than this whole module
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

KEPT_DAYS = 30
CODE = ("commands", "dsl", "engine", "intake")
"""The packages that make what is kept: when their code changes, it is made anew."""
SUM_SIZE = 4
"""How many bytes at the start of a file hold the CRC-32 of what is kept, by which a damaged file is noticed. The
key stands between them, and is compared as it is."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
UNFINISHED = "part-"


@lru_cache(maxsize=1)
def folder() -> str | None:
    """The user's cache folder, or `None` where there is none that only the user can write to.

    `CLAUSEWISE_CACHE` names another folder; empty turns the cache off.
    """
    named = os.environ.get("CLAUSEWISE_CACHE")
    if named == "" or not hasattr(os, "geteuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = named or os.path.join(base, "clausewise")
    if path.startswith("~"):  # nobody knows where the user's home is
        return None
    if not os.path.isabs(path):  # it would depend on the folder in which one stands
        sys.stderr.write(f"clausewise: nothing is cached, since `{path}` is not an absolute path\n")
        return None
    try:
        if _is_in_checkout(path):
            return None
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path if _is_private(os.lstat(path)) else None
    except (OSError, ValueError):
        return None


def _is_private(found: os.stat_result) -> bool:
    """Whether a file or folder is the user's, and nobody else's: what Git checks out is for others to read."""
    return found.st_uid == os.geteuid() and not found.st_mode & OTHERS


def _is_in_checkout(path: str) -> bool:
    """Whether a folder lies in a working tree of Git, whose content comes from others."""
    folder = os.path.realpath(path)
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def key_of(*parts: str) -> str:
    """A key that changes with any of its parts, with the version of Python, and with our code in `CODE`."""
    root = __file__
    for _ in ("store.py", "startup", "dsl"):
        root = os.path.dirname(root)
    ours = _state_of_code(root)
    return "\n".join([sys.version, ours, *(f"{len(part)} {part}" for part in parts)])


@lru_cache(maxsize=1)
def _state_of_code(root: str) -> str:
    """The name, the size and the time of each of our files. What changes while we run is not what we run."""
    files = [found for package in CODE for found in sorted(_files(_folder_of(package, root)))]
    return "\n".join(files)


def _folder_of(package: str, root: str) -> str:
    """Where a package lies: beside this one, or in `app`, in a checkout that is installed as it is."""
    beside = os.path.join(root, package)
    return beside if os.path.isdir(beside) else os.path.join(root, "app", package)


def _files(folder: str) -> Iterator[str]:
    """The files of a package at any depth, each with its size and time; not those that Python compiles.

    `Path.rglob` would take twice as long, and a check waits for this.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _place(folder: str, key: str) -> str:
    """Where what has a key is kept. Others may have the same place, so the key stands in the file, too."""
    return os.path.join(folder, f"{crc32(_head(key)):08x}")


def _head(key: str) -> bytes:
    return key.encode(errors="surrogatepass") + b"\0"


def _sum(content: bytes | memoryview) -> bytes:
    return crc32(content).to_bytes(SUM_SIZE)


def _no_part(_: object) -> None:
    """Nothing is kept apart."""


def load(key: str, apart: Callable[[Any], object] = _no_part) -> Any:
    """What was kept under a key, or `None` if there is nothing, or nothing that can be read.

    Args:
        apart: gives what is kept apart, by what was told of it when this was kept.
    """
    path = folder()
    if path is None:
        return None
    try:
        with os.fdopen(os.open(_place(path, key), os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            if not _is_private(os.fstat(file.fileno())):
                return None
            sum_, content = file.read(SUM_SIZE), file.read()
        head = _head(key)
        if not content.startswith(head):
            return None
        kept = memoryview(content)[len(head) :]
        return _WithParts(BytesIO(kept), apart).load() if sum_ == _sum(kept) else None
    except Exception:  # a spoilt file may raise anything, and is made anew
        return None


class _WithParts(Unpickler):
    """Asks for the parts that are kept apart."""

    def __init__(self, content: BytesIO, apart: Callable[[Any], object]) -> None:
        super().__init__(content)
        self.apart = apart

    def persistent_load(self, told: Any) -> object:
        return self.apart(told)


def keep(key: str, value: object, apart: Callable[[object], object] = _no_part) -> None:
    """Keep a value under a key, if there is a cache folder. If that fails, nothing is kept or raised.

    Args:
        apart: tells of a part of the value that is kept apart, so that `load` can ask for it; `None` of any other.
    """
    path = folder()
    if path is None:
        return
    import pickle  # these take long to import, and are seldom needed
    import tempfile

    class WithoutParts(pickle.Pickler):
        """Tells of the parts that are kept apart, instead of keeping them."""

        def persistent_id(self, part: object) -> object:
            return apart(part)

    try:
        pickled = BytesIO()
        WithoutParts(pickled).dump(value)
        kept = pickled.getvalue()
        handle, name = tempfile.mkstemp(dir=path, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_sum(kept) + _head(key) + kept)
            os.replace(name, _place(path, key))
        except BaseException:
            os.unlink(name)
            raise
        _forget_old(path)
    except (OSError, RecursionError, pickle.PicklingError):
        return


def _forget_old(path: str) -> None:
    """Remove what is old and ours: most of it belongs to earlier versions, and the rest can be made anew."""
    oldest = time.time() - KEPT_DAYS * 86_400
    with os.scandir(path) as entries:
        for kept in entries:
            if _is_ours(kept) and kept.stat(follow_symlinks=False).st_mtime < oldest:
                os.unlink(kept.path)


def _is_ours(kept: os.DirEntry[str]) -> bool:
    """Whether a file is called as those that are made here."""
    name = kept.name
    is_sum = len(name) == 2 * SUM_SIZE and not set(name) - set("0123456789abcdef")
    return (is_sum or name.startswith(UNFINISHED)) and kept.is_file(follow_symlinks=False)
