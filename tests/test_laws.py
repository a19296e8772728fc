"""Laws of judging, as properties over drawn designs and real policies (docs/language.md, 3, 7 and 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, strategies as st

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import Deployment, Fact, Terms, Value
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.syntax import Duration, Range
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.questions import questions
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey
from clausewise.engine.judging.judge import judge, judge_clause
from clausewise.engine.judging.judgement import Judgement, NothingToJudgeError
from clausewise.engine.judging.sufficient import decides, superfluous, with_only
from clausewise.intake.load import load_policy
from clausewise.testing import Drawn, deployments
from tests.conftest import program, reference_examples
from tests.test_compiled import as_json

T = TypeVar("T")
Outcomes = Mapping[str, Outcome]
RANDOM = st.randoms(use_true_random=False)
FACE = deployments("face-recognition")
REPORTS = deployments("support-requests")
SETTLED = (Outcome.VIOLATED, Outcome.MET, Outcome.NOT_APPLICABLE)
STAYS = {
    "prohibited": ("prohibited",),
    "permitted": ("permitted", "not-applicable"),
    "not-applicable": ("not-applicable",),
}
"""What a settled verdict may be once more is stated."""


def fast(name: str) -> CompiledPolicy:
    return program(load_policy(name), {})


FACE_CODE, REPORT_CODE = "face-code-of-conduct", "face-support-requests"
EITHER = st.one_of(
    FACE.map(lambda drawn: (FACE_CODE, drawn)), REPORTS.map(lambda drawn: (REPORT_CODE, drawn))
)


def outcomes(policy: str, deployment: Deployment) -> Outcomes:
    return fast(policy).outcomes(deployment)


def verdict(policy: str, deployment: Deployment) -> str:
    return verdict_of(outcomes(policy, deployment).values(), draft=deployment.draft)


def unknown_facts(deployment: Deployment) -> list[tuple[str, str]]:
    return [
        (entity.name, field)
        for entity in deployment.entities.values()
        for field in entity.type.fields
        if field not in entity.facts or entity.facts[field].value is None
    ]


def some_value(
    deployment: Deployment, entity: str, field_name: str, random: Random
) -> Value | None:
    """A known value for a fact, as precise as can be."""
    field = deployment.entities[entity].type.fields[field_name]
    if field.has_terms:
        taxonomy = deployment.vocabulary.taxonomy_of(field)
        return Terms((random.choice([t for t in taxonomy.parents if t not in taxonomy.children]),))
    if field.is_reference:
        names = [e.name for e in deployment.of_type(field.target or "")]
        if not names:
            return Terms(()) if field.may_be_none else None
        return Terms((random.choice(names),))
    if field.shape == "ages":
        return random.choice([Range(18, None), Range(None, 12), Range(13, 17)])
    if field.shape == "duration":
        return Duration(Decimal(random.choice([1, 30, 400])), "days")
    return {"text": "text"}.get(field.shape)


def stated(deployment: Deployment, entity: str, field_name: str, value: Value | None) -> Deployment:
    field = deployment.entities[entity].type.fields[field_name]
    return deployment.with_fact(Fact(entity, field, value))


@given(EITHER, RANDOM)
def test_more_facts_never_reverse_what_is_settled(drawn: tuple[str, Drawn], random: Random) -> None:
    policy, deployment = drawn[0], drawn[1].deployment()
    before, settled = outcomes(policy, deployment), verdict(policy, deployment)
    for entity, field in random.sample(found := unknown_facts(deployment), min(4, len(found))):
        value = some_value(deployment, entity, field, random)
        deployment = stated(deployment, entity, field, value)
        after = outcomes(policy, deployment)
        for clause, outcome in before.items():
            if outcome is Outcome.MET:
                assert after[clause] in (Outcome.MET, Outcome.NOT_APPLICABLE), (
                    clause,
                    entity,
                    field,
                )
            elif outcome in SETTLED:
                assert after[clause] is outcome, (clause, entity, field)
        if settled in STAYS:
            assert verdict(policy, deployment) in STAYS[settled]
        before = after


@given(EITHER, RANDOM)
def test_fewer_facts_never_permit(drawn: tuple[str, Drawn], random: Random) -> None:
    policy, deployment = drawn[0], drawn[1].deployment()
    known = [
        f for e in deployment.entities.values() for f in e.facts.values() if f.value is not None
    ]
    was_permitted = verdict(policy, deployment) in STAYS["permitted"]
    for fact in random.sample(known, min(4, len(known))):
        less = stated(deployment, fact.entity, fact.field.name, None)
        assert was_permitted or verdict(policy, less) != "permitted"


@given(EITHER, RANDOM)
def test_what_is_not_asked_cannot_matter(drawn: tuple[str, Drawn], random: Random) -> None:
    name, deployment = drawn[0], drawn[1].deployment()
    policy = fast(name).policy
    asked = {
        fact
        for clause in policy.clauses
        for fact in judge_clause(policy, deployment, clause).missing
    }
    before = outcomes(name, deployment)
    waits = {
        (e.name, f.field.name)
        for e in deployment.entities.values()
        for f in e.facts.values()
        if f.undated  # stated already: what is asked for is the date
    }
    unknown = [place for place in unknown_facts(deployment) if place not in waits]
    rest = [(e, f) for e, f in unknown if f"{e}.{f}" not in asked]
    for entity, field in random.sample(rest, min(4, len(rest))):
        after = outcomes(
            name, stated(deployment, entity, field, some_value(deployment, entity, field, random))
        )
        changed = {c for c in before if before[c] is not after[c]}
        assert all(before[c] is Outcome.MET for c in changed), (entity, field, changed)
        assert all(after[c] is Outcome.NOT_APPLICABLE for c in changed)


@given(EITHER, RANDOM)
def test_a_reason_suffices_and_nothing_in_it_is_superfluous(
    drawn: tuple[str, Drawn], random: Random
) -> None:
    policy, deployment = fast(drawn[0]).policy, drawn[1].deployment()
    try:
        judgement = judge(policy, deployment)
    except NothingToJudgeError:
        return
    for clause in random.sample(list(policy.clauses), 3):
        judged = judgement.clause(clause)
        if judged.is_open:
            assert judged.missing or deployment.draft
            continue
        assert decides(judgement, clause, judged.facts), (clause, judged.facts)
        assert not superfluous(judgement, clause, judged.facts), clause


@given(EITHER, RANDOM)
def test_the_order_of_blocks_and_fields_changes_nothing(
    drawn: tuple[str, Drawn], random: Random
) -> None:
    policy, design = drawn
    blocks = [
        replace(block, statements=tuple(shuffled(block.statements, random)))
        for block in shuffled(design.tree.blocks, random)
    ]
    other = Drawn(replace(design.tree, blocks=tuple(blocks)), design.vocabulary)
    assert outcomes(policy, other.deployment()) == outcomes(policy, design.deployment())


def shuffled(items: tuple[T, ...], random: Random) -> list[T]:
    return random.sample(items, len(items))


@lru_cache(maxsize=8)
def shuffled_face_code(seed: int, folder: Path) -> CompiledPolicy:
    """The Face code with its clauses, definitions and tables in another order."""
    policy = fast(FACE_CODE).policy
    tree, _ = parse(policy.source, "policy")
    assert tree is not None
    random = Random(seed)
    sections = tuple(
        replace(item, clauses=tuple(shuffled(item.clauses, random)))
        if isinstance(item, syntax.SectionNode)
        else item
        for item in tree.items
    )
    headers = tuple(item for item in sections if isinstance(item, syntax.Attribute))
    others = tuple(item for item in sections if not isinstance(item, syntax.Attribute))
    path = folder / f"{FACE_CODE}.policy"
    path.write_text(
        print_tree(replace(tree, items=(*headers, *shuffled(others, random)))), encoding="utf-8"
    )
    return compiled(load_policy(str(path)))


@given(FACE, st.integers(0, 3))
def test_the_order_of_clauses_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, drawn: Drawn, seed: int
) -> None:
    other = shuffled_face_code(seed, tmp_path_factory.getbasetemp())
    deployment = drawn.deployment()
    assert other.outcomes(deployment) == outcomes(FACE_CODE, deployment)


@given(EITHER)
def test_names_of_entities_change_nothing_but_names(drawn: tuple[str, Drawn]) -> None:
    name, design = drawn
    deployment = design.deployment()
    singles = {t.name for t in deployment.vocabulary.entities.values() if t.single}
    new = {n: n if n in singles else f"other-{n}-x" for n in deployment.entities}

    def renamed(item: syntax.Item) -> syntax.Item:
        return syntax.Name(new.get(item.text, item.text)) if isinstance(item, syntax.Name) else item

    blocks = tuple(
        replace(
            block,
            name=block.name and syntax.Name(new[block.name.text]),
            statements=tuple(
                replace(s, items=tuple(map(renamed, s.items))) for s in block.statements
            ),
        )
        for block in design.tree.blocks
    )
    other = Drawn(replace(design.tree, blocks=blocks), design.vocabulary).deployment()
    policy = fast(name).policy
    for clause in policy.clauses:
        one, same = judge_clause(policy, deployment, clause), judge_clause(policy, other, clause)
        assert one.outcome is same.outcome
        assert {full_name(f, new) for f in one.missing} == set(same.missing)
        assert len(one.facts) == len(same.facts)


def full_name(fact: str, new: Mapping[str, str]) -> str:
    entity, dot, field = fact.partition(".")
    return f"{new.get(entity, entity)}{dot}{field}"


@given(FACE)
def test_an_unrelated_entity_changes_nothing(drawn: Drawn) -> None:
    """An actor for whom nothing is done and who acts for nobody; people and a camera that no use names."""
    text = "actor stranger {\n  acts-for  none\n}\npeople nobody {\n}\ncamera unused {\n}\n"
    tree, _ = parse(Source("x", f'deployment "x"\n{text}'), "design")
    assert tree is not None
    more = Drawn(replace(drawn.tree, blocks=(*drawn.tree.blocks, *tree.blocks)), drawn.vocabulary)
    assert outcomes(FACE_CODE, more.deployment()) == outcomes(FACE_CODE, drawn.deployment())


@given(EITHER)
def test_requiring_evidence_only_opens(drawn: tuple[str, Drawn]) -> None:
    name, design = drawn
    desk = outcomes(name, design.deployment())
    strict = outcomes(name, design.deployment(evidence_required=True))
    for clause, outcome in strict.items():
        if outcome in SETTLED:
            allowed = {outcome, Outcome.NOT_APPLICABLE} if outcome is Outcome.MET else {outcome}
            assert desk[clause] in allowed


CHAIN = """
actor pd {
  kind          police-department
  jurisdiction  %s
}
actor vendor {
  acts-for  volunteer, ...
}
actor volunteer {
  acts-for  pd
}
use watch {
  %s  %s
}
"""


PLACES = st.sampled_from(["US", "US-WA", "PR", "GU", "US-PR"])
FIELDS, WHO = st.sampled_from(["by", "results-to"]), st.sampled_from(["pd", "volunteer", "vendor"])


@lru_cache(maxsize=32)
def benefiting(place: str, field: str, who: str) -> st.SearchStrategy[Drawn]:
    return deployments("face-recognition", pins=CHAIN % (place, field, who))


@given(st.tuples(PLACES, FIELDS, WHO).flatmap(lambda chosen: benefiting(*chosen)))
def test_police_in_the_united_states_never_benefit(drawn: Drawn) -> None:
    assert verdict(FACE_CODE, drawn.deployment()) == "prohibited"


@given(EITHER)
def test_text_and_json_agree(drawn: tuple[str, Drawn]) -> None:
    name, design = drawn
    deployment = design.deployment()
    content = json.dumps(as_json(deployment))
    try:
        (report,) = check_source(Source("x.json", content), Options(policy=name))
    except InvalidError as error:
        (found,) = error.diagnostics
        assert found.code == "E509"
    else:
        found_outcomes = {j.clause.name: j.outcome for j in report.clauses}
        assert found_outcomes == outcomes(name, deployment)


def test_an_empty_text_is_the_same_to_both_judges() -> None:
    """Found by `test_text_and_json_agree`."""
    request = 'matter other-failure\n  sent-to azure-support-request\n  steps ""'
    text = f'report "x"\njudged by {REPORT_CODE}\nrequest {{\n  {request}\n}}\n'
    (report,) = check_source(Source("x.design", text), Options())
    found = {j.clause.name: j.outcome for j in report.clauses}
    assert found == outcomes(REPORT_CODE, report.deployment)


@given(EITHER)
def test_printing_keeps_the_meaning(drawn: tuple[str, Drawn]) -> None:
    tree = drawn[1].tree
    again, problems = parse(Source("x", print_tree(tree)), "design")
    assert (again, problems) == (tree, [])


@given(st.data())
def test_the_laws_hold_for_the_language_reference_too(doors: Path, data: st.DataObject) -> None:
    """The same designs as drawn for its vocabulary are judged alike by both judges."""
    policy: Policy = load_policy("door-code", doors)
    assert reference_examples()["policy"] == policy.source.text
    deployment = data.draw(deployments(policy.vocabulary)).deployment()
    found = program(policy, {}).outcomes(deployment)
    for clause in policy.clauses:
        judged = judge_clause(policy, deployment, clause)
        assert judged.outcome is found[clause]
        if not judged.is_open:
            kept = with_only(deployment, judged.facts)
            assert judge_clause(policy, kept, clause).outcome is judged.outcome


def reads_of(judgement: Judgement, clause: str) -> set[RuleKey]:
    """What a clause reads, directly or by other clauses and definitions."""
    readers = judgement.policy.readers
    return {key for key, names in readers.items() if clause in names}


@given(FACE)
def test_questions_are_those_of_the_clauses(drawn: Drawn) -> None:
    judgement = drawn.judged_by(FACE_CODE)  # some clauses apply to every deployment
    asked = {question.fact: set(question.clauses) for question in questions(judgement)}
    missing = {(f, j.clause.name) for j in judgement.clauses for f in j.missing}
    assert set(asked) == {fact for fact, _ in missing}
    shown = {(fact, clause) for fact, clauses in asked.items() for clause in clauses}
    assert shown <= missing
    for fact, clause in missing - shown:  # it only waits for another one
        read = reads_of(judgement, clause)
        assert any(("clause", name) in read for name in asked[fact]), (fact, clause)


def test_the_settled_verdicts_are_those_that_facts_do_not_reverse() -> None:
    assert set(STAYS) == {verdict for verdict in Verdict if not verdict.is_open}
