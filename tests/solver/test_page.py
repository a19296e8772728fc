"""The sections of docs/reasoning.md on exact answers and proofs: what they show is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import ROOT, write_reference

PAGE = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8")
SECTIONS = PAGE.partition("\n## Exact answers")[2].partition("\n## The smallest change")[0]
SHOWN = re.findall(r"```console\n\$ clausewise ([^\n]*)\n(.*?)```", SECTIONS, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_page_shows_what_comes_out(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reference(tmp_path)
    for name, text in re.findall(r"```\w+ ([\w.-]+)\n(.*?)```", SECTIONS, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    typed = "".join(f"{line}\n" for line in re.findall(r"^  > ?(.*)$", shown, re.MULTILINE))
    printed = CliRunner().invoke(app, command.split(), input=typed).stdout
    lines = [line.rstrip() for line in printed.splitlines()]
    whole, *cut = shown.split("\n...\n")
    assert lines[: len(whole.splitlines())] == whole.splitlines()
    assert bool(cut) == (len(lines) > len(whole.splitlines()))


def test_there_are_such_sessions() -> None:
    assert len(SHOWN) == SECTIONS.count("```console") == 10
