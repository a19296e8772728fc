"""The exact verdict: what several clauses settle together, and what all completions say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from typer.testing import CliRunner

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Terms
from clausewise.engine.advice.readings import other_readings
from clausewise.engine.backends.solver.asking.asking import ask
from clausewise.engine.backends.solver.exact import GIVEN_UP, Exact
from clausewise.engine.backends.solver.several import prohibited_together
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.formats.report.sentences import changes_by
from tests.generated import Pair, pair_of, pairs, read_policy
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.solver.made import CODE, WORDS, judged_exactly

DOOR = """entity door "a door" {
  open   yes-no    choice  ask "Is {door} open?"
  wide   yes-no    world   ask "Is {door} wide?"
  keeps  duration  choice  ask "How long?"
}
"""
CLAUSE = 'clause %s { at "1" quotes "q" says "s" prohibits door d where %s because "b" }\n'


def judged(clauses: dict[str, str], door: str = "", declared: str = "") -> Pair:
    head = CODE.partition("clause rule")[0] + declared
    text = head + "".join(CLAUSE % each for each in clauses.items())
    return pair_of(WORDS + DOOR, text, f'deployment "D"\ndoor one {{ {door} }}\n')


OPENS = {"opens": "d.open is yes", "shuts": "d.open is no"}
WIDE = {"wide": "d.open is yes and d.wide is yes", "narrow": "d.open is yes and d.wide is no"}


def test_what_two_clauses_settle_together_is_settled() -> None:
    judgement = judged_exactly(judged(OPENS | {"keeps": "d.keeps > 3 days"}))
    assert {each.outcome for each in judgement.clauses} == {Outcome.UNDETERMINED}
    assert judgement.verdict is Verdict.PROHIBITED
    assert judgement.together
    assert judgement.together.some == ("opens", "shuts")
    assert judgement.together.fact == "one.open"
    cases = ((Terms(("yes",)), "opens"), (Terms(("no",)), "shuts"))
    assert {*judgement.together.cases} == {*cases}


def test_where_no_one_fact_shows_it_it_is_said_of_all() -> None:
    judgement = judged_exactly(judged({**WIDE, "shuts": "d.open is no"}))
    assert judgement.verdict is Verdict.PROHIBITED
    assert judgement.together
    assert (judgement.together.fact, judgement.together.cases) == (None, ())
    assert {*judgement.together.some} == {"wide", "narrow", "shuts"}


def test_an_answer_may_settle_it_by_several_clauses_together() -> None:
    judgement = judged_exactly(judged(WIDE))
    assert judgement.verdict is Verdict.NEEDS_INFORMATION
    found = ask(judgement)
    told = {(a.answer, a.verdict) for a in found.decisive_answers["one.open"]}
    assert told == {("yes", "prohibited"), ("no", "permitted")}
    assert [(given.fact, given.answer) for given in found.fewest] == [("one.open", "yes")]


NEVER = 'clause never { at "1" quotes "q" says "s" prohibits door d when d.wide is yes where %s because "b" }'


def test_a_clause_that_may_not_apply_is_met_where_another_applies() -> None:
    """Else nobody is told of a permission by rules that may not be theirs."""
    never = NEVER % "d.open is yes and not d.open is yes"
    head = CODE.partition("clause rule")[0] + never
    design = 'deployment "D"\ndoor one { keeps 1 days }\n'
    alone = judged_exactly(pair_of(WORDS + DOOR, head, design))
    assert alone.verdict is Verdict.NEEDS_INFORMATION
    beside = head + CLAUSE % ("keeps", "d.keeps > 3 days")
    found = judged_exactly(pair_of(WORDS + DOOR, beside, design))
    assert {each.outcome for each in found.clauses} == {Outcome.MET}
    assert found.verdict is Verdict.PERMITTED


@pytest.fixture
def opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a policy of which two clauses together prohibit the design in it."""
    pair = judged(OPENS)
    (tmp_path / "words.vocabulary").write_text(pair.vocabulary_text, encoding="utf-8")
    (tmp_path / "code.policy").write_text(pair.policy_text, encoding="utf-8")
    design = 'deployment "D"\njudged by code\ndoor one { }\n'
    (tmp_path / "one.design").write_text(design, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("opens")
def test_the_report_says_why() -> None:
    found = CliRunner().invoke(app, ["check", "--exact", "one.design"])
    said = " ".join(found.stdout.split())
    assert found.exit_code == 1
    assert (
        "One of opens and shuts is violated whatever `one.open` is: opens where it is yes, shuts where it is no."
        in said
    )
    assert "without bearing on this" not in said, "these very clauses are open"
    assert CliRunner().invoke(app, ["check", "one.design"]).exit_code == 3


@pytest.mark.usefixtures("opens")
@pytest.mark.parametrize(
    ("format_", "told"),
    [
        ("sarif", '"level": "error"'),
        ("junit", '<failure type="violated" message="one of opens and shuts is violated whatever'),
        ("github", "::error file=one.design,line=1,col=1,title=code::one of opens and shuts"),
        ("azuredevops", "##vso[task.logissue type=error;"),
    ],
)
def test_formats_for_machines_have_an_error_for_it(format_: str, told: str) -> None:
    """They had warnings alone, and a check by these passed what exits with 1."""
    found = CliRunner().invoke(app, ["check", "--exact", "-f", format_, "one.design"])
    assert (found.exit_code, told in found.stdout) == (1, True), found.stdout
    assert "one of opens and shuts is violated whatever" in found.stdout
    open_ = CliRunner().invoke(app, ["check", "-f", format_, "one.design"]).stdout
    assert told not in open_


def test_another_reading_may_settle_it_by_several_clauses_together() -> None:
    """Each clause by itself is open by both readings, so its outcome does not tell."""
    reading = 'reading r "how" { a "all" default  b "few" }\n'
    both = {"opens": "d.open is yes", "shuts": "d.open is no and (reading r is b or d.wide is yes)"}
    judgement = judged_exactly(judged(both, declared=reading))
    assert judgement.verdict is Verdict.NEEDS_INFORMATION
    (other,) = other_readings(judgement)
    assert (other.alternative, other.verdict, other.changed) == ("b", Verdict.PROHIBITED, {})
    assert changes_by(other) == ["each clause by itself stays as it is"]


FURTHER = """vocabulary further
extends    words
entity alarm "an alarm" { loud  yes-no  choice  ask "Is {alarm} loud?" }
"""


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two policies of which each leaves a design open, and one of which prohibits it in any case.

    The second goes by a vocabulary that extends that of the first.
    """
    (tmp_path / "words.vocabulary").write_text(judged(OPENS).vocabulary_text, encoding="utf-8")
    (tmp_path / "further.vocabulary").write_text(FURTHER, encoding="utf-8")
    for name, word, where in (
        ("one", "words", "d.open is yes"),
        ("two", "further", "d.open is no"),
    ):
        head = f'policy {name}\ntitle "T"\nvocabulary {word}\n'
        (tmp_path / f"{name}.policy").write_text(head + CLAUSE % ("rule", where), encoding="utf-8")
    design = 'deployment "D"\njudged by one, two\ndoor front { }\n'
    (tmp_path / "d.design").write_text(design, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


TOLD = ("ne of one and two prohibits it whatever", "is: one where it is yes, two where it is no")


def test_what_two_policies_settle_together_is_settled(several: Path) -> None:
    found = check_file(several / "d.design", Options(exact=True))
    assert [report.verdict for report in found.reports] == [Verdict.NEEDS_INFORMATION] * 2
    assert (found.verdict, found.counted, found.exit_code) == (*[Verdict.PROHIBITED] * 2, 1)
    assert check_file(several / "d.design").verdict is Verdict.NEEDS_INFORMATION


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("format_", ["text", "markdown", "json", "sarif", "junit", "github"])
def test_each_format_says_why_policies_prohibit_together(format_: str) -> None:
    found = CliRunner().invoke(app, ["check", "--exact", "-f", format_, "d.design"])
    said = " ".join(found.stdout.split())
    assert found.exit_code == 1
    assert all(told in said for told in TOLD), found.stdout


@settings(max_examples=60)
@given(pairs())
def test_the_verdict_is_what_all_completions_say(pair: Pair) -> None:
    worlds = completions(pair.deployment, [pair.tree, *pair.others.values()])
    assume(len(worlds) <= 1000)
    judgement = judged_exactly(pair)
    found = {
        verdict_of(map(Outcome, Judge(pair.tree, pair.others, w).outcomes().values()), draft=False)
        for w in worlds
    }
    if judgement.verdict is Verdict.PROHIBITED:
        assert found == {Verdict.PROHIBITED}
    elif not judgement.verdict.is_open:
        assert Verdict.PROHIBITED not in found
    elif len(found) == 1 and not pair.deployment.draft:
        assert is_unknown(pair)


def is_unknown(pair: Pair) -> bool:
    """Whether more entities would have to be tried than were, or nobody knows how many."""
    exact = Exact(pair.policy, admit(pair.deployment))
    try:
        return bool(exact.enough([Not(each.violation) for each in pair.policy.clauses.values()]))
    except GIVEN_UP:
        return True


@settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much])
@given(pairs())
def test_what_policies_settle_together_is_what_all_completions_say(pair: Pair) -> None:
    worlds = completions(pair.deployment, [pair.tree, *pair.others.values()])
    assume(len(worlds) <= 1000)
    _, other = read_policy(pair.other_text, pair.policy.vocabulary, {})
    found = [judged_exactly(each) for each in (pair, replace(pair, policy=other))]
    assume(all(judgement.verdict.is_open for judgement in found))
    policies = [judgement.policy for judgement in found]
    together = prohibited_together(found, policies, found[0].deployment)
    trees = [pair.tree, *pair.others.values()]
    prohibited = [
        any("violated" in Judge(tree, pair.others, w).outcomes().values() for tree in trees)
        for w in worlds
    ]
    if together and together.some:
        assert all(prohibited)
    elif not together and all(prohibited):
        assert is_unknown(pair) or is_unknown(replace(pair, policy=other))
