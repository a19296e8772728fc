"""A project in which strangers leave designs, and what is none of theirs beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import REFERENCE_FILES, reference_examples

SECRET = "root:very-secret:0:0"
COMMAND = [sys.executable, "-c", "from clausewise.start import main; main()"]
HEEDS_SIGNALS = (
    "import signal\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
)
"""The beginning of a program; for where the tests run in the background or by `nohup`, signals are ignored."""
SECONDS = 60
"""Longer than any of these takes, on a machine that is busy: what hangs is found by it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    def json(self) -> dict[str, Any]:
        """The document of `--format json`."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def designs(self) -> dict[str, dict[str, Any]]:
        """What came of each design, by the name of its file."""
        return {Path(design["path"]).name: design for design in self.json()["designs"]}


def run(*words: object, stdin: bytes = b"") -> Ended:
    """Run the command in this process, for it is quicker."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return _harmless(Ended(result.exit_code, result.stdout, result.stderr))


def run_apart(*words: object, stdin: IO[bytes] | None = None) -> Ended:
    """Run the command in a process of its own, which may hang."""
    line = [*COMMAND, *map(str, words)]
    done = subprocess.run(line, stdin=stdin, capture_output=True, timeout=SECONDS, check=False)
    return _harmless(Ended(done.returncode, done.stdout.decode(), done.stderr.decode()))


def _harmless(ended: Ended) -> Ended:
    assert "Traceback" not in ended.said
    assert SECRET not in ended.said
    return ended


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, whose policy may judge: `designs` is for strangers, and `../out` none of theirs."""
    folder = tmp_path / "project"
    (folder / "designs").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    for kind in ("vocabulary", "policy"):
        text = reference_examples()[kind]
        (folder / REFERENCE_FILES[kind]).write_text(text, encoding="utf-8")
    (folder / "designs" / "good.design").write_text(
        reference_examples()["design"], encoding="utf-8"
    )
    monkeypatch.chdir(folder)
    for name in ("CLAUSEWISE_CONFIG", "CLAUSEWISE_POLICIES"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def designs(project: Path) -> Path:
    """The folder in which strangers leave designs. One of them is good, and permitted."""
    return project / "designs"


@pytest.fixture
def outside(project: Path) -> Path:
    """A folder that is none of theirs."""
    return project.parent / "out"
