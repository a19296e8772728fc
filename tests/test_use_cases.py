"""The approved use cases: their designs conform and hold what is needed, and their pages say what is so."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.commands.cli import app
from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import Fact, Terms
from clausewise.dsl.text.source import Source
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake.load import load_policy
from clausewise.testing.cases import CaseResult, run_cases
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "use-cases"
HELD = ROOT / "policies" / "face" / "use-cases"
DESIGNS = sorted(HELD.glob("*.design"))
CONFORMING = [*DESIGNS, ROOT / "policies" / "face" / "access.design"]
LAWFUL = Options(readings={"consent": "or-lawful-use"})
ROW = re.compile(r"^\| \[(\S+)\]\(\S+\) \| \S+ \| (\d+) \| (.*) \|$", re.MULTILINE)
ROWS = {m[1]: (int(m[2]), m[3]) for m in ROW.finditer((FOLDER / "README.md").read_text("utf-8"))}


@cache
def results() -> dict[str, CaseResult]:
    """What came of each case, by its title."""
    return {result.title: result for result in run_cases(HELD / "use-cases.cases")}


def judged(text: str, options: Options) -> Report:
    (report,) = check_source(Source("x.design", text), options)
    return report


def options_of(path: Path) -> Options:
    """The readings by which a design conforms, as the table of the pages says."""
    is_default = ROWS.get(path.stem, (0, "the default readings"))[1] == "the default readings"
    return Options() if is_default else LAWFUL


def test_there_is_a_design_for_each_approved_use_case() -> None:
    purposes = load_policy("face-code-of-conduct").vocabulary.taxonomies["purpose"]
    approved = {t for t in purposes.inside(["approved-use"]) if not purposes.children.get(t)}
    assert set(ROWS) == approved == {path.stem for path in DESIGNS}


def test_cases() -> None:
    assert results()
    assert [(r.title, r.differences) for r in results().values() if not r.passed] == []


@pytest.mark.parametrize("path", CONFORMING, ids=lambda path: path.stem)
def test_a_conforming_design_states_what_is_needed_and_no_more(path: Path) -> None:
    text, options = path.read_text(encoding="utf-8"), options_of(path)
    report = judged(text, options)
    assert report.verdict == Verdict.PERMITTED
    facts = [
        fact for entity in report.deployment.entities.values() for fact in entity.facts.values()
    ]
    assert len(facts) <= 45
    assert ROWS.get(path.stem, (len(facts),))[0] == len(facts)
    for fact in facts:
        assert fact.span is not None
        without = text[: fact.span.start] + "#" + text[fact.span.start :]
        assert judged(without, options).verdict != Verdict.PERMITTED, fact.name


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_each_mistake_of_a_page_is_caught_by_the_clause_that_it_names(path: Path) -> None:
    page = (FOLDER / f"{path.stem}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([A-Z]\d+) \|", page, re.MULTILINE)
    assert len(rows) == 3
    for mistake, number in rows:
        judgement = results()[f"{path.stem}: {mistake}"].judgement
        assert judgement is not None
        assert judgement.clause(number).outcome is Outcome.VIOLATED
        assert judgement.readings["consent"] == options_of(path).readings.get("consent", "always")


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_a_page_says_where_the_default_readings_prohibit(path: Path) -> None:
    page = (FOLDER / f"{path.stem}.md").read_text(encoding="utf-8")
    says = "--reading consent=or-lawful-use" in page
    assert says is (options_of(path) is LAWFUL)
    without_consent = results().get(f"{path.stem}: by the default reading")
    assert (without_consent is not None) is says


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_new_writes_only_what_the_use_case_needs(path: Path) -> None:
    result = CliRunner().invoke(app, ["new", "--for", path.stem])
    assert result.exit_code == 0
    text = result.stdout
    held = set(re.findall(r"^  (?:# )?([a-z-]+) +\S", path.read_text("utf-8"), re.MULTILINE))
    asked = set(re.findall(r"^  (?:# )?([a-z-]+) +(?:unknown|\S.*)$", text, re.MULTILINE))
    assert held <= asked
    report = judged(text, options_of(path))
    (use,) = report.deployment.of_type("use")
    purpose = use.value("purpose")
    assert isinstance(purpose, Terms)
    assert purpose.names == (path.stem,)
    stated = [f for e in report.deployment.entities.values() for f in e.facts.values()]
    assert all(f.field.kind == "choice" for f in stated), "nobody's claim is written for them"
    assert [q.fact for q in report.advice.questions if q.type == "entity"] == []


# claims from which an applicant gains

DESCRIBED = {"use.operation", "use.purpose", "use.by", "use.results-to", "use.people", "use.camera"}
"""What a use is: what is registered and approved, and for which somebody answers as complete and honest (N2)."""


def gains(fact: Fact, report: Report) -> bool:
    """Whether a fact of a permitted design keeps it from a violation: with some other value it has one."""
    field, text = fact.field, report.source.text
    if field.shape == "ages":
        others = ["0..5"]
    elif field.has_terms:
        others = [
            *report.policy.vocabulary.taxonomy_of(field).current,
            *(["none"] if field.may_be_none else []),
        ]
    else:
        return True  # a reference: whoever it hides may be anyone
    assert fact.span
    before, after = text[: fact.span.start], text[fact.span.start :]
    line, rest = after.split("\n", 1)
    name = line.split()[0]
    return any(
        judged(f"{before}{name} {other}\n{rest}", Options()).verdict is Verdict.PROHIBITED
        for other in others
        if not (field.shape == "some of" and other == "none")
    )


def test_what_an_applicant_could_gain_by_needs_evidence() -> None:
    report = judged((ROOT / "policies" / "face" / "access.design").read_text(), Options())
    stated = [f for e in report.deployment.entities.values() for f in e.facts.values() if f.span]
    assert report.verdict is Verdict.PERMITTED
    bare = {
        f"{fact.field.owner}.{fact.field.name}"
        for fact in stated
        if fact.field.kind != "judgement" and not needs_evidence(fact) and gains(fact, report)
    }
    assert bare <= DESCRIBED


def test_what_police_hide_behind_needs_evidence() -> None:
    """To leave an actor out of a list is a claim, too: such a list goes on until its end is proved."""
    path = ROOT / "policies" / "face" / "access.design"
    strict = Options(evidence_required=True)
    outcomes = {j.clause.number: j for j in judged(path.read_text(), strict).clauses}
    missing = outcomes["N12"].missing
    assert {
        "contoso.acts-for",
        "check-in.pictures-from",
        "turnstile.owner",
        "turnstile.used-by",
    } <= {*missing}
