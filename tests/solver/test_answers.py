"""Answers that alone settle a verdict: all that do, and no others."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from clausewise.dsl.models.deployment import AS_OF, Deployment, Fact, NoEntity, place_of, show_value
from clausewise.engine.advice.questions import questions
from clausewise.engine.backends.solver.asking import answers
from clausewise.engine.backends.solver.asking.twins import Twins
from clausewise.engine.backends.solver.completion import SOMEBODY
from clausewise.engine.backends.solver.exact import Exact
from tests.generated import Pair, pair_of, pairs
from tests.solver.made import CODE, judged_exactly, made

ONE_IS_NOT_ENOUGH = made(
    'entity t "t" { near any of t world ask "?" marks some of k choice ask "?" ok yes-no choice ask "?" }',
    "requires t q when q.marks overlaps q.marks that q.ok is yes and"
    " (q.near overlaps q.near.near or q.near within q.near)",
    "t one { ok no }",
)
"""It is prohibited in truth, and how many unlisted entities show it is not known; with `near none`, it is."""


NONE_IS_NO_ANSWER = made(
    'entity t "t" { near any of t world ask "?" ok yes-no choice ask "?" }',
    "requires t q when some other in q.near has (other.ok is no) that q.near is none",
    "t one {\n near one, ...\n ok yes\n}",
)
"""Somebody is named already, and perhaps more: that nobody is, nobody can answer."""

NOT_BOTH_CAN_BE_KEPT = made(
    'entity t "t" { kind one of k world ask "?" mark one of k world ask "?" }',
    """prohibits t q where q.kind is a because "so" }
    clause other { at "w" quotes "w" says "w"
      requires t q that q.kind is a unless spared where q.mark is a""",
    "t one { }",
)
"""With `mark d`, whatever its `kind` is, one of the clauses is violated, though each of them stays open."""


@given(pairs())
@example(ONE_IS_NOT_ENOUGH)
@example(NONE_IS_NO_ANSWER)
@example(NOT_BOTH_CAN_BE_KEPT)
def test_all_that_settle_are_found_and_no_others(pair: Pair) -> None:
    judgement = judged_exactly(pair)
    asked = questions(judgement)
    found = answers.settling(judgement, asked)
    if not judgement.verdict.is_open:
        assert found == {}
        return
    world = Exact(judgement.policy, judgement.deployment, judgement.readings).world
    for question in asked:
        if isinstance(question.fact, NoEntity) or question.fact == AS_OF:
            continue
        entity, name = place_of(question.fact)
        field = judgement.deployment.entities[entity].type.fields[name]
        told = {answer.answer: answer.verdict for answer in found[question.fact]}
        for value in answers.answers_to(world, entity, field):
            fact = Fact(entity, field, value, attestation=SOMEBODY)
            assumed = judgement.deployment.with_fact(fact)
            verdict, _ = judgement.again(assumed, judgement.readings)
            if show_value(value) in told:
                assert told[show_value(value)] is verdict
                assert not verdict.is_open
            else:
                assert verdict.is_open


def test_what_is_stated_whole_is_answered_more_precisely() -> None:
    words = "vocabulary words\nsubject deployment\ntaxonomy k { a { b c } d }\n"
    code = CODE % "prohibits t q where q.%s is b"
    for field, shape in (("kind", "one of k"), ("marks", "any of k")):
        pair = pair_of(
            f'{words}entity t "t" {{ {field} {shape} choice ask "?" }}',
            (code % field).replace("marks is b", "marks overlaps {b}"),
            f'deployment "D"\nt one {{ {field} a }}\n',
        )
        judgement = judged_exactly(pair)
        found = answers.settling(judgement, questions(judgement))
        assert {fact: {a.answer: str(a.verdict) for a in each} for fact, each in found.items()} == {
            f"one.{field}": {"b": "prohibited", "c": "permitted"}
        }


def test_twins_have_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """`one` and `two` can be swapped; `four`, whom somebody names, and `five`, of whom more is said, cannot."""
    entities = 'entity t "t" { kind one of k world ask "?" near any of t world ask "?" }'
    clause = "prohibits t q where q.kind is a or q in q.near"
    design = "t one { }\nt two { }\nt four { }\nt five { near four }"
    judgement = judged_exactly(made(entities, clause, design))
    first = Twins(judgement.deployment).first
    assert first == {"one": "one", "two": "one", "four": "four", "five": "five"}
    found = answers.settling(judgement, questions(judgement))
    for name in ("one", "two"):
        assert [a.answer for a in found[f"{name}.kind"]] == ["a"]
        assert [a.answer for a in found[f"{name}.near"]] == [f"{name}, ..."]
    monkeypatch.setattr(answers, "Twins", Apart)
    assert answers.settling(judgement, questions(judgement)) == found


class Apart(Twins):
    """Of which nobody is a twin."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment)
        self.first = {name: name for name in deployment.entities}


def told(clause: str, design: str) -> dict[str, dict[str, str]]:
    """By fact, the answers that settle a policy of one clause, with their verdicts."""
    entities = (
        'entity t "t" { kind one of k world ask "?" marks any of k choice ask "?" '
        'by one of t or none world ask "?" keeps duration choice ask "?" }'
    )
    judgement = judged_exactly(made(entities, clause, design))
    found = answers.settling(judgement, questions(judgement))
    return {fact: {a.answer: str(a.verdict) for a in each} for fact, each in found.items() if each}


def test_of_a_field_of_many_values_one_may_be_enough() -> None:
    found = told("prohibits t q where q.marks overlaps {a, b}", "t one { by none }")
    assert found == {"one.marks": {"a, ...": "prohibited", "none": "permitted"}}


def test_answers_may_be_quantities_and_listed_entities() -> None:
    clause = "prohibits t q where q.keeps > 3 days or q.by.kind is a"
    found = told(
        clause,
        "t one {\n kind b\n keeps 1 days\n}\nt two {\n kind a\n by none\n keeps 1 days\n}",
    )
    assert found == {"one.by": {"one": "permitted", "two": "prohibited", "none": "permitted"}}
    found = told("prohibits t q where q.keeps > 3 days", "t one { by none }")
    settled = found["one.keeps"]
    assert settled["3 days"] == "permitted"
    assert settled["4 days"] == "prohibited"


def test_what_holds_either_way_is_no_question_and_has_no_answer() -> None:
    clause = "prohibits t q where (q.kind is a or not q.kind is a) and q.marks overlaps c"
    assert told(clause, "t one { by none }") == {
        "one.marks": {"c, ...": "prohibited", "none": "permitted"}
    }
