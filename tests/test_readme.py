"""What README.md shows is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_verdict_is_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (design,) = blocks("design")
    Path("patrol.design").write_text(design, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "patrol.design"])
    assert result.exit_code == 1
    header, clause = blocks("text")
    assert result.output.startswith(header)
    assert clause in result.output


def test_without_the_jurisdiction_the_clause_asks(tmp_path: Path) -> None:
    (design,) = blocks("design")
    path = tmp_path / "patrol.design"
    path.write_text(design.replace("jurisdiction  US-TX", ""), encoding="utf-8")
    result = CliRunner().invoke(app, ["ask", str(path)])
    assert "Where is city-police established?" in result.output


def test_every_command_is_listed() -> None:
    listed = set(re.findall(r"\| `clausewise (\w+)", README))
    assert listed == {command.name for command in app.registered_commands}


def test_the_python_example_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("prohibited\n")


def test_links_lead_somewhere() -> None:
    pages = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
    pages += sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("policies/**/*.md"))
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_the_architecture_fits_on_its_page() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    modules = [p.stem for room in ("dsl", "engine", "app") for p in (ROOT / room).glob("*.py")]
    assert [m for m in modules if m != "__init__" and f"`{m}`" not in text] == []
