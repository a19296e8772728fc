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
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, current_process, get_context
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from clausewise.dsl.files.inputs import inputs_after, remember
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError

T = TypeVar("T")
R = TypeVar("R")

MOST_EACH = 4
"""How many workers there are for each processor at most, whatever is asked for: more are never quicker."""
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

    Raises:
        InvalidError: a worker was ended from outside.
    """
    workers = workers_for(jobs)
    if workers == 1 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    others = active_children()
    with (
        _without_sigpipe(),
        _held_pipe() as pipe,
        ProcessPoolExecutor(workers, get_context("fork"), _begin, (work, *pipe)) as pool,
    ):
        try:
            pool.submit(int).result()  # forks them all, before anything is opened
            waiting: deque[Future[tuple[list[R], list[str]]]] = deque()
            remaining = iter(items)
            while given := list(islice(remaining, chunk)):
                waiting.append(pool.submit(_work, given))
                if len(waiting) > MOST_WAITING * workers:
                    yield from _received(waiting.popleft())
            while waiting:
                yield from _received(waiting.popleft())
        except BrokenProcessPool:
            hint = "it may have run out of memory; give fewer by `--jobs`"
            message = "a worker process was ended from outside, and its results are lost"
            raise InvalidError([Diagnostic("E802", message, hint=hint)]) from None
        except BaseException:  # Ctrl-C, or nobody wants the rest: it is not waited for
            for worker in active_children():
                if worker not in others:
                    worker.kill()
            raise


def workers_for(jobs: int | None) -> int:
    """How many workers there are if so many are asked for; one for each processor if nobody asks."""
    processors = os.cpu_count() or 1
    return min(jobs or processors, MOST_EACH * processors)


@contextmanager
def _without_sigpipe() -> Iterator[None]:
    """Meanwhile a closed pipe is an error: that to a worker which was ended must not end this process."""
    if current_thread() is not main_thread():  # which alone can say so
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


@contextmanager
def _held_pipe() -> Iterator[tuple[int, int]]:
    """A pipe into which nothing is written. Its reading end tells a worker when this process is gone."""
    reader, writer = os.pipe()
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)


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


def _begin(work: Callable[[Any], Any], reader: int, writer: int) -> None:
    """Make this process a worker. Ctrl-C ends the process that forked it, and so the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.close(writer)
    Thread(target=_end_with_parent, args=(reader,), daemon=True).start()
    vars(current_process())["work"] = work


def _end_with_parent(reader: int) -> None:
    """End this process when the one that forked it is gone, however that ended."""
    os.read(reader, 1)
    os._exit(1)


def _work(items: list[Any]) -> tuple[list[Any], list[str]]:
    """What came of some items, and the files that were read for them."""
    process = vars(current_process())
    found = [process["work"](item) for item in items]
    told = process.get("told", 0)
    inputs = inputs_after(told)
    process["told"] = told + len(inputs)
    return found, inputs


def _received(portion: Future[tuple[list[R], list[str]]]) -> list[R]:
    """What came of some items. What a worker has read is an input of this process, too."""
    found, inputs = portion.result()
    remember(inputs)
    return found
