"""What to ask of an open design: which facts can still matter, in which order, and the fewest answers that
prohibit."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume, given, settings

from clausewise.dsl.models.deployment import Fact, place_of
from clausewise.engine.advice.questions import questions
from clausewise.engine.backends.solver.asking.answers import MOST_ANSWERS
from clausewise.engine.backends.solver.asking.asking import ExactQuestions, ask
from clausewise.engine.backends.solver.asking.ordering import questions_left
from clausewise.engine.backends.solver.asking.relevance import Variations, relevance
from clausewise.engine.backends.solver.asking.shortest import (
    fewest_to_prohibited,
    with_answers,
)
from clausewise.engine.backends.solver.bound import UnboundedError
from clausewise.engine.backends.solver.judging import exact_of
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.outcomes import Verdict, verdict_of
from clausewise.engine.judging.judgement import Judgement
from tests.generated import Pair, pair_of, pairs
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.solver.made import CODE, judged_exactly, made

MOST_COMPLETIONS = 150

Bearing = dict[tuple[str, str], set[str]]


def open_clauses(pair: Pair) -> list[str]:
    return [judged.clause.name for judged in judged_exactly(pair).clauses if judged.is_open]


def by_completions(pair: Pair) -> Bearing:
    """By fact, the clauses that come out otherwise in two completions that differ in it alone, one by one."""
    worlds = completions(pair.deployment, [pair.tree, *pair.others.values()])
    assume(len(worlds) <= MOST_COMPLETIONS)
    truths: dict[object, list[set[bool]]] = {}
    found: Bearing = {}
    names = list(pair.policy.clauses)
    for world in worlds:
        outcomes = Judge(pair.tree, pair.others, world).outcomes()
        for place in world.facts:
            others = {where: value for where, value in world.facts.items() if where != place}
            key = place, world.as_of, tuple(world.types), repr(sorted(others.items()))
            seen = truths.setdefault(key, [set() for _ in names])
            for name, ways in zip(names, seen, strict=True):
                ways.add(outcomes[name] == "violated")
                if len(ways) == 2:
                    found.setdefault(place, set()).add(name)
    return found


@settings(max_examples=12)
@given(pairs())
def test_a_fact_matters_if_two_completions_that_differ_in_it_alone_say_so(pair: Pair) -> None:
    expected = by_completions(pair)
    exact = exact_of(judged_exactly(pair))
    variations = Variations(exact, exact.among({}), pair.policy.clauses)
    places = [place for place in exact.world.facts if place[0] not in exact.world.unlisted]
    variations.look_near(places)
    for place, on in variations.matter(places).items():
        if exact.world.field(place).is_reference:  # who exists may depend on it
            assert expected.get(place, set()) <= {*on}
        else:
            assert expected.get(place, set()) == {*on}


@settings(max_examples=25)
@given(pairs())
def test_what_cannot_matter_does_not_among_more_entities(pair: Pair) -> None:
    judgement = judged_exactly(pair)
    exact = exact_of(judgement)
    waiting = {question.fact: question.clauses for question in questions(judgement)}
    found = relevance(exact, open_clauses(pair), waiting)  # type: ignore[arg-type]
    for fact, clauses in found.cannot.items():
        for clause in clauses:
            violation = pair.policy.clauses[clause].violation
            try:
                most = exact.enough([violation, Not(violation)])
            except UnboundedError:
                continue  # it is known by a bound that counts whom the fact leads to as well
            if max(most.values(), default=1) <= 3:
                world = exact.world
                more = {type_: most.get(type_, 1) + 2 for type_ in set(world.unlisted.values())}
                many = Variations(exact, exact.among(more), [clause])
                assert many.matter([place_of(fact)]) == {place_of(fact): []}


ENTITIES = (
    'entity t "t" { kind one of k world ask "?" marks any of k choice ask "?" '
    'by one of t or none world ask "?" keeps duration choice ask "?" ok yes-no world ask "?" }'
)


def asked(clause: str, design: str) -> ExactQuestions:
    return ask(judged_exactly(made(ENTITIES, clause, design)))


def facts(found: ExactQuestions, *, later: bool = False) -> list[str]:
    return [str(q.fact) for q in found.questions if q.only_later is later]


def test_what_cannot_matter_is_not_asked() -> None:
    clause = "prohibits t q where q.ok is yes or (q.kind is a and not q.kind is a and q.marks overlaps a)"
    assert facts(asked(clause, "t one { by none }")) == ["one.ok"]


def test_what_matters_only_after_another_answer_is_said_apart() -> None:
    clause = "prohibits t q where some o in q.by has (o.kind is a)"
    found = asked(clause, "t one { kind b }\nt two { by none }")
    assert facts(found) == ["one.by"]
    assert facts(found, later=True) == ["two.kind"]
    assert facts(asked(clause, "t one {\n kind b\n by two\n}\nt two { by none }")) == ["two.kind"]


def test_first_is_asked_what_leaves_the_fewest_questions() -> None:
    """Told apart are `a`, `b` and the others: two kinds of three leave nothing, and half of all sets of marks."""
    clause = "prohibits t q where q.ok is yes and q.kind is a and q.marks overlaps b"
    pair = made(ENTITIES, clause, "t one { by none }")
    exact = exact_of(judged_exactly(pair))
    places = [("one", name) for name in ("kind", "marks", "ok")]
    left = questions_left(exact, ["rule"], places)
    assert left == {("one", "kind"): 2 / 3, ("one", "marks"): 1.0, ("one", "ok"): 1.0}
    assert facts(asked(clause, "t one { by none }")) == ["one.kind", "one.marks", "one.ok"]
    clause = "prohibits t q where q.ok is yes and (q.kind is a or q.marks overlaps b)"
    assert facts(asked(clause, "t one { by none }")) == ["one.ok", "one.marks", "one.kind"]


def test_the_fewest_answers_that_prohibit() -> None:
    clause = "prohibits t q where q.ok is yes and (q.kind is a and q.keeps > 3 days or q.marks overlaps b)"
    found = asked(clause, "t one { by none }")
    assert {(given.fact, given.answer) for given in found.fewest} == {
        ("one.ok", "yes"),
        ("one.marks", "b, ..."),
    }
    alone = asked("prohibits t q where q.ok is yes or q.kind is a", "t one { by none }")
    assert len(alone.fewest) == 1
    another = asked("prohibits t q where some o in q.by has (o.kind is a)", "t one { kind b }")
    assert {(given.fact, given.answer) for given in another.fewest} == {
        ("one.by", "t-1"),
        ("t-1.kind", "a"),
    }


@settings(max_examples=20)
@given(pairs())
def test_the_fewest_answers_prohibit_and_none_can_be_left_out(pair: Pair) -> None:
    judgement = judged_exactly(pair)
    found = fewest_to_prohibited(judgement).facts
    listed = judgement.deployment.entities.keys() >= {fact.entity for fact in found}
    for left_out in range(
        len(found) if listed else 0
    ):  # who is not listed is there by an answer alone
        rest = [fact for number, fact in enumerate(found) if number != left_out]
        assert verdict_with(judgement, rest) is not Verdict.PROHIBITED
    if found:
        assert verdict_with(judgement, found) is Verdict.PROHIBITED


def test_of_answers_that_were_not_all_tried_it_is_not_said_that_they_are_the_fewest() -> None:
    """The last of many terms alone would do, and is not tried."""
    terms = " ".join(f"t{number}" for number in range(MOST_ANSWERS + 10))
    others = " or ".join(f"q.kind is t{number}" for number in range(1, MOST_ANSWERS + 9))
    fields = 'kind one of k choice ask "?" a yes-no choice ask "?" b yes-no choice ask "?"'
    for last, least in ((MOST_ANSWERS + 9, False), (1, True)):
        rule = f"({others}) and q.a is no and q.b is no and q.a is yes"
        pair = pair_of(
            f'vocabulary words\nsubject deployment\ntaxonomy k {{ {terms} }}\nentity t "t" {{ {fields} }}',
            CODE % f"prohibits t q where q.a is yes and q.b is yes or q.kind is t{last} or {rule}",
            'deployment "D"\nt one { }\n',
        )
        found = ask(judged_exactly(pair))
        assert found.least is least
        assert len(found.fewest) == (1 if least else 2)


def verdict_with(judgement: Judgement, answers: Sequence[Fact]) -> Verdict:
    design = with_answers(judgement.deployment, answers)
    outcomes = judgement.outcomes_of(design, judgement.readings).values()
    return verdict_of(outcomes, draft=design.draft)


def test_a_settled_design_has_nothing_that_prohibits_it() -> None:
    found = asked("prohibits t q where q.ok is yes", "t one {\n ok no\n by none\n}")
    assert found == ExactQuestions((), {}, ())


def left_out(judgement: Judgement, bearing: Bearing) -> set[tuple[str, str]]:
    """Facts that bear on clauses that are open, and are not asked for."""
    clauses = {each.clause.name for each in judgement.clauses if each.is_open}
    told = clauses - judgement.policy.reading_others
    asked_for = {str(question.fact) for question in ask(judgement).questions}
    return {
        place for place, on in bearing.items() if on & told and ".".join(place) not in asked_for
    }


@settings(max_examples=12)
@given(pairs())
def test_no_fact_that_can_matter_is_left_out(pair: Pair) -> None:
    judgement = judged_exactly(pair)
    listed = judgement.deployment.entities
    expected = {place: on for place, on in by_completions(pair).items() if place[0] in listed}
    assert left_out(judgement, expected) == set()


@settings(max_examples=12)
@given(pairs())
def test_nor_one_that_matters_among_more_entities(pair: Pair) -> None:
    judgement = judged_exactly(pair)
    exact = exact_of(judgement)
    types = {*exact.world.unlisted.values()}
    many = Variations(exact, exact.among(dict.fromkeys(sorted(types), 3)), open_clauses(pair))
    bearing = {
        place: {*on}
        for place, on in many.matter(many.places()).items()
        if not (pair.deployment.draft and exact.world.field(place).is_reference)  # any may come
    }
    assert left_out(judgement, bearing) == set()


def test_a_fact_is_asked_that_matters_only_beside_more_than_one_who_may_come() -> None:
    """Of what kind `owner` is matters if the door is theirs, and two who are not listed see it."""
    entities = (
        'entity t "t" { kind one of k world ask "?" } entity s "s" { ok yes-no world ask "?" }'
        ' entity d "d" { by one of t or none world ask "?" seen any of s world ask "?" }'
    )
    clause = (
        "prohibits d q where some o in q.by has (o.kind is a) and some x in q.seen has"
        " (some y in q.seen has (x.ok is yes and y.ok is no))"
    )
    pair = made(entities, clause, "d one { }\nt owner { }")
    assert facts(ask(judged_exactly(pair)), later=True) == ["owner.kind"]


def test_where_the_fewest_answers_do_so_among_few_entities_alone_others_are_told() -> None:
    """`c` prohibits the door if no two who see it differ: where only one may come who is not listed, none do."""
    entities = (
        'entity s "s" { ok yes-no world ask "?" } entity d "d" { seen any of s world ask "?"'
        ' a yes-no world ask "?" b yes-no world ask "?" c yes-no world ask "?" }'
    )
    clause = (
        "prohibits d q where q.a is yes and q.b is no or q.c is yes and no x in q.seen has"
        " (some y in q.seen has (x.ok is yes and y.ok is no))"
    )
    found = ask(judged_exactly(made(entities, clause, "d one { }")))
    assert [(each.fact, each.answer) for each in found.fewest] == [
        ("one.a", "yes"),
        ("one.b", "no"),
    ]
    assert not found.least
