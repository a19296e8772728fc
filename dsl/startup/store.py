"""The cache: a private folder for values that take long to make, such as a linked policy.

What lies there is unpickled, which can run any code. So nobody but the user may be able to write to it
(docs/decisions/0010).
"""

from __future__ import annotations

import os
import pickle
import stat
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

KEPT_DAYS = 30
CODE = ("commands", "dsl", "engine", "intake")
"""The packages that make what is kept: when their code changes, it is made anew."""
SUM_SIZE = 4
"""How many bytes at the start of a file hold the CRC-32 of the rest, by which a damaged file is noticed."""
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@lru_cache(maxsize=1)
def folder() -> Path | None:
    """The user's cache folder, or `None` where there is none that only the user can write to.

    `CLAUSEWISE_CACHE` names another folder; empty turns the cache off.
    """
    named = os.environ.get("CLAUSEWISE_CACHE")
    if named == "" or not hasattr(os, "geteuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(named) if named else Path(base) / "clausewise"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if _is_private(path.lstat()) else None
    except (OSError, RuntimeError):
        return None


def _is_private(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & WRITABLE_BY_OTHERS


def key_of(*parts: str) -> str:
    """A key that changes with any of its parts, with the version of Python, and with our code in `CODE`."""
    ours = _state_of_code(Path(__file__).parents[2])
    return "\n".join([sys.version, ours, *(f"{len(part)} {part}" for part in parts)])


@lru_cache(maxsize=1)
def _state_of_code(root: Path) -> str:
    """The name, the size and the time of each of our files. What changes while we run is not what we run."""
    files = [found for package in CODE for found in sorted(_files(os.path.join(root, package)))]  # noqa: PTH118
    return "\n".join(files)


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


def _place(folder: Path, key: str) -> Path:
    """Where what has a key is kept. Others may have the same place, so the key stands in the file, too."""
    return folder / f"{crc32(_head(key)):08x}"


def _head(key: str) -> bytes:
    return key.encode(errors="surrogatepass") + b"\0"


def _sum(content: bytes) -> bytes:
    return crc32(content).to_bytes(SUM_SIZE)


def load(key: str) -> Any:
    """What was kept under a key, or `None` if there is nothing, or nothing that can be read."""
    path = folder()
    if path is None:
        return None
    try:
        with os.fdopen(os.open(_place(path, key), os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            if not _is_private(os.fstat(file.fileno())):
                return None
            sum_, content = file.read(SUM_SIZE), file.read()
        head = _head(key)
        is_it = content.startswith(head) and sum_ == _sum(content)
        return pickle.loads(memoryview(content)[len(head) :]) if is_it else None
    except Exception:  # a spoilt file may raise anything, and is made anew
        return None


def keep(key: str, value: object) -> None:
    """Keep a value under a key, if there is a cache folder. If that fails, nothing is kept or raised."""
    path = folder()
    if path is None:
        return
    import tempfile  # takes long to import, and is seldom needed

    try:
        content = _head(key) + pickle.dumps(value)
        handle, name = tempfile.mkstemp(dir=path)
        with os.fdopen(handle, "wb") as file:
            file.write(_sum(content) + content)
        Path(name).replace(_place(path, key))
        _forget_old(path)
    except (OSError, RecursionError, pickle.PicklingError):
        return


def _forget_old(path: Path) -> None:
    """Remove what is old: most of it belongs to earlier versions, and the rest can be made anew."""
    oldest = time.time() - KEPT_DAYS * 86_400
    for kept in path.iterdir():
        if kept.stat().st_mtime < oldest:
            kept.unlink(missing_ok=True)
