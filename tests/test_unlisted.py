"""Findings about whoever is in a set that cannot be empty: what both judges tell, and how it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.advice.because import because
from clausewise.engine.backends.python import judging
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judge import judge
from clausewise.engine.judging.judgement import Finding, Judgement, NothingToJudgeError
from tests.generated import Pair, pair_of, pairs

SHIPS = """
vocabulary ships
subject deployment
entity crew "a crew" required {
  aide    one of sailor or none  world  ask "Who helps in {crew}?"
  hands   some of sailor         world  ask "Who works in {crew}?"
  guests  any of sailor          world  ask "Who else is with {crew}?"
}
entity sailor "a sailor" {
  age     number                 world  ask "How old is {sailor}?"
  peers   some of sailor         world  ask "With whom does {sailor} work?"
}
entity ship "the ship" single { wet yes-no choice ask "Is the ship wet?" }
"""
CODE = """
policy ship-code
vocabulary ships
clause c {
  at "1"  quotes "q"  says "s"
  prohibits crew c, sailor s in RANGE where ship.wet is yes
  because "{s}, aged {s.age}, gets wet in {c}"
}
"""
WET = "ship {\n  wet yes\n}\n"
BOB = "sailor bob {\n  age 40\n}\n"


def recorded(policy: Policy, deployment: Deployment) -> Judgement:
    return judge(policy, deployment)


def generated(policy: Policy, deployment: Deployment) -> Judgement:
    return judging.judge(compiled(policy), deployment)


Judged = Callable[[Policy, Deployment], Judgement]
JUDGES = pytest.mark.parametrize("judged", [recorded, generated])


def findings(judgement: Judgement) -> list[tuple[object, ...]]:
    return [
        (str(f.outcome), tuple(f.bindings.values()), f.facts, f.chains)
        for clause in judgement.clauses
        for f in clause.findings
    ]


def pair(range_: str, facts: str | None) -> Pair:
    """A crew with some facts, or, for `None`, none that is listed."""
    crew = "" if facts is None else f"crew one {{\n  {facts}\n}}\n"
    design = f'deployment "Ship"\n{crew}{WET}{BOB}'
    return pair_of(SHIPS, CODE.replace("RANGE", range_), design)


WHOEVER = ("ship.wet",)


@JUDGES
@pytest.mark.parametrize(
    ("range_", "facts", "found"),
    [
        ("c.hands", "", [("violated", ("one", ""), WHOEVER, ())]),
        ("c.hands", None, [("violated", ("", ""), WHOEVER, ())]),
        ("c.guests", "", [("undetermined", ("one", ""), (), ())]),
        ("c.guests", None, [("undetermined", ("", ""), (), ())]),
        (
            "c.hands",
            "hands bob, ...",  # perhaps nobody but bob
            [
                ("violated", ("one", "bob"), ("one.hands", "ship.wet"), ("one.hands",)),
                ("undetermined", ("one", ""), (), ()),
            ],
        ),
        (
            "c.aide.peers",
            "aide bob",
            [("violated", ("one", ""), ("one.aide", "ship.wet"), ("one.aide",))],
        ),
    ],
)
def test_findings_about_whoever_it_is(
    judged: Judged, range_: str, facts: str | None, found: list[tuple[object, ...]]
) -> None:
    made = pair(range_, facts)
    assert findings(judged(made.policy, admit(made.deployment))) == found


def sentence(range_: str, facts: str) -> str:
    made = pair(range_, facts)
    judgement = judge(made.policy, made.deployment)
    found: Finding = judgement.clauses[0].findings[0]
    return because(found, made.deployment)


def test_sentences_say_some_for_whoever_it_is() -> None:
    assert sentence("c.hands", "") == "some sailor, aged (unknown age), gets wet in one"
    assert sentence("c.guests", "") == "an unlisted sailor, aged (unknown age), gets wet in one"
    assert sentence("c.hands", "hands bob") == "bob, aged 40, gets wet in one"


@given(pairs())
def test_both_judges_tell_the_same_findings(drawn: Pair) -> None:
    deployment = admit(drawn.deployment)
    try:
        judgement = recorded(drawn.policy, deployment)
    except NothingToJudgeError:
        return
    assert findings(judgement) == findings(generated(drawn.policy, deployment))
    for clause in judgement.clauses:
        told = {str(finding.outcome) for finding in clause.findings}
        assert ("violated" in told) == (clause.outcome == "violated")
