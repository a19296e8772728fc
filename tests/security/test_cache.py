"""The cache is run as code: it lies in an absolute folder of the user's alone, and touches only what it made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausewise.dsl.startup import store
from clausewise.intake.load import load_policy
from tests.conftest import reference_examples
from tests.security.conftest import SECONDS, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no cache without owners")
DAYS = 86_400


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "cache"
    monkeypatch.setenv("CLAUSEWISE_CACHE", str(path))
    store.folder.cache_clear()
    yield path
    store.folder.cache_clear()


def test_only_what_it_made_is_removed(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    others = ["notes.txt", "deadbeef.txt", "DEADBEEF", "abc"]
    own = ["deadbeef", "part-x"]
    for name in [*others, *own]:
        (folder / name).write_text("x")
        os.utime(folder / name, (0, 0))
    (folder / "0badc0de").mkdir()
    os.utime(folder / "0badc0de", (0, 0))
    store.keep("a", 1)
    left = {path.name for path in folder.iterdir()}
    assert left >= {*others, "0badc0de"}
    assert not left & set(own)


@pytest.mark.parametrize("variable", ["CLAUSEWISE_CACHE", "XDG_CACHE_HOME"])
@pytest.mark.parametrize("value", ["cache", ".", "./x", "a/../b"])
def test_a_relative_folder_is_not_used(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    before = set(project.rglob("*"))
    env = {name: text for name, text in os.environ.items() if name != "CLAUSEWISE_CACHE"}
    done = subprocess.run(
        [sys.executable, "-m", "clausewise", "check", "designs"],
        env={**env, variable: value},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, "not an absolute path" in done.stderr) == (0, True)
    assert set(project.rglob("*")) == before
    monkeypatch.undo()


def test_a_checkout_is_not_the_cache(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    assert store.folder() == str(folder)
    store.folder.cache_clear()
    (folder.parent / ".git").mkdir()
    assert store.folder() is None


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o705])
def test_a_folder_that_others_can_read_is_not_the_cache(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    assert store.folder() is None


def test_what_git_checked_out_is_not_read(folder: Path) -> None:
    store.keep("a", 1)
    (kept,) = folder.iterdir()
    kept.chmod(0o644)
    assert store.load("a") is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs a user without a home")
def test_nobody_has_no_cache() -> None:
    program = (
        "import os\n"
        "from clausewise.dsl.startup import store\n"
        "os.setuid(54321)\n"
        "assert store.folder() is None\n"
    )
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_edited_policy_is_read_again(project: Path) -> None:
    assert load_policy("door-code", project).version
    before = load_policy("door-code", project)
    assert load_policy("door-code", project) is before
    path = project / "door-code.policy"
    path.write_text(path.read_text() + "\n# edited\n")
    assert load_policy("door-code", project).source.text.endswith("# edited\n")
    words = project / "doors.vocabulary"
    words.write_text(reference_examples()["vocabulary"] + "\n# edited\n")
    assert load_policy("door-code", project).vocabulary.source.text.endswith("# edited\n")
    path.write_text("policy door-code\n")
    assert run("check", "designs").code == 2
