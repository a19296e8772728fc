"""Work done by forked processes: each has all that this one has, so that nothing large is sent to it.

What a worker does is kept on its process, and nowhere else: there is no global state.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import current_process, get_context
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST_WAITING = 8
"""How many chunks wait for each worker, so that memory stays bounded."""


def map_forked(
    work: Callable[[T], R], items: Iterable[T], jobs: int | None = None, *, chunk: int
) -> Iterator[R]:
    """The results of some work on each item, in their order, as they come.

    Where processes cannot be forked, this one does all of it.

    Args:
        work: what is done with an item. It is not sent to the workers, and may hold anything.
        items: read as they are needed, never all at once. They and the results are sent, and so pickled.
        jobs: how many processes; one for each processor by default.
        chunk: how many items a worker is given at a time.
    """
    workers = jobs or os.cpu_count() or 1
    if workers == 1 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    with ProcessPoolExecutor(workers, get_context("fork"), _begin, (work,)) as pool:
        pool.submit(int).result()  # forks them all, before anything is opened
        waiting: deque[Future[list[R]]] = deque()
        remaining = iter(items)
        while given := list(islice(remaining, chunk)):
            waiting.append(pool.submit(_work, given))
            if len(waiting) > MOST_WAITING * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile no garbage is looked for.

    For work that makes many objects and keeps them until its end: going through them again and again, to find
    that none is garbage, can take longer than the work.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _begin(work: Callable[[Any], Any]) -> None:
    """Make this process a worker. Ctrl-C ends the process that forked it, and so the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    vars(current_process())["work"] = work


def _work(items: list[Any]) -> list[Any]:
    work = vars(current_process())["work"]
    return [work(item) for item in items]
