"""Two opinions on a judgement: a second person who agrees, who differs, or who is still to be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.commands.cli import app
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import compiled
from clausewise.intake.load import load_policy
from clausewise.intake.records import records_of

VOCABULARY = """\
vocabulary gates
subject deployment
taxonomy part { lock hinge }
entity safety "what keeps people safe" single {
  harm   yes-no       judgement         ask "Could it harm?"
  risk   yes-no       judgement by two  ask "Is it risky?"
  weak   any of part  judgement         ask "What is weak?"
  lasts  duration     judgement         ask "How long does it last?"
}
"""
POLICY = """\
policy gate-code
vocabulary gates
clause harm {
  at "1"  quotes "q"  says "s"
  prohibits where safety.harm is yes
  because "it harms"
}
clause risk {
  at "2"  quotes "q"  says "s"
  prohibits where safety.risk is yes
  because "it is risky"
}
"""
A = 'attested by "A" on 2026-11-01'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gates.vocabulary").write_text(VOCABULARY)
    Path("gate-code.policy").write_text(POLICY)


def design(line: str) -> str:
    return f'deployment "x"\nas of 2026-11-26\n\nsafety {{\n  {line}\n}}\n'


def report(line: str) -> Report:
    (found,) = check_source(Source("a.design", design(line)), Options(policy="gate-code.policy"))
    return found


CASES = [
    (f"harm  no   {A}", "harm", "met", None),
    (f'harm  no   {A}   attested by "B"', "harm", "met", None),
    (
        f'harm  no   {A}   but yes   attested by "B"',
        "harm",
        "review",
        "opinions differ: A says no, B says yes",
    ),
    (
        f'harm  no   {A}   attested by "B" on 2027-01-01',
        "harm",
        "review",
        "of the second opinion, it was attested after the date of judging",
    ),
    (f"risk  no   {A}", "risk", "review", "a second person must answer for it, too"),
    (f'risk  no   {A}   attested by "B"', "risk", "met", None),
    (f'risk  yes   {A}   attested by "B"', "risk", "violated", None),
    (
        f'risk  no   {A}   attested by " a "',
        "risk",
        "review",
        "a second person must answer for it, and this is the same one",
    ),
    (
        f'risk  no   {A}   but unknown   attested by "B"',
        "risk",
        "review",
        "opinions differ: A says no, B says unknown",
    ),
]


@pytest.mark.parametrize(("line", "clause", "outcome", "doubt"), CASES)
def test_what_counts(line: str, clause: str, outcome: str, doubt: str | None) -> None:
    found = report(line)
    assert found.judgement.clause(clause).outcome == outcome
    fact = found.deployment.fact(f"safety.{clause}")
    assert fact is not None
    assert fact.doubt == doubt


@pytest.mark.parametrize("line", [line for line, *_ in CASES])
def test_text_and_json_and_records_agree(line: str) -> None:
    text = design(line)
    tree, _ = parse(Source("a.design", text), "design")
    assert tree is not None
    assert print_tree(tree) == text
    policy = load_policy("gate-code.policy", Path())
    statement = tree.blocks[0].statements[0]
    source = Source("a.design.json", json.dumps(as_json(statement)))
    (by_json,) = check_source(source, Options(policy="gate-code.policy"))
    by_text = report(line)
    assert [j.outcome for j in by_json.clauses] == [j.outcome for j in by_text.clauses]
    code = compiled(policy)
    outcomes = code.outcomes_of(records_of(source, code))
    assert [*outcomes.values()] == [j.outcome for j in by_text.clauses]
    assert policy.vocabulary.entities["safety"].fields["risk"].by_two


def as_json(statement: Any) -> dict[str, Any]:
    """A statement as a design in JSON."""

    def person(attested: Any) -> dict[str, Any]:
        on = {"on": attested.on.value.isoformat()} if attested.on else {}
        return {"by": attested.by.text, **on}

    values = {"yes": True, "no": False, "unknown": None}
    fact: dict[str, Any] = {
        "value": values[statement.items[0].text],
        "attested": person(statement.attestation),
    }
    if statement.second:
        fact["second"] = person(statement.second.attestation)
        if statement.second.items:
            fact["second"]["value"] = values[statement.second.items[0].text]
    return {"deployment": "x", "as-of": "2026-11-26", "safety": {statement.field.text: fact}}


def test_a_report_names_both() -> None:
    Path("a.design").write_text(design(f'risk  no   {A}   attested by "B" because "seen"'))
    words = ["check", "--all", "--policy", "gate-code.policy", "a.design"]
    said = " ".join(CliRunner().invoke(app, words).stdout.split())
    assert "attested by A on 2026-11-01, attested by B: “seen”" in said
    found = CliRunner().invoke(app, [*words[:1], "-f", "json", *words[2:]]).stdout
    (rest,) = json.loads(found)["designs"][0]["policies"][0]["rests_on"]
    assert (rest["attested_by"], rest["second_by"]) == ("A", "B")
    assert rest["attestations"] == [
        {"by": "A", "on": "2026-11-01", "because": None},
        {"by": "B", "on": None, "because": "seen"},
    ]


def test_a_question_says_why_it_is_asked_again() -> None:
    asked = report(f'harm  no   {A}   but yes   attested by "B"').advice.questions
    assert [q.doubt for q in asked if q.fact == "safety.harm"] == [
        "opinions differ: A says no, B says yes"
    ]


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (f'weak  lock, hinge   {A}   but hinge, lock   attested by "B"', True),
        (f'weak  lock, hinge   {A}   but hinge   attested by "B"', False),
        (f'weak  lock, ...   {A}   but lock   attested by "B"', False),
        (f'lasts  60 days   {A}   but 2 months   attested by "B"', True),
        (f'lasts  60 days   {A}   but 61 days   attested by "B"', False),
    ],
)
def test_what_means_the_same_is_no_difference(line: str, counts: bool) -> None:
    fact = report(line).deployment.fact(f"safety.{line.split()[0]}")
    assert fact is not None
    assert (fact.value is not None) is counts


def test_a_second_opinion_waits_for_the_date_of_judging() -> None:
    text = design('harm  no   attested by "A"   attested by "B" on 2026-11-01')
    source = Source("a.design", text.replace("as of 2026-11-26\n", ""))
    (found,) = check_source(source, Options(policy="gate-code.policy"))
    assert "as-of" in found.judgement.clause("harm").missing


def test_json_with_a_second_person_and_no_first_is_refused() -> None:
    text = '{"deployment": "x", "safety": {"harm": {"value": false, "second": {"by": "B"}}}}'
    with pytest.raises(InvalidError) as raised:
        check_source(Source("a.design.json", text), Options(policy="gate-code.policy"))
    (found,) = raised.value.diagnostics
    assert found.code == "E103"


@pytest.mark.parametrize("line", [line for line, *_ in CASES])
def test_a_table_of_designs_says_nothing_that_a_design_does_not(line: str) -> None:
    """A table holds what one person says: what two people say counts there as late, or not at all."""
    Path("a.design").write_text(design(line))
    given = ["--policy", "gate-code.policy"]
    assert CliRunner().invoke(app, ["pack", "a.design", *given, "-o", "a.parquet"]).exit_code == 0
    own = {clause.clause.name: clause.outcome.value for clause in report(line).clauses}
    for engine in ("python", "sql"):
        words = ["portfolio", "a.parquet", *given, "--engine", engine, "-f", "jsonl"]
        ended = CliRunner().invoke(app, words + (["--no-reasons"] if engine == "sql" else []))
        (row,) = ended.stdout.splitlines()
        for name, told in json.loads(row)["clauses"].items():
            outcome = told if isinstance(told, str) else told["outcome"]
            assert outcome in (own[name], "review")
