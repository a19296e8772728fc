"""`-o` and `fmt` write a file whole or not at all, never over an input, and never outside of the folder."""

from __future__ import annotations

import json
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
    ("words", "output"),
    [
        ("check designs/good.design -f json", "designs/good.design"),
        ("check designs -f json", "designs/good.design"),
        ("check good.json -f json", "good.json"),
        ("check designs/good.design -f json", "door-code.policy"),
        ("check designs/good.design -f json", "doors.vocabulary"),
        ("check designs/good.design", "clausewise.toml"),
        ("portfolio all.jsonl --policy door-code -f jsonl", "all.jsonl"),
        ("portfolio all.jsonl --policy door-code -f jsonl --jobs 2", "door-code.policy"),
        ("pack all.jsonl --policy door-code", "all.jsonl"),
        ("test door-code.cases -f junit", "door-code.cases"),
        ("graph --policy door-code", "door-code.policy"),
        ("compile --policy door-code", "door-code.policy"),
        ("check designs/good.design -f json", "link"),
        ("trace door-code --source source.txt -f html", "source.txt"),
    ],
)
def test_no_input_is_replaced(project: Path, words: str, output: str) -> None:
    given = reference_examples()
    (project / "good.json").write_text(given["json"])
    (project / "all.jsonl").write_text(" ".join(given["json"].split()) + "\n")
    (project / "door-code.cases").write_text(given["cases"])
    (project / "front.design").write_text(given["design"])
    (project / "source.txt").write_text("One sentence.\n")
    (project / "clausewise.toml").write_text("")
    if os.name == "posix":
        (project / "link").symlink_to("good.json")
        words = words if output != "link" else "check good.json"
    (project / "door-code.trace.toml").write_text("")
    before = all_of(project)
    done = run(*words.split(), "-o", output)
    assert (done.code, "would be replaced" in done.err) == (2, True)
    assert all_of(project) == before


DESIGN_COMMANDS = (
    "check {} -o",
    "check {} -o json=",
    "check {} --write-baseline",
    "fix {} -o",
    "fix {} -f json -o",
    "timeline {} -o",
    "compare {} -o",
    "compare {} -f html -o",
    "report {} -f markdown -o",
    "report {} -f html -o",
    "attest {} --key key.pem -o",
    "packs {} -o",
)
"""Commands that judge a design and write: each refuses the design, its evidence, and what it was imported from."""
REPLACED = ("x.design.json", "x.json", "proof.txt", "plan", "link", "hard", "./designs/../x.json")


@POSIX
@pytest.mark.parametrize("command", DESIGN_COMMANDS)
def test_no_command_replaces_what_its_verdict_goes_by(project: Path, command: str) -> None:
    design = json.loads(reference_examples()["json"])
    design["safety"] = {"alarm": {"value": True, "evidence": ["proof.txt"], "from": ["plan#a"]}}
    for name in ("x.design.json", "x.json"):
        (project / name).write_text(json.dumps(design))
    (project / "proof.txt").write_text("proof")
    (project / "plan").write_text("{}")
    (project / "link").symlink_to("proof.txt")
    os.link(project / "proof.txt", project / "hard")
    assert run("attest", "--new-key", "key.pem").code == 0
    before = all_of(project)
    for output in REPLACED:
        words = command.format("x.json").split()
        last = [words.pop() + output] if words[-1].endswith("=") else [output]
        if output == "x.design.json":
            words[1] = output
        done = run(*words, *last)
        assert (done.code, "would be replaced" in done.err) == (2, True), (output, done.said)
    assert all_of(project) == before


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
    done = run("fmt", designs)
    assert all_of(mine) == before
    assert (done.code, "x.design" in done.err) == (2, True)


def test_mistakes_on_one_long_line_are_told_one_by_one() -> None:
    """A fingerprint of the whole line for each of thousands of mistakes on it took half a minute."""
    source = Source("x.json", "a\n" + 10_000 * "b" + "\nc")
    assert source.line_around(5_000, 100) == 200 * "b"
    assert source.line_around(0, 100) == "a"
    assert source.line_around(2, 100) == 100 * "b"
