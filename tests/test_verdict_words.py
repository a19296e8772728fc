"""A policy's own words for its verdicts stand where people read them, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clausewise
from clausewise.intake.load import load_policy
from tests.security.conftest import designs, project, run

__all__ = ["designs", "project"]

WORDS = {
    "permitted": "all <is> there",
    "prohibited": "incomplete",
    "needs-information": "unfinished",
}


@pytest.fixture
def folder(project: Path) -> Path:
    """The working folder, with designs of three verdicts that the policy has words for."""
    path = project / "door-code.policy"
    said = "".join(f'verdict {name} "{words}"\n' for name, words in WORDS.items())
    path.write_text(path.read_text().replace("version ", f"{said}version ", 1))
    good = (project / "designs" / "good.design").read_text()
    for name, old, new in (
        ("permitted", "", ""),
        ("prohibited", "30 days", "400 days"),
        ("needs-information", "  keeps       30 days\n", ""),
    ):
        assert old in good
        (project / f"{name}.design").write_text(good.replace(old, new))
    return project


@pytest.mark.parametrize("verdict", WORDS)
def test_people_read_the_words(folder: Path, verdict: str) -> None:
    del folder
    path, words = f"{verdict}.design", WORDS[verdict]
    for more in ((), ("--all",)):
        said = run("check", path, *more).out
        assert f" {words.upper()} " in said
        assert verdict.upper() not in said.replace(words.upper(), "")
    assert run("check", path, "--brief").out.startswith(f"{path}: {words} by door-code")
    title = run("check", path, "-f", "markdown").out.splitlines()[0]
    assert title.endswith(": " + words.replace("<", "\\<").replace(">", "\\>"))


def test_other_verdicts_are_called_so_too(folder: Path) -> None:
    """By another reading, by an answer, and in summaries."""
    del folder
    said = " ".join(run("ask", "needs-information.design").out.split())
    assert "front.keeps" in said
    said = run("check", ".").out
    for words in WORDS.values():
        assert f"  {words}" in said
    said = run("portfolio", ".", "--against", "keeping=loose").out
    for verdict, words in WORDS.items():
        assert words in said
        assert f" {verdict}\n" not in said
    page = run("portfolio", ".", "-f", "html").out
    assert "all &lt;is&gt; there" in page
    assert "<td>unfinished</td>" in page


def test_a_change_between_versions_is_told_in_the_words_of_each(folder: Path) -> None:
    text = (folder / "door-code.policy").read_text()
    (folder / "other.policy").write_text(
        text.replace("> 30 days", "> 10 days").replace('"incomplete"', '"not yet"')
    )
    said = run("portfolio", "permitted.design", "--against", "other.policy").out
    assert "verdict: all <is> there → not yet" in said


@pytest.mark.parametrize(
    ("verdict", "code"), [("permitted", 0), ("prohibited", 1), ("needs-information", 3)]
)
def test_programs_read_the_verdict(folder: Path, verdict: str, code: int) -> None:
    path = f"{verdict}.design"
    ended = run("check", path, "-f", "json")
    (design,) = ended.json()["designs"]
    (policy,) = design["policies"]
    assert (ended.code, design["verdict"], policy["verdict"]) == (code, verdict, verdict)
    assert policy["verdict_shown"] == WORDS[verdict]
    for format_ in ("sarif", "junit"):
        said = run("check", path, "-f", format_).out
        assert WORDS[verdict] not in said.replace("&lt;", "<").replace("&gt;", ">")
    (row,) = run("portfolio", path, "-f", "jsonl").out.splitlines()
    assert json.loads(row)["verdict"] == verdict
    assert run("check", path, "--fail-on", "needs-review").code == 0
    (report,) = clausewise.check(folder / path).reports
    assert (report.verdict, report.verdict_shown) == (verdict, WORDS[verdict])


def test_without_words_both_are_the_same(project: Path) -> None:
    del project
    (design,) = run("check", "designs/good.design", "-f", "json").json()["designs"]
    assert design["policies"][0]["verdict_shown"] == "permitted"


def test_support_requests_are_complete_or_incomplete(project: Path) -> None:
    words = load_policy("face-support-requests").verdict_words
    assert dict(words) == {"permitted": "complete", "prohibited": "incomplete"}
    path = project / "x.design"
    path.write_text(
        'report "x"\njudged by face-support-requests\n'
        "request {\n  matter  abuse\n  sent-to  report-abuse-portal\n}\n"
    )
    assert " COMPLETE " in run("check", path).out
