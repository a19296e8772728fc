"""What the solver shows can be copied into a file: it is printed, parsed and judged again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, FactName, Terms, fact_name
from clausewise.dsl.startup.lean import replace
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.solver.both import Both, both_ways
from clausewise.engine.backends.solver.completion import Completion, assumed
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.proving.by_outcomes import ByOutcomes
from clausewise.engine.backends.solver.proving.difference import Comparison
from clausewise.engine.backends.solver.proving.prove import LawProof
from clausewise.engine.backends.solver.proving.shown import Supposed, reduced
from clausewise.engine.backends.solver.reading_again import NotConfirmedError, read_again
from clausewise.engine.backends.solver.sat import Sat
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import And, Condition, Not, Or, Violated
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judge import RecordedJudge, judge_clause
from clausewise.intake.laws import load_laws
from tests.generated import Pair, pairs
from tests.reference.product import judged
from tests.solver.made import CODE, made
from tests.solver.test_prove import LAWS, law

ENTITIES = """entity actor "an actor" {
  kind  one of k  world  ask "?"
}
entity door "a door" {
  by     one of actor   world             ask "Who runs {door}?"
  looks  some of actor  world             ask "Who looks?"
  fair   yes-no         judgement by two  ask "Is {door} fair?"
  keeps  duration       choice            ask "How long?"
  ages   ages           world             ask "How old are those who pass?"
  steps  number         world             ask "How many steps lead there?"
}
"""
RULES = {
    "references that are not none": "prohibits door d where some a in actor has (a.kind is b)",
    "two who answer": "prohibits door d where d.fair is no",
    "hardly anything": "prohibits door d where d.keeps < 1 seconds",
    "ages above what is none": "prohibits door d where d.ages.youngest > -5 and d.ages.youngest < 3",
    "ages below what is none": "prohibits door d where d.ages.oldest > 3 and d.ages.oldest < 9999999999",
    "ages and numbers": "prohibits door d where d.ages.youngest > -5 and d.ages.oldest < d.steps and d.steps < 3",
    "longer than arithmetic of 28 digits": f"prohibits door d where d.keeps > {'9' * 30} years",
    "just beyond many digits": f"prohibits door d where d.keeps > 1{'0' * 29}1 seconds",
    "steps below the ground": "prohibits door d where d.steps < -3",
}


def refuted(folder: Path, rule: str, claim: str) -> tuple[LawProof, Policy]:
    """What becomes of a law about a policy of one rule."""
    from clausewise.engine.backends.solver.proving.prove import Prover

    words = f"vocabulary words\nsubject deployment\ntaxonomy k {{ a b c d }}\n{ENTITIES}"
    (folder / "words.vocabulary").write_text(words, encoding="utf-8")
    (folder / "code.policy").write_text(CODE % rule, encoding="utf-8")
    (folder / "c.laws").write_text(LAWS % law("l", claim), encoding="utf-8")
    laws = load_laws(folder / "c.laws")
    return Prover(laws).prove(laws.laws["l"]), laws.policy


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_refutes_a_law_can_be_read_again(rule: str, tmp_path: Path) -> None:
    proof, policy = refuted(tmp_path, rule, "never clause rule is violated")
    assert proof.holds is False
    design = read_again(proof.designs[""], "code")
    assert judge_clause(policy, design, "rule").outcome == "violated"


@pytest.mark.parametrize(
    "rule",
    [
        "prohibits door d where d.keeps < 0 seconds",
        "prohibits door d where d.ages.youngest < 0 and d.ages.oldest > 2000000000",
    ],
)
def test_what_nobody_can_state_refutes_nothing(rule: str, tmp_path: Path) -> None:
    proof, _ = refuted(tmp_path, rule, "never clause rule is violated")
    assert (proof.holds, proof.size) == (True, None)


def test_what_cannot_be_read_is_not_shown() -> None:
    design = made(ENTITIES, RULES["two who answer"], "door one { keeps 1 days }").deployment
    looks = design.entities["one"].type.fields["looks"]
    with pytest.raises(NotConfirmedError):
        read_again(design.with_fact(assumed("one", looks, Terms(()))), "code")
    same = replace(read_again(design, "code"), judged_by=design.judged_by)
    assert same == replace(design, entities=same.entities)
    assert same.entities["one"].value("keeps") == design.entities["one"].value("keeps")


OPEN = {
    "prohibits door d where d.fair is no": "door one { keeps 1 days }",
    "prohibits door d where every a in d.looks has (a.kind is b)": "door one { keeps 1 days }",
    "prohibits door d where d.keeps < 1 seconds": "door one {}",
    "prohibits door d where d.by.kind is b and d.fair is no": "door one {}",
}


@pytest.mark.parametrize("rule", OPEN)
def test_both_ways_can_be_read_again(rule: str) -> None:
    both = ways(made(ENTITIES, rule, OPEN[rule]))
    assert both.violated is not None
    assert both.kept is not None
    assert both.violated.outcome == "violated"


def ways(pair: Pair) -> Both:
    return both_ways(judge(compiled(pair.policy), admit(pair.deployment)), "rule")


@given(pairs())
def test_a_completion_is_judged_alike_when_it_is_read_again(pair: Pair) -> None:
    world = OpenWorld(Distinctions([pair.policy]), admit(pair.deployment)).ask_for_references()
    ground = Ground(pair.policy, world)
    for name in pair.policy.clauses:
        literal, sat = ground.violated(name), Sat(world.circuit)
        for truth in (True, False):
            if sat.can_be(literal if truth else -literal):
                shown = read_again(Completion(world, sat.model()).deployment(), "p")
                assert (judged(pair.policy, shown)[name].outcome == "violated") is truth


@settings(max_examples=settings().max_examples // 2)
@given(pairs())
def test_generated_code_says_of_outcomes_what_the_judge_says(pair: Pair) -> None:
    policy, design = pair.policy, admit(pair.deployment)
    record = RecordedJudge(policy, design, policy.defaults)
    each: list[Condition] = [Violated(name) for name in policy.clauses]
    some = Or(tuple(each))
    asked_for: list[Condition] = [some, Not(some), *each, And((each[0], Not(each[-1])))]
    for asked in asked_for:
        told = ByOutcomes(policy, policy.defaults, [asked]).hold(design)
        assert told is (record.evaluate(asked).truth is Truth.TRUE)


LOOKED_AT = """door one {
  by     ann
  looks  ann, ben
  keeps  1 day
  steps  3
}
actor ann { kind a }
actor ben { kind b }
actor cal { kind c }"""
NEEDED = [fact_name("one", "looks"), fact_name("ben", "kind")]


@pytest.mark.parametrize("deciding", [[*NEEDED, fact_name("one", "keeps")], []])
def test_nothing_needless_is_shown_whatever_was_thought_to_decide(deciding: list[FactName]) -> None:
    """It took over a hundred trials of one design, where the record of the judge holds nearly all it takes."""
    design = made(ENTITIES, RULES["hardly anything"], LOOKED_AT).deployment
    tried = []

    def confirms(other: Deployment) -> bool:
        tried.append(other)
        stated = [fact.name for entity in other.entities.values() for fact in entity.facts.values()]
        return {*NEEDED} <= {*stated} and "ben" in other.entities

    small = reduced(design, confirms, deciding)
    assert [*small.entities] == ["one", "ben"]
    assert [f.name for e in small.entities.values() for f in e.facts.values()] == NEEDED
    assert len(tried) <= 1 + len(design.entities) + len(deciding) or not {*NEEDED} <= {*deciding}


def test_what_is_tried_is_judged_by_generated_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record says what decides, confirms what is shown, and says what it violates; both policies were asked
    by it of every trial."""
    old, new = (
        made(ENTITIES, f"prohibits door d where d.by.kind is {kind}", "door one {}").policy
        for kind in ("a", "b")
    )
    comparison = Comparison(old, new)
    judge_of, asked = Supposed.judge, []

    def counted(self: Supposed, policy: Policy, design: Deployment) -> RecordedJudge:
        asked.append(design)
        return judge_of(self, policy, design)

    monkeypatch.setattr(Supposed, "judge", counted)
    assert comparison.whole().change == "incomparable"
    assert len(asked) == 2 * (2 + 2 + 1)
