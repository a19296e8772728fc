"""The cache: a private folder for values that take long to make, such as a linked policy.

What lies there is unpickled, which can run any code. So nobody but the user may be able to write to it
(docs/decisions/0010).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

KEPT_DAYS = 30
CODE = ("dsl", "engine", "intake")
"""The packages that make what is kept: when their code changes, it is made anew."""
DIGEST_SIZE = 32
"""How many bytes at the start of a file hold the SHA-256 of the rest, by which a damaged file is noticed."""
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
    digest = hashlib.sha256(sys.version.encode())
    root = Path(__file__).parents[2]
    for package in CODE:
        for path, found in sorted(_files(root / package)):
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}".encode())
    for part in parts:
        digest.update(f"{len(part)} {part}".encode())
    return digest.hexdigest()


def _files(folder: str | Path) -> Iterator[tuple[str, os.stat_result]]:
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
                yield entry.path, entry.stat()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def load(key: str) -> Any:
    """What was kept under a key, or `None` if there is nothing, or nothing that can be read."""
    path = folder()
    if path is None:
        return None
    try:
        with os.fdopen(os.open(path / key, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            if not _is_private(os.fstat(file.fileno())):
                return None
            content = file.read()
        digest = content[:DIGEST_SIZE]
        is_whole = digest == _digest(content[DIGEST_SIZE:])
        return pickle.loads(content[DIGEST_SIZE:]) if is_whole else None
    except Exception:  # a spoilt file may raise anything, and is made anew
        return None


def keep(key: str, value: object) -> None:
    """Keep a value under a key, if there is a cache folder. If that fails, nothing is kept or raised."""
    path = folder()
    if path is None:
        return
    import tempfile  # takes long to import, and is seldom needed

    try:
        content = pickle.dumps(value)
        handle, name = tempfile.mkstemp(dir=path)
        with os.fdopen(handle, "wb") as file:
            file.write(_digest(content) + content)
        Path(name).replace(path / key)
        _forget_old(path)
    except (OSError, RecursionError, pickle.PicklingError):
        return


def _forget_old(path: Path) -> None:
    """Remove what is old: most of it belongs to earlier versions, and the rest can be made anew."""
    oldest = time.time() - KEPT_DAYS * 86_400
    for kept in path.iterdir():
        if kept.stat().st_mtime < oldest:
            kept.unlink(missing_ok=True)
