"""The desk on PostgreSQL: a server of its own on a socket in a temporary folder, and tests that run on it.

It needs Debian's `postgresql`. Where there is none, this is skipped, and says so; with `SKIP_NOTHING=1` in the
environment it fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import ROOT, SKIP_NOTHING
from tests.desk.test_serving import ENVIRONMENT

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
pytestmark = pytest.mark.skipif(
    not BINARIES and not SKIP_NOTHING,
    reason="THE DESK IS NOT TESTED ON POSTGRESQL: it is not installed",
)
TESTS = (
    "tests/desk/on_postgresql.py",
    "tests/desk/killed.py",
    "tests/desk/test_audit.py::test_the_database_refuses_changes",
)


@pytest.fixture(scope="module")
def socket() -> Iterator[str]:
    """The folder in which the socket of a server lies."""
    with TemporaryDirectory(prefix="desk-", dir="/tmp") as folder:  # a socket's path is short
        data = f"{folder}/data"
        if os.geteuid() == 0:  # as whom a server does not run
            shutil.chown(folder, "postgres")
        run("initdb", "-D", data, "-U", "desk", "--auth=trust", "--no-sync", "-E", "UTF8")
        settings = f"-c listen_addresses= -k {folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-o", settings, "-l", f"{folder}/log", "-w", "start")
        run("createdb", "-h", folder, "-U", "desk", "clausewise")
        yield folder
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def run(program: str, *words: str) -> None:
    owner = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        [BINARIES[0] / program, *words],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
    )


def test_of_two_at_once_one_wins_and_the_database_refuses_changes(socket: str) -> None:
    environment = {**os.environ, "DESK_POSTGRESQL": socket, "PYTHONPATH": str(ROOT)}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *TESTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-2000:]
    assert " passed" in found.stdout


def test_the_command_makes_a_desk_there(socket: str, tmp_path: Path) -> None:
    """By `desk.toml` alone: the tables, the audit trail without a change, what is run each night, and erasing."""
    (tmp_path / "desk.toml").write_text(
        f'database = "postgresql:///clausewise?host={socket}&user=desk"\nkeep-days = 31\n'
    )
    for words, told in (
        (["--prepare"], "and all of it but its database in"),
        (["--verify-audit"], "whole: 1 events, 0 of them"),
        (["--judge-again"], ""),
        (["--erase-old"], "erased: 0 details"),
        (["--erase", "1"], "whole: 2 events, 1 of them"),
    ):
        command = [sys.executable, "-m", "clausewise", "desk", str(tmp_path), *words]
        found = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
        assert (found.returncode, found.stderr) == (0, "")
        assert told in found.stdout
    assert not (tmp_path / "desk.sqlite3").exists()
