"""The generated page, and the examples of the guide and of the page on JSON."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from clausewise.checking.check import Options, check_file, check_source
from clausewise.commands.cli import app
from clausewise.dsl.text.source import Source
from clausewise.formats.report.json import render, verdict_schema
from tests.conftest import ROOT


def test_the_vocabulary_page_is_up_to_date() -> None:
    """`UPDATE_PAGES=1 pytest tests/test_docs.py` writes it anew."""
    page = ROOT / "docs" / "face-vocabulary.md"
    result = CliRunner().invoke(app, ["vocabulary"])
    assert result.exit_code == 0
    if os.environ.get("UPDATE_PAGES"):
        page.write_text(result.output, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == result.output


def test_the_example_of_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`UPDATE_PAGES=1 pytest tests/test_docs.py` writes it anew."""
    page = ROOT / "docs" / "json.md"
    text = page.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(vocabulary|policy|design|json)\n(.*?)```", text, re.DOTALL))
    monkeypatch.chdir(tmp_path)
    for kind, name in (("vocabulary", "gates"), ("policy", "gate-code"), ("design", "yard")):
        Path(f"{name}.{kind}").write_text(blocks[kind], encoding="utf-8")
    found = render([check_file(Path("yard.design"))])
    if os.environ.get("UPDATE_PAGES"):
        page.write_text(text.replace(f"```json\n{blocks['json']}```", f"```json\n{found}```"))
    else:
        assert found == blocks["json"]
    jsonschema.Draft202012Validator(verdict_schema()).validate(json.loads(found))


def test_the_example_of_the_guide() -> None:
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    (design,) = re.findall(r"```design\n(.*?)```", text, re.DOTALL)
    (report,) = check_source(Source("guide.design", design), Options())
    assert report.verdict == "prohibited"
    violated = {judged.clause.number for judged in report.clauses if judged.outcome == "violated"}
    assert {"N3", "N9", "N14"} <= violated
    assert report.judgement.clause("N12").missing == ("club.acts-for", "gate-alerts.results-to")
