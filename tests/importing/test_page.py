"""The page on imports: each session and the rule on it."""

from __future__ import annotations

import re
from pathlib import Path

from clausewise.checking.check import check_file
from clausewise.dsl.text.source import source_from_text
from clausewise.importing.rules import read_rules
from tests.conftest import ROOT
from tests.importing.files import (
    VOCABULARY,
    calls,
)
from tests.test_cli import run

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def test_the_sessions_of_the_page(here: Path) -> None:
    """Each command on the page, on the files that the page shows, prints what it shows."""
    for name, content in re.findall(r"```\w+ ([\w.]+)\n(.*?)```", PAGE, re.DOTALL):
        (here / name).write_text(content, encoding="utf-8")
    sessions = re.findall(r"```console\n\$ clausewise ([^\n]*)\n(.*?)```", PAGE, re.DOTALL)
    assert len(sessions) == 5
    for line, shown in sessions:
        assert run(*line.split()) == (0, shown, "")
    line, _ = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    office = (here / "office.design").read_text(encoding="utf-8")
    assert line in office
    (unknown,) = re.findall(r"`(tier unknown from [^`]*)`", PAGE)
    kiosk = (here / "kiosk.design").read_text(encoding="utf-8")
    assert unknown in " ".join(kiosk.split())
    (report,) = check_file(here / "office.design").reports
    assert {j.clause.number for j in report.clauses if j.outcome == "violated"} >= {"N11"}
    assert (
        (here / "quiet.design").read_text(encoding="utf-8").startswith('deployment "Quiet office"')
    )


def test_the_list_of_several_authors_on_the_page(here: Path) -> None:
    _, after = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    before = 'operation  verify, enrol, ...   from "a.jsonl#call 1: verify"\n'
    design = 'deployment "A"\njudged by face-code-of-conduct\n\nuse u {\n'
    (here / "a.design").write_text(f"{design}{before}}}\n", encoding="utf-8")
    (here / "b.jsonl").write_text(calls("POST /face/v1.0/group"), encoding="utf-8")
    assert run("import", "calls", "b.jsonl", "--into", "a.design")[0] == 0
    assert after in (here / "a.design").read_text(encoding="utf-8")


def test_the_rule_of_the_page_fits() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (rule,) = read_rules(source_from_text("a.imports.toml", text), VOCABULARY)
    assert rule.facts[0].field.name == "tier"
