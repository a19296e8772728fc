"""Problems as commands of build logs: GitHub Actions and Azure Pipelines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.formats.escaping import azure_command, github_command
from tests.conftest import ROOT, write_reference

FORMATS = ("github", "azuredevops")
DESIGN = """\
deployment "Patrol"
judged by door-code
door front {
  opens-by  face
}
"""


def check(*words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["check", *words])
    return result.exit_code, result.stdout.splitlines()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_reference(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.design").write_text(DESIGN)
    (tmp_path / "b.design").write_text('deployment "x"\njudged by door-code\ndoor {\n}\n')


def test_github_shows_each_problem_at_its_line() -> None:
    code, lines = check("a.design", "b.design", "-f", "github")
    assert code == 2
    shape = re.compile(r"::(error|warning|notice) file=[^,]+,line=\d+,col=\d+,title=[^,:]+::.+")
    commands = [line for line in lines if line.startswith("::")]
    assert all(shape.fullmatch(line) for line in commands)
    assert commands[0].startswith("::error file=b.design,line=3,col=1,title=E507::")
    assert any(line.startswith("::warning file=a.design,") for line in commands)
    assert lines[-2:] == [
        "a.design: needs-information, by the default of its reading",
        "b.design: not judged",
    ]


def test_what_follows_from_others_comes_after_its_causes() -> None:
    """Of all designs: of the first, too, what follows comes after what is wrong in the second."""
    text = (Path.cwd() / "front.design").read_text().replace("30 days", "60 days")
    for name in ("c.design", "d.design"):
        Path(name).write_text(text)
    _, lines = check("c.design", "d.design", "-f", "github")
    told = [line.split("file=")[1].partition("::") for line in lines if line.startswith("::error")]
    assert [
        (place[0], place.rpartition("/")[2], "it follows from D3" in words)
        for place, _, words in told
    ] == [
        ("c", "keeping", False),
        ("d", "keeping", False),
        ("c", "consistent", True),
        ("d", "consistent", True),
    ]


def test_azure_shows_each_problem_at_its_line() -> None:
    code, lines = check("a.design", "b.design", "-f", "azuredevops")
    assert code == 2
    shape = re.compile(
        r"##vso\[task\.logissue type=(error|warning);sourcepath=[^;]+;linenumber=\d+;"
        r"columnnumber=\d+;code=[^;]+;\].+"
    )
    commands = [line for line in lines if line.startswith("##vso")]
    assert all(shape.fullmatch(line) for line in commands)
    assert "sourcepath=b.design;linenumber=3;columnnumber=1;code=E507;]" in commands[0]


HOSTILE = "a%0A::error::b\n::set-env::c,d:e]##vso[task.complete]\r\u202e;x"


def test_no_text_ends_a_command_or_begins_one() -> None:
    github = github_command("error", {"file": HOSTILE, "title": HOSTILE}, HOSTILE)
    assert not {"\n", "\r", "\u202e"} & {*github}
    head, _, message = github.removeprefix("::error ").partition("::")
    assert [part.split("=")[0] for part in head.split(",")] == ["file", "title"]
    assert "%250A" in message, "what looks like an escape is not one"
    azure = azure_command("task.logissue", {"sourcepath": HOSTILE}, HOSTILE)
    assert not {"\n", "\r"} & {*azure}
    head, _, message = azure.partition("]")
    assert head.count(";") == 1
    assert "]" not in message


@pytest.mark.parametrize("format_", [*FORMATS, "text"])
def test_exit_zero_passes_over_verdicts_and_nothing_else(format_: str) -> None:
    assert check("a.design", "-f", format_)[0] == 3
    assert check("a.design", "-f", format_, "--exit-zero")[0] == 0
    assert check("a.design", "b.design", "-f", format_, "--exit-zero")[0] == 2


def test_exit_zero_beside_fail_on() -> None:
    assert check("a.design", "--exit-zero", "--fail-on", "prohibited")[0] == 2


def test_the_hooks_run_commands_that_there_are() -> None:
    """`pre-commit` runs them with the names of files behind."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = re.findall(r"^  entry: clausewise (.+)$", text, re.MULTILINE)
    patterns = re.findall(r"^  files: (.+)$", text, re.MULTILINE)
    assert len(entries) == len(patterns) == text.count("- id: ")
    for entry, pattern in zip(entries, patterns, strict=True):
        assert re.search(pattern, "a.design")
        result = CliRunner().invoke(app, [*entry.split(), "a.design"])
        assert result.exit_code == 0, result.output
