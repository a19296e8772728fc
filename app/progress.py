"""A progress bar on standard error, for work that people would wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
FEW = 10


def with_progress(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, with a bar if they are many and someone watches."""
    if len(items) <= FEW or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
