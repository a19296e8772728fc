"""The conformance suite (tests/conformance/README.md), run on every backend of the engine."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from pydantic import ValidationError

from clausewise.checking.cautions import cautioned
from clausewise.checking.check import check_file
from clausewise.checking.report import COULD_NOT_JUDGE, Report
from clausewise.dsl.models.deployment import Deployment, FactName
from clausewise.dsl.text.diagnostic import CODES, Diagnostic, InvalidError
from clausewise.engine.backends.python import runtime
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.judging.judge import judge_clause
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.intake.designs import read_design
from clausewise.intake.laws import load_laws
from clausewise.intake.load import load_file, policy_warnings
from clausewise.intake.texts import read
from tests.conformance_runner import (
    VOCABULARIES,
    CaseFile,
    ExpectedDiagnostic,
    Given,
    name_of,
    read_suite,
)
from tests.conftest import ROOT, counts, program

FOLDER = ROOT / "tests" / "conformance"
CASES = tuple(read_suite(FOLDER))

Outcomes = Mapping[str, str]
Write = Callable[[Given], Path]
Backend = Callable[[Policy, Deployment, Mapping[str, str]], Outcomes]


def recorded(policy: Policy, deployment: Deployment, readings: Mapping[str, str]) -> Outcomes:
    """The recorded judge, which is the meaning of the language."""
    return {n: judge_clause(policy, deployment, n, readings).outcome for n in policy.clauses}


def generated(policy: Policy, deployment: Deployment, readings: Mapping[str, str]) -> Outcomes:
    """The policy compiled to Python."""
    return program(policy, readings).outcomes(deployment)


def generated_for_many(
    policy: Policy, deployment: Deployment, readings: Mapping[str, str]
) -> Outcomes:
    """The same, where relations are followed backwards, as they are among many entities."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "FEW", 0)
        return generated(policy, deployment, readings)


BACKENDS: tuple[tuple[str, Backend], ...] = (
    ("recorded", recorded),
    ("generated", generated),
    ("generated, for many", generated_for_many),
)

NOT_SHOWN = {
    "E100": "is about files that cannot be read, not about texts",
    **dict.fromkeys(("E104", "E105", "E106"), "is about writing files, not about what they mean"),
    "E531": "is about a policy read over another vocabulary than its own",
    "E107": "is about mutants, not about the language",
    **dict.fromkeys(
        ("E108", "E109"), "is about the configuration of a run, not about the language"
    ),
    **dict.fromkeys(("E110", "E111", "E112"), "is about what counts in a run, not in the language"),
    **dict.fromkeys(("W705", "W706", "W707"), "is about what counts in a run, not in the language"),
    "E208": "is about what files are called",
    **dict.fromkeys(("E209", "E210"), "is about which packs are installed"),
    **dict.fromkeys(("E801", "E802"), "is about how a run ends"),
    **dict.fromkeys(("W702", "W703"), "is about what changes no outcome"),
    "W704": "is what a policy says itself, which cases expect as `warned`",
    **dict.fromkeys(("E511", "E512"), "is about who may judge in a run"),
    "E207": "needs a second vocabulary, which a case does not have",
    **dict.fromkeys(
        ("E402", "E405", "E406", "E407"),
        "its bound is this implementation's, and not in the reference",
    ),
    **dict.fromkeys(("E520", "E521", "E523"), "is about folders and cases, not about one design"),
    "E522": "is about source texts, not about the language",
    "E524": "is about what is installed",
    **dict.fromkeys(("E525", "E526", "E527"), "is about tables of designs, not about one design"),
    **dict.fromkeys(("E530", "E529"), "is about changes of designs, not about what they mean"),
    **dict.fromkeys(
        ("E113", "E114", "E532", "E533", "W708", "W709"),
        "is about files of other programs, not about the language",
    ),
    "E546": "is about portfolios, not about one design",
    **dict.fromkeys(("E547", "E548"), "is about cases, which this suite does not have"),
    **dict.fromkeys(
        ("E561", "E562", "E563"), "is about keys and attestations, not about the language"
    ),
    "E571": "is about a desk, not about the language",
    **{code: "is about ledgers, not about the language" for code in CODES if code[:2] == "E6"},
}
"""Codes without a case, with the reason."""


def expecting(*keys: str) -> list[ParameterSet]:
    """The cases that expect one of these, as parameters of a test."""
    return [pytest.param(g, id=g.id) for g in CASES if g.case.model_fields_set & set(keys)]


def admitted(given: Given, path: Path) -> tuple[Policy, Deployment]:
    """The policy and the deployment of a case that can be judged."""
    file = path.parent / f"{name_of(given.texts()['policy'])}.policy"
    policy = load_file(file, given.company(path.parent))
    options = given.options(path.parent)
    return policy, read_design(read(path)).deployment(
        policy.vocabulary,
        as_of=options.as_of,
        evidence=counts if options.evidence_required else None,
    )


@pytest.mark.parametrize("given", expecting("clauses"))
def test_outcomes(given: Given, written: Write) -> None:
    """By every backend, since to read a case takes longer than to judge it."""
    policy, deployment = admitted(given, written(given))
    readings = choose_readings(policy, given.case.options.readings)
    expected = {name: wanted.outcome for name, wanted in given.case.clauses.items()}
    for which, backend in BACKENDS:
        outcomes = backend(policy, deployment, readings)
        assert {name: outcomes[name] for name in expected} == expected, which


@pytest.mark.parametrize("given", expecting("clauses"))
def test_reasons_and_missing_facts(given: Given, written: Write) -> None:
    policy, deployment = admitted(given, written(given))
    readings = choose_readings(policy, given.case.options.readings)
    for name, wanted in given.case.clauses.items():
        judged = judge_clause(policy, deployment, name, readings)
        assert judged.outcome == wanted.outcome
        if wanted.because is not None:
            assert sorted(judged.facts) in [sorted(facts) for facts in wanted.because]
        if wanted.missing is not None:
            assert sorted(judged.missing) == sorted(wanted.missing)
        if wanted.breaches is not None:
            assert breaches_of(judged) == set(wanted.breaches)
            (report,) = check_file(written(given), given.options(written(given).parent)).reports
            assert breaches_of(report.judgement.clause(name)) == set(wanted.breaches)


def breaches_of(judged: ClauseJudgement) -> set[str]:
    return {breach.name for finding in judged.findings for breach in finding.breaches}


@pytest.mark.parametrize("given", expecting("warned"))
def test_what_a_policy_warns_of(given: Given, written: Write) -> None:
    (report,) = check_file(written(given), given.options(written(given).parent)).reports
    shown = cautioned(report.judgement)
    given_ = [w.clause.name for w in shown.clauses if w.outcome == "violated"] if shown else []
    assert set(given_) == set(given.case.warned or [])
    policy, deployment = admitted(given, written(given))
    readings = choose_readings(policy, given.case.options.readings)
    found = recorded(policy.cautions, deployment, readings) if policy.cautions else {}
    assert {n for n, outcome in found.items() if outcome == "violated"} == set(
        given.case.warned or []
    )


@pytest.mark.parametrize("given", expecting("verdict", "questions", "decisive"))
def test_verdicts_and_questions(given: Given, written: Write) -> None:
    (report,) = check_file(written(given), given.options(written(given).parent)).reports
    if given.case.verdict is not None:
        assert report.verdict == given.case.verdict
    if given.case.questions is not None:
        assert_asked(report, given.case.questions)
    for fact, answers in given.case.decisive.items():
        found = [
            f"{answer.answer} {answer.verdict}"
            for answer in report.advice.decisive_answers[FactName(fact)]
        ]
        assert sorted(found) == sorted(answers)


def assert_asked(report: Report, expected: Sequence[str | Sequence[str]]) -> None:
    """These questions, in this order; those of an inner list in any order."""
    asked = [question.fact for question in report.advice.questions]
    for rank in expected:
        tied = [rank] if isinstance(rank, str) else rank
        assert sorted(asked[: len(tied)]) == sorted(tied)
        asked = asked[len(tied) :]
    assert asked == []


@pytest.mark.parametrize("given", expecting("warnings"))
def test_warnings(given: Given, written: Write) -> None:
    folder = written(given).parent
    found = policy_warnings(name_of(given.texts()["policy"]), folder)
    assert_reported(found, given.case.warnings or [])


@pytest.mark.parametrize("given", expecting("diagnostics"))
def test_diagnostics(given: Given, written: Write) -> None:
    path = written(given)
    if path.suffix == ".laws":
        with pytest.raises(InvalidError) as raised:
            load_laws(path)
        assert_reported(raised.value.diagnostics, given.case.diagnostics)
        return
    result = check_file(path, given.options(path.parent))
    assert result.exit_code == COULD_NOT_JUDGE
    assert_reported([d for d in result.diagnostics if d.is_error], given.case.diagnostics)


def assert_reported(found: Sequence[Diagnostic], wanted: Sequence[ExpectedDiagnostic]) -> None:
    """Exactly these, in this order."""
    assert [(d.code, place_of(d)) for d in found] == [(w.code, w.place) for w in wanted]
    for diagnostic, expected in zip(found, wanted, strict=True):
        line = diagnostic.position[0] if diagnostic.span else None
        assert line in expected.lines


def place_of(diagnostic: Diagnostic) -> str:
    """The kind of file that a diagnostic is about."""
    return Path(diagnostic.path).suffix.removeprefix(".").replace("json", "design")


def test_the_suite_is_whole() -> None:
    """Enough cases, told apart by their names, and each diagnostic that a text can have."""
    assert len(CASES) >= 300
    assert [name for name, count in Counter(given.id for given in CASES).items() if count > 1] == []
    shown = {
        d.code for given in CASES for d in [*given.case.diagnostics, *(given.case.warnings or [])]
    }
    assert set(CODES) - shown <= set(NOT_SHOWN)
    assert shown.isdisjoint(NOT_SHOWN)


def test_every_word_that_a_case_puts_stands_in_its_texts() -> None:
    assert [(given.id, given.unused_words()) for given in CASES if given.unused_words()] == []


MINIMAL: dict[str, object] = {
    "format": 1,
    "about": "nothing; section 1",
    "case": [{"name": "n", "verdict": "permitted"}],
}


def with_case(**case: object) -> dict[str, object]:
    """A file of one case."""
    return {**MINIMAL, "case": [{"name": "n", **case}]}


def test_the_format_takes_what_it_describes() -> None:
    assert CaseFile.model_validate(MINIMAL).cases[0].verdict == "permitted"


def test_a_vocabulary_is_a_text_or_the_name_of_one_that_files_share() -> None:
    text = (VOCABULARIES / "teams.vocabulary").read_text(encoding="utf-8")
    assert CaseFile.model_validate(MINIMAL | {"vocabulary": "teams"}).vocabulary == text
    assert CaseFile.model_validate(MINIMAL | {"vocabulary": text}).vocabulary == text


def test_no_vocabulary_stands_in_three_files() -> None:
    """Two may differ in the next case; what three files hold has a name and a file of its own."""
    files = {given.file: tomllib.loads(given.file.read_text(encoding="utf-8")) for given in CASES}
    count = Counter(file.get("vocabulary") for file in files.values())
    shared = {path.stem for path in VOCABULARIES.iterdir()}
    assert [text for text, n in count.items() if n > 2 and text not in shared] == []
    assert [name for name in shared if count[name] < 2] == []


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (MINIMAL | {"format": 2}, "format"),
        (MINIMAL | {"about": "no section is cited"}, "about"),
        (MINIMAL | {"case": []}, "case"),
        (MINIMAL | {"cases": []}, "cases"),
        (MINIMAL | {"vocabulary": "nobody-wrote-this"}, "vocabulary"),
        (with_case(), "case"),
        (with_case(verdict="permited"), "verdict"),
        (with_case(verdict="permitted", oultine=1), "oultine"),
        (with_case(verdict="permitted", diagnostics=[{"code": "E101"}]), "case"),
        (with_case(clauses={"c": {"outcome": "met", "missing": []}}), "clauses"),
        (with_case(clauses={"c": {"outcome": "review", "because": []}}), "clauses"),
        (with_case(diagnostics=[{"code": "E101", "line": "3"}]), "diagnostics"),
        (with_case(diagnostics=[{"code": "E101", "place": "policy"}]), "diagnostics"),
        (with_case(verdict="permitted", options={"as_of": "2026-01-01"}), "options"),
    ],
)
def test_the_format_is_strict(file: dict[str, object], place: str) -> None:
    with pytest.raises(ValidationError) as error:
        CaseFile.model_validate(file)
    assert place in {part for found in error.value.errors() for part in found["loc"]}
