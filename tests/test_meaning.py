"""The product against a second, naive judge: what is settled holds however the facts turn out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.python.reasoning import Why
from clausewise.engine.backends.python.records import world_of
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import choose_readings
from clausewise.engine.judging.explain import missing_facts
from clausewise.engine.judging.judge import judge_clause
from clausewise.engine.judging.judgement import ClauseJudgement, NothingToJudgeError
from tests.conftest import reference_examples
from tests.generated import Pair, pair_of, pairs
from tests.reference.completions import Completions, completions
from tests.reference.judge import Judge
from tests.reference.product import HOLDS, judged, with_fact
from tests.reference.world import World
from tests.test_sql import in_sql

MOST_COMPLETIONS = 3000
MOST_ANSWERS = 10
"""How many worlds are played through, question by question."""
DOORS = """
vocabulary doors
subject deployment
taxonomy body { company  public-body { police  school } }
entity actor "an actor" { kind one of body world ask "What is {actor}?" }
entity door "a door" {
  by      one of actor  judgement  ask "Who runs {door}?"
  serves  any of body   judgement  ask "Whom does {door} serve?"
  admits  any of body   choice     ask "Whom does {door} admit?"
}
entity lodge "the lodge" single { is-open yes-no choice ask "Is it open?" }
entity post "a post" { at one of door choice ask "Where is {post}?" }
"""
CODE = """
policy code
title       "Code"
vocabulary  doors
clause rule { at "1" quotes "rule" says "A rule." %s because "it is so" }
"""


def worlds_of(pair: Pair) -> Completions:
    return completions(pair.deployment, [pair.tree, *pair.others.values()])


def disagreements(pair: Pair, worlds: Completions) -> Iterator[tuple[str, str, str, World]]:
    """Clauses that the product settles, and warnings that it gives, with a world in which that does not hold."""
    clauses = judged(pair.policy, pair.deployment)
    settled = {n: str(c.outcome) for n, c in clauses.items() if c.outcome in HOLDS}
    warned = given_warnings(pair)
    for world in worlds:
        judge_ = Judge(pair.tree, pair.others, world)
        truth = judge_.outcomes()
        for name in warned - judge_.warnings():
            yield name, "warned", "not warned", world
        for name, outcome in settled.items():
            if truth[name] not in HOLDS[outcome]:
                yield name, outcome, truth[name], world


@given(pairs())
def test_settled_outcomes_hold_in_every_completion(pair: Pair) -> None:
    worlds = worlds_of(pair)
    assume(len(worlds) <= MOST_COMPLETIONS)
    assert not next(disagreements(pair, worlds), None)


@given(pairs(known=True))
def test_with_every_fact_known_the_two_agree(pair: Pair) -> None:
    (world,) = worlds_of(pair)
    clauses = judged(pair.policy, pair.deployment)
    found = {name: clause.outcome for name, clause in clauses.items()}
    assert found == Judge(pair.tree, pair.others, world).outcomes()


@given(pairs())
def test_generated_code_comes_out_alike(pair: Pair) -> None:
    code = compiled(pair.policy)
    deployment = admit(pair.deployment)
    world = world_of(deployment, code.layouts)
    assert code.outcomes_of(world) == outcomes_of(pair)
    why = Why(code, world, deployment)
    for name, clause in judged(pair.policy, pair.deployment).items():
        own = missing_facts(clause.step, own=True) if clause.is_open else ()
        assert why.facts(name) == clause.facts
        assert why.gaps(name) == clause.waits_for
        assert why.gaps(name, own=True) == own


@given(pairs())
def test_breaches_and_warnings_of_generated_code_are_those_of_the_record(pair: Pair) -> None:
    deployment = admit(pair.deployment)
    for policy in filter(None, (pair.policy, pair.policy.cautions)):
        try:
            found = judge(compiled(policy), deployment)
        except NothingToJudgeError:
            continue
        for clause in found.clauses:
            recorded = judge_clause(policy, deployment, clause.clause.name)
            assert clause.outcome == recorded.outcome
            assert breaches(clause) == breaches(recorded)


def breaches(clause: ClauseJudgement) -> list[tuple[str, ...]]:
    """The names of the breaches of each finding, in an order of their own."""
    return sorted(tuple(b.name for b in finding.breaches) for finding in clause.findings)


@given(pairs(known=True))
def test_with_every_fact_known_breaches_are_those_of_the_second_judge(pair: Pair) -> None:
    (world,) = worlds_of(pair)
    judge_ = Judge(pair.tree, pair.others, world)
    for name, clause in judged(pair.policy, pair.deployment).items():
        found = {name for names in breaches(clause) for name in names}
        assert found == judge_.breaches(name)
    assert given_warnings(pair) == judge_.warnings()


def given_warnings(pair: Pair) -> set[str]:
    """The warnings that are given of what counts."""
    cautions = pair.policy.cautions
    clauses = judged(cautions, pair.deployment) if cautions else {}
    return {name for name, clause in clauses.items() if clause.outcome is Outcome.VIOLATED}


@settings(max_examples=20)
@given(pairs())
def test_sql_comes_out_alike(pair: Pair) -> None:
    # Rows with a reference that a person judges do not get there, nor those that wait for a date (odd_rows.py).
    assume(not pair.policy.some_reference_is_judged)
    assume(not admit(pair.deployment).waits_for_date)
    # A table holds that somebody answers, not that two do: what two judged waits there (docs/sql.md).
    entities = pair.deployment.entities.values()
    facts = [fact for entity in entities for fact in entity.facts.values()]
    assume(not any(fact.second and fact.field.by_two for fact in facts))
    (row,) = in_sql(pair.policy, [pair.deployment], choose_readings(pair.policy, {}))
    assert {name: row[name] for name in pair.policy.clauses} == outcomes_of(pair)


def outcomes_of(pair: Pair) -> dict[str, Outcome]:
    """What the recorded judge makes of each clause."""
    return {name: clause.outcome for name, clause in judged(pair.policy, pair.deployment).items()}


@given(pairs())
def test_one_more_fact_never_reverses_what_is_settled(pair: Pair) -> None:
    """Nor does it open it again. Stated are facts of listed entities, each with every value that it may have."""
    listed = pair.deployment.entities.keys()
    admitted = admit(pair.deployment)
    before = {n: str(c.outcome) for n, c in judged(pair.policy, pair.deployment).items()}
    settled = {name: outcome for name, outcome in before.items() if outcome in HOLDS}
    layouts = [layout for layout in worlds_of(pair).layouts if layout.types.keys() == listed]
    assume(settled and layouts)
    for place, values in layouts[0].options.items():
        for value in values if len(values) > 1 else ():
            answered = with_fact(admitted, place, value)
            for name, outcome in settled.items():
                after = str(judge_clause(pair.policy, answered, name).outcome)
                assert after in HOLDS[outcome], (name, place, value, outcome, after)


@pytest.mark.parametrize(
    ("modifier", "blocks"),
    [
        ("", "door front { }"),
        ("required", ""),
        ("", "post corner { }"),
    ],
    ids=["of a listed entity", "of the one assumed", "of an unlisted entity"],
)
def test_a_type_covers_whom_an_unknown_reference_may_name(modifier: str, blocks: str) -> None:
    """`actor a` is every actor, and so the one that may run the door, whoever it is."""
    words = DOORS.replace('"a door"', f'"a door" {modifier}')
    code = CODE % "prohibits actor a where a.kind is police"
    pair = pair_of(words, code, f'deployment "Doors"\n{blocks}\n')
    truths = {Judge(pair.tree, {}, world).outcomes()["rule"] for world in worlds_of(pair)}
    assert "violated" in truths
    assert judged(pair.policy, pair.deployment)["rule"].outcome not in HOLDS


def test_a_clause_that_does_not_apply_never_does() -> None:
    """The actor that runs the door may be police: then the rule applies, and is kept."""
    code = CODE % "requires actor a when a.kind is police that lodge.is-open is yes"
    design = (
        'deployment "Doors"\nactor acme { kind company }\ndoor front { }\nlodge { is-open yes }\n'
    )
    pair = pair_of(DOORS, code, design)
    assert not next(disagreements(pair, worlds_of(pair)), None)


def test_the_reference_example_comes_out_alike() -> None:
    texts = reference_examples()
    pair = pair_of(texts["vocabulary"], texts["policy"], texts["design"])
    (world,) = worlds_of(pair)
    truth = Judge(pair.tree, pair.others, world).outcomes()
    assert {n: c.outcome for n, c in judged(pair.policy, pair.deployment).items()} == truth


# what is missing


@given(pairs())
def test_answering_what_is_missing_settles_a_clause(pair: Pair) -> None:
    """Round by round: an answer may name another entity, and what is unknown of that."""
    worlds = worlds_of(pair)
    assume(len(worlds) <= MOST_COMPLETIONS and pair.deployment.as_of is not None)
    assume(not pair.deployment.draft)
    listed = [w for w in worlds if w.types.keys() == pair.deployment.entities.keys()]
    assume(listed)
    step = max(1, len(listed) // MOST_ANSWERS)
    for world in listed[::step]:
        truth = Judge(pair.tree, pair.others, world).outcomes()
        for name in pair.policy.clauses:
            outcome = settled_by_answers(pair, admit(pair.deployment), world, name)
            assert truth[name] in HOLDS[outcome], (name, outcome, truth[name])


def settled_by_answers(pair: Pair, deployment: Deployment, world: World, name: str) -> str:
    """A clause's outcome once every missing fact is as it is in a world, and all that is missing then."""
    answered: set[str] = set()
    clause = judge_clause(pair.policy, deployment, name)
    while clause.outcome not in HOLDS:
        missing = set(clause.missing)
        assert missing - answered, f"{name} is open, and nothing new is missing: {missing}"
        answered |= missing
        for fact in missing:
            entity, _, field = fact.partition(".")
            deployment = with_fact(deployment, (entity, field), world.facts[entity, field])
        clause = judge_clause(pair.policy, deployment, name)
    return str(clause.outcome)


@given(pairs())
def test_an_answer_that_is_not_asked_for_settles_nothing(pair: Pair) -> None:
    """Missing are the facts whose answer alone can still matter: no other answer alone does."""
    listed = pair.deployment.entities.keys()
    admitted = admit(pair.deployment)
    clauses = judged(pair.policy, pair.deployment)
    unsettled = {n: c for n, c in clauses.items() if c.outcome not in HOLDS}
    layouts = [layout for layout in worlds_of(pair).layouts if layout.types.keys() == listed]
    assume(unsettled and layouts)
    for place, values in layouts[0].options.items():
        fact = admitted.fact(".".join(place))
        if fact and fact.undated:
            continue  # it is stated already: what is asked for is the date
        for name, clause in unsettled.items():
            if len(values) > 1 and ".".join(place) not in clause.missing:
                for value in values:
                    answered = with_fact(admitted, place, value)
                    outcome = judge_clause(pair.policy, answered, name).outcome
                    assert outcome not in HOLDS, (name, clause.missing, place, value, outcome)


def test_a_clause_in_review_waits_for_judgements_alone() -> None:
    """`admits` is partly known: whatever is judged of `serves`, whether they overlap stays open."""
    code = CODE % "prohibits door d where d.admits overlaps d.serves"
    design = 'deployment "Doors"\ndoor front { admits public-body\n%s }\n'
    before = pair_of(DOORS, code, design % "")
    after = pair_of(DOORS, code, design % 'serves school attested by "A. Person"\n')
    assert judged(after.policy, after.deployment)["rule"].outcome == "undetermined"
    assert judged(before.policy, before.deployment)["rule"].outcome != "review"
