"""The approved use cases: their designs conform and hold what is needed, and their pages say what is so."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import Options, Report, check_source
from clausewise.commands.cli import app
from clausewise.dsl.models.deployment import Terms
from clausewise.dsl.text.source import Source
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake.load import load_policy
from clausewise.testing.cases import CaseResult, run_cases
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "use-cases"
HELD = ROOT / "policies" / "face" / "use-cases"
DESIGNS = sorted(HELD.glob("*.design"))
CONFORMING = [*DESIGNS, ROOT / "policies" / "face" / "access.design"]
LAWFUL = Options(readings={"consent": "or-lawful-use"})
ROW = re.compile(r"^\| \[(\S+)\]\(\S+\) \| \S+ \| (\d+) \| (.*) \|$", re.MULTILINE)
ROWS = {m[1]: (int(m[2]), m[3]) for m in ROW.finditer((FOLDER / "README.md").read_text("utf-8"))}


@cache
def results() -> dict[str, CaseResult]:
    """What came of each case, by its title."""
    return {result.title: result for result in run_cases(HELD / "use-cases.cases")}


def judged(text: str, options: Options) -> Report:
    (report,) = check_source(Source("x.design", text), options)
    return report


def options_of(path: Path) -> Options:
    """The readings by which a design conforms, as the table of the pages says."""
    is_default = ROWS.get(path.stem, (0, "the default readings"))[1] == "the default readings"
    return Options() if is_default else LAWFUL


def test_there_is_a_design_for_each_approved_use_case() -> None:
    purposes = load_policy("face-code-of-conduct").vocabulary.taxonomies["purpose"]
    approved = {t for t in purposes.inside(["approved-use"]) if not purposes.children.get(t)}
    assert set(ROWS) == approved == {path.stem for path in DESIGNS}


def test_cases() -> None:
    assert results()
    assert [(r.title, r.differences) for r in results().values() if not r.passed] == []


@pytest.mark.parametrize("path", CONFORMING, ids=lambda path: path.stem)
def test_a_conforming_design_states_what_is_needed_and_no_more(path: Path) -> None:
    text, options = path.read_text(encoding="utf-8"), options_of(path)
    report = judged(text, options)
    assert report.verdict == Verdict.PERMITTED
    facts = [
        fact for entity in report.deployment.entities.values() for fact in entity.facts.values()
    ]
    assert len(facts) <= 45
    assert ROWS.get(path.stem, (len(facts),))[0] == len(facts)
    for fact in facts:
        assert fact.span is not None
        without = text[: fact.span.start] + "#" + text[fact.span.start :]
        assert judged(without, options).verdict != Verdict.PERMITTED, fact.name


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_each_mistake_of_a_page_is_caught_by_the_clause_that_it_names(path: Path) -> None:
    page = (FOLDER / f"{path.stem}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([A-Z]\d+) \|", page, re.MULTILINE)
    assert len(rows) == 3
    for mistake, number in rows:
        judgement = results()[f"{path.stem}: {mistake}"].judgement
        assert judgement is not None
        assert judgement.clause(number).outcome is Outcome.VIOLATED
        assert judgement.readings["consent"] == options_of(path).readings.get("consent", "always")


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_a_page_says_where_the_default_readings_prohibit(path: Path) -> None:
    page = (FOLDER / f"{path.stem}.md").read_text(encoding="utf-8")
    says = "--reading consent=or-lawful-use" in page
    assert says is (options_of(path) is LAWFUL)
    without_consent = results().get(f"{path.stem}: by the default reading")
    assert (without_consent is not None) is says


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_new_writes_only_what_the_use_case_needs(path: Path) -> None:
    result = CliRunner().invoke(app, ["new", "--for", path.stem])
    assert result.exit_code == 0
    text = result.stdout
    held = set(re.findall(r"^  (?:# )?([a-z-]+) +\S", path.read_text("utf-8"), re.MULTILINE))
    asked = set(re.findall(r"^  (?:# )?([a-z-]+) +(?:unknown|\S.*)$", text, re.MULTILINE))
    assert held <= asked
    report = judged(text, options_of(path))
    (use,) = report.deployment.of_type("use")
    purpose = use.value("purpose")
    assert isinstance(purpose, Terms)
    assert purpose.names == (path.stem,)
    stated = [f for e in report.deployment.entities.values() for f in e.facts.values()]
    assert all(f.field.kind == "choice" for f in stated), "nobody's claim is written for them"
    assert [q.fact for q in report.advice.questions if q.type == "entity"] == []
