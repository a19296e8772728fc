"""Large designs: findings that are alike are told of once, and what judging takes grows with the design's size."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, FactName, fact_name
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.python.reasoning import Why
from clausewise.engine.core.conditions import Or, Some
from clausewise.engine.core.traits import traits
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.explain import MOST_COMBINED, deciding_facts
from clausewise.engine.judging.judge import judge_clause
from clausewise.engine.judging.judgement import ClauseJudgement, NothingToJudgeError
from clausewise.engine.judging.record import Bundle, Step, spelled
from clausewise.engine.judging.sufficient import decides, superfluous
from clausewise.formats.report.alike import groups_of, told_once
from clausewise.formats.report.text import print_report
from clausewise.formats.report.tree import print_tree
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.load import load_policy
from tests.conftest import within
from tests.generated import Pair, pair_of, pairs

EXAMPLES = Path(__file__).parent.parent / "examples"
LOBBY = (EXAMPLES / "lobby.design").read_text(encoding="utf-8")
ANSWERED = {
    "registration {": ["holder contoso", "portal-attestation yes", "tier standard"],
    "people employees {": [
        "consented-uses touchless-access-control",
        "consent-quality awareness, understanding, freedom-of-choice, control",
    ],
    "camera turnstile {": ["owner contoso", "used-by none"],
}
"""What the lobby asks of anything but its use, first of all."""
DOORS = """
vocabulary doors
subject deployment
taxonomy body { company  public-body { police  school } }
entity actor "an actor" { kind one of body world ask "What is {actor}?" }
entity door "a door" {
  by      one of actor  choice  ask "Who runs {door}?"
  after   any of door   choice  ask "Behind which is {door}?"
  serves  any of body   choice  ask "Whom does {door} serve?"
  open    yes-no        choice  ask "Is {door} open?"
}
entity lodge "the lodge" single { watched yes-no choice ask "Is it watched?" }
"""
CODE = """
policy code
title       "Code"
vocabulary  doors
define served(d: door) means d.serves overlaps police
define near(d: door) means d.after + door
clause other { at "1" quotes "other" says "Another." prohibits where lodge.watched is no because "it is so" }
clause rule { at "1" quotes "rule" says "A rule." prohibits door d where %s because "it is so" }
"""


# the same as each by itself


def copies(deployment: Deployment, number: int) -> Deployment:
    """A deployment with each of its entities, but single ones, so many times more, under other names."""
    entities = dict(deployment.entities)
    for n in range(number):
        for name, entity in deployment.entities.items():
            if not entity.type.single:
                facts = {key: replace(f, entity=f"{name}-c{n}") for key, f in entity.facts.items()}
                entities[f"{name}-c{n}"] = replace(entity, name=f"{name}-c{n}", facts=facts)
    return replace(deployment, entities=entities)


def told(judged: ClauseJudgement) -> Any:
    """All that a clause's judgement says."""
    findings = [
        (f.bindings, f.outcome, f.facts, list(f.exceptions), shape(f.step), f.chains)
        for f in judged.findings
    ]
    return judged.outcome, judged.missing, judged.facts, findings


def shape(step: Step) -> Any:
    """A record, but for that of other clauses and policies."""
    if traits(step.condition).of_design:
        return step.truth
    facts, missing = [*spelled(step.facts)], [*spelled(step.missing)]
    return step.truth, facts, missing, [*map(shape, step.parts)]


@given(pairs())
def test_findings_are_those_of_the_recorded_judge(pair: Pair) -> None:
    deployment = copies(admit(pair.deployment), 2)
    try:
        judgement = judge(compiled(pair.policy), deployment)
    except NothingToJudgeError:
        return
    for judged in judgement.clauses:
        assert told(judged) == told(judge_clause(pair.policy, deployment, judged.clause.name))


@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        ("d.open is yes and d.by.kind is police", ("by", "open")),
        ("served(d)", ("serves",)),
        ("some a in actor has (a.kind is police and d.open is yes)", ("open",)),
        ("lodge.watched is yes", ()),
        ("some other in door has (other.by is d.by)", None),
        ("d.after overlaps d.after", None),
        ("some other in near(d) has (other.open is yes)", None),
        ("clause other is violated", None),
    ],
)
def test_what_tells_members_apart(condition: str, fields: tuple[str, ...] | None) -> None:
    """`None`: the condition may read the members on another way than by the variable."""
    pair = pair_of(DOORS, CODE % condition, 'deployment "x"\nlodge { watched yes }\n')
    violation = pair.policy.clauses["rule"].violation
    assert isinstance(violation, Some)
    assert pair.policy.told_apart_by(violation) == fields


# how the work grows


def large(uses: int, *, varied: bool = False) -> str:
    """The lobby with its use written many times; `varied` has other people, and another camera, for each."""
    start, end = LOBBY.index("camera turnstile"), LOBBY.index("safeguards {")
    if not varied:
        start = LOBBY.index("use check-in")
    names = ("check-in", "employees", "turnstile") if varied else ("check-in",)
    blocks = []
    for n in range(uses):
        block = LOBBY[start:end]
        for name in names:
            block = block.replace(name, f"{name}-{n}")
        blocks.append(block)
    return LOBBY[:start] + "".join(blocks) + LOBBY[end:]


def reports(uses: int, *, varied: bool = False) -> Report:
    source = Source("x.design", large(uses, varied=varied))
    (report,) = check_source(source, Options(), try_answers=False)
    return report


def calls(uses: int, *, varied: bool) -> int:
    """How many functions are called to judge so many uses, and to say why of all clauses."""
    source = Source("x.design", large(uses, varied=varied))
    (deployment,) = [
        report.deployment for report in check_source(source, Options(), try_answers=False)
    ]
    code = compiled(load_policy("face-code-of-conduct"))
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        judgement = judge(code, deployment)
        told = [judged.facts or judged.missing for judged in judgement.clauses]
    finally:
        sys.setprofile(None)
    assert all(told)
    return count


@pytest.mark.parametrize("varied", [False, True])
def test_the_work_grows_with_the_design_and_not_with_its_square(varied: bool) -> None:
    """From 40 to 80 uses it doubles; what grew with the square would become four times as much."""
    calls(1, varied=varied)  # compiles what is not compiled yet
    assert calls(80, varied=varied) < 2.2 * calls(40, varied=varied)


def test_what_is_open_by_laws_is_gone_through_once_for_a_clause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And not once for each use of which the clause that reads the law is open."""
    looked: list[str] = []
    gaps = Why.gaps

    def counted(why: Why, name: str, *, own: bool) -> object:
        looked.append(name)
        return gaps(why, name, own=own)

    monkeypatch.setattr(Why, "gaps", counted)
    numbers = []
    for uses in (5, 10):
        looked.clear()
        header = 'deployment "x"\njudged by face-code-of-conduct, eu-ai-act\n'
        blocks = "".join(f"use u{n} {{ }}\n" for n in range(uses))
        check_source(Source("x.design", header + blocks), Options())
        numbers.append(len(looked))
    assert numbers[0] == numbers[1] > 0


@pytest.mark.parametrize("varied", [False, True])
def test_a_reason_of_many_facts_suffices_and_nothing_in_it_is_superfluous(varied: bool) -> None:
    report = reports(MOST_COMBINED + 2, varied=varied)
    many = [judged for judged in report.clauses if len(judged.facts) > MOST_COMBINED]
    assert many
    for judged in many:
        name = judged.clause.name
        assert decides(report.judgement, name, judged.facts), name
        assert not superfluous(report.judgement, name, judged.facts), name


def test_of_many_choices_what_most_share_is_taken() -> None:
    """Each door is kept from police by its own field, or by the lodge that they all share."""
    code = CODE % "d.open is yes and d.by.kind is police and lodge.watched is no"
    door = "door d-%d { open no\n by acme }\n"
    doors = "".join(door % n for n in range(MOST_COMBINED + 1))
    design = f'deployment "x"\nactor acme {{ kind police }}\nlodge {{ watched yes }}\n{doors}'
    pair = pair_of(DOORS, code, design)
    assert judge_clause(pair.policy, pair.deployment, "rule").facts == ("lodge.watched",)


def test_of_equally_many_facts_the_alphabetically_first_are_taken() -> None:
    """Also of bundles, which stand in sets in an order of their own."""
    test = Or(())
    for _ in range(20):
        bundles = [Bundle((fact_name(name, "a"), fact_name(name, "b"))) for name in "yxz"]
        parts = tuple(Step(test, Truth.TRUE, (bundle,)) for bundle in bundles)
        whole = Step(test, Truth.TRUE, parts=parts, by_one=Truth.TRUE)
        assert deciding_facts(whole) == ("x.a", "x.b")


# how it is told


def facts_of(deployment: Deployment) -> list[FactName]:
    return [fact.name for e in deployment.entities.values() for fact in e.facts.values()]


def test_facts_of_many_are_told_once() -> None:
    """Few are named; entities with other fields, or of other types, are told of by themselves."""
    design = 'deployment "x"\nactor acme { kind company }\nactor best { kind company }\n'
    doors = "".join(f"door d-{n} {{ by acme\n open yes }}\n" for n in range(5))
    deployment = pair_of(
        DOORS, CODE % "d.open is yes", f"{design}{doors}door e {{ by acme }}\n"
    ).deployment
    assert told_once(facts_of(deployment), deployment) == [
        "acme.kind",
        "best.kind",
        "d-0.by",
        "d-0.open (and of 4 others)",
        "e.by",
    ]


def test_findings_that_are_alike_stand_together() -> None:
    report = reports(5)
    (group,) = groups_of(report.judgement.clause("attacks"), report)
    assert [finding.bindings for finding in group] == [{"u": f"check-in-{n}"} for n in range(5)]
    assert [finding.facts for finding in group] == [(f"check-in-{n}.purpose",) for n in range(5)]


def test_findings_are_alike_though_each_of_them_counts_by_its_name(doors: Path) -> None:
    """However few groups are asked for: of those that state the same, none is told apart by who it is."""
    (doors / "twice.policy").write_text(
        'policy twice\nvocabulary doors\nclause c {\n  at "1"\n  quotes "q"\n  says "s"\n'
        '  prohibits door d where some e in door has (e.by is d.by)\n  because "{d} is one of two"\n}\n'
    )
    text = 'deployment "x"\njudged by twice\n' + "".join(f"door d{n} {{\n}}\n" for n in range(9))
    (report,) = check_source(Source(str(doors / "x.design"), text), within(doors))
    (group,) = groups_of(report.judgement.clause("c"), report, most=3)
    assert len(group) == 9


def test_explain_tells_of_them_once_and_of_one_by_its_name() -> None:
    report = reports(5)
    attacks = report.judgement.clause("attacks")
    once, one = io.StringIO(), io.StringIO()
    print_tree(report, attacks, Sheet(once, width=120))
    named = "check-in-0, check-in-1, check-in-2, check-in-3 and check-in-4"
    assert f"since the purpose of {named}: touchless-access-control" in once.getvalue()
    assert "u = check-in-0 (and 4 others alike, such as check-in-1): met" in once.getvalue()
    print_tree(report, attacks, Sheet(one, width=120), "check-in-3")
    assert "u = check-in-3: met" in one.getvalue()
    assert "check-in-3.purpose touchless-access-control" in one.getvalue()
    assert "check-in-1" not in one.getvalue()


def test_check_tells_of_violations_that_are_alike_once() -> None:
    text = re.compile(r"infers +none").sub("infers feeling", large(5))
    (report,) = check_source(Source("x.design", text), Options())
    stream = io.StringIO()
    print_report(report, Sheet(stream, width=120))
    said = "for touchless-access-control (and 4 others alike, such as check-in-1)"
    assert stream.getvalue().count("infers emotional states") == 1
    assert said in stream.getvalue()


def test_check_asks_once_for_what_is_alike() -> None:
    text = large(5)
    for block, facts in ANSWERED.items():
        text = text.replace(block, "\n  ".join([block, *facts]))
    (report,) = check_source(Source("x.design", text), Options())
    shown = io.StringIO()
    print_report(report, Sheet(shown))
    assert "check-in-0.captures-others (and of 4 others)" in shown.getvalue()
    assert "check-in-1" not in shown.getvalue()


def test_what_a_sentence_says_of_one_alone_is_not_said_of_others(doors: Path) -> None:
    """Alike for the rule, and still told apart: by whom the door is run stands in the sentence only."""
    (doors / "open.policy").write_text(
        'policy open\nvocabulary doors\nclause c {\n  at "1"\n  quotes "q"\n  says "s"\n'
        '  prohibits door d where d.opens-by overlaps card\n  because "{d}, run by {d.by}, is open"\n}\n'
    )
    rows = [f"door d{n} {{\n  by {who}\n  opens-by card\n}}\n" for n, who in enumerate("aaaabb")]
    actors = "actor a {\n  acts-for none\n}\nactor b {\n  acts-for none\n}\n"
    text = f'deployment "x"\njudged by open\n{actors}{"".join(rows)}'
    (report,) = check_source(Source(str(doors / "x.design"), text), within(doors))
    shown = io.StringIO()
    print_report(report, Sheet(shown))
    said = " ".join(shown.getvalue().split())
    assert "d0, run by a, is open (and 3 others alike, such as d1)" in said
    assert "d4, run by b, is open (and d5, alike)" in said
