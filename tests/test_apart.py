"""Work in a process of its own: whether it outlives the work is told, and it never outlives who waits for it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from clausewise.workers import apart
from clausewise.workers.apart import survives


def fail() -> None:
    raise KeyError("a bug")


def test_that_a_process_dies_of_a_work_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert not survives(os.abort)
    assert survives(fail)
    assert survives(lambda: os.write(1, b"seen"))
    assert capfd.readouterr() == ("", "")


def test_a_work_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        while True:
            pass

    monkeypatch.setattr(apart, "SECONDS", 1)
    assert not survives(work)


def test_it_ends_where_the_waiting_ends(tmp_path: Path) -> None:
    """As Ctrl-C and SIGTERM end it."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    def work() -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(60)

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            survives(work)
    finally:
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
