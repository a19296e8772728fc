"""`-o` and `fmt` write a file whole or not at all, never over an input, and never outside of the folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.text.source import Source
from clausewise.runs import renderers
from tests.conftest import reference_examples
from tests.security.conftest import HEEDS_SIGNALS, SECONDS, run

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs owners, modes and links")
AS_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
)


def all_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "output",
    ["mine.toml", "clausewise.toml", "key.pem", "key.pem.pub", "door-code.laws", "KEY.PEM"],
)
@pytest.mark.parametrize("words", ["new", "graph", "schema", "compile", "vocabulary"])
def test_no_command_replaces_a_configuration_or_a_key(
    project: Path, words: str, output: str
) -> None:
    (project / output).write_text("")
    done = run(words, "--policy", "door-code", "-o", output)
    told = "is there already" if words == "new" else "would be replaced"
    assert (done.code, told in done.err) == (2, True), done.said
    assert (project / output).read_text() == ""


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, OSError])
def test_what_was_there_stays_until_all_is_written(
    tmp_path: Path, error: type[BaseException]
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before")

    def write_half() -> None:
        with renderers.opened_bytes(out) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert all_of(tmp_path) == {"out.csv": b"before"}


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(project: Path, number: int) -> None:
    line = " ".join(reference_examples()["json"].split()) + "\n"
    (project / "all.jsonl").write_text(line * 200_000)
    (project / "out.csv").write_text("before")
    before = set(project.iterdir())
    words = [
        "portfolio",
        "all.jsonl",
        "--policy",
        "door-code",
        "-f",
        "csv",
        "-o",
        "out.csv",
        "-j",
        "2",
    ]
    program = f"{HEEDS_SIGNALS}from clausewise.start import main\nmain()"
    line_of = [sys.executable, "-c", program, *words]
    with subprocess.Popen(line_of, stderr=subprocess.PIPE, text=True) as command:
        end = time.monotonic() + SECONDS
        while set(project.iterdir()) == before:
            assert time.monotonic() < end
            time.sleep(0.01)
        command.send_signal(number)
        _, said = command.communicate(timeout=SECONDS)
    assert (command.returncode, "Traceback" in said) == (128 + number, False)
    assert set(project.iterdir()) == before
    assert (project / "out.csv").read_text() == "before"


@POSIX
def test_the_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("before")
    path.chmod(0o640)
    with written_whole(path) as file:
        file.write(b"after")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("after", 0o640)
    mask = os.umask(0o027)
    try:
        with written_whole(tmp_path / "new") as file:
            file.write(b"")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@AS_ROOT
def test_the_owner_stays(designs: Path) -> None:
    path = designs / "good.design"
    path.write_text(reference_examples()["design"] + "\n\n\n")
    os.chown(path, 1234, 4321)
    assert run("fmt", designs).code == 0
    found = path.stat()
    assert (found.st_uid, found.st_gid) == (1234, 4321)
    assert not path.read_text().endswith("\n\n")


@POSIX
def test_a_link_stays_and_a_device_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to("real")
    with written_whole(tmp_path / "link") as file:
        file.write(b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after"
    with written_whole("/dev/null") as file:
        file.write(b"nothing")
    assert Path("/dev/null").is_char_device()


@POSIX
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_fmt_stays_in_the_folder(project: Path, designs: Path, kind: str) -> None:
    """Even in the project's own: what is given is the folder of the designs."""
    mine = project / "mine"
    mine.mkdir()
    (mine / "x.design").write_text(reference_examples()["design"] + "\n\n\n")
    (designs / "x.design").symlink_to(mine / "x.design" if kind == "file" else mine)
    before = all_of(mine)
    done = run("fmt", "designs")
    assert all_of(mine) == before
    assert (done.code, "x.design" in done.err) == (2, True)


def test_mistakes_on_one_long_line_are_told_one_by_one() -> None:
    """A fingerprint of the whole line for each of thousands of mistakes on it took half a minute."""
    source = Source("x.json", "a\n" + 10_000 * "b" + "\nc")
    assert source.line_around(5_000, 100) == 200 * "b"
    assert source.line_around(0, 100) == "a"
    assert source.line_around(2, 100) == 100 * "b"
