"""Which way values push clauses: no change of a complete deployment goes another way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, Terms
from clausewise.engine.backends.solver.circuit import MOST_PARTS, Circuit
from clausewise.engine.backends.solver.completion import assumed
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.proving.directions import Direction, Directions
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import choose_readings
from clausewise.engine.judging.judge import RecordedJudge
from clausewise.intake.load import load_policy
from tests.generated import Pair, pairs
from tests.solver.made import made


def is_violated(pair: Pair, design: Deployment, clause: str) -> bool:
    readings = choose_readings(pair.policy, {})
    return RecordedJudge(pair.policy, design, readings).judged(clause).outcome is Outcome.VIOLATED


def names_of(direction: Direction) -> tuple[str, ...]:
    return () if direction.value == "none" else (direction.value,)


@settings(max_examples=20)
@given(pairs(known=True))
def test_no_change_goes_another_way(pair: Pair) -> None:
    design = admit(pair.deployment)
    for direction in Directions(pair.policy).of([*pair.policy.clauses]):
        field = direction.field
        if direction.why or not field.has_terms:
            continue
        for entity in design.of_type(field.owner):
            held = entity.value(field.name)
            if not isinstance(held, Terms) or held.more:
                continue
            names = names_of(direction)
            joins = field.is_many and names
            after = Terms((*held.names, *names) if joins else names)
            if after == held or (joins and names[0] in held.names):
                continue
            changed = design.with_fact(assumed(entity.name, field, after))
            was, now = (is_violated(pair, each, direction.clause) for each in (design, changed))
            assert direction.violates or not (now and not was)
            assert direction.keeps or not (was and not now)


def test_a_value_may_push_either_way_or_neither() -> None:
    clause = "prohibits t q where q.kind is a and not q.marks overlaps a or q.kind is b and q.marks overlaps a"
    entities = 'entity t "t" { kind one of k world ask "?" marks any of k choice ask "?" }'
    pair = made(entities, clause, "t one {}")
    found = {
        (d.field.name, d.value): (d.violates, d.keeps) for d in Directions(pair.policy).of(["rule"])
    }
    assert found == {
        ("kind", "a"): (True, True),
        ("kind", "b"): (True, True),
        ("kind", "c"): (False, True),
        ("marks", "a"): (True, True),
        ("marks", "b"): (False, False),
        ("marks", "c"): (False, False),
        ("marks", "none"): (True, True),
    }


def test_values_push_where_there_is_one_entity_only() -> None:
    """No number of entities decides there: the vocabulary has no type of which there may be several."""
    clause = "requires that t.kind is a"
    pair = made('entity t "t" single { kind one of k world ask "?" }', clause, "t {}")
    found = {d.value: (d.violates, d.keeps) for d in Directions(pair.policy).of(["rule"])}
    assert found == {"a": (False, True), "b": (True, False)}


def test_what_was_found_for_other_clauses_leaves_room_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under a bound that holds for each clause by itself, and not for all of them in one circuit."""
    policy = load_policy("us-il-bipa")
    names = [name for name in policy.clauses if name not in policy.derived]
    made: list[Circuit] = []
    begin = Circuit.__init__

    def counted(self: Circuit, most: int = MOST_PARTS, meter: Meter | None = None) -> None:
        begin(self, most, meter)
        made.append(self)

    monkeypatch.setattr(Circuit, "__init__", counted)
    alone = {name: [*Directions(policy).of([name])] for name in names}
    bound = max(circuit._parts_seen for circuit in made) + 1
    made.clear()
    shared = Directions(policy)
    assert {name: [*shared.of([name])] for name in names} == alone
    assert max(circuit._parts_seen for circuit in made) > bound
    monkeypatch.setattr(Circuit, "__init__", lambda self, meter=None: begin(self, bound, meter))
    bounded = Directions(policy)
    assert {name: [*bounded.of([name])] for name in names} == alone
