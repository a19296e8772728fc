"""Work that is tried in a process of its own first: it ends in time, or whoever asked is told that it did not."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.workers.warm import NotInTimeError, WarmWorkers, try_first, try_first_in

SECONDS = 0.5


def nothing() -> None:
    """So that a worker is warm."""


def note(path: Path, words: str) -> None:
    """Say that it was done, and in which process."""
    with path.open("a") as file:
        file.write(f"{words} {os.getpid()}\n")


def hang() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def take_all() -> None:
    bytearray(8 * 1024**3)


def fail() -> None:
    raise KeyError("a bug")


def mistaken() -> None:
    raise InvalidError([Diagnostic("E101", "a mistake of who wrote it")])


@pytest.fixture(scope="module")
def workers() -> WarmWorkers:
    return WarmWorkers(nothing, seconds=SECONDS)


@pytest.fixture
def noted(tmp_path: Path) -> Callable[[], list[str]]:
    return lambda: (tmp_path / "noted").read_text().splitlines()


def test_a_process_is_kept_and_is_another_one(
    workers: WarmWorkers, tmp_path: Path, noted: Callable[[], list[str]]
) -> None:
    for words in ("one", "two", "one"):
        workers.try_out(note, tmp_path / "noted", words)
    assert [line.split()[0] for line in noted()] == ["one", "two"], "what was done is known"
    (process,) = {line.split()[1] for line in noted()}
    assert process != str(os.getpid())


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (hang, "longer than 0.5 seconds"),
        (die, "its process died"),
        (take_all, "MemoryError"),
        (fail, "KeyError"),
    ],
)
def test_what_does_not_end_is_told_of_and_the_next_work_is_done(
    work: Callable[[], None],
    told: str,
    workers: WarmWorkers,
    tmp_path: Path,
    noted: Callable[[], list[str]],
) -> None:
    for _ in range(2):  # never known as done
        with pytest.raises(NotInTimeError, match=told):
            workers.try_out(work)
    workers.try_out(note, tmp_path / "noted", "next")
    assert len(noted()) == 1


def test_a_process_that_was_killed_meanwhile_is_replaced(
    workers: WarmWorkers, tmp_path: Path, noted: Callable[[], list[str]]
) -> None:
    workers.try_out(note, tmp_path / "noted", "before")
    os.kill(int(noted()[0].split()[1]), signal.SIGKILL)
    process = workers._idle.queue[-1]._process
    assert process
    process.join()
    workers.try_out(note, tmp_path / "noted", "after")
    assert len({line.split()[1] for line in noted()}) == 2


def test_a_mistake_of_what_is_given_is_an_end(workers: WarmWorkers) -> None:
    workers.try_out(mistaken)


def test_whoever_finds_no_worker_free_is_told(workers: WarmWorkers) -> None:
    def held() -> None:
        with pytest.raises(NotInTimeError, match="longer"):
            workers.try_out(hang)

    first = Thread(target=held)
    first.start()
    time.sleep(0.1)
    hurried = WarmWorkers(nothing, seconds=0.2)
    hurried._owner, hurried._idle = os.getpid(), workers._idle
    with pytest.raises(NotInTimeError, match="no worker was free"):
        hurried.try_out(mistaken)
    first.join()


def test_nothing_is_tried_where_nobody_chose_workers(tmp_path: Path) -> None:
    try_first(note, tmp_path / "noted", "one")
    assert not (tmp_path / "noted").exists()
    workers = WarmWorkers(nothing)
    try_first_in(workers)
    try:
        try_first(note, tmp_path / "noted", "one")
    finally:
        try_first_in(None)
    assert (tmp_path / "noted").exists()
