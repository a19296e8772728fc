"""The desk on PostgreSQL: a server of its own on a socket in a temporary folder, and tests that run on it.

It needs Debian's `postgresql`. Where there is none, this is skipped, and says so; with `SKIP_NOTHING=1` in the
environment it fails instead.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import ROOT, SKIP_NOTHING
from tests.desk.test_serving import ENVIRONMENT, desk

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
pytestmark = pytest.mark.skipif(
    not BINARIES and not SKIP_NOTHING,
    reason="THE DESK IS NOT TESTED ON POSTGRESQL: it is not installed",
)
TESTS = (
    "tests/desk/on_postgresql.py",
    "tests/desk/killed.py",
    "tests/desk/test_audit.py::test_the_database_refuses_changes",
    "tests/desk/test_records.py::test_what_was_said_can_be_erased_and_not_changed",
    "tests/desk/test_records.py::test_no_text_of_anybody_is_left_of_it",
    "tests/desk/test_second.py::test_a_decision_takes_two_who_have_not_read_each_other",
    "tests/desk/test_heads.py::test_a_holder_or_a_day_of_which_no_event_tells_is_found",
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
        for name in ("clausewise", "moved"):
            run("createdb", "-h", folder, "-U", "desk", name)
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


FILLED = """
import io, sys
from pathlib import Path
from clausewise.desk.serving import prepare
prepare(Path(sys.argv[1]), 8100)
from clausewise.desk.interview.forms import forms
from clausewise.desk.records.audit import erase, note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import AuditEvent, DeskApplication, Organisation, Person
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.today import today
organisation = Organisation.objects.create(name="Norrgård School")
member = Person.objects.create_user("a@example.org", "x", name="A. Reyes", organisation=organisation)
note("register", member, None, organisation=organisation.pk)
form = forms()["face-registration"]
for title in ("Lobby", "Gate"):
    made = actions.start(member, form, title)
    actions.edit(member, made.pk, lambda draft: draft.text + "\\nuse check-in {\\n}\\n")
    actions.submit(member, made.pk)
actions.withdraw(member, made.pk)
first = DeskApplication.objects.earliest("pk")
said = {"version": first.newest, "kind": "refused", "person": member, "day": today()}
letter = {"signers": "A. Reyes", "letter": "No.", "design": "", "statement": b"{}", "pdf": b"%PDF"}
note("refuse", member, first, **told(first.decisions.create(**said, **letter)))
DeskApplication.objects.filter(pk=first.pk).update(state="refused")
erase(AuditEvent.objects.get(kind="withdraw"))
"""
KEPT = """
import json, sys
from pathlib import Path
from clausewise.desk.serving import set_up
set_up(Path(sys.argv[1]))
from django.apps import apps
from django.db import connection
from clausewise.desk.moving import MADE_THERE
tables = [one for one in apps.get_models() if one._meta.app_label not in MADE_THERE]
rows = {one._meta.db_table: [*one.objects.order_by("pk").values()] for one in tables}
rows = json.dumps(rows, default=lambda one: bytes(one).hex() if isinstance(one, memoryview) else str(one))
print(json.dumps([connection.vendor, rows]))
"""


def kept(folder: Path) -> tuple[str, str]:
    """By what a desk is kept, and all its rows."""
    found = subprocess.check_output([sys.executable, "-c", KEPT, str(folder)], env=ENVIRONMENT)
    vendor, rows = json.loads(found)
    return vendor, rows


def test_a_desk_moves_there_whole(socket: str, tmp_path: Path) -> None:
    subprocess.check_call([sys.executable, "-c", FILLED, str(tmp_path)], env=ENVIRONMENT)
    vendor, before = kept(tmp_path)
    assert (vendor, "Norrg" in before, "use check-in" in before) == ("sqlite", True, True)
    address = f"postgresql:///moved?host={socket}&user=desk"
    found = desk(str(tmp_path), "--move-to", address)
    assert (found.returncode, found.stderr) == (0, "")
    assert "whole: 11 events, 1 of them with details erased" in found.stdout
    assert kept(tmp_path) == ("sqlite", before), "where it was it stays as it was"
    (tmp_path / "desk.toml").write_text(f'database = "{address}"\n')
    assert kept(tmp_path) == ("postgresql", before)
    assert desk(str(tmp_path), "--new-key").returncode == 0, "the next row has the next number"
    assert desk(str(tmp_path), "--verify-audit").stdout.startswith("whole: 12 events")
    again = desk(str(tmp_path), "--move-to", address)
    assert again.returncode == 2
    assert "there is a desk in that database already" in again.stderr
    for wrong in ("desk.sqlite3", "postgresql:///none?host=/nowhere"):
        found = desk(str(tmp_path), "--move-to", wrong)
        assert (found.returncode, found.stdout) == (2, "")
