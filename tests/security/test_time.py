"""Facts never reverse a settled verdict, the date of judging among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st
from pyarrow import parquet

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.sql.portfolio_table import row_of, schema
from clausewise.engine.judging.judge import judge
from clausewise.engine.judging.judgement import NothingToJudgeError
from clausewise.intake.designs import read_design
from clausewise.intake.load import load_policy
from clausewise.intake.texts import read
from clausewise.testing import Drawn, deployments
from tests.conftest import reference_examples
from tests.security.conftest import run

ANSWER = 'attested by "R. Diaz, counsel" on 2026-11-02'
MAY_BECOME = {
    "violated": {"violated"},
    "met": {"met", "not-applicable"},
    "not-applicable": {"not-applicable"},
}


def write(designs: Path, harm: str, as_of: str) -> Path:
    """The reference's design, with another judgement and another date of judging."""
    text = reference_examples()["design"]
    text = text.replace("as of 2026-11-23\n", f"as of {as_of}\n" if as_of else "")
    text = text.replace("harm   no", f"harm   {harm}")
    path = designs / "x.design"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("harm", "as_of", "code"),
    [
        ("no", "", 3),
        ("yes", "", 3),
        ("no", "2026-11-01", 4),
        ("yes", "2026-11-01", 4),
        ("no", "2026-11-02", 0),
        ("yes", "2026-11-02", 1),
    ],
)
@pytest.mark.parametrize("command", ["check", "portfolio --policy door-code.policy"])
def test_a_dated_judgement_waits_for_the_date_of_judging(
    designs: Path, harm: str, as_of: str, code: int, command: str
) -> None:
    assert run(*command.split(), write(designs, harm, as_of)).code == code
    by_flag = ["--as-of", as_of] if as_of else []
    assert run(*command.split(), write(designs, harm, ""), *by_flag).code == code


def test_what_is_missing_is_the_date(designs: Path) -> None:
    path = write(designs, "no", "")
    (policy,) = run("check", path, "-f", "json").designs()["x.design"]["policies"]
    assert policy["settled"] is False
    assert [question["fact"] for question in policy["questions"]] == ["as-of"]
    assert "safety.harm" in policy["questions"][0]["doubt"]
    (harmless,) = [one for one in policy["clauses"] if one["clause"] == "harmless"]
    assert (harmless["outcome"], harmless["missing"]) == ("undetermined", ["as-of"])
    asked = " ".join(run("ask", path).out.split())
    assert "As of which date is it judged?" in asked
    assert "`safety.harm` counts from the day on which it was attested" in asked


REFERS = {
    "doors.vocabulary": """vocabulary doors
subject deployment
entity actor "who" { armed yes-no world ask "?" }
entity door "what" { by one of actor judgement ask "?" }
""",
    "code.policy": """policy code
vocabulary doors
clause armed { at "1" quotes "x" says "x" because "x"
  prohibits door d where d.by.armed is yes }
clause some { at "2" quotes "x" says "x" because "x"
  prohibits door d, actor a in d.by where a.armed is yes }
""",
    "x.design": """deployment "x"
judged by code
actor acme {
  armed  no
}
door front {
  by  acme  attested by "A" on 2026-11-02
}
""",
}


def test_a_reference_that_a_person_judges_waits_too(project: Path) -> None:
    for name, text in REFERS.items():
        (project / name).write_text(text)
    (policy,) = run("check", "x.design", "-f", "json").designs()["x.design"]["policies"]
    found = [(one["outcome"], one["missing"]) for one in policy["clauses"]]
    assert found == [("undetermined", ["as-of"])] * 2
    assert run("check", "x.design", "--as-of", "2026-11-02").code == 0


def test_in_a_portfolio_too(designs: Path) -> None:
    content = reference_examples()["json"].replace('"as-of": "2026-11-23",', "").replace("\n", " ")
    (designs / "all.jsonl").write_text(content + "\n")
    ended = run("portfolio", designs / "all.jsonl", "-f", "jsonl")
    assert '"needs-information"' in ended.out
    assert '"missing": ["as-of"]' in ended.out


def test_by_sql_too(designs: Path) -> None:
    path = write(designs, "no", "")
    policy = load_policy("door-code", designs.parent)
    stated = read_design(read(path)).stated(policy.vocabulary)
    rows = pa.Table.from_pylist([row_of(stated)], schema(policy.vocabulary))
    parquet.write_table(rows, designs / "all.parquet")
    words = ("--policy", "door-code", "--no-reasons", "-f", "jsonl")
    by_sql = run("portfolio", designs / "all.parquet", *words, "--engine", "sql")
    assert (by_sql.code, '"needs-information"' in by_sql.out) == (3, True)
    assert by_sql.out == run("portfolio", designs / "all.parquet", *words).out


@given(deployments("face-recognition"), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_the_date_of_judging_reverses_nothing(drawn: Drawn, day: date) -> None:
    policy = load_policy("face-code-of-conduct")
    found = []
    for as_of in (None, day):
        stated, _ = check_design(drawn.tree, Source("drawn.design", drawn.text), drawn.vocabulary)
        try:
            found.append(judge(policy, admit(replace(stated, as_of=as_of)), {}))
        except NothingToJudgeError:
            return
    before, after = found
    for one in before.clauses:
        may = MAY_BECOME.get(one.outcome.value)
        assert may is None or after.clause(one.clause.name).outcome.value in may
    assert before.verdict.is_open or after.verdict in (before.verdict, "not-applicable")
