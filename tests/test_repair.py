"""The smallest change, on anything that can be said: what is proposed holds when it is judged again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, product

from hypothesis import given, strategies as st

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, Fact, Terms, Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Duration
from clausewise.engine.backends.solver.mending.levers import Levers
from clausewise.engine.backends.solver.mending.repair import (
    ChoiceChange,
    JudgingPolicy,
    Proposal,
    Repair,
    repair,
)
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.outcomes import Outcome
from tests.generated import Pair, pairs
from tests.reference.product import judged

MOST_TRIED = 3_000
EITHER = st.one_of(pairs(known=True), pairs())
"""Where everything is known, more is violated."""
LEVEL = {
    Outcome.VIOLATED: 0,
    Outcome.UNDETERMINED: 1,
    Outcome.REVIEW: 1,
    Outcome.MET: 2,
    Outcome.NOT_APPLICABLE: 2,
}


def judge_of(pair: Pair) -> JudgingPolicy:
    def outcomes_of(deployment: Deployment) -> Mapping[str, Outcome]:
        return {n: found.outcome for n, found in judged(pair.policy, deployment).items()}

    return JudgingPolicy(pair.policy, {}, outcomes_of)


def repaired(pair: Pair) -> Repair:
    return repair(admit(pair.deployment), [judge_of(pair)])


def applied(deployment: Deployment, proposal: Proposal) -> Deployment:
    for change in proposal.changes:
        deployment = deployment.with_fact(change.fact)
    return deployment


def levels(pair: Pair, deployment: Deployment) -> dict[str, int]:
    return {n: LEVEL[o] for n, o in judge_of(pair).outcomes_of(deployment).items()}


@given(EITHER)
def test_no_proposal_leaves_a_clause_worse_and_each_helps(pair: Pair) -> None:
    before = levels(pair, pair.deployment)
    found = repaired(pair)
    assert found.settled
    for proposal in found.proposals:
        after = levels(pair, applied(pair.deployment, proposal))
        assert all(after[name] >= level for name, level in before.items())
        assert any(after[name] > level for name, level in before.items())


@given(EITHER)
def test_only_choices_change_that_do_not_say_what_a_thing_is(pair: Pair) -> None:
    for proposal in repaired(pair).proposals:
        for change in proposal.changes:
            field = change.fact.field
            assert (field.kind, field.essence) == ("choice", False)
            assert change.fact.entity in pair.deployment.entities
            value = change.fact.value
            if field.is_reference and isinstance(value, Terms):
                assert set(value.names) <= set(pair.deployment.entities)


@given(EITHER)
def test_a_stated_choice_changes_only_for_a_violated_clause(pair: Pair) -> None:
    before = levels(pair, pair.deployment)
    if 0 in before.values():
        return
    for proposal in repaired(pair).proposals:
        assert not any(c.before and c.before.value is not None for c in proposal.changes)


@given(EITHER)
def test_no_part_of_a_proposal_does_the_same(pair: Pair) -> None:
    found = repaired(pair)
    world = Levers(Distinctions([pair.policy]), admit(pair.deployment))
    for proposal in found.proposals:
        promised = levels(pair, applied(pair.deployment, proposal))
        for part in parts(proposal):
            options = [list(values(world, change.fact.field)) for change in part]
            count = 1
            for some in options:
                count *= len(some)
            if count > MOST_TRIED:
                continue
            for chosen in product(*options):
                other = pair.deployment
                for change, value in zip(part, chosen, strict=True):
                    fact = Fact(change.fact.entity, change.fact.field, value)
                    other = other.with_fact(fact)
                reached = levels(pair, other)
                assert any(reached[name] < level for name, level in promised.items())


@given(EITHER)
def test_what_one_change_can_do_is_proposed(pair: Pair) -> None:
    """No single change leaves fewer clauses violated than the proposals do, with none the worse."""
    before = levels(pair, pair.deployment)
    if 0 not in before.values():
        return
    found = repaired(pair)
    reached = [levels(pair, applied(pair.deployment, one)) for one in found.proposals]
    most = max((sum(level > 0 for level in one.values()) for one in [before, *reached]), default=0)
    world = Levers(Distinctions([pair.policy]), admit(pair.deployment))
    for name, entity in pair.deployment.entities.items():
        for field in entity.type.fields.values():
            if field.kind == "choice" and not field.essence:
                for value in list(values(world, field))[:40]:
                    other = pair.deployment.with_fact(Fact(name, field, value))
                    after = levels(pair, other)
                    if all(after[n] >= level for n, level in before.items()):
                        assert sum(level > 0 for level in after.values()) <= most


def parts(proposal: Proposal) -> Iterator[tuple[ChoiceChange, ...]]:
    changes = proposal.changes
    for size in range(len(changes)):
        yield from combinations(changes, size)


def values(world: Levers, field: Field) -> Iterator[Value]:
    """What a field may be changed to: of quantities, those that policies tell apart."""
    if field.may_be_none:
        yield Terms(())
    match field.shape:
        case "duration":
            yield from (Duration(step, "seconds") for step in world.steps(field))
        case "number":
            yield from (Decimal(step) for step in world.steps(field))
        case "date" | "ages" | "text":
            return
        case _:
            names = names_of(world, field)
            for size in range(1, len(names) + 1 if field.is_many else 2):
                yield from (Terms(chosen) for chosen in combinations(names, size))


def names_of(world: Levers, field: Field) -> list[str]:
    if field.is_reference:
        return [entity.name for entity in world.deployment.of_type(field.target or "")]
    taxonomy = world.vocabulary.taxonomy_of(field)
    return [term for term in taxonomy.parents if term not in taxonomy.children]
