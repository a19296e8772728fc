"""Many designs at once: every source and every format, and that each design comes out as `check` says."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.engine.backends.sql.portfolio_table import design_of, row_of, schema
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design, source_of
from clausewise.intake.load import load_policy
from clausewise.portfolio import by_sql, parts, sources
from clausewise.portfolio.column_types import misfits
from clausewise.portfolio.judge import Task, judge_all
from clausewise.portfolio.sources import designs_of, files_of
from tests.conftest import ROOT, checked, reference_examples
from tests.test_cli import folder, run

__all__ = ["folder"]

FACE = "face-code-of-conduct"
EXAMPLES = ROOT / "examples"
DOORS = ("--policy", "door-code")


def objects(*words: object) -> list[dict[str, Any]]:
    """The JSON lines of a portfolio, and so its results."""
    _, out, _ = run("portfolio", *words, "-f", "jsonl", "--jobs", 1)
    return [json.loads(line) for line in out.splitlines()]


def json_design(**changes: Any) -> str:
    """The reference's design in JSON, on one line."""
    return json.dumps({**json.loads(reference_examples()["json"]), **changes})


# results


def test_each_design_comes_out_as_check_says() -> None:
    found = {judged["name"]: judged for judged in objects(EXAMPLES, "--policy", FACE)}
    files = sorted(EXAMPLES.rglob("*.design"))
    assert sorted(found) == [str(path) for path in files]
    for path in files:
        (report,) = check_file(path, Options(policy=FACE)).reports
        judged = found[str(path)]
        assert (judged["verdict"], judged["title"]) == (report.verdict, report.deployment.title)
        for clause in report.clauses:
            told = judged["clauses"][clause.clause.name]
            assert told["outcome"] == clause.outcome
            assert ("facts" in told) == (clause.outcome == "violated")
            assert told.get("missing", []) == list(clause.missing)


def test_workers_give_the_same_in_the_same_order() -> None:
    policy = load_policy(FACE)
    task = Task(policy, {})
    designs = list(designs_of(EXAMPLES, policy.vocabulary, files_of(EXAMPLES, Access()))) * 10
    assert list(judge_all(designs, task, 2)) == list(judge_all(designs, task, 1))


def test_the_date_and_the_evidence_count(folder: Path) -> None:
    del folder
    front = ("0.design", *DOORS)
    assert objects(*front)[0]["verdict"] == "permitted"
    (report,) = checked(Path("0.design"), evidence_required=True).reports
    strict = objects(*front, "--evidence", "required")[0]["clauses"]
    assert {n: c["outcome"] for n, c in strict.items()} == {
        j.clause.name: j.outcome for j in report.clauses
    }
    early = objects(*front, "--as-of", "2020-01-01")[0]
    assert early["clauses"]["harmless"]["outcome"] == "review"


@pytest.mark.parametrize(
    ("named", "code"),
    [([[]], "E510"), ([["door-code"], ["face-code-of-conduct"]], "E546")],
)
def test_without_one_policy_nothing_is_judged(
    folder: Path, named: list[list[str]], code: str
) -> None:
    lines = [json_design(**{"judged-by": judged_by}) for judged_by in named]
    (folder / "all.jsonl").write_text("\n".join(lines))
    found, out, err = run("portfolio", "all.jsonl", "--jobs", 1)
    assert (found, out, f"error[{code}]" in err) == (2, "", True)


# sources


def test_json_lines(folder: Path) -> None:
    lines = [json_design(), "", json_design(draft=True), '{"deployment": ', json_design(door=3)]
    (folder / "all.JSONL").write_bytes("\n".join(lines).encode() + b"\n\xff\n")
    found = objects("all.JSONL", *DOORS)
    verdicts = ["permitted", "needs-information", None, None, None]
    assert [judged["verdict"] for judged in found] == verdicts
    assert [judged["name"] for judged in found] == [f"all.JSONL:{n}" for n in (1, 3, 4, 5, 6)]
    assert found[2]["mistake"].startswith("1:16: ")
    assert "`door` does not fit (E103)" in found[3]["mistake"]
    assert found[4]["mistake"] == "the design is not UTF-8 text (byte 1) (E100)"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
@pytest.mark.parametrize(("lines", "size"), [(1, 1), (2, 7), (3, 20), (3, 21), (100, 200)])
def test_lines_come_out_one_by_one_however_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, lines: int, size: int
) -> None:
    monkeypatch.setattr(sources, "PORTION", lines)
    monkeypatch.setattr(sources, "BLOCK", size)
    texts = [
        b"{}",
        b"",
        b" ",
        b"x" * 10,
        b"\xef\xbb\xbf",
        b"\r",
        b"y\rz",
        b"",
        b"y" * 26,
        b"z" * 99,
    ]
    (tmp_path / "x.jsonl").write_bytes(b"\n".join([*texts, b"{}"]) + end)
    found = designs_of(tmp_path / "x.jsonl", None, limit=25)
    expected = [(number, text) for number, text in enumerate([*texts, b"{}"], 1)]
    told = [(int(name.rpartition(":")[2]), content) for name, content, _ in found]
    assert [number for number, _ in told] == [
        n for n, text in expected if text[:1] in b"{xyz" and text
    ]
    for number, content in told:
        assert content is not None
        whole = expected[number - 1][1]
        is_whole = content.rstrip() == whole
        assert is_whole or (len(content) > 25 and whole.startswith(content))


def test_the_end_of_an_endless_line_is_not_looked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_PASSED", 8 * 1024**2)
    endless = b" " * (12 * 1024**2)
    (folder / "all.jsonl").write_bytes(json_design().encode() + b"\n" + endless)
    found = objects("all.jsonl", *DOORS)
    assert [judged["verdict"] for judged in found] == ["permitted", None]
    assert found[1]["name"] == "all.jsonl:3"
    assert "behind a line of more than 8 MiB is not read" in found[1]["mistake"]


def replace(path: Path) -> None:
    other = path.with_name("other.jsonl")
    other.write_text(path.read_text())
    other.replace(path)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def write_over(path: Path) -> None:
    """As large as it was; as of a later moment, for the clock of files is coarse."""
    path.write_text(path.read_text().swapcase())
    os.utime(path, (1, 1))


@pytest.mark.parametrize("change", [replace, cut, write_over, Path.unlink])
def test_lines_of_a_file_that_was_changed_are_not_taken_for_its_own(
    folder: Path, change: Callable[[Path], None]
) -> None:
    """Workers read lines later than the process that counts them."""
    path = folder / "all.jsonl"
    path.write_text(f"{json_design()}\n" * 4)
    (portion,) = sources.portions_of(path, None)
    change(path)
    (given,) = portion
    assert given.mistake
    assert "from this line on, the file " in given.mistake.message


@pytest.mark.parametrize("left", [0, 1, 4], ids="lines left: {}".format)
def test_lines_of_a_file_that_is_cut_meanwhile_are_not_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    """Some were counted, and are gone as a worker reads them; of others only the end of the file is seen."""
    path, line = folder / "all.jsonl", json_design() + "\n"
    path.write_text(line * 5)
    monkeypatch.setattr(sources, "BLOCK", 2 * len(line) - 1)
    portions = sources.portions_of(path, None)
    first = next(portions)
    with path.open("r+") as file:
        file.truncate(left * len(line))
    given = [design for portion in (first, *portions) for design in portion]
    assert sum(design.mistake is None for design in given) <= left
    assert given[-1].mistake
    assert given[-1].mistake.message.endswith("the file was changed while it was read")


def test_a_folder_with_designs_that_cannot_be_judged(folder: Path) -> None:
    (folder / "binary.design").write_bytes(b"\xff\xfe\x00")
    (folder / "empty.design").write_text("")
    (folder / "good.design.json").write_text(json_design())
    found = {judged["name"]: judged for judged in objects(".", *DOORS)}
    bad = {name for name, judged in found.items() if judged["verdict"] is None}
    assert bad == {"2.design", "binary.design", "empty.design"}
    assert "has no field `alrm` (E502)" in found["2.design"]["mistake"]
    assert found["good.design.json"]["verdict"] == "permitted"


def test_parquet_with_designs_as_text(folder: Path) -> None:
    texts = [json_design(), None, json_design(door={})]
    table = pa.table({"design": texts, "name": ["a", "b", None]})
    parquet.write_table(table, folder / "all.parquet")
    found = objects("all.parquet", *DOORS)
    assert [judged["name"] for judged in found] == ["a", "b", "all.parquet:3"]
    assert found[0]["verdict"] == "permitted"
    assert found[1]["mistake"] == "`design` is no text (E527)"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples as a Parquet file with a column for each entity type."""
    policy = load_policy(FACE)
    files = sorted(EXAMPLES.rglob("*.design"))
    reports = [check_file(path, Options(policy=FACE)).reports[0] for path in files]
    rows = [
        row_of(report.deployment, path.name) for report, path in zip(reports, files, strict=True)
    ]
    path = tmp_path_factory.mktemp("packed") / "all.parquet"
    parquet.write_table(pa.Table.from_pylist(rows, schema(policy.vocabulary)), path)
    return path


@pytest.mark.parametrize(
    ("against", "small"), [("surveillance=of-either", by_sql.BEYOND_32_BITS), (FACE, 0)]
)
def test_sql_and_workers_give_the_same(
    packed: Path, against: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_sql, "BEYOND_32_BITS", small)
    words = (packed, "--policy", FACE, "--against", against)
    slow = objects(*words, "--no-reasons")
    assert objects(*words, "--engine", "sql") == slow
    assert {judged["verdict"] for judged in slow} == {
        "prohibited",
        "needs-information",
        "permitted",
    }


TITLES = [
    "=1+1",
    "-a",
    "@",
    "\ttab",
    'a "quoted", title',
    "two\nlines",
    "back\\slash",
    "é → 😀",
    "\x7f",
]


@pytest.mark.parametrize(
    ("against", "formats"),
    [
        ((), ("csv", "parquet")),
        (("--against", "keeping=loose"), ("jsonl",)),
        (("--against", "other"), ("csv", "jsonl", "parquet", "text", "html")),
    ],
)
def test_what_sql_writes_is_what_python_writes(
    folder: Path,
    against: tuple[str, ...],
    formats: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(by_sql, "PORTION", 1 if against else 50)  # with workers, and without
    policy = load_policy("door-code", folder)
    newer = Path(policy.source.path).read_text().replace("policy door-code", "policy other")
    newer = newer.replace("clause harmless", "clause without-harm")
    (folder / "other.policy").write_text(re.sub(r"(vocabulary +)doors", r"\1other", newer))
    doors = (
        (folder / "doors.vocabulary").read_text().replace("vocabulary doors", "vocabulary other")
    )
    (folder / "other.vocabulary").write_text(doors.replace("    school\n", "    academy\n"))
    row = row_of(check_file(folder / "0.design").reports[0].deployment)
    rows = [{**row, "title": title, "name": title} for title in TITLES]
    rows += [{**row, "name": None}, {**row, "name": "", "draft": True}, {**row, "title": ""}]
    rows += [{**row, "name": "nothing", "actor": [], "door": []}]
    for kind in ("compny", "school", "academy"):  # each is odd to one vocabulary, or to both
        rows += [{**row, "name": kind, "actor": [{**row["actor"][0], "kind": kind}]}]
    table = pa.Table.from_pylist(rows, schema(policy.vocabulary))
    parquet.write_table(table, folder / "all.parquet", row_group_size=5)
    for format_ in formats:
        for engine in ("python", "sql"):
            words = ("all.parquet", *DOORS, *against, "--no-reasons", "--engine", engine)
            code, _, err = run("portfolio", *words, "-f", format_, "-o", f"{engine}.{format_}")
            assert (code, err) == (2, "")
        if format_ == "parquet":
            one, other = (parquet.read_table(f"{e}.parquet") for e in ("python", "sql"))
            assert one.equals(other)
        else:
            one, other = (Path(f"{e}.{format_}").read_bytes() for e in ("python", "sql"))
            assert one == other


def test_what_was_packed_before_stays_where_nothing_can_be(folder: Path) -> None:
    words = ("--policy", "door-code", "-o", "all.parquet")
    assert run("pack", folder / "0.design", *words)[0] == 0
    before = (folder / "all.parquet").read_bytes()
    (folder / "lines.txt").write_text(json_design())
    code, out, err = run("pack", "lines.txt", *words)
    assert (code, out) == (2, "all.parquet is not written: none of 1 designs can be\n")
    assert "E104" in err
    assert (folder / "all.parquet").read_bytes() == before


def test_a_mistake_in_a_row_is_no_other_rows(folder: Path) -> None:
    """What a list has too often is not taken for what the next rows have."""
    policy = load_policy("door-code", folder)
    row = row_of(check_file(folder / "0.design").reports[0].deployment)
    (door, *_), (safety,), actor = row["door"], row["safety"], row["actor"]
    unknown = dict.fromkeys(safety)
    odd = ({"safety": [safety, unknown]}, {"door": [door, door]}, {"actor": [None, *actor]})
    plain: tuple[dict[str, Any], ...] = ({}, {"safety": [unknown]}, {"safety": []}, {"door": []})
    rows = [{**row, **change} for each in odd for change in (*plain, each)] + [row]
    expected = []
    for number, one in enumerate(rows):
        table = pa.Table.from_pylist([one], schema(policy.vocabulary))
        parquet.write_table(table, folder / f"{number}.parquet")
        (judged,) = objects(f"{number}.parquet", *DOORS)
        expected.append(without_name(judged))
    assert [bool(judged.get("mistake")) for judged in expected] == [
        *[*[False] * 4, True] * 3,
        False,
    ]
    table = pa.Table.from_pylist(rows, schema(policy.vocabulary))
    parquet.write_table(table, folder / "all.parquet")
    assert [without_name(judged) for judged in objects("all.parquet", *DOORS)] == expected


def without_name(judged: dict[str, Any]) -> dict[str, Any]:
    """A result without its row's name, which a mistake tells, too."""
    mistake = re.sub(r"[^ ]*[.]parquet:[0-9]+", "", judged.get("mistake") or "")
    return {**judged, "name": "", "mistake": mistake}


def test_a_reference_that_a_person_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the door may be police: all that is missing is a judgement."""
    monkeypatch.chdir(tmp_path)
    Path("doors.vocabulary").write_text(
        "vocabulary doors\nsubject deployment\n"
        'entity actor "who" { armed yes-no world ask "?" }\n'
        'entity door "what" { by one of actor judgement ask "?" }\n'
    )
    Path("code.policy").write_text(
        'policy code\ntitle "x"\nvocabulary doors\nclause armed { at "1" quotes "x" says "x" because "x"\n'
        "  prohibits door d where some a in actor has (a.armed is yes or a.armed is no) }\n"
    )
    Path("all.jsonl").write_text('{"deployment": "x", "door": {"front": {}}}\n')
    assert run("pack", "all.jsonl", "--policy", "code.policy", "-o", "all.parquet")[0] == 0
    for file, engine in (("all.jsonl", "python"), ("all.parquet", "sql")):
        words = (file, "--policy", "code.policy", "--no-reasons", "--engine", engine)
        (found,) = objects(*words)
        assert found["clauses"]["armed"]["outcome"] == "review"


def test_packed_designs_are_the_rows_of_the_deployments(folder: Path) -> None:
    policy = load_policy("door-code", folder)
    plain, attested = json.loads(json_design()), json.loads(json_design())
    plain["safety"].pop("harm", None)
    designs = [
        plain,
        attested,
        {**plain, "draft": True, "as-of": "2026-01-02"},
        {**plain, "door": 3},
    ]
    designs += [{**plain, "deployment": "é: ü"}, plain]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, designs)))
    code, out, err = run("pack", "all.jsonl", *DOORS, "-o", "all.parquet", "--jobs", 1)
    assert (code, out) == (2, "5 of 6 designs are in all.parquet\n")
    assert err.startswith("all.jsonl:4: ")
    rows = [
        row_of(
            read_design(source_of("x.json", json.dumps(design))).stated(policy.vocabulary),
            f"all.jsonl:{line}",
        )
        for line, design in enumerate(designs, 1)
        if line != 4
    ]
    expected = pa.Table.from_pylist(rows, schema(policy.vocabulary))
    assert parquet.read_table("all.parquet").equals(expected)
    again = objects("all.parquet", *DOORS)
    assert again == [judged for judged in objects("all.jsonl", *DOORS) if judged["verdict"]]


def test_a_table_without_rows_is_an_error(folder: Path) -> None:
    columns = schema(load_policy("door-code", folder).vocabulary)
    parquet.write_table(columns.empty_table(), folder / "none.parquet")
    for engine in ("python", "sql"):
        code, out, err = run("portfolio", "none.parquet", *DOORS, "--engine", engine)
        assert (code, out) == (2, "")
        assert "there is no design in `none.parquet`" in err


def test_a_table_of_columns_goes_the_ordinary_way(packed: Path) -> None:
    found = objects(packed, "--policy", FACE)
    again = objects(EXAMPLES, "--policy", FACE)
    assert [judged["clauses"] for judged in found] == [judged["clauses"] for judged in again]


def test_a_row_that_is_no_design_is_listed(folder: Path) -> None:
    policy = load_policy("door-code", folder)
    row = row_of(checked(folder / "0.design").reports[0].deployment)
    design_of(row, policy.vocabulary)  # so it is one
    del row["door"]
    columns = schema(policy.vocabulary)
    parquet.write_table(
        pa.Table.from_pylist([row], columns).drop_columns(["door"]), folder / "bad.parquet"
    )
    (judged,) = objects("bad.parquet", *DOORS)
    assert "docs/sql.md" in judged["mistake"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.jsonl", "\n", "there is no design in `nothing.jsonl`"),
        ("empty", None, "there is no design in `empty`"),
        ("no.parquet", "PAR1", "`no.parquet` cannot be read"),
        ("not-there.jsonl", None, "`not-there.jsonl` cannot be read"),
        ("not-there.parquet", None, "`not-there.parquet` cannot be read"),
    ],
)
def test_nothing_to_judge_is_an_error(
    folder: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (folder / name).write_text(content)
    elif name == "empty":
        (folder / name).mkdir()
    code, out, err = run("portfolio", name, *DOORS)
    assert (code, out) == (2, "")
    assert said in err
    assert "hint" in err


def test_a_table_of_something_else_is_an_error(folder: Path) -> None:
    parquet.write_table(pa.table({"x": [1]}), folder / "x.parquet")
    for engine in ("python", "sql"):
        code, _, err = run("portfolio", "x.parquet", *DOORS, "--engine", engine)
        assert code == 2
        assert "docs/sql.md" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("portfolio",), "would be written as text, and its ending says csv"),
        (("portfolio", "-f", "jsonl"), "would be written as jsonl, and its ending says csv"),
        (("pack",), "would be written as parquet, and its ending says csv"),
    ],
)
def test_an_ending_that_says_another_format_is_refused(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    command, *options = words
    code, _, err = run(command, folder / "0.design", *DOORS, *options, "-o", "out.CSV")
    assert (code, said in " ".join(err.split())) == (2, True)
    assert not (folder / "out.CSV").exists()


@pytest.mark.parametrize("name", ["designs.ndjson", "designs.txt", "designs.jsonl.gz"])
def test_a_file_of_another_ending_is_told_as_such(folder: Path, name: str) -> None:
    (folder / name).write_text(json_design() + "\n")
    code, _, err = run("portfolio", name)
    assert (code, "E104" in err) == (2, True)


# the policy, and another


def test_the_policy_is_the_one_that_the_designs_name(folder: Path) -> None:
    (folder / "one.jsonl").write_text(json_design() + "\n")
    code, out, _ = run("portfolio", "one.jsonl")
    assert code == 0
    assert "judged by door-code" in out
    both = {"judged-by": ["door-code", FACE]}
    (folder / "two.jsonl").write_text(json_design(**both) + "\n")
    code, _, err = run("portfolio", "two.jsonl")
    assert code == 2
    assert "--policy" in err


def test_against_another_version(folder: Path) -> None:
    policy = (folder / "door-code.policy").read_text(encoding="utf-8")
    newer = re.sub(r"> 30 days", "> 10 days", policy)
    assert newer != policy
    (folder / "newer.policy").write_text(newer, encoding="utf-8")
    code, out, _ = run("portfolio", "0.design", *DOORS, "--against", "newer.policy", "--jobs", 1)
    assert code == 0
    assert "verdict: permitted → prohibited" in out
    assert "keeping: met → violated" in out


def test_an_unknown_reading_is_an_error(folder: Path) -> None:
    del folder
    code, _, err = run("portfolio", "0.design", *DOORS, "--against", "keeping=lose")
    assert code == 2
    assert "reading `keeping` of `door-code` has no alternative `lose`" in " ".join(err.split())


# formats


def test_the_summary_counts(folder: Path) -> None:
    del folder
    code, out, _ = run("portfolio", ".", *DOORS, "--jobs", 1)
    assert code == 2
    lines = [line.split() for line in out.splitlines()]
    for words in ("1 prohibited", "1 needs-information", "1 needs-review", "1 permitted"):
        assert words.split() in lines
    assert ["1", "could", "not", "be", "judged"] in lines
    assert ["1", "safety.alarm"] in lines
    assert all(len(line) <= 80 for line in out.splitlines())


def test_exit_codes(folder: Path) -> None:
    for code in range(5):
        assert run("portfolio", f"{code}.design", *DOORS)[0] == code
    (folder / "2.design").unlink()
    assert run("portfolio", ".", *DOORS)[0] == 1


def test_csv_is_harmless_in_a_spreadsheet(folder: Path) -> None:
    title = '=HYPERLINK("http://x")'
    (folder / "one.jsonl").write_text(json_design(deployment=title) + "\n")
    _, out, _ = run("portfolio", "one.jsonl", *DOORS, "-f", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["title"] == f"'{title}"
    assert row["verdict"] == "permitted"
    assert row["us-police"] == "met"


def test_rows_hold_the_same_in_every_format(folder: Path) -> None:
    del folder
    words = (".", *DOORS, "--against", "keeping=loose")
    assert run("portfolio", *words, "-f", "csv", "-o", "all.csv")[:2] == (2, "")
    assert run("portfolio", *words, "-f", "parquet", "-o", "all.parquet")[:2] == (2, "")
    with Path("all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = [
        {name: value or "" for name, value in row.items()}
        for row in parquet.read_table("all.parquet").to_pylist()
    ]
    assert rows == table
    lines = {judged["name"]: judged for judged in objects(*words)}
    assert [row["name"] for row in rows] == list(lines)
    for row in rows:
        judged = lines[row["name"]]
        assert row["verdict"] == (judged["verdict"] or "")
        for clause, told in judged.get("clauses", {}).items():
            assert row[clause] == told["outcome"]
            assert all(fact in row["facts"] for fact in told.get("facts", []))
            assert all(fact in row["missing"] for fact in told.get("missing", []))


def test_nothing_is_written_where_nothing_can_be_judged(folder: Path) -> None:
    (folder / "nothing.jsonl").write_text("")
    for format_ in ("csv", "html", "text"):
        words = ("nothing.jsonl", *DOORS, "-f", format_, "-o", "out")
        assert run("portfolio", *words)[0] == 2
        assert not Path("out").exists()
    code, _, err = run("portfolio", "0.design", *DOORS, "-f", "csv", "-o", "no/out")
    assert code == 2
    assert "cannot write `no/out`" in err


def test_parquet_needs_a_file(folder: Path) -> None:
    del folder
    code, out, err = run("portfolio", "0.design", *DOORS, "-f", "parquet")
    assert (code, out) == (2, "")
    assert "--output FILE" in err


class _Page(HTMLParser):
    """Checks that tags are closed in order, and collects the words."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_whole_and_escaped(folder: Path) -> None:
    (folder / "<b>.design").write_text("deployment <script>\n")
    code, out, _ = run("portfolio", ".", *DOORS, "-f", "html", "--against", "keeping=loose")
    assert code == 2
    page = _Page()
    page.feed(out)
    assert page.open == []
    words = " ".join(page.words)
    for said in (
        "6 designs",
        "could not be judged",
        "<b>.design",
        "Missing most often",
        "us-police",
    ):
        assert said in words


def test_sql_is_for_parquet_only(folder: Path) -> None:
    del folder
    code, _, err = run("portfolio", "0.design", *DOORS, "--engine", "sql")
    assert code == 2
    assert "Parquet files only" in err
    code, _, err = run("portfolio", "x.parquet", *DOORS, "--engine", "sql", "--as-of", "2026-01-01")
    assert code == 2
    assert "no `--as-of`" in err
    assert duckdb.__version__


# the page of the documentation


def test_the_examples_of_the_page(folder: Path) -> None:
    text = (ROOT / "docs" / "portfolio.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    assert blocks
    (folder / "designs").mkdir()
    for code in (0, 1, 3):
        (folder / f"{code}.design").rename(folder / "designs" / f"{code}.design")
    (folder / "all.jsonl").write_text(json_design() + "\n")
    for line in "".join(blocks).splitlines():
        assert line.startswith(("$ clausewise portfolio ", "$ clausewise pack "))
        assert run(*line.split()[2:], "--jobs", 1)[0] in (0, 1), line
    assert {"verdicts.csv", "verdicts.jsonl", "portfolio.html"} <= {
        p.name for p in folder.iterdir()
    }


# columns of other types, by SQL


@pytest.mark.parametrize(
    ("column", "type_", "value"),
    [
        ("title", pa.int64(), 7),
        ("as-of", pa.timestamp("us"), None),
        ("draft", pa.int32(), 0),
        ("name", None, None),
    ],
)
def test_sql_refuses_columns_of_other_types(
    folder: Path, column: str, type_: pa.DataType | None, value: object
) -> None:
    """DuckDB would judge such rows, and each is a mistake to the checker of designs."""
    table = _table_of(folder)
    place = table.schema.get_field_index(column)
    table = table.remove_column(place)
    if type_ is not None:
        table = table.add_column(place, column, pa.array([value], type_))
    parquet.write_table(table, folder / "other.parquet")
    code, _, err = run("portfolio", "other.parquet", *DOORS, "--engine", "sql")
    assert (code, f"another type: `{column}`" in err) == (2, True)
    if type_ is not None and value is not None:
        (judged,) = objects("other.parquet", *DOORS, "--no-reasons")
        assert judged.get("mistake"), judged


def test_sql_refuses_numbers_of_another_type_within_structs(folder: Path) -> None:
    table = _table_of(folder)
    door = table.schema.field("door").type.value_type
    members = [f.with_type(pa.float64()) if f.name == "keeps" else f for f in door]
    rows = [{**row, "keeps": 1.5} for row in table["door"].to_pylist()[0]]
    doors = pa.array([rows], pa.list_(pa.struct(members)))
    table = table.set_column(table.schema.get_field_index("door"), "door", doors)
    parquet.write_table(table, folder / "other.parquet")
    code, _, err = run("portfolio", "other.parquet", *DOORS, "--engine", "sql")
    assert (code, "another type: `door.keeps`" in err) == (2, True)
    (judged,) = objects("other.parquet", *DOORS, "--no-reasons")
    assert "of another type: `door.keeps`" in judged["mistake"]


def _in_other_words(type_: pa.DataType, list_: Callable[[pa.Field], pa.DataType]) -> pa.DataType:
    """The same type as others write it: with lists of another kind, and texts that are numbers of a dictionary."""
    if pa.types.is_list(type_):
        return list_(type_.value_field.with_type(_in_other_words(type_.value_type, list_)))
    if pa.types.is_struct(type_):
        return pa.struct([of.with_type(_in_other_words(of.type, list_)) for of in type_])
    return pa.dictionary(pa.int32(), pa.large_string()) if pa.types.is_string(type_) else type_


@pytest.mark.parametrize("list_", [pa.large_list, pa.list_view, pa.large_list_view])
def test_lists_and_texts_may_be_of_other_kinds(
    folder: Path, list_: Callable[[pa.Field], pa.DataType]
) -> None:
    table = _table_of(folder)
    columns = [of.with_type(_in_other_words(of.type, list_)) for of in table.schema]
    other = pa.Table.from_pylist(table.to_pylist(), pa.schema(columns))
    parquet.write_table(pa.concat_tables([other] * 3), folder / "other.parquet", row_group_size=2)
    assert parquet.read_schema("other.parquet").field("door").type.id == columns[-2].type.id
    by_python = objects("other.parquet", *DOORS, "--no-reasons")
    assert by_python == objects("other.parquet", *DOORS, "--engine", "sql")
    assert len(by_python) == 3
    assert all(judged["verdict"] for judged in by_python)


def test_a_column_that_is_not_read_is_of_any_type(folder: Path) -> None:
    table = _table_of(folder)
    score = pa.array([1.5], pa.float16())  # which DuckDB does not take
    for other in (score, pa.array(["{}"], pa.json_(pa.string()))):
        parquet.write_table(table.append_column("score", other), folder / "more.parquet")
        (judged,) = objects("more.parquet", *DOORS, "--engine", "sql")
        assert judged["verdict"]


@pytest.mark.parametrize(
    "alarm", [pa.array(["{}"], pa.json_(pa.string())), pa.array([b"x"]), pa.array([{"x": 1}])]
)
def test_a_member_of_another_kind_is_named_by_sql(folder: Path, alarm: pa.Array) -> None:
    table = _table_of(folder)
    harm = pa.nulls(1, table.schema.field("safety").type.value_type.field("harm").type)
    safety = pa.StructArray.from_arrays([alarm, harm], names=["alarm", "harm"])
    column = pa.ListArray.from_arrays([0, 1], safety)
    place = table.schema.get_field_index("safety")
    parquet.write_table(table.set_column(place, "safety", column), folder / "other.parquet")
    code, _, err = run("portfolio", "other.parquet", *DOORS, "--engine", "sql")
    assert (code, "`safety.alarm`" in err) == (2, True)
    (judged,) = objects("other.parquet", *DOORS, "--no-reasons")
    assert judged["mistake"]


def test_names_that_differ_in_capitals_alone_are_told_apart_or_refused(folder: Path) -> None:
    """To SQL they are one name: `ALARM` was taken for `alarm`."""
    table = _table_of(folder)
    (row,) = table.to_pylist()
    alarms = [{"ALARM": not one["alarm"], **one} for one in row["safety"]]
    members = [pa.field("ALARM", pa.bool_()), *table.schema.field("safety").type.value_type]
    column = pa.array([alarms], pa.list_(pa.struct(members)))
    place = table.schema.get_field_index("safety")
    parquet.write_table(table.set_column(place, "safety", column), folder / "twice.parquet")
    code, _, err = run("portfolio", "twice.parquet", *DOORS, "--engine", "sql")
    assert (code, "`safety.alarm`" in err) == (2, True)
    parquet.write_table(table, folder / "once.parquet")
    (once,), (twice,) = (objects(f"{n}.parquet", *DOORS, "--no-reasons") for n in ("once", "twice"))
    assert once["clauses"] == twice["clauses"]


def test_no_term_is_no_word_of_a_list(folder: Path) -> None:
    """That it is none, a list says by being empty. SQL judged such a row."""
    (row,) = _table_of(folder).to_pylist()
    doors = [{**door, "opens-by": ["", "card"]} for door in row["door"]]
    columns = _table_of(folder).schema
    parquet.write_table(pa.Table.from_pylist([{**row, "door": doors}], columns), "empty.parquet")
    for engine in ("python", "sql"):
        (judged,) = objects("empty.parquet", *DOORS, "--no-reasons", "--engine", engine)
        assert "`` is not a value of `opens-by`" in judged["mistake"]


@pytest.mark.parametrize("room", [0, parts.ROOM])
def test_parts_of_a_file_are_even_and_have_room(
    folder: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [batch for _ in range(9) for batch in _table_of(folder).to_batches()]
    many = pa.Table.from_batches(rows).combine_chunks().to_batches(max_chunksize=4)
    monkeypatch.setattr(parts, "ROOM", room)
    found = [(part.before, part.rows.num_rows) for part in parts._parts(many, 3)]
    starts = [0, 3, 4, 6, 8] if room == 0 else [0, 3, 6]
    assert found == [(n, m - n) for n, m in pairwise([*starts, 9])]


def test_nothing_more_is_judged_once_a_part_cannot_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet.write_table(pa.concat_tables([_table_of(folder)] * 50), folder / "many.parquet")
    monkeypatch.setattr(by_sql, "PART", 1)
    begun = []

    def judge(_: object, part: parts.PartOfFile) -> list[int]:
        begun.append(part.before)
        if part.before == 3:
            raise duckdb.OutOfMemoryException("no memory")
        time.sleep(0.01)
        return []

    monkeypatch.setattr(by_sql._Judging, "_judge", judge)
    code, _, err = run("portfolio", "many.parquet", *DOORS, "--engine", "sql", "--jobs", 2)
    assert (code, "no memory" in err) == (2, True)
    assert begun.count(3) == 2, "it is tried once more while nothing is read"
    assert len(begun) < 20


def test_what_is_no_text_is_not_judged_by_sql(folder: Path) -> None:
    table = _table_of(folder)
    place = table.schema.get_field_index("title")
    no_text = pa.array([b"x\xff"], pa.binary()).view(pa.string())
    parquet.write_table(table.set_column(place, "title", no_text), folder / "no.parquet")
    code, _, err = run("portfolio", "no.parquet", *DOORS, "--engine", "sql")
    assert (code, "UTF8" in err) == (2, True)
    (judged,) = objects("no.parquet", *DOORS, "--no-reasons")
    assert "cannot be read" in judged["mistake"]


@pytest.mark.parametrize("kept", [{"name"}, {"name", "keeps", "run-by", "consent", "kind"}])
def test_a_column_without_values_is_of_any_type(folder: Path, kept: set[str]) -> None:
    """Whoever writes rows without a schema gives such a column no type, or whatever is in it."""
    wanted = schema(load_policy("door-code", folder).vocabulary)
    (row,) = _table_of(folder).to_pylist()
    row["actor"] += [{**row["actor"][0], "name": name} for name in ("other", "third")]
    for type_ in ("door", "actor"):
        row[type_] = [{m: v if m in kept else None for m, v in one.items()} for one in row[type_]]
    row["as-of"] = None
    empty = [pa.field(f.name, _without_values(f.type, [row[f.name]])) for f in wanted]
    parquet.write_table(pa.Table.from_pylist([row], pa.schema(empty)), folder / "empty.parquet")
    assert list(misfits(parquet.read_schema("empty.parquet"), wanted)) == []
    judged = objects("empty.parquet", *DOORS, "--engine", "sql")
    assert judged == objects("empty.parquet", *DOORS, "--no-reasons")
    assert judged[0]["verdict"]


def _without_values(type_: pa.DataType, values: list[Any]) -> pa.DataType:
    """A type with no type at all for whatever stands in it and has no value."""
    found = [value for value in values if value is not None]
    if pa.types.is_struct(type_):
        members = [(m.name, _without_values(m.type, [v[m.name] for v in found])) for m in type_]
        return pa.struct(members)
    if pa.types.is_list(type_):
        inner = [value for one in found for value in one]
        return pa.list_(_without_values(type_.value_type, inner))
    return type_ if found else pa.null()


def test_a_number_is_exact_to_its_last_digit(folder: Path) -> None:
    """A float has sixteen digits, and such numbers have more."""
    (folder / "n.vocabulary").write_text(
        'vocabulary n\nsubject deployment\n\nentity box "a box" {\n  size number choice ask "How large?"\n}\n'
    )
    (folder / "n.policy").write_text(
        'policy n\nvocabulary n\nclause large {\n  at "1"  quotes "q"  says "s"\n'
        '  prohibits box b where b.size > 123456789012\n  because "b"\n}\n'
    )
    rows = []
    for size in ("123456789012.000000001", "123456789012"):
        (folder / "n.design").write_text(f'deployment "x"\njudged by n\nbox b {{ size {size} }}\n')
        rows.append(row_of(checked(folder / "n.design").reports[0].deployment))
    columns = schema(load_policy("n", folder).vocabulary)
    parquet.write_table(pa.Table.from_pylist(rows, columns), folder / "n.parquet")
    for engine in ("python", "sql"):
        words = ("n.parquet", "--policy", "n.policy", "--engine", engine, "--no-reasons")
        assert [one["verdict"] for one in objects(*words)] == ["prohibited", "permitted"], engine


@pytest.mark.parametrize("days", [3_000_000, -800_000])
def test_a_day_of_no_calendar_is_a_mistake_by_sql_too(folder: Path, days: int) -> None:
    table = _table_of(folder)
    place = table.schema.get_field_index("as-of")
    table = table.set_column(place, "as-of", pa.array([days], pa.int32()).cast(pa.date32()))
    parquet.write_table(table, folder / "late.parquet")
    found = objects("late.parquet", *DOORS, "--engine", "sql")
    assert found == objects("late.parquet", *DOORS, "--no-reasons")
    assert "date value out of range" in found[0]["mistake"]


def _table_of(folder: Path) -> pa.Table:
    """A portfolio of one design."""
    policy = load_policy("door-code", folder)
    row = row_of(checked(folder / "0.design").reports[0].deployment)
    return pa.Table.from_pylist([row], schema(policy.vocabulary))
