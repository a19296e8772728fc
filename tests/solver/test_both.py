"""`explain --both`: for each clause that is truly open one way to violate it, and one to keep it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.commands.cli import app
from clausewise.dsl.models.deployment import Deployment, Fact
from clausewise.engine.backends.solver.both import WayShown, both_ways
from clausewise.intake.access import Access
from tests.conftest import ROOT

OPEN = ("lobby", "patrol", "station-door", "case-14-hangzhou-classroom")


def report_of(name: str) -> Report:
    path = ROOT / "examples" / f"{name}.design"
    (report, *_) = check_file(path, Options(access=Access(root=ROOT))).reports
    return report


def with_facts(report: Report, way: WayShown, facts: Sequence[Fact]) -> Deployment:
    """The design with what a way adds to it, or with some of that."""
    stated = report.deployment
    entities = {**stated.entities, **{e.name: type(e)(e.type, e.name, {}) for e in way.entities}}
    day = way.as_of or stated.as_of
    design = Deployment(
        stated.vocabulary,
        stated.title,
        draft=stated.draft and not way.no_draft,
        judged_by=stated.judged_by,
        as_of=day,
        entities=entities,
        source=stated.source,
    )
    for fact in facts:
        design = design.with_fact(fact)
    return design


@pytest.mark.parametrize("name", OPEN)
def test_each_way_is_as_few_facts_as_the_judge_needs(name: str) -> None:
    report = report_of(name)
    judgement = report.judgement
    seen = 0
    for clause in report.clauses:
        if not clause.is_open:
            continue
        both = both_ways(judgement, clause.clause.name)
        for way in filter(None, (both.violated, both.kept)):
            seen += 1
            whole = with_facts(report, way, way.facts)
            found = judgement.outcomes_of(whole, judgement.readings)[clause.clause.name]
            assert found == way.outcome
            assert not found.is_open
            for fact in way.facts:
                fewer = with_facts(report, way, [f for f in way.facts if f is not fact])
                outcome = judgement.outcomes_of(fewer, judgement.readings)[clause.clause.name]
                assert outcome.is_open or (outcome == "violated") is not (found == "violated")
    assert seen


def test_the_command_shows_both_and_says_what_is_settled() -> None:
    path = str(ROOT / "examples" / "lobby.design")
    shown = CliRunner().invoke(app, ["explain", path, "valid-consent", "--both"]).stdout
    assert "violated, for example, if the design says:" in shown
    assert "met, for example, if the design says:" in shown
    shown = CliRunner().invoke(app, ["explain", path, "gender", "--both"]).stdout
    assert "It is settled" in shown
