"""What becomes of an import in a design."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausewise.checking.check import check_file, check_source
from clausewise.checking.options import Options
from clausewise.dsl.text.source import source_from_text
from clausewise.engine.core.outcomes import Verdict
from tests.importing.files import (
    ACCOUNT,
    DESIGN,
    ORIGIN,
    OTHER,
    TERRAFORM,
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
    (f"free {OTHER}", None, "Otherwise by a file that was imported before"),
    (f"standard {OTHER}", f"standard   {OTHER}   {ORIGIN}", "Stated"),
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
    stated = '  operation  verify, ...   from "c.jsonl#call 1: verify"\n'
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


def test_the_use_of_a_draft_is_named_by_the_first_recording(here: Path) -> None:
    """A draft begins one, of which nobody has said anything; a second one beside it would be asked for as well."""
    begun(here, plan(account()))
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    line = ("import", "calls", "c.jsonl", "--into", "a.design", "--entity")
    assert run(*line, "no name")[0] == 2
    assert run(*line, "gate")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert "use gate {" in text
    assert "What is gate for?" in text
    assert "my-use" not in text
    assert run(*line, "door")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert ("use gate {" in text, "use door {" in text) == (True, True)


def test_a_use_of_which_somebody_said_something_keeps_its_name(here: Path) -> None:
    design = DESIGN.replace("LINE", "unknown") + "use my-use {\n  timing  later\n}\n"
    (here / "a.design").write_text(design, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "a.design", "--entity", "gate")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert ("use my-use {" in text, "use gate {" in text) == (True, True)


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


USE = "use u {\n  operation  LINE\n  infers     none\n}\n"
OF_CALLS = {
    "what a person adds stays": (
        'verify, enrol, ...   from "c.jsonl#call 1: verify"',
        ["verify"],
        'verify, enrol, ...   from "c.jsonl#call 1: verify"',
        "As before",
    ),
    "and stays when the file says something else": (
        'verify, enrol, ...   from "c.jsonl#call 1: verify"',
        ["group"],
        'enrol, group, ...   from "c.jsonl#call 1: group"',
        "enrol, group, ..., before verify, enrol, ...",
    ),
    "and when it says nothing": (
        'verify, enrol, ...   from "c.jsonl#call 1: verify"',
        [],
        "enrol, ...",
        "No longer said by the file",
    ),
    "what a person added is not the file's once it says so, too": (
        'verify, enrol, ...   from "c.jsonl#call 1: verify"',
        ["persistedFaces"],
        "enrol, ...",
        "enrol, ..., before verify",
    ),
    "another recording is another author": (
        'verify, ...   from "b.har#call 7: verify"',
        ["group", "verify"],
        'verify, group, ...   from "b.har#call 7: verify"   '
        'from "c.jsonl#call 1: group"   from "c.jsonl#call 2: verify"',
        "Stated",
    ),
    "who takes back its own terms only": (
        'verify, group, enrol, ...   from "b.har#call 7: verify"   from "c.jsonl#call 1: group"',
        ["identify"],
        'verify, enrol, identify, ...   from "b.har#call 7: verify"   from "c.jsonl#call 1: identify"',
        "Changed",
    ),
    "what two recordings say stays while one does": (
        'verify, ...   from "b.har#call 7: verify"   from "c.jsonl#call 1: verify"',
        [],
        'verify, ...   from "b.har#call 7: verify"',
        "No longer said by the file",
    ),
    "of an origin without terms it is not known which are its own, so all stay": (
        'verify, enrol, ...   from "c.jsonl#call 1"',
        ["verify", "group"],
        'verify, enrol, group, ...   from "c.jsonl#call 1: verify"   from "c.jsonl#call 2: group"',
        "Changed",
    ),
    "somebody's own line stays": ("verify", ["group"], "verify", "Used and not declared"),
    "a list that somebody closed is open again": (
        'verify   from "c.jsonl#call 1: verify"',
        ["verify"],
        'verify, ...   from "c.jsonl#call 1: verify"',
        "Changed",
    ),
}


@pytest.mark.parametrize("name", OF_CALLS)
def test_a_list_has_several_authors(name: str, here: Path) -> None:
    line, called, after, told = OF_CALLS[name]
    (here / "a.design").write_text(DESIGN.replace("LINE", "unknown") + USE.replace("LINE", line))
    paths = [f"POST /face/v1.0/{operation}" for operation in called] or ["GET /"]
    (here / "c.jsonl").write_text(calls(*paths), encoding="utf-8")
    code, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert code == 0
    assert USE.replace("LINE", after) in (here / "a.design").read_text(encoding="utf-8")
    assert told in " ".join(out.split())
    assert run("import", "calls", "c.jsonl", "--into", "a.design")[0] == 0
    assert USE.replace("LINE", after) in (here / "a.design").read_text(encoding="utf-8")


IDS = [
    ("", 'yes   from "c.jsonl#call 1, the default per client-reference"'),
    ("?returnFaceId=true", 'yes   from "c.jsonl#call 1"'),
    (
        "?returnFaceId=false",
        'unknown   from "c.jsonl#call 1, returnFaceId, from which nothing follows where it is false"',
    ),
]


@pytest.mark.parametrize(("parameters", "after"), IDS)
def test_a_recording_wins_over_what_a_new_design_states_by_default(
    parameters: str, after: str, here: Path
) -> None:
    """Whether the recording begins the design, or another import has."""
    (here / "c.jsonl").write_text(calls(f"POST /face/v1.0/detect{parameters}"), encoding="utf-8")
    (here / "plan.json").write_text(plan(account()), encoding="utf-8")
    assert run("import", "terraform", "plan.json", "--into", "b.design")[0] == 0
    assert "  returns-face-ids  yes\n" in (here / "b.design").read_text(encoding="utf-8")
    for name in ("a.design", "b.design"):
        assert run("import", "calls", "c.jsonl", "--into", name)[0] == 0
        assert f"  returns-face-ids  {after}\n" in (here / name).read_text(encoding="utf-8")
    text = (here / "b.design").read_text(encoding="utf-8")
    own = text.replace(f"returns-face-ids  {after}", "returns-face-ids  no")
    (here / "b.design").write_text(own, encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "b.design")[0] == 0
    assert (here / "b.design").read_text(encoding="utf-8") == own, "that is somebody's own"


WHY = [
    ('"S0"', "count = var.on ? 1 : 0", ".face, there or not by its count"),
    ('"S0"', 'for_each = toset(["a"])', ".face, there or not by its for_each"),
    ("var.sku", "", ".face.sku_name, not literal: var.sku"),
    ('"S9"', "", ".face.sku_name, of whose value no rule says what it means"),
    ("null", "", ".face.sku_name, which is not there"),
]


@pytest.mark.parametrize(("sku", "more", "why"), WHY)
def test_a_draft_says_why_something_is_not_known_until_it_is(
    sku: str, more: str, why: str, here: Path
) -> None:
    def imported(text: str) -> tuple[str, str]:
        (here / "main.tf").write_text(text, encoding="utf-8")
        code, out, _ = run("import", "terraform", "main.tf", "--into", "a.design")
        assert code == 0
        return out, (here / "a.design").read_text(encoding="utf-8")

    unknown = f'  tier  unknown   from "main.tf#{ACCOUNT}{why}"\n'
    out, design = imported(TERRAFORM % (sku, more))
    assert "Not known, and why\n  registration.tier  unknown" in out
    assert unknown in design
    assert (
        f'  tier  free   from "main.tf#{ACCOUNT}.face.sku_name"\n'
        in imported(TERRAFORM % ('"F0"', ""))[1]
    )
    out, design = imported(TERRAFORM % (sku, more))
    assert "unknown, before free" in out
    assert unknown in design
    assert (
        "unknown"
        not in imported('data "a" "b" {}\n')[1].partition("tier unknown")[2].partition("\n")[0]
    )


def test_an_account_for_several_services_leaves_the_tier_unknown(here: Path) -> None:
    begun(here, plan(account(kind="AIServices")))
    told = f'from "plan.json#{ACCOUNT}.face, it may expose Face, which nothing here tells"'
    assert f"  tier  unknown   {told}\n" in (here / "a.design").read_text(encoding="utf-8")
    begun(here, plan(account(kind="AIServices"), account("b")))
    assert "  tier  standard   from" in (here / "a.design").read_text(encoding="utf-8")


PLACES = [
    ("calls", '{"method": "GET", "url": "/"}\n\n{"method": "G\n', "line 3, after call 1,"),
    ("calls", '{"log": {"entries": [\n{"request": what', "line 2, or"),
    ("calls", "[" * 70 + "\n", "line 1, or"),
    ("calls", '\n{"a": ' + "9" * 2_000 + "}", "line 2, or"),
    ("calls", '{"a": "b"}\n\n[1', "line 3, or"),
    ("terraform", '{"resource_changes": [\n  {"address": }\n]}', "line 2, column 15"),
    ("terraform", '{"a":\n' + "[" * 70, "brackets deep in line 2"),
    ("arm", '{\n "$schema": \n}', "line 3, column 1"),
]


@pytest.mark.parametrize(("kind", "content", "told"), PLACES)
def test_a_file_that_is_no_json_is_told_with_its_line(
    kind: str, content: str, told: str, here: Path
) -> None:
    (here / "a.json").write_text(content, encoding="utf-8")
    code, _, err = run("import", kind, "a.json")
    assert code == 2
    assert "E114" in err
    assert told in " ".join(err.split())


def test_bytes_that_are_no_text_are_told_with_their_line(here: Path) -> None:
    (here / "a.json").write_bytes(b'{\n"a": "\xff"}')
    _, _, err = run("import", "terraform", "a.json")
    assert "is not UTF-8 in line 2" in " ".join(err.split())


def test_records_without_a_call_are_told_with_their_number(here: Path) -> None:
    lines = calls("GET /") + '{"verb": "POST"}\n3\n' + calls("GET /")
    (here / "c.jsonl").write_text(lines, encoding="utf-8")
    code, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert code == 0
    assert "calls 2, of which 0 matter" in out
    assert "record 2 and 1 more: it has no method and no address of a call" in out


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
