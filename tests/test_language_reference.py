"""Every example of docs/language.md works as the page says."""

from __future__ import annotations

from pathlib import Path

from clausewise.checking.check import Checked
from clausewise.testing.cases import run_cases
from tests.conftest import checked


def outcomes(result: Checked) -> dict[str, str]:
    assert not result.diagnostics, result.diagnostics
    (report,) = result.reports
    return {clause.clause.name: clause.outcome.value for clause in report.judgement.clauses}


def test_the_design_is_permitted(doors: Path) -> None:
    result = checked(doors / "front.design")
    assert result.verdict == "permitted"
    assert set(outcomes(result).values()) == {"met"}


def test_the_json_design_judges_like_the_text(doors: Path) -> None:
    text, json = checked(doors / "front.design"), checked(doors / "front.json")
    assert outcomes(json) == outcomes(text)
    assert json.reports[0].deployment == text.reports[0].deployment


def test_the_cases_pass(doors: Path) -> None:
    results = list(run_cases(doors / "door-code.cases"))
    assert len(results) == 3
    assert [(r.title, r.differences) for r in results if not r.passed] == []
