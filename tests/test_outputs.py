"""One judgement in several formats, the summary of a step, what a change worsens, and watching."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import clausewise.checking.check
from clausewise.accepting import changes, git as accepting_git
from clausewise.accepting.git import commit_of
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.formats.report.summary import MOST_BYTES, render
from clausewise.intake.walk import LeftOut
from clausewise.runs import check as check_run
from clausewise.runs.targets import OutputTarget, targets_of
from tests.conftest import checked
from tests.test_cli import COMMAND, folder, run

__all__ = ["folder"]

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
needs_signals = pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")


@pytest.fixture(autouse=True)
def no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may run in a step of GitHub Actions."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


# several outputs


def test_the_syntax_of_outputs() -> None:
    assert targets_of("text", []) == [OutputTarget("text")]
    assert targets_of("json", ["v.json"]) == [OutputTarget("json", Path("v.json"))]
    assert targets_of("text", ["json=a=b.json", "github=-"]) == [
        OutputTarget("text"),
        OutputTarget("json", Path("a=b.json")),
        OutputTarget("github"),
    ]
    assert targets_of("text", ["./odd=name"]) == [OutputTarget("text", Path("odd=name"))]


@pytest.mark.usefixtures("folder")
def test_a_design_is_judged_once_and_written_in_each_format(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[Path] = []
    check_file = clausewise.checking.check.check_file

    def counted(path: Path, *given: object, **named: object) -> object:
        judged.append(path)
        return check_file(path, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(check_run, "check_file", counted)
    formats = ("json", "sarif", "junit", "markdown", "summary")
    words = [f"--output={name}=out.{name}" for name in formats]
    code, out, _ = run("check", "1.design", *words, "-o", "github=-")
    assert (code, judged) == (1, [Path("1.design")])
    assert "PROHIBITED" in out
    assert "::error file=1.design" in out
    for name in formats:
        assert (
            Path(f"out.{name}").read_text(encoding="utf-8")
            == run("check", "1.design", "-f", name)[1]
        )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-o sarf=x", "did you mean `sarif`?"),
        ("-o sarif=", "names no format, or no file"),
        ("-o a -o b", "write `--output FORMAT=FILE`"),
        ("-o json=a -o sarif=./a", "give each a file of its own"),
        ("-o json=0.design", "would be replaced"),
        ("-o json=gone/x", "cannot write `gone/x`"),
    ],
)
def test_outputs_that_do_not_fit(words: str, said: str) -> None:
    before = Path("0.design").read_bytes()
    code, _, err = run("check", "0.design", *words.split())
    assert (code, said in err) == (2, True), err
    assert Path("0.design").read_bytes() == before


# the summary of a step


def test_the_summary_of_a_step_is_added_to_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = folder / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run("check", "0.design", "1.design")[0] == 1
    assert summary.read_text() == "before\n", "only with the format of GitHub"
    assert run("check", "0.design", "1.design", "-f", "github")[0] == 1
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n## Clausewise: 1 prohibited, 1 permitted\n")
    assert "| `1.design` | prohibited |" in text
    assert "### alarm (D4) is violated" in text
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "gone" / "x"))
    code, _, err = run("check", "0.design", "-f", "github")
    assert (code, "there is no summary of this step" in err) == (0, True)


def test_a_summary_is_bounded_and_counts_what_is_not_shown(folder: Path) -> None:
    results = [checked(folder / "1.design")] * 1000
    whole = render(results, most=100 * MOST_BYTES)
    assert len(whole.encode()) > MOST_BYTES / 4
    for most in (0, 100, 1_000, 50_000, 200_000):
        text = render(results, [LeftOut("x", "y")], (), most)
        assert len(text.encode()) <= most
        assert ("for which there is no room here" in text) == (most > 200)


# what a change worsens


def git(*words: str) -> None:
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *words], check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path) -> Path:
    """The folder as a repository, with one commit; `2.design`, which cannot be read, is taken away."""
    (folder / "2.design").unlink()
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "before")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@needs_git
def test_only_what_a_change_worsens_counts(repository: Path) -> None:
    assert run("check")[0] == 1
    code, out, _ = run("check", "--diff", "HEAD")
    assert code == 0
    assert "1.design: prohibited, 1 as before by door-code" in out
    change(repository / "1.design", "30 days", "60 days")
    code, out, _ = run("check", "--diff", "main")
    assert code == 1
    assert ("keeping (D3)" in out, "alarm (D4)" in out) == (True, False)
    change(repository / "1.design", "alarm no", "alarm unknown")
    change(repository / "1.design", "60 days", "30 days")
    assert run("check", "--diff", "main")[0] == 0, "violated before, open now: no worse"
    change(repository / "3.design", "alarm unknown", "alarm no")
    code, out, _ = run("check", "--diff", "main", "-f", "github")
    assert code == 1
    assert [line.split(",")[0] for line in out.splitlines() if line.startswith("::")] == [
        "::error file=3.design",
        "::error file=3.design",
    ]


@needs_git
def test_a_design_of_which_nothing_is_new_is_told_in_a_line_by_however_many(
    repository: Path,
) -> None:
    code = (repository / "door-code.policy").read_text(encoding="utf-8")
    lodge = code.replace("policy door-code", "policy lodge-code")
    (repository / "lodge-code.policy").write_text(lodge, encoding="utf-8")
    change(repository / "1.design", "judged by door-code", "judged by door-code, lodge-code")
    git("commit", "-qam", "both")
    assert run("check", "1.design", "--diff", "HEAD")[:2] == (
        0,
        "1.design: prohibited, 2 as before by 2 policies\n",
    )
    listed = run("check", "1.design", "--diff", "HEAD", "--show-baselined")[1]
    assert listed.count("as before: D4 of front violated") == 2
    change(repository / "lodge-code.policy", "30 days", "3 days")
    change(repository / "1.design", "30 days", "29 days")
    code_, out, _ = run("check", "1.design", "--diff", "HEAD")
    assert (code_, "keeping (D3)" in out) == (1, True)
    assert "1.design: prohibited" not in out, "a line above tells of the other policy"


@needs_git
def test_new_files_count_and_renamed_ones_are_found(repository: Path) -> None:
    shutil.copy(repository / "1.design", repository / "new.design")
    assert run("check", "--diff", "main")[0] == 1
    (repository / "new.design").unlink()
    (repository / "sub").mkdir()
    (repository / "1.design").rename(repository / "sub" / "moved.design")
    assert run("check", "--diff", "main")[0] == 0
    change(repository / "sub" / "moved.design", "30 days", "29 days")
    assert run("check", "--diff", "main")[0] == 0
    change(repository / "sub" / "moved.design", "29 days", "60 days")
    assert run("check", "--diff", "main")[0] == 1


@needs_git
def test_what_cannot_be_judged_fails_with_diff_too(repository: Path) -> None:
    (repository / "0.design").write_text("deployment\n")
    git("commit", "-qam", "broken")
    assert run("check", "--diff", "HEAD")[0] == 2
    git("checkout", "-q", "HEAD~", "--", "0.design")
    assert run("check", "--diff", "HEAD")[0] == 0, "mended, and nothing else"


@needs_git
@pytest.mark.parametrize(
    "revision", ["", "-x", "--output=x", "--upload-pack=touch x", "nope", "HEAD:0.design", "a\nb"]
)
def test_what_names_no_commit_is_a_mistake(repository: Path, revision: str) -> None:
    code, out, err = run("check", "0.design", f"--diff={revision}")
    assert (code, out, "error[E112]" in err) == (2, "", True)
    assert not (repository / "x").exists()


@needs_git
def test_outside_of_a_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    code, _, err = run("check", "0.design", "--diff", "HEAD")
    assert (code, "there is no repository of git here" in err) == (2, True)
    monkeypatch.setenv("PATH", str(folder))
    code, _, err = run("check", "0.design", "--diff", "HEAD")
    assert (code, "git is not installed" in err) == (2, True)


@needs_git
def test_nothing_of_a_repository_is_run(repository: Path) -> None:
    trap = f"touch {repository / 'trapped'}"
    for name in ("core.fsmonitor", "filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv"):
        git("config", name, trap)
    git("config", "diff.external", trap)
    (repository / ".gitattributes").write_text("*.design filter=trap diff=trap\n")
    (repository / ".git" / "hooks" / "post-checkout").write_text(f"#!/bin/sh\n{trap}\n")
    (repository / ".git" / "hooks" / "post-checkout").chmod(0o755)
    change(repository / "1.design", "30 days", "60 days")
    assert run("check", "--diff", "HEAD")[0] == 1
    assert not (repository / "trapped").exists()


@needs_git
def test_what_git_stores_is_read_within_the_bounds(repository: Path) -> None:
    commit = commit_of("HEAD", repository)
    blobs = commit.files((".design",))
    assert sorted(blobs) == ["0.design", "1.design", "3.design", "4.design"]
    first = (repository / "0.design").read_bytes()
    assert list(commit.contents([blobs["0.design"]], 10**6)) == [first]
    assert list(commit.contents([blobs["0.design"]] * 2, 10)) == [None, None]
    assert list(commit.contents(["0" * 40], 10)) == [None]
    with pytest.raises(InvalidError, match="E112"):
        commit_of("nope", repository)


@needs_git
def test_no_more_of_a_commit_is_read_at_once_than_a_file_may_have(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole files of a commit were read, however large, and all of them at once."""
    for name, size in {"a": 900, "b": 900, "large": 300_000, "c": 400}.items():
        (repository / f"{name}.design").write_text(size * "x")
    git("add", "-A")
    git("commit", "-q", "-m", "large")
    commit = commit_of("HEAD", repository)
    files = [f"{name}.design" for name in ("a", "large", "b", "c", "large")]
    blobs = commit.files((".design",))
    printed: list[int] = []
    plain = accepting_git._git

    def measured(*words: Any, **more: Any) -> bytes:
        answer = plain(*words, **more)
        printed.append(len(answer))
        return answer

    monkeypatch.setattr(accepting_git, "_git", measured)
    found = list(commit.contents([blobs[name] for name in files], 1_000))
    assert [content and len(content) for content in found] == [900, None, 900, 400, None]
    assert max(printed) < 1_500


@needs_git
def test_a_commit_that_holds_billions_of_paths_is_refused(repository: Path) -> None:
    """A tree of ten trees, each of ten trees, and so on: a few kilobytes, which filled the memory."""
    kind, name = "100644 blob", subprocess.check_output(["git", "hash-object", "-w", "0.design"])
    for _ in range(10):
        rows = "".join(f"{kind} {name.decode().strip()}\t{n}.design\n" for n in range(10))
        name = subprocess.check_output(["git", "mktree"], input=rows.encode())
        kind = "040000 tree"
    made = ("commit-tree", name.decode().strip(), "-m", "bomb")
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    bomb = subprocess.check_output(["git", *author, *made]).decode().strip()
    code, _, err = run("check", "0.design", "--diff", bomb)
    assert (code, "git shows more than 64 MiB" in err) == (2, True)
    assert (repository / "0.design").exists()


@needs_git
def test_many_files_under_new_names_are_found_where_they_are_equal(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To compare the lines of thousands of files with those of thousands takes minutes."""
    monkeypatch.setattr(changes, "MOST_BYTES", 10)
    (repository / "1.design").rename(repository / "moved.design")
    assert run("check", "--diff", "main")[0] == 0
    change(repository / "moved.design", "30 days", "29 days")
    assert run("check", "--diff", "main")[0] == 1


def test_diff_and_a_new_baseline_do_not_go_together(folder: Path) -> None:
    del folder
    words = ("--diff", "HEAD", "--write-baseline", "x")
    assert run("check", "0.design", *words)[0] == 2


# watching


def waiting(so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if so():
            return True
        time.sleep(0.05)
    return False


@needs_signals
def test_a_change_is_judged_and_ctrl_c_leaves_cleanly(folder: Path) -> None:
    out, err = folder / "out.txt", folder / "err.txt"
    with out.open("wb") as told, err.open("wb") as said:
        words = [*COMMAND, "check", "0.design", "--watch", "--brief"]
        process = subprocess.Popen(words, cwd=folder, stdout=told, stderr=said)
    try:
        assert waiting(lambda: err.read_text().count("watching") == 1), err.read_text()
        assert out.read_text().startswith("0.design: permitted")
        change(folder / "0.design", "alarm  yes", "alarm no")
        assert waiting(lambda: err.read_text().count("watching") == 2)
        assert "0.design: prohibited" in out.read_text()
        (folder / "clausewise.toml").write_text("evidance = 1\n")
        assert waiting(lambda: err.read_text().count("watching") == 3)
        assert "E109" in err.read_text()
        (folder / "0.design").unlink()
        assert waiting(lambda: err.read_text().count("watching") == 4), "a mistake ends nothing"
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(30)
    assert (code, "Traceback" in err.read_text()) == (130, False)


def test_standard_input_cannot_be_watched(folder: Path) -> None:
    del folder
    assert run("check", "-", "--watch")[0] == 2


def test_json_of_several_outputs_holds_its_answers(folder: Path) -> None:
    """Text alone does not look for the answers that settle a verdict."""
    del folder
    assert run("check", "3.design", "-o", "json=v.json")[0] == 3
    (design,) = json.loads(Path("v.json").read_text())["designs"]
    assert design["policies"][0]["questions"][0]["decisive"]
