"""Work that is tried in a process of its own first: what hangs, dies or takes all memory there harms nobody.

The process is kept for the next work, warm. One that does not end in time is killed, and another takes its place.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import Empty, LifoQueue
from threading import Lock, Thread
from typing import Any

from clausewise.dsl.text.diagnostic import InvalidError

SECONDS = 10.0
"""So long may a work take, and as long is waited until a worker is free."""
SECONDS_TO_START = 60.0
MOST_BYTES = 2 * 1024**3
"""Of memory, for a worker."""
MOST_KNOWN = 4096
"""Works of which is kept that they ended in time."""


class NotInTimeError(Exception):
    """A work did not end in time, or its process died of it."""


class WarmWorkers:
    """Workers, each a process that is started when it is first needed."""

    def __init__(
        self, begin: Callable[[], object], count: int = 1, seconds: float = SECONDS
    ) -> None:
        """Nothing is started yet.

        Args:
            begin: what a process does before its first work, so that it is warm.
            count: how many there are at most.
            seconds: how long a work may take.
        """
        self._begin = begin
        self._count = count
        self.seconds = seconds
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()
        self._owner = -1
        self._idle: LifoQueue[_Worker] = LifoQueue()

    def try_out(self, work: Callable[..., object], *given: object) -> None:
        """Do a work in a worker first, unless that was done before. What comes of it is not sent back.

        A mistake of what is given (`InvalidError`) ends the work as well as a result does.

        Args:
            work: a function of a module.
            given: what it is given, of what can be pickled.

        Raises:
            NotInTimeError: it took too long, no worker was free for as long, it failed, or its process died.
        """
        message = pickle.dumps((work, given))
        key = sha256(message).digest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return
            idle = self._of_this_process()
        try:
            worker = idle.get(timeout=self.seconds)
        except Empty:
            raise NotInTimeError("no worker was free") from None
        try:
            worker.run(message, self.seconds)
        finally:
            idle.put(worker)
        with self._lock:
            self._known[key] = None
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def start(self) -> None:
        """Start one process now, which gets warm meanwhile."""
        with self._lock:
            idle = self._of_this_process()
        worker = idle.get()
        try:
            worker.start()
        finally:
            idle.put(worker)

    def end(self) -> None:
        """End the processes that are free. Another work starts another."""
        with self._lock:
            idle = self._of_this_process()
        workers = [idle.get_nowait() for _ in range(idle.qsize())]
        for worker in workers:
            worker.end()
            idle.put(worker)

    def _of_this_process(self) -> LifoQueue[_Worker]:
        """The workers that are free. A process that was forked has none of the one that forked it."""
        if self._owner != os.getpid():
            self._owner, self._idle = os.getpid(), LifoQueue()
            for _ in range(self._count):
                self._idle.put(_Worker(self._begin))
        return self._idle


class _Worker:
    """A place for a process."""

    def __init__(self, begin: Callable[[], object]) -> None:
        self._begin = begin
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._is_ready = False

    def run(self, message: bytes, seconds: float) -> None:
        try:
            pipe = self.start()
            if not self._is_ready:
                if not pipe.poll(SECONDS_TO_START):
                    raise NotInTimeError("its process did not start")
                pipe.recv_bytes()
                self._is_ready = True
            pipe.send_bytes(message)
            if not pipe.poll(seconds):
                raise NotInTimeError(f"it took longer than {seconds:g} seconds")
            told = pipe.recv_bytes().decode()
        except (EOFError, OSError):
            self.end()
            raise NotInTimeError("its process died") from None
        except BaseException:
            self.end()
            raise
        if told:
            raise NotInTimeError(told)

    def start(self) -> Connection:
        """A pipe to the process, which is started if there is none; it is ready once it has sent something."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.end()
        context = get_context("spawn")  # a fork of a process with threads may hang
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, self._begin), daemon=True)
        self._process.start()
        other.close()  # so that its end is seen here
        return self._pipe

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
        self._is_ready = False


def _serve(pipe: Connection, begin: Callable[[], object]) -> None:
    """Do what is sent, one after the other, until whoever sends it is gone."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the one that started it, which ends it
    Thread(target=end_with_parent, daemon=True).start()
    _bound_memory()
    begin()
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"")
        while True:
            pipe.send_bytes(_done(pipe.recv_bytes()).encode())


def end_with_parent() -> None:
    """End this process when the one that started it is gone, whatever it does."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _done(message: bytes) -> str:
    """Do a work; why it failed, if it did."""
    try:
        work, given = pickle.loads(message)
        work(*given)
    except InvalidError:
        return ""
    except Exception as error:
        return f"it failed: {error!r}"[:500]
    return ""


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


class _Rehearsal:
    """Where works are tried before they are done."""

    def __init__(self) -> None:
        self.workers: WarmWorkers | None = None


REHEARSAL = _Rehearsal()
"""Nowhere, but in a process that serves others: there its start chooses workers, for as long as it lasts."""


def try_first_in(workers: WarmWorkers | None) -> None:
    """From now on `try_first` tries in these workers; by `None`, nowhere."""
    REHEARSAL.workers = workers


def try_first(work: Callable[..., object], *given: Any) -> None:
    """Try a work in the workers that were chosen; nothing, if none were: a command does its own work.

    Raises:
        NotInTimeError: as of `WarmWorkers.try_out`.
    """
    if REHEARSAL.workers:
        REHEARSAL.workers.try_out(work, *given)
