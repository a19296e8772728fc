"""The Face pack: its cases, its examples, and whether it says all that its source says."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from clausewise import policies
from clausewise.checking.check import Options, check_file, check_source
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.syntax import Expectation
from clausewise.dsl.text.source import Source, read_source
from clausewise.engine.core.conditions import FieldOf, Violated
from clausewise.engine.core.conditions import Path as EntityPath
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import walk
from clausewise.intake.load import load_policy, policy_warnings
from clausewise.testing.cases import run_cases
from clausewise.testing.coverage import coverage_of
from clausewise.testing.mutation import mutate
from tests.conftest import ROOT

PACK = ROOT / "policies" / "face"
SOURCE = ROOT.parent / "shared" / "source" / "code-of-conduct.txt"
NUMBERS = ["A1", *(f"M{i}" for i in range(1, 5)), *(f"N{i}" for i in range(1, 15))]
NUMBERS += [f"U{i}" for i in range(1, 5)]

IMPOSSIBLE = {
    # Clauses about the deployment as a whole, or about every use, always apply.
    "not-applicable": {
        *("human-oversight", "technical-limits", "feedback-channels", "scenario-mitigations"),
        *("lawful-use", "code-consistency", "sensitive-inference", "gender", "emotion"),
        *("us-police", "surveillance", "no-harm", "liveness-probing", "attacks"),
        "significant-harm",
    },
}

EXAMPLES = {
    "case-01-rite-aid": ("prohibited", "M1 M2 M3 M4 N1 N5 N9 U1"),
    "case-02-edmonton-police": ("prohibited", "N3 N9"),
    "case-05-project-nola": ("prohibited", "N9 N12 N14"),
    "case-09-courier-check-nominal": ("prohibited", "M3 N5"),
    "case-09-courier-check-reviewed": ("permitted", ""),
    "case-10-skelleftea-school": ("prohibited", "M4 N1 N9"),
    "case-12-chelmer-valley": ("prohibited", "N1 N9"),
    "case-14-hangzhou-classroom": ("prohibited", "N11"),
    "case-16-airport-boarding": ("permitted", ""),
    "case-19-office-access": ("permitted", ""),
    "case-20-bank-onboarding-closed": ("permitted", ""),
    "case-20-bank-onboarding-exposed": ("prohibited", "N7 N8"),
    "case-23-missing-persons": ("prohibited", "N9"),
    "case-24-apprehended-suspect-abroad": ("prohibited", "N9"),
    "case-24-apprehended-suspect-us-city": ("prohibited", "N12"),
    "lobby": ("needs-information", ""),
    "patrol": ("prohibited", "N9"),
    "station-door": ("prohibited", "N12"),
}
OPEN = {"case-02-edmonton-police": "N13", "case-14-hangzhou-classroom": "N4"}
MET = {"case-05-project-nola": "N13"}


@pytest.fixture(scope="module")
def face() -> Policy:
    return load_policy("face-code-of-conduct")


@pytest.mark.parametrize("name", policies.names(".policy"))
def test_no_policy_is_suspicious(name: str) -> None:
    assert policy_warnings(name) == ()


@pytest.mark.parametrize("path", sorted(PACK.glob("*.cases")), ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    results = list(run_cases(path))
    assert results
    assert [(r.title, r.differences) for r in results if not r.passed] == []


def test_every_clause_of_the_source_is_there_in_order(face: Policy) -> None:
    assert [clause.number for clause in face.clauses.values()] == NUMBERS


@pytest.mark.parametrize("name", policies.names(".policy"))
def test_the_cases_try_all_of_a_policy(name: str) -> None:
    policy = load_policy(name)
    runs = [
        (result.title, result.report)
        for path in sorted(PACK.glob("*.cases"))
        for result in run_cases(path)
        if result.report is not None and result.report.policy.name == name
    ]
    coverage = coverage_of(policy, runs)
    assert coverage.reached
    assert [target.words for target in coverage.missed] == []


@pytest.mark.parametrize("name", policies.names(".policy"))
def test_the_cases_notice_every_change_of_a_policy(name: str) -> None:
    mutation = mutate(name, [])
    assert mutation.noticed > 40
    assert [survivor.mutant for survivor in mutation.open] == []
    assert mutation.unknown == ()


IMPLIED = {"liveness-automation", "liveness-derivatives"}
"""What violates these violates liveness-probing."""


def test_code_consistency_covers_every_other_clause(face: Policy) -> None:
    tested = {
        node.clause
        for node in walk(face.clauses["code-consistency"].violation)
        if isinstance(node, Violated)
    }
    assert tested == set(face.clauses) - {"code-consistency"} - IMPLIED


def test_what_violates_a_liveness_clause_violates_the_code() -> None:
    results = list(run_cases(PACK / "face-code-of-conduct.cases"))
    judgements = [result.report.judgement for result in results if result.report]
    implied = [j for j in judgements if {j.clause(name).outcome for name in IMPLIED} & {"violated"}]
    assert len(implied) > 2
    for judgement in implied:
        assert judgement.clause("liveness-probing").outcome == "violated"
        assert judgement.clause("code-consistency").outcome == "violated"


@pytest.mark.parametrize("name", policies.names(".policy"))
def test_quotes_stand_in_the_source(name: str) -> None:
    if not SOURCE.is_file():
        pytest.skip("the source text is not beside this repository")
    text = SOURCE.read_text(encoding="utf-8")
    missing = [c.quotes for c in load_policy(name).clauses.values() if c.quotes not in text]
    assert missing == []


@pytest.mark.parametrize("name", policies.names(".policy"))
def test_every_clause_has_cases_for_its_outcomes(name: str) -> None:
    tree, _ = parse(read_source(PACK / f"{name}.cases"), "cases")
    assert tree is not None
    seen: dict[str, set[str]] = defaultdict(set)
    for case in tree.cases:
        for line in case.lines:
            if isinstance(line, Expectation) and line.outcome:
                seen[line.subject.text].add(line.outcome.text)
    for clause in load_policy(name).clauses:
        assert {"violated", "met"} <= seen[clause], clause
        assert {"undetermined", "review"} & seen[clause], clause
        possible = clause not in IMPOSSIBLE["not-applicable"]
        assert ("not-applicable" in seen[clause]) == possible, clause


def test_every_field_is_read(face: Policy) -> None:
    read = set()
    for condition in face.conditions():
        for node in walk(condition):
            if isinstance(node, FieldOf):
                read.add((node.field.owner, node.field.name))
            elif isinstance(node, EntityPath):
                read.update((hop.field.owner, hop.field.name) for hop in node.hops)
    declared = {(e.name, f) for e in face.vocabulary.entities.values() for f in e.fields}
    # Where a camera is and where people are matters to laws, which are policies of their own.
    assert declared - read == {("camera", "place"), ("people", "place")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    result = check_file(ROOT / "examples" / f"{name}.design")
    assert not result.diagnostics
    verdict, numbers = EXAMPLES[name]
    outcomes = {judged.clause.number: judged for judged in result.reports[0].judgement.clauses}
    assert result.verdict == verdict
    assert [n for n in numbers.split() if outcomes[n].outcome != "violated"] == []
    if name in OPEN:
        assert outcomes[OPEN[name]].is_open
    if name in MET:
        assert outcomes[MET[name]].outcome == "met"


def test_every_example_is_expected() -> None:
    assert {path.stem for path in (ROOT / "examples").glob("*.design")} == set(EXAMPLES)


@pytest.mark.parametrize("name", ["case-23-missing-persons", "case-24-apprehended-suspect-abroad"])
def test_the_conflict_on_consent_is_shown(name: str) -> None:
    path = ROOT / "examples" / f"{name}.design"
    (report,) = check_file(path).reports
    other = next(o for o in report.other_readings if o.reading == "consent")
    assert (other.alternative, other.verdict) == ("or-lawful-use", "permitted")
    looser = Options(readings={"consent": "or-lawful-use"})
    assert check_file(path, looser).verdict == "permitted"


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_leaving_out_a_fact_never_permits(name: str) -> None:
    """And from a permitted design, only facts that decide an outcome are missed."""
    text = (ROOT / "examples" / f"{name}.design").read_text(encoding="utf-8")
    (report,) = check_source(Source("x.design", text), Options())
    decisive = {fact for judged in report.judgement.clauses for fact in judged.facts}
    for entity in report.deployment.entities.values():
        for fact in entity.facts.values():
            assert fact.span is not None
            without = text[: fact.span.start] + "#" + text[fact.span.start :]
            (after,) = check_source(Source("x.design", without), Options())
            if report.verdict != "permitted":
                assert after.verdict != "permitted", fact.name
            elif fact.name not in decisive:
                assert after.verdict == "permitted", fact.name


PATHS_TO_POLICE = {
    "runs it": ("by            contoso", "by police"),
    "is acted for": ("acts-for      none", "acts-for police"),
    "receives results": ("results-to    contoso", "results-to contoso, police"),
}


@pytest.mark.parametrize("path", PATHS_TO_POLICE)
@pytest.mark.parametrize(
    "kind", ["police-department", "sheriff", "transit-police", "border-agency"]
)
@pytest.mark.parametrize("place", ["US", "US-TX", "PR"])
def test_no_path_serves_us_police(path: str, kind: str, place: str) -> None:
    text = (PACK / "access.design").read_text(encoding="utf-8")
    old, new = PATHS_TO_POLICE[path]
    pattern = re.sub(r"\s+", r"\\s+", old)
    text, count = re.subn(pattern, new, text)
    assert count == 1
    text += f"\nactor police {{\n  kind {kind}\n  jurisdiction {place}\n  acts-for none\n}}\n"
    (report,) = check_source(Source("x.design", text), Options())
    assert report.verdict == "prohibited"
    assert report.judgement.clause("N12").outcome == "violated"
