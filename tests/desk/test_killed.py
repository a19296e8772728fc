"""Processes that are killed in the middle of what they do, on a file of SQLite (`killed.py` says how)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    environment = {**os.environ, "DESK_SQLITE": str(tmp_path / "desk.sqlite3")}
    environment |= {"PYTHONPATH": str(ROOT)}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    words = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "tests/desk/killed.py"]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-2000:]
    assert "1 passed" in found.stdout
