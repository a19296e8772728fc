"""`clausewise test`: what differs is named, at the line of the expectation; nothing run is never green."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.dsl.text.source import Source
from clausewise.testing.cases import case_files
from tests.test_cli import run


@pytest.fixture
def cases(doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference's cases, in the current folder."""
    for path in doors.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return Path("door-code.cases")


def change(path: Path, old: str, new: str) -> int:
    """Change the first `old`; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_all_pass(cases: Path) -> None:
    assert run("test", cases) == (0, "3 of 3 cases passed  door-code.cases\n", "")
    assert run("test") == run("test", cases)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "expect   prohibited",
            "expect   permitted",
            "the verdict is prohibited: minors is violated (front.",
        ),
        ("us-police met", "us-police violated", "us-police is met"),
        ("staff.place\n", "staff.place, acme.kind\n", "acme.kind can be left out"),
        ("because front.opens-by, ", "because ", "these facts do not decide it; front.opens-by"),
        (", city-police.acts-for", "", "us-police waits for"),
    ],
)
def test_what_differs_is_named_at_its_line(cases: Path, old: str, new: str, said: str) -> None:
    line = change(cases, old, new)
    code, out, err = run("test", cases)
    assert (code, err) == (1, "")
    assert re.search(rf"door-code\.cases:{line}:\d+", out)
    assert said in " ".join(out.split())
    assert "2 of 3 cases passed" in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("without  acme.kind", "without  acme.knd", "did you mean `kind`?"),
        ("without  acme.kind", "without  amce.kind", "did you mean `acme`?"),
        ("us-police met", "us-polise met", "did you mean `us-police`?"),
        ("us-police met", "us-police meet", "did you mean `met`?"),
        ('"front.design"', '"font.design"', "did you mean `front.design`?"),
        ("staff.ages 10..", "staff.ages ten", "E506"),
        ("keeping loose", "keeping lose", "did you mean `loose`?"),
        ("without  acme.kind", "without  acme.knd", "E548"),
        ("without  acme.kind", "without  amce", "E548"),
        ("  expect   keeping met\n", "", "E547"),
    ],
)
def test_a_case_that_cannot_be_run_does_not_hide_the_others(
    cases: Path, old: str, new: str, said: str
) -> None:
    change(cases, old, new)
    code, out, _ = run("test", cases)
    assert code == 2
    assert said in out
    assert re.search(r"[12] of 3 cases passed", out)


@pytest.mark.parametrize("content", ["", "# nothing\n", 'case "a" {', "deployment"])
def test_nothing_run_is_never_green(cases: Path, content: str) -> None:
    Path("a.cases").write_text(content, encoding="utf-8")
    assert run("test", "a.cases")[0] == 2
    assert run("test", "a.cases", cases)[0] == 2


def test_no_cases_is_an_error(tmp_path: Path) -> None:
    code, out, err = run("test", tmp_path)
    assert (code, out) == (2, "")
    assert "there are no cases in" in err


def test_a_failing_case_can_be_printed_as_a_design(cases: Path) -> None:
    change(cases, "us-police met", "us-police violated")
    code, out, _ = run("test", cases, "--print", "a child's face")
    assert code == 0
    (report,) = check_source(Source(str(Path("x.design").resolve()), out), Options())
    assert report.judgement.clause("minors").outcome == "violated"
    assert report.judgement.clause("us-police").outcome == "met"
    assert run("test", cases, "--print", "a child face")[0] == 2


def test_junit(cases: Path) -> None:
    line = change(cases, "us-police met", "us-police violated")
    change(cases, "without  acme.kind", "without  acme.knd")
    code, out, _ = run("test", cases, "--format", "junit")
    assert code == 2
    (suite,) = ElementTree.fromstring(out)
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    kinds = [[(e.tag, e.get("message")) for e in case] for case in suite]
    assert kinds[0] == []
    assert kinds[1][0][0] == "failure"
    assert str(kinds[1][0][1]).startswith(f"{line}: us-police is met")
    assert kinds[2][0][0] == "error"


def test_a_policy_and_a_pack_are_named_for_the_cases_that_come_with_them(cases: Path) -> None:
    assert run("test", "door-code") == run("test", cases.resolve())
    (cases.parent / "us-or-portland").mkdir()
    code, out, _ = run("test", "us-or-portland", "us-or-portland")
    assert code == 2, "a folder that is there is what is meant"
    code, out, _ = run("test", "microsoft-ai-code-4")
    assert (code, "microsoft-ai-code-4.cases" in out) == (0, True)
    found = case_files([Path("face"), Path("face-code-of-conduct 1.0")]).files
    assert [path.name for path in found].count("face-support-requests.cases") == 2
    assert [path.parent.name for path in found if path.stem == "use-cases"] == ["use-cases"]
    assert len(found) == len(set(found)), "those of version 1.0 are among those of the pack"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dor-code", "no file, no policy and no pack `dor-code`"),
        ("door-code 7", "no version `7` of the policy `door-code`"),
        ("door-code.case", "`door-code.case` cannot be read"),
        ("untried", "there are no cases of `untried`"),
    ],
)
def test_a_name_without_cases(cases: Path, name: str, said: str) -> None:
    text = cases.with_suffix(".policy").read_text(encoding="utf-8")
    Path("untried.policy").write_text(text.replace("door-code", "untried", 1), encoding="utf-8")
    code, _, err = run("test", name)
    assert (code, said in " ".join(err.split())) == (2, True), err


def test_cases_are_named_so_wherever_they_are_given(cases: Path, tmp_path: Path) -> None:
    assert run("mutate", "door-code", "door-code") == run("mutate", "door-code")
    assert run("mutate", "door-code", "dor-code")[0] == 2
    (tmp_path / "source.txt").write_text("No police.\n", encoding="utf-8")
    words = ("trace", "door-code", "--source", "source.txt")
    ledger = run(*words, "--update")[1].replace("clauses = []", 'clauses = ["us-police"]')
    Path("door-code.trace.toml").write_text(ledger, encoding="utf-8")
    shown = run(*words, "-f", "html", "--cases", "door-code")
    assert "shown" in shown[1]
    assert shown == run(*words, "-f", "html", "--cases", cases)
