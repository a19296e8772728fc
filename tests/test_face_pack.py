"""The Face pack: its cases, its examples, and whether it says all that its source says."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from clausewise.checking.check import check_file, check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.dsl.text.source import Source
from clausewise.engine.core.conditions import FieldOf, Path as EntityPath, Violated
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import walk
from clausewise.formats.report.json import render as json_of
from clausewise.formats.report.sentences import sentence_of, what_can_change
from clausewise.intake.load import load_policy
from clausewise.testing.cases import CaseResult, run_cases
from tests.conftest import ROOT

PACK = ROOT / "policies" / "face"
EXAMPLES = sorted((ROOT / "examples").glob("*.design"))
CASES = ROOT / "examples" / "examples.cases"


@cache
def results(path: Path) -> tuple[CaseResult, ...]:
    """What came of the cases of a file."""
    return tuple(run_cases(path))


@pytest.fixture(scope="module")
def face() -> Policy:
    return load_policy("face-code-of-conduct")


def test_the_cases_of_the_examples() -> None:
    assert results(CASES)
    assert [(r.title, r.differences) for r in results(CASES) if not r.passed] == []


def test_every_example_has_a_case() -> None:
    named = re.findall(r'^  design +"(.*)"', CASES.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == [path.name for path in EXAMPLES]


def test_code_consistency_covers_every_other_clause(face: Policy) -> None:
    tested = {
        node.clause
        for node in walk(face.clauses["code-consistency"].violation)
        if isinstance(node, Violated)
    }
    assert tested == set(face.clauses) - {"code-consistency"}


def test_readings_are_told_that_lift_a_prohibition_only_together() -> None:
    text = (PACK / "use-cases" / "touchless-access-control.design").read_text(encoding="utf-8")
    text = re.sub(r"(infers +)none", r"\1gaze", text)
    text = re.sub(r"(retention +)[^ \n]+.*", r"\1indefinitely", text)
    (report,) = check_source(Source("x.design", text), Options())
    found = report.advice.joint_reading
    assert found is not None
    assert found.alternatives == {"mitigations": "judged", "emotional-state": "feelings-only"}
    assert what_can_change(report) == "no fact can change this, other readings together may"
    (again,) = check_source(Source("x.design", text), Options(readings=found.alternatives))
    assert again.verdict is found.verdict is Verdict.PERMITTED
    (policy,) = json.loads(json_of([Checked("x.design", (report,))]))["designs"][0]["policies"]
    assert policy["joint_reading"] == {"readings": found.alternatives, "verdict": "permitted"}
    one = text.replace("gaze", "feeling")  # no reading lifts that
    (other,) = check_source(Source("x.design", one), Options())
    assert other.advice.joint_reading is None
    assert what_can_change(other) == "nothing else can change this"


def test_that_two_readings_may_lift_one_clause_together_is_not_denied() -> None:
    """Apprentices of sixteen who cannot withdraw: each of two breaches of N9 is lifted by a reading of its own."""
    text = (PACK / "use-cases" / "touchless-access-control.design").read_text(encoding="utf-8")
    text = re.sub(r"(ages +)18", r"\1 16", text)
    text = text.replace("freedom-of-choice, control", "freedom-of-choice")
    text = text.replace("people employees {", "people employees {\n  age-of-consent  16")
    text = text.replace("safeguards {", "safeguards {\n  mitigations  tested-on-young-people")
    (report,) = check_source(Source("x.design", text), Options())
    assert report.verdict is Verdict.PROHIBITED
    assert report.advice.joint_reading is None
    assert what_can_change(report) == "no fact can change this, and no other reading by itself"
    both = {"consent-of-the-young": "or-themselves", "valid-consent": "as-law-has-it"}
    (again,) = check_source(Source("x.design", text), Options(readings=both))
    assert again.verdict is Verdict.NEEDS_REVIEW  # N4


def test_what_violates_a_clause_violates_the_code() -> None:
    judgements = [result.judgement for result in results(CASES) if result.judgement]
    violated = [j for j in judgements if j.verdict == "prohibited"]
    assert len(violated) > 5
    for judgement in violated:
        assert judgement.clause("code-consistency").outcome == "violated"


FOR_LAWS = """
camera.place camera.space camera.city people.place people.consent-form people.told people.told-how
people.requested use.active-involvement use.template-custody use.deleted-after-purpose
use.deleted-after-contact use.sells use.setting
"""
"""What no clause of the code turns on: laws, which are policies of their own, read it."""
NAMED = "use.violated-text"
"""What is named where a clause is violated, and decides none."""


def test_every_field_is_read(face: Policy) -> None:
    read = set()
    for condition in face.conditions():
        for node in walk(condition):
            if isinstance(node, FieldOf):
                read.add((node.field.owner, node.field.name))
            elif isinstance(node, EntityPath):
                read.update((hop.field.owner, hop.field.name) for hop in node.hops)
    declared = {(e.name, f.name) for e in face.vocabulary.entities.values() for f in e.current}
    unread = {f"{owner}.{name}" for owner, name in declared - read}
    assert unread == {*FOR_LAWS.split(), NAMED}


def test_every_sensitive_trait_needs_consent_of_its_own(face: Policy) -> None:
    """The clause names each, so a trait that is added must be added there."""
    traits = face.vocabulary.taxonomies["trait"]
    sensitive = {t for t in traits.inside(["sensitive-trait"]) if not traits.children.get(t)}
    sensitive.add("other-trait")  # what has no name may be sensitive, and counts
    limited = traits.inside(["limited-attribute"]) - {"limited-attribute"}
    text = (PACK / "face-code-of-conduct.policy").read_text(encoding="utf-8")
    for field, terms in (
        ("p.consented-traits", sensitive),
        ("registration.approved-traits", limited),
    ):
        named = re.findall(rf"{re.escape(field)} overlaps ([a-z-]+)", text)
        assert set(named) == terms


@pytest.mark.parametrize("name", ["case-23-missing-persons", "case-24-apprehended-suspect-abroad"])
def test_the_conflict_on_consent_is_shown(name: str) -> None:
    path = ROOT / "examples" / f"{name}.design"
    (report,) = check_file(path).reports
    other = next(o for o in report.advice.other_readings if o.reading == "consent")
    assert (other.alternative, other.verdict) == ("or-lawful-use", "permitted")
    looser = Options(readings={"consent": "or-lawful-use"})
    assert check_file(path, looser).verdict == "permitted"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_leaving_out_a_fact_never_permits(path: Path) -> None:
    """And from a permitted design, only facts that decide an outcome are missed."""
    text = path.read_text(encoding="utf-8")
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
    "owns the camera": ("owner    contoso", "owner police"),
    "works with the camera": ("used-by    none", "used-by police"),
    "supplied the pictures": ("pictures-from    none", "pictures-from police"),
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


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (("ages         18..", "ages         10.."), "valid-consent"),
        (("explicit", "by-guardian"), "valid-consent"),
        (("", ""), "age-of-consent"),
    ],
)
def test_who_speaks_of_those_under_age_names_the_age(change: tuple[str, str], clause: str) -> None:
    text = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
    (report,) = check_source(Source("x.design", text.replace(*change)), Options())
    judged = report.judgement.clause(clause)
    assert re.search(r"\bby default (from )?(that takes )?18\b", sentence_of(judged, report))
