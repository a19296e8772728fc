"""A progress bar on standard error, for work that people would wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from clausewise.dsl.startup.typed import TypeVar

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
def while_busy(what: str) -> Iterator[None]:
    """Say what is done, in one word, for as long as it takes, if someone watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
