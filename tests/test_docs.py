"""The generated pages, and the guide's example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import clausewise
from clausewise.checking.check import Options, check_source
from clausewise.commands.cli import app
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


def test_the_session_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody types in it leads to what it shows, and to the design from which two lines were taken."""
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    ((command, shown),) = re.findall(
        r"```console\n\$ clausewise ([^\n]*)\n(.*?)```", guide, re.DOTALL
    )
    case = ROOT / "policies" / "face" / "use-cases" / "touchless-access-control.design"
    whole = case.read_text(encoding="utf-8")
    kept = re.sub(r"^  (decision|unprevented-harm) .*\n", "", whole, flags=re.MULTILINE)
    assert whole.count("\n") - kept.count("\n") == 2
    (tmp_path / "turnstile.design").write_text(kept, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    typed = "".join(f"{line}\n" for line in re.findall(r"^  > ?(.*)$", shown, re.MULTILINE))
    result = CliRunner().invoke(app, command.split(), input=typed)
    assert (result.exit_code, result.stdout) == (0, shown)
    stated = (tmp_path / "turnstile.design").read_text(encoding="utf-8")
    said = ' because "A card works, too."'
    assert sorted(stated.replace(said, "").split("\n")) == sorted(whole.split("\n"))


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
