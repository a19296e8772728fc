"""The generated pages, and the guide's example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import clausewise
from clausewise.checking.check import Options, check_source
from clausewise.dsl.text.source import Source
from tests.conftest import ROOT
from tests.pages import PAGES


@pytest.mark.parametrize("path", [pytest.param(p, id=p.name) for p in PAGES])
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    """`make pages` writes it anew."""
    assert PAGES[path]() == path.read_text(encoding="utf-8")


def test_the_python_examples_print_what_they_show(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(examples) == text.count("```python")
    for example, printed in examples:
        exec(compile(example, "docs/python.md", "exec"), {})
        assert capsys.readouterr().out == printed


def test_the_page_on_python_names_what_the_package_gives() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(clausewise.__all__) - {"__version__"}


def test_the_example_of_the_guide() -> None:
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    (design,) = re.findall(r"```design\n(.*?)```", text, re.DOTALL)
    (report,) = check_source(Source("guide.design", design), Options())
    assert report.verdict == "prohibited"
    violated = {judged.clause.number for judged in report.clauses if judged.outcome == "violated"}
    assert {"N3", "N9", "N14"} <= violated
    assert set(report.judgement.clause("N12").missing) == {
        "registration.holder",
        "club.acts-for",
        "gate-alerts.results-to",
        "gate-alerts.pictures-from",
        "gate-alerts.camera",
    }
