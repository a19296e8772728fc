"""What README.md shows is what comes out."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import ROOT
from tests.picture import COMMAND, DESIGN, PICTURE, picture

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_design_is_the_one_in_the_examples() -> None:
    (design,) = blocks("design")
    assert design == (ROOT / DESIGN).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_picture_is_what_is_printed() -> None:
    """`make picture` draws it anew."""
    assert COMMAND in README
    assert PICTURE.relative_to(ROOT).as_posix() in README
    assert picture() == PICTURE.read_text(encoding="utf-8")


def test_without_the_jurisdiction_the_clause_asks(tmp_path: Path) -> None:
    (design,) = blocks("design")
    before, police = design.split("actor city-police {")
    changed = before + "actor city-police {" + police.replace("jurisdiction  US-TX", "", 1)
    path = tmp_path / "station-door.design"
    path.write_text(changed, encoding="utf-8")
    result = CliRunner().invoke(app, ["ask", str(path)])
    assert result.exit_code == 3
    _, question = result.output.split("Where is city-police established?")
    assert "US → prohibited" in question


def test_the_figures_stand_where_they_are_from() -> None:
    figures = README.split("## What is measured")[1].split("## ")[0]
    bullets = re.findall(r"^- (.*)\(\[\w+\]\((.*)\)\)", figures, re.MULTILINE)
    assert len(bullets) >= 4
    for bullet, page in bullets:
        text = (ROOT / page).read_text(encoding="utf-8")
        stated = set(re.findall(r"[\d,.]*\d", bullet))
        assert stated
        assert stated <= set(re.findall(r"[\d,.]*\d", text)), f"{page} does not say so: {bullet}"


def test_it_stays_short() -> None:
    assert len(README.splitlines()) <= 120


def test_every_command_is_listed() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    listed = re.findall(r"\| `clausewise (\w+)", page)
    assert sorted(listed) == sorted(command.name or "" for command in app.registered_commands)


def test_the_python_example_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("prohibited\n")


def test_links_lead_somewhere() -> None:
    pages = [
        ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")
    ]
    pages += sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("policies/**/*.md"))
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_the_architecture_fits_on_its_page() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 180
    modules = [
        p.stem for room in ("dsl", "engine", "app", "desk") for p in (ROOT / room).glob("*.py")
    ]
    assert [m for m in modules if m != "__init__" and f"`{m}`" not in text] == []
