"""What becomes of an import in a design."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausewise.checking.check import Options, check_file, check_source
from clausewise.dsl.text.source import source_from_text
from clausewise.engine.core.outcomes import Verdict
from tests.importing.files import (
    ACCOUNT,
    DESIGN,
    ORIGIN,
    OTHER,
    account,
    begun,
    calls,
    plan,
)
from tests.test_cli import run


def test_a_draft_states_what_is_known_and_asks_for_the_rest(here: Path) -> None:
    begun(here, plan(account()))
    text = (here / "a.design").read_text(encoding="utf-8")
    assert 'deployment "Imported from plan.json" draft\n' in text
    assert f'  tier  standard   from "plan.json#{ACCOUNT}.face.sku_name"\n' in text
    (report,) = check_file(here / "a.design").reports
    fact = report.deployment.fact("registration.tier")
    assert fact
    assert fact.imported == (f"plan.json#{ACCOUNT}.face.sku_name",)
    assert report.verdict is Verdict.NEEDS_INFORMATION
    assert {"status", "holder"} <= {
        question.fact.partition(".")[2] for question in report.advice.questions
    }


def test_without_a_design_a_draft_is_printed_and_nothing_is_written(here: Path) -> None:
    (here / "plan.json").write_text(plan(account()), encoding="utf-8")
    code, out, err = run("import", "terraform", "plan.json")
    assert (code, [path.name for path in here.iterdir()]) == (0, ["plan.json"])
    assert check_source(source_from_text("a.design", out), Options())
    assert "Stated" in err


def test_an_import_that_is_repeated_changes_nothing(here: Path) -> None:
    begun(here, plan(account()))
    before = (here / "a.design").read_bytes()
    assert "As before" in begun(here, plan(account()))
    assert (here / "a.design").read_bytes() == before


def test_what_was_laid_out_still_is_and_what_was_not_keeps_its_layout(here: Path) -> None:
    begun(here, plan(account()))
    assert run("fmt", "--check", "a.design")[0] == 0, "a draft that is new, too"
    text = 'deployment "x"\njudged by face-code-of-conduct\n\nregistration {\n  REST\n}\n\nuse door {\n}\n'
    for rest, clean in (("for  unknown", 0), ("for unknown", 1)):
        (here / "a.design").write_text(text.replace("REST", rest), encoding="utf-8")
        assert run("fmt", "--check", "a.design")[0] == clean
        begun(here, plan(account()))
        assert "tier" in (here / "a.design").read_text(encoding="utf-8")
        assert run("fmt", "--check", "a.design")[0] == clean


LINES = [
    (f"free {ORIGIN}", f"standard {ORIGIN}", "Changed"),
    (f"unknown {ORIGIN}", f"standard {ORIGIN}", "Stated"),
    ("unknown", f"standard   {ORIGIN}", "Stated"),
    (f"standard {ORIGIN}", None, "As before"),
    ('standard from "plan.json#old.address"', f"standard   {ORIGIN}", "Changed"),
    ("standard", None, "Lines of your own"),
    ("free", None, "Used and not declared"),
    (f"free {OTHER}", None, "Used and not declared"),
    (f"standard {OTHER} {ORIGIN}", None, "As before"),
    (f'free {ORIGIN} attested by "R. Diaz"', None, "Used and not declared"),
    (f'standard evidence "a.pdf" {ORIGIN}', None, "As before"),
    (f'free evidence "a.pdf" {ORIGIN}', f"standard   {ORIGIN}", "a.pdf"),
]


@pytest.mark.parametrize(("line", "after", "told"), LINES)
def test_lines_of_the_import_are_brought_up_to_date_and_others_kept(
    line: str, after: str | None, told: str, here: Path
) -> None:
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    out = begun(here, plan(account()))
    text = (here / "a.design").read_text(encoding="utf-8")
    assert text == DESIGN.replace("LINE", line if after is None else after)
    assert told in out


GONE = [
    (f"free {ORIGIN}", "  holder  none  # nobody yet\n    # and this\n"),
    (f"free {OTHER} {ORIGIN}", f"  tier    unknown   {OTHER}  # and this\n"),
    (f'free evidence "a.pdf" {ORIGIN}', '  tier    unknown   evidence "a.pdf"  # and this\n'),
    (f'free {ORIGIN} attested by "R."', f'  tier    free {ORIGIN} attested by "R."  # and this\n'),
    ("free", "  tier    free  # and this\n"),
]


@pytest.mark.parametrize(("line", "after"), GONE)
def test_what_the_file_says_no_more_is_unknown_again(line: str, after: str, here: Path) -> None:
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    begun(here, plan())
    assert after in (here / "a.design").read_text(encoding="utf-8")


def test_a_folder_takes_back_what_its_own_files_said_and_nothing_else(here: Path) -> None:
    """Of what else lies in it, and of other folders, it knows nothing."""
    (here / "main.tf").write_text('data "azurerm_x" "y" {}\n', encoding="utf-8")
    others = ["template.json#resources[0]", "../other/plan.json#a.b", "../other/main.tf#a.b"]
    for origin in others:
        line = f'free from "{origin}"'
        (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
        assert run("import", "terraform", ".", "--into", "a.design")[0] == 0
        assert line in (here / "a.design").read_text(encoding="utf-8")
    for origin in ("main.tf#a.b", "sub/gone.tf#a.b"):
        (here / "a.design").write_text(DESIGN.replace("LINE", f'free from "{origin}"'))
        assert run("import", "terraform", str(here), "--into", "a.design")[0] == 0
        assert origin not in (here / "a.design").read_text(encoding="utf-8")


def test_a_broader_term_of_ones_own_says_what_a_call_shows(here: Path) -> None:
    design = DESIGN.replace("LINE", "unknown") + "use u {\n  operation  recognise, detect\n}\n"
    (here / "a.design").write_text(design, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/identify"), encoding="utf-8")
    code, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert code == 0
    assert "Lines of your own that say the same\n  u.operation" in out
    assert (here / "a.design").read_text(encoding="utf-8") == design


def test_calls_are_of_one_use_which_must_be_named_where_there_are_several(here: Path) -> None:
    uses = "use a {\n  timing  later\n}\n\nuse b {\n  timing  later\n}\n"
    (here / "a.design").write_text(DESIGN.replace("LINE", "unknown") + uses, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    line = ("import", "calls", "c.jsonl", "--into", "a.design")
    code, _, err = run(*line)
    assert code == 2
    assert "E533" in err
    assert "a, b" in err
    assert run(*line, "--entity", "b")[0] == 0
    stated = '  operation  verify, ...   from "c.jsonl#call 1"\n'
    assert stated.strip() in (here / "a.design").read_text(encoding="utf-8").partition("use b")[2]
    assert run(*line, "--entity", "c")[0] == 0
    assert f"use c {{\n{stated}}}" in (here / "a.design").read_text(encoding="utf-8")
    assert run(*line, "--entity", "c d")[0] == 2


def test_a_slip_in_the_name_of_a_use_adds_none(here: Path) -> None:
    design = DESIGN.replace("LINE", "unknown") + "use check-in {\n  timing  later\n}\n"
    (here / "a.design").write_text(design, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    line = ("import", "calls", "c.jsonl", "--into", "a.design", "--entity")
    code, _, err = run(*line, "chekc-in")
    assert (code, (here / "a.design").read_text(encoding="utf-8")) == (2, design)
    assert "E533]: the design has no use `chekc-in`" in err
    assert "did you mean `check-in`? (`--new` adds it as another one)" in " ".join(err.split())
    assert run(*line, "chekc-in", "--new")[0] == 0
    assert run(*line, "chekc-in")[0] == 0, "now it is listed"
    assert run(*line, "gate")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert [name for name in ("check-in", "chekc-in", "gate") if f"use {name} {{" in text] == [
        "check-in",
        "chekc-in",
        "gate",
    ]


def test_an_import_for_one_use_takes_nothing_from_another(here: Path) -> None:
    uses = 'use a {\n  operation  verify, ...   from "c.jsonl#call 1"\n}\n\nuse b {\n  timing  later\n}\n'
    (here / "a.design").write_text(DESIGN.replace("LINE", "unknown") + uses, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/group"), encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "a.design", "--entity", "b")[0] == 0
    assert uses.partition("\n\n")[0] in (here / "a.design").read_text(encoding="utf-8")


def test_nothing_of_a_new_draft_has_changed(here: Path) -> None:
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/detect"), encoding="utf-8")
    _, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert "Stated" in out
    assert "before" not in out


def test_a_new_draft_names_the_entity(here: Path) -> None:
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "a.design", "--entity", "door")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert "use door {\n" in text
    assert "my-use" not in text


REFUSED = [
    (("terraform", "no.json"), "E100"),
    (("terraform", "calls.jsonl"), "E114"),
    (("terraform", "state.json"), "no plan and no state"),
    (("terraform", "empty"), "holds no `.tf` file"),
    (("terraform", "broken.tf"), "in line 2"),
    (("terraform", "large.tf"), "`large.tf` is larger than 256 KiB\n  hint: a plan in JSON"),
    (("arm", "plan.json"), "E114"),
    (("arm", "main.bicep"), "az bicep build --file main.bicep"),
    (("calls", "plan.json"), "holds no call"),
    (("calls", "main.bicep"), "is not JSON"),
    (("terraform", "plan.json", "--into", "a.json"), "ends in none of .design"),
    (("terraform", "plan.json", "--into", "b.txt"), "E105"),
    (("terraform", "plan.json", "--into", "broken.design"), "E101"),
    (("terraform", "plan.json", "--policy", "door-code.policy"), "E532"),
]


@pytest.mark.parametrize(("words", "told"), REFUSED)
def test_what_cannot_be_imported_is_told(
    words: tuple[str, ...], told: str, here: Path, doors: Path
) -> None:
    for name in ("doors.vocabulary", "door-code.policy"):
        (here / name).write_bytes((doors / name).read_bytes())
    files = {
        "plan.json": plan(account()),
        "state.json": json.dumps({"values": []}),
        "calls.jsonl": calls("GET /", "GET /"),
        "main.bicep": "resource a 'b' = {}\n",
        "broken.tf": 'resource "a" "b" {\n  c = = 1\n}\n',
        "large.tf": "#" * 300_000,
        "broken.design": "deployment\n",
        "a.json": "{}",
    }
    for name, content in files.items():
        (here / name).write_text(content, encoding="utf-8")
    (here / "empty").mkdir()
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()}
    code, _, err = run("import", *words)
    assert code == 2
    assert told in err
    assert {p.name: p.read_bytes() for p in here.iterdir() if p.is_file()} == before
