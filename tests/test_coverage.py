"""Coverage of a policy by its cases: what decides counts, and what does not decide does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.checking.check import judge_source
from clausewise.dsl.text.source import Source
from clausewise.formats.coverage.page import render
from clausewise.testing.coverage import Coverage, coverage_of
from tests.conftest import within
from tests.test_cases import change
from tests.test_cli import run

VOCABULARY = """vocabulary lamps
subject deployment
entity lamp "a lamp" required {
  on    yes-no  choice  ask "Is {lamp} on?"
  red   yes-no  choice  ask "Is {lamp} red?"
  safe  yes-no  world   ask "Is {lamp} safe?"
  bulbs some of bulb  world  ask "What is in {lamp}?"
}
entity bulb "a bulb" { hot yes-no world ask "Is {bulb} hot?" }
"""
POLICY = """policy lamp-code
vocabulary lamps
reading colour "which colours" { strict "all" default  loose "red" }
clause c {
  at "1"  quotes "q"  says "s"
  prohibits lamp l when l.on is yes where l.red is yes or reading colour is strict and l.red is no
  unless safe where l.safe is yes
  because "b"
}
clause d { at "2"  quotes "q"  says "s"  requires lamp l that l.on is no or l.on is yes  because "b" }
clause e { at "3"  quotes "q"  says "s"  prohibits lamp l, bulb u in l.bulbs where l.safe is no  because "b" }
"""


def covered(folder: Path, *designs: str, **readings: str) -> Coverage:
    """The coverage by lamps with the given facts."""
    (folder / "lamps.vocabulary").write_text(VOCABULARY)
    (folder / "lamp-code.policy").write_text(POLICY)
    runs = []
    for number, facts in enumerate(designs):
        text = f'deployment "x"\njudged by lamp-code\nlamp l {{\n{facts}\n}}\n'
        source = Source(str(folder / "x.design"), text)
        (judgement,) = judge_source(source, within(folder, readings=readings))
        runs.append((f"design {number}", judgement))
    found = coverage_of(runs[0][1].policy, runs)
    kept = [c for _, judgement in runs for c in judgement.clauses if "step" in c.__dict__]
    assert not kept  # of thousands of cases they would fill the memory
    return found


def seen(coverage: Coverage, words: str) -> set[str]:
    return {
        t.seen for t, titles in coverage.reached.items() if t.words.startswith(words) and titles
    }


def test_outcomes(tmp_path: Path) -> None:
    violated = covered(tmp_path, "on yes\nred yes\nsafe no")
    assert seen(violated, "c") == {"violated"}
    rest = covered(tmp_path, "on yes\nred yes\nsafe yes", "on yes\nred yes")
    assert seen(rest, "c") == {"met", "undetermined"}


def test_a_condition_counts_only_where_it_decides(tmp_path: Path) -> None:
    off = covered(tmp_path, "on no\nred yes\nsafe no")
    assert seen(off, "l.on is yes") == {"false"}
    assert seen(off, "l.red is yes") == set()
    on = covered(tmp_path, "on yes\nred yes\nsafe no")
    assert seen(on, "l.on is yes") == {"true"}
    assert seen(on, "l.red is yes") == {"true"}
    assert seen(on, "l.red is no") == set()  # the other half of the `or` holds already
    assert seen(on, "l.safe is yes") == {"false"}


def test_what_is_unknown_decides_too(tmp_path: Path) -> None:
    found = covered(tmp_path, "on yes\nsafe no")
    assert seen(found, "l.red is yes") == {"unknown"}
    assert seen(found, "l.red is no") == {"unknown"}


def test_what_decides_for_whoever_is_in_a_set_counts(tmp_path: Path) -> None:
    assert seen(covered(tmp_path, "safe no"), "l.safe is no") == {"true"}
    assert seen(covered(tmp_path, "safe yes"), "l.safe is no") == {"false"}


def test_exceptions_and_readings(tmp_path: Path) -> None:
    found = covered(tmp_path, "on yes\nred yes\nsafe yes", "on yes\nred yes\nsafe no")
    assert seen(found, "unless safe") == {"applies", "is refused"}
    assert seen(found, "reading colour") == {"strict"}
    assert seen(covered(tmp_path, "on yes", colour="loose"), "reading colour") == {"loose"}


def test_the_page_holds_the_policy_and_its_marks(tmp_path: Path) -> None:
    found = covered(tmp_path, "on yes\nred yes\nsafe no")
    page = render([found])
    assert page.count('class="seen"') == len(found.reached) - len(found.missed)
    assert page.count('class="missed"') == len(found.missed)
    assert "prohibits lamp l when l.on is yes" in page


@pytest.fixture
def cases(doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference's cases, in the current folder."""
    for path in doors.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return Path("door-code.cases")


def test_the_command(cases: Path) -> None:
    code, out, _ = run("test", cases, "--coverage", "--html", "page.html")
    assert code == 0
    assert "% of door-code covered" in out
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run("test", cases, "--coverage", "--threshold", "5")[0] == 0
    assert run("test", cases, "--coverage", "--threshold", "99.9")[0] == 1


def test_a_threshold_does_not_hide_a_failure(cases: Path) -> None:
    change(cases, "us-police met", "us-police violated")
    assert run("test", cases, "--coverage", "--threshold", "5")[0] == 1
