"""The conformance suite (tests/conformance/README.md), run on every backend of the engine."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clausewise.checking import Checked, Options, Report, check_file
from clausewise.dsl.admission import admit
from clausewise.dsl.deployment import Deployment
from clausewise.dsl.diagnostic import CODES
from clausewise.engine.compiled import compiled
from clausewise.engine.judge import choose_readings, judge_clause
from clausewise.engine.policy import Policy
from clausewise.load import load_deployment, load_policy, read, read_design
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "conformance"
FILE_KEYS = {"format", "about", "vocabulary", "policy", "other-policies", "design", "case"}
CASE_KEYS = {"name", "put", "vocabulary", "policy", "design", "json", "options", "verdict"}
CASE_KEYS |= {"clauses", "diagnostics", "questions", "decisive"}
OPTIONS = {"readings", "as-of", "evidence"}
CLAUSE_KEYS = {"outcome", "because", "missing"}
DIAGNOSTIC_KEYS = {"code", "line", "in"}

Outcomes = Mapping[str, str]
Backend = Callable[[Policy, Deployment, Mapping[str, str]], Outcomes]


def recorded(policy: Policy, deployment: Deployment, readings: Mapping[str, str]) -> Outcomes:
    return {n: judge_clause(policy, deployment, n, readings).outcome for n in policy.clauses}


def generated(policy: Policy, deployment: Deployment, readings: Mapping[str, str]) -> Outcomes:
    return compiled(policy, readings).outcomes(deployment)


BACKENDS: tuple[Backend, ...] = (recorded, generated)


@dataclass(frozen=True)
class Case:
    """A case with what it shares with the others of its file."""

    file: Path
    shared: Mapping[str, Any]
    own: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}/{self.own['name'][:60]}"

    def text(self, key: str) -> str | None:
        """A text of the case or of its file, with what the case puts into it."""
        text: str | None = self.own.get(key, self.shared.get(key))
        for word, value in self.own.get("put", {}).items():
            text = text.replace(word, value) if text is not None else None
        return text

    @property
    def options(self) -> Options:
        given = self.own.get("options", {})
        return Options(
            readings=given.get("readings", {}),
            as_of=date.fromisoformat(given["as-of"]) if "as-of" in given else None,
            evidence_required=given.get("evidence") == "required",
        )


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.rglob("*.toml")):
        shared = tomllib.loads(path.read_text(encoding="utf-8"))
        assert shared["format"] == 1, path
        assert shared.keys() <= FILE_KEYS, path
        for own in shared["case"]:
            assert own.keys() <= CASE_KEYS, (path, own["name"])
            assert own.get("options", {}).keys() <= OPTIONS
            assert all(e.keys() <= CLAUSE_KEYS for e in own.get("clauses", {}).values())
            assert all(d.keys() <= DIAGNOSTIC_KEYS for d in own.get("diagnostics", ()))
            yield Case(path, shared, own)


CASES = list(cases())
JUDGED = [pytest.param(case, id=case.id) for case in CASES if "diagnostics" not in case.own]
REFUSED = [pytest.param(case, id=case.id) for case in CASES if "diagnostics" in case.own]


def name_of(text: str | None) -> str:
    """The name in a file's first line, or `x`."""
    words = (text or "").split()
    return words[1] if len(words) > 1 and words[0] in ("policy", "vocabulary") else "x"


def written(case: Case, folder: Path) -> Path:
    """The design's path, with the case's files written into a folder."""
    texts = [(case.text(kind), kind) for kind in ("vocabulary", "policy")]
    texts += [(text, "policy") for text in case.shared.get("other-policies", {}).values()]
    for text, kind in texts:
        if text is not None:
            (folder / f"{name_of(text)}.{kind}").write_text(text, encoding="utf-8")
    path = folder / ("x.json" if "json" in case.own else "x.design")
    path.write_text(case.text("json") or case.text("design") or "", encoding="utf-8")
    return path


def admitted(case: Case, path: Path) -> tuple[Policy, Deployment]:
    """The policy and the deployment of a case that can be judged."""
    policy = load_policy(name_of(case.text("policy")), path.parent)
    source = read(path)
    design, problems = read_design(source)
    assert design is not None, problems
    deployment = load_deployment(design, source, policy.vocabulary, problems)
    options = case.options
    dated = replace(deployment, as_of=options.as_of or deployment.as_of)
    return policy, admit(dated, evidence_required=options.evidence_required, folder=path.parent)


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.__name__)
@pytest.mark.parametrize("case", JUDGED)
def test_outcomes(case: Case, backend: Backend, tmp_path: Path) -> None:
    policy, deployment = admitted(case, written(case, tmp_path))
    readings = choose_readings(policy, case.options.readings)
    outcomes = backend(policy, deployment, readings)
    expected = case.own.get("clauses", {})
    assert {name: outcomes[name] for name in expected} == {
        name: wanted["outcome"] for name, wanted in expected.items()
    }


@pytest.mark.parametrize("case", JUDGED)
def test_reasons_missing_facts_and_questions(case: Case, tmp_path: Path) -> None:
    path = written(case, tmp_path)
    policy, deployment = admitted(case, path)
    readings = choose_readings(policy, case.options.readings)
    for name, wanted in case.own.get("clauses", {}).items():
        judged = judge_clause(policy, deployment, name, readings)
        if "because" in wanted:
            assert sorted(judged.facts) in [sorted(facts) for facts in wanted["because"]]
        if "missing" in wanted:
            assert sorted(judged.missing) == sorted(wanted["missing"])
    if {"verdict", "questions", "decisive"} & case.own.keys():
        (report,) = check_file(path, case.options).reports
        check_report(report, case)


def check_report(report: Report, case: Case) -> None:
    assert report.verdict == case.own.get("verdict", report.verdict)
    if "questions" in case.own:
        assert [question.fact for question in report.questions] == case.own["questions"]
    for fact, answers in case.own.get("decisive", {}).items():
        found = [f"{answer.answer} {answer.verdict}" for answer in report.decisive_answers[fact]]
        assert found == answers


@pytest.mark.parametrize("case", REFUSED)
def test_diagnostics(case: Case, tmp_path: Path) -> None:
    result: Checked = check_file(written(case, tmp_path), case.options)
    assert result.reports == ()
    wanted = [(d["code"], d.get("line"), d.get("in", "design")) for d in case.own["diagnostics"]]
    found = [
        (
            d.code,
            d.position[0] if d.span else None,
            Path(d.path).suffix.removeprefix(".").replace("json", "design"),
        )
        for d in result.diagnostics
        if d.is_error
    ]
    assert found == [(code, line or None, place) for code, line, place in wanted]


def test_the_suite_is_whole() -> None:
    """Enough cases, no two of a file alike, and each diagnostic that a text can have."""
    assert len(CASES) >= 300
    assert max(Counter((case.file, str(case.own)) for case in CASES).values()) == 1
    shown = {d["code"] for case in CASES for d in case.own.get("diagnostics", ())}
    without = {
        "E100": "is about files, not texts",
        "E402": "depends on how deep an implementation can go",
        "W701": "is a warning",
    }
    assert set(CODES) - shown == set(without)
