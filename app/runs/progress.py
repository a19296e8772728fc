"""A progress bar on standard error, for work that people would wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
FEW = 10


def with_progress(items: Iterable[T], total: int | None, what: str) -> Iterator[T]:
    """The items as they come, with a bar if they are many and someone watches.

    Args:
        total: how many there will be, `None` if nobody knows.
        what: what is done to them, in one word.
    """
    if (total is not None and total <= FEW) or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, total, console=Console(stderr=True), transient=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A line on standard error for as long as work takes whose steps nobody can count, if someone watches."""
    if not sys.stderr.isatty():
        yield
        return
    try:
        sys.stderr.write(f"{what} ...")
        sys.stderr.flush()
        yield
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
