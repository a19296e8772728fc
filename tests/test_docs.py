"""The generated pages, and the guide's example."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import clausewise
from clausewise.checking.check import check_source
from clausewise.checking.options import Options
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


# decisions


DECISIONS = ROOT / "docs" / "decisions"


def test_each_decision_has_a_number_of_its_own_and_stands_in_the_list_once() -> None:
    files = sorted(path.name for path in DECISIONS.glob("0*.md"))
    assert [name[:4] for name in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    listed = re.findall(r"^- \[(.*)\]\((.*)\)$", (DECISIONS / "README.md").read_text("utf-8"), re.M)
    titles = [(DECISIONS / name).read_text("utf-8").partition("\n")[0] for name in files]
    assert [(f"# {title}", name) for title, name in listed] == [*zip(titles, files, strict=True)]


def test_a_link_that_shows_the_number_of_a_decision_leads_to_it() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").rglob("*.md")]
    for page in pages:
        for number, link in re.findall(r"\[(0\d{3})\]\(([^)#]*)", page.read_text("utf-8")):
            assert Path(link).name.startswith(f"{number}-"), f"{page.name}: {number}, {link}"


def test_each_dependency_has_a_line_that_says_what_it_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[^\w-]", one)[0] for group in wanted for one in group}
    text = (DECISIONS / "0009-dependencies.md").read_text("utf-8")
    columns = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    said = {name for column in columns for name in re.split(r"[ ,]+", column.strip())}
    types = {name for name in names if name.startswith("types-")}  # for mypy, of what is there
    assert names - types - {"clausewise"} <= said


def test_the_ledger_counts_every_kind_of_attack() -> None:
    from tests.assurance import ATTACKS

    counted = {name for names in ATTACKS.values() for name in names}
    there = {path.relative_to(ROOT / "tests") for path in ROOT.glob("tests/security/test_*.py")}
    assert {path.as_posix() for path in there} <= counted
    ledger = (ROOT / "docs" / "assurance.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\| tests of: {re.escape(kind)} \| \d+ \|", ledger) for kind in ATTACKS)
