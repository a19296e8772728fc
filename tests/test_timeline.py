"""`clausewise timeline`: when a verdict changes with the law."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.timeline import MOST_DAYS, Timeline, is_in_force, timeline
from clausewise.commands.cli import app
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from tests.conftest import ROOT, within

STATION = ROOT / "policies" / "eu-ai-act" / "station.design"

VOCABULARY = """
vocabulary gates
subject deployment
entity gate "a gate" required {
  alarm   yes-no  choice     ask "Does {gate} have an alarm?"
  permit  date    choice     ask "Until when is {gate} permitted?"
  harm    yes-no  judgement  ask "Could {gate} harm anyone?"
}
"""
POLICY = """
policy gate-code
title "The code of gates"
vocabulary gates

define is-old(g: gate) means g.alarm is no and as-of >= 2026-03-01

clause alarm (G1) {
  at "1" quotes "alarm" says "Gates have an alarm."
  from 2026-01-01
  until 2027-01-01
  requires gate g that not is-old(g)
  because "{g} has no alarm"
}
clause permitted (G2) {
  at "2" quotes "permitted" says "Gates are permitted."
  requires gate g that g.permit >= as-of
  because "{g} is not permitted"
}
clause harmless (G3) {
  at "3" quotes "harm" says "Gates do no harm."
  requires gate g that g.harm is no
  because "{g} does harm"
}
"""
DESIGN = """
deployment "A yard"
judged by gate-code
gate yard {
  alarm   no
  permit  2026-06-30
  harm    no  attested by "R. Diaz" on 2025-05-05
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a vocabulary and a policy."""
    (tmp_path / "gates.vocabulary").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "gate-code.policy").write_text(POLICY, encoding="utf-8")
    return tmp_path


def told(folder: Path, text: str = DESIGN) -> Timeline:
    return timeline(Source(str(folder / "yard.design"), text), within(folder))


def test_each_period_begins_where_a_clause_comes_out_otherwise(folder: Path) -> None:
    found = told(folder)
    assert [(str(p.start), p.verdict.value, p.begun_by) for p in found.periods] == [
        ("None", "needs-review", None),
        ("2025-05-05", "permitted", "design"),
        ("2026-01-01", "permitted", "policies"),
        ("2026-03-01", "prohibited", "policies"),
        ("2026-07-01", "prohibited", "design"),
        ("2027-01-01", "prohibited", "policies"),
    ]
    assert [
        (change.clause, change.before.value, change.after.value)
        for before, now in zip(found.periods, found.periods[1:], strict=False)
        for change in now.changes_from(before)
    ] == [
        ("harmless", "review", "met"),
        ("alarm", "not-applicable", "met"),
        ("alarm", "met", "violated"),
        ("permitted", "met", "violated"),
        ("alarm", "violated", "not-applicable"),
    ]


def test_on_every_day_of_a_period_a_check_says_the_same(folder: Path) -> None:
    options = within(folder)
    source = Source(str(folder / "yard.design"), DESIGN)
    for period in told(folder).periods:
        first = period.start or (period.end and period.end - timedelta(700))
        assert first
        last = period.end or first + timedelta(700)
        for day in (first, first + (last - first) // 2, last):
            (report,) = check_source(source, Options(access=options.access, as_of=day))
            (judged,) = period.judgements
            assert [c.outcome for c in report.clauses] == [c.outcome for c in judged.clauses]
            assert period.holds(day)


@pytest.fixture
def timeless(folder: Path) -> Path:
    """The folder, with a policy that no date changes."""
    gone = POLICY.replace("from 2026-01-01\n  until 2027-01-01", "").replace(
        "and as-of >= 2026-03-01", ""
    )
    gone = gone.replace("g.permit >= as-of", "g.permit >= 2026-01-01")
    (folder / "gate-code.policy").write_text(gone, encoding="utf-8")
    return folder


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_are_days(timeless: Path, day: str) -> None:
    text = DESIGN.replace(" on 2025-05-05", "")
    found = told(timeless, text.replace("gate-code", f"gate-code\nas of {day}"))
    assert [(p.start, p.end, p.holds(date.fromisoformat(day))) for p in found.periods] == [
        (None, None, True)
    ]


def test_a_design_that_no_date_changes_has_one_period(timeless: Path) -> None:
    folder = timeless
    (period,) = told(folder, DESIGN.replace(" on 2025-05-05", "")).periods
    assert (period.start, period.end) == (None, None)
    path = folder / "yard.design"
    path.write_text(DESIGN.replace(" on 2025-05-05", ""), encoding="utf-8")
    named = ["--policy", str(folder / "gate-code.policy")]
    done = CliRunner().invoke(app, ["timeline", str(path), *named])
    assert "at any time        PROHIBITED" in done.stdout
    assert "Nothing changes with the date." in done.stdout


def test_too_many_days_are_refused(folder: Path) -> None:
    gates = "".join(
        f'gate g{i} {{\n harm no attested by "R. Diaz" on {date(2020, 1, 1) + timedelta(3 * i)}\n}}\n'
        for i in range(MOST_DAYS + 1)
    )
    with pytest.raises(InvalidError, match="E407"):
        told(folder, f'deployment "A yard"\njudged by gate-code\n{gates}')


def test_an_attestation_counts_as_one_day(folder: Path) -> None:
    """Nothing changes on the day after it, so that 52 of them are not 104."""
    lines = [f'attested by "R. Diaz" on {date(2020, 1, 1) + timedelta(3 * i)}' for i in range(52)]
    gates = "".join(f"gate g{i} {{\n harm no {line}\n}}\n" for i, line in enumerate(lines))
    assert told(folder, f'deployment "A yard"\njudged by gate-code\n{gates}').periods


def test_the_page_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    ((command, shown),) = re.findall(r"```text\n\$ clausewise (timeline .*)\n((?s:.*?))```", page)
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, command.split())
    assert (done.exit_code, done.stdout) == (0, shown)


def test_json_says_the_same() -> None:
    done = CliRunner().invoke(app, ["timeline", str(STATION), "--format", "json"])
    found = json.loads(done.stdout)
    assert found["schema"] == "clausewise/timeline/1"
    assert found["as_of"] == "2026-11-26"
    assert [(p["from"], p["to"], p["by"], p["verdict"]) for p in found["periods"]] == [
        (None, "2025-02-01", None, "not-applicable"),
        ("2025-02-02", "2026-11-01", "policies", "needs-review"),
        ("2026-11-02", None, "design", "permitted"),
    ]
    assert found["periods"][2]["changes"] == [
        {
            "policy": "eu-ai-act",
            "clause": "live-identification",
            "from": "review",
            "to": "met",
        }
    ]


def test_days_before_a_text_are_told_apart(tmp_path: Path) -> None:
    text = STATION.read_text(encoding="utf-8")
    text = text.replace("judged by eu-ai-act", "judged by eu-ai-act, us-il-bipa")
    found = timeline(Source(str(tmp_path / "a.design"), text), Options())
    first, *later = [[is_in_force(judged) for judged in p.judgements] for p in found.periods]
    assert first == [False, True]
    assert all(all(each) for each in later)
    assert [policy.name for policy in found.undated] == ["us-il-bipa"]


def test_several_policies_have_a_verdict_each_and_one_on_the_whole(tmp_path: Path) -> None:
    text = STATION.read_text(encoding="utf-8")
    text = text.replace("judged by eu-ai-act", "judged by eu-ai-act, us-il-bipa")
    path = tmp_path / "x.design"
    path.write_text(text, encoding="utf-8")
    found = timeline(Source(str(path), text), Options())
    assert [[j.verdict.value for j in p.judgements] for p in found.periods] == [
        ["not-applicable", "not-applicable"],
        ["needs-review", "not-applicable"],
        ["permitted", "not-applicable"],
    ]
    assert [p.verdict.value for p in found.periods] == [
        "not-applicable",
        "needs-review",
        "permitted",
    ]


@pytest.mark.parametrize("exact", [True, False])
def test_what_policies_prohibit_together_is_prohibited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exact: bool
) -> None:
    """From the day on which the second is in force one of both prohibits it, whatever the alarm is."""
    (tmp_path / "gates.vocabulary").write_text(VOCABULARY, encoding="utf-8")
    for name, day, answer in (("one", "2026-02-01", "yes"), ("two", "2026-05-01", "no")):
        rule = f"from {day} prohibits gate g where g.alarm is {answer}"
        rule = f'clause c (C1) {{ at "1" quotes "q" says "s" {rule} because "b" }}'
        text = f"policy {name}\nvocabulary gates\n{rule}\n"
        (tmp_path / f"{name}.policy").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.design"
    path.write_text('deployment "X"\njudged by one, two\ngate front { }\n', encoding="utf-8")
    found = timeline(
        Source(str(path), path.read_text(encoding="utf-8")), replace(within(tmp_path), exact=exact)
    )
    last = "prohibited" if exact else "needs-information"
    assert [str(p.verdict) for p in found.periods] == ["not-applicable", "needs-information", last]
    if exact:
        said = CliRunner().invoke(app, ["timeline", "--exact", "x.design"]).stdout
        assert "PROHIBITED" in said
        assert "One of one and two prohibits it whatever `front.alarm` is" in " ".join(said.split())


def test_a_design_that_cannot_be_judged_exits_with_2(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_text('deployment "X"\njudged by no-such\n', encoding="utf-8")
    assert CliRunner().invoke(app, ["timeline", str(path)]).exit_code == 2
