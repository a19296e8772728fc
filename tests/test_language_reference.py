"""Every example of docs/language.md works as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.checking.report import Checked
from clausewise.engine.advice.because import because, remedy_for
from clausewise.testing.cases import run_cases
from tests.conftest import checked, further_examples, reference_examples


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


@pytest.fixture
def lodge(tmp_path: Path) -> Path:
    """The second policy of the page, with its cases, beside the vocabulary."""
    for name, text in further_examples().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "doors.vocabulary").write_text(reference_examples()["vocabulary"])
    return tmp_path


def test_the_cases_of_breaches_and_warnings_pass(lodge: Path) -> None:
    results = list(run_cases(lodge / "lodge-code.cases"))
    assert [(r.title, r.differences, r.diagnostics) for r in results] == [
        ("beyond both limits", (), ()),
        ("a card is enough", (), ()),
    ]


def test_a_finding_tells_of_each_breach_that_is_so(lodge: Path) -> None:
    (first, _) = run_cases(lodge / "lodge-code.cases")
    (lodge / "x.design").write_text(first.design)
    result = checked(lodge / "x.design")
    (clause,) = result.reports[0].clauses
    (finding,) = clause.findings
    said = "gate remembers for 60 days; gate looks at children"
    assert because(finding, result.reports[0].deployment) == said
    assert remedy_for([finding]) == "Forget within 30 days. Give children a card."
    (warning,) = result.diagnostics
    assert (warning.code, warning.hint) == ("W704", "Name who learns it, or open the door by card.")
