"""The solver against the recorded judge, and against every completion of small deployments, one by one."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from random import Random

import pytest
from hypothesis import example, given, reject, settings

from clausewise.dsl.models.admission import admit
from clausewise.engine.backends.solver.circuit import Circuit
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.sat import Cheapest, NotSettledError, Sat
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.distinctions import Distinctions
from tests.conftest import ROOT
from tests.generated import Pair, pairs
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.reference.product import judged
from tests.solver.made import made

MOST_COMPLETIONS = 3000


def possible(pair: Pair, most: int = 1) -> dict[str, set[bool]]:
    """For each clause, whether it can be violated, and whether it can be kept, by the solver."""
    types = pair.policy.vocabulary.entities.items()
    extra = {name: 1 if type_.single else most for name, type_ in types}
    world = OpenWorld(
        Distinctions([pair.policy]), admit(pair.deployment), extra
    ).ask_for_references()
    ground, found = Ground(pair.policy, world), dict[str, set[bool]]()
    for name in pair.policy.clauses:
        literal = ground.violated(name)
        sat = Sat(world.circuit)
        found[name] = {
            truth for truth in (True, False) if sat.can_be(literal if truth else -literal)
        }
    return found


def by_completions(pair: Pair, most: int = 1) -> dict[str, set[bool]]:
    """The same, by looking at each completion."""
    worlds = completions(pair.deployment, [pair.tree, *pair.others.values()], most)
    if len(worlds) > MOST_COMPLETIONS:
        reject()
    truths: dict[str, set[bool]] = {name: set() for name in pair.policy.clauses}
    for world in worlds:
        for name, outcome in Judge(pair.tree, pair.others, world).outcomes().items():
            truths[name].add(outcome == "violated")
    return truths


@given(pairs())
def test_what_can_be_is_what_some_completion_says(pair: Pair) -> None:
    assert possible(pair) == by_completions(pair)


@settings(max_examples=6)
@given(pairs())
def test_so_it_is_with_two_who_are_not_listed(pair: Pair) -> None:
    assert possible(pair, 2) == by_completions(pair, 2)


def test_two_who_are_not_listed_may_differ() -> None:
    """Where one alone may come, no two who see a door differ: so both judges must try more of them."""
    entities = (
        'entity s "s" { ok yes-no world ask "?" } entity d "d" { seen any of s world ask "?" }'
    )
    differ = "some x in q.seen has (some y in q.seen has (x.ok is yes and y.ok is no))"
    pair = made(entities, f"prohibits d q where {differ}", "d one { }")
    assert possible(pair) == by_completions(pair) == {"rule": {False}}
    assert possible(pair, 2) == by_completions(pair, 2) == {"rule": {True, False}}


ALL_BELOW = made(
    'taxonomy broad { all { one two } other }\nentity t "t" { kind any of broad choice ask "?" }',
    "prohibits t q where q.kind overlaps {one, two}",
    "t it { }",
)
"""Of `all` the judge does not see that it is one of `one` and `two`, though nothing else is below it."""


@given(pairs())
@example(ALL_BELOW)
def test_each_way_is_shown_by_a_deployment_that_the_judge_confirms(pair: Pair) -> None:
    world = OpenWorld(Distinctions([pair.policy]), admit(pair.deployment)).ask_for_references()
    ground = Ground(pair.policy, world)
    for name in pair.policy.clauses:
        literal = ground.violated(name)
        sat = Sat(world.circuit)
        for truth in (True, False):
            if sat.can_be(literal if truth else -literal):
                shown = Completion(world, sat.model()).deployment()
                assert judged(pair.policy, shown)[name].outcome.value in (
                    ("violated",) if truth else ("met", "not-applicable")
                )


def pigeons(circuit: Circuit, holes: int) -> None:
    """That one pigeon more than there are holes has one of its own: what no solver finds out soon."""
    places = [[circuit.variable() for _ in range(holes)] for _ in range(holes + 1)]
    for place in places:
        circuit.require(place)
    for hole in range(holes):
        circuit.at_most_one([place[hole] for place in places])


def test_a_question_is_given_up_after_so_many_conflicts() -> None:
    circuit = Circuit()
    pigeons(circuit, 9)
    with pytest.raises(NotSettledError):
        Sat(circuit, conflicts=50).can_be()
    with pytest.raises(NotSettledError):
        Cheapest(circuit, [(2, 1)], conflicts=50).model()


def test_a_search_for_the_cheapest_ends_with_its_work() -> None:
    """Few of its questions take many conflicts, but it asks as many as it likes, for minutes."""
    circuit = Circuit()
    chance = Random(60)
    inputs = [circuit.variable() for _ in range(40)]
    for _ in range(120):
        circuit.require(chance.sample(inputs, 3))
    meter = Meter(100_000)
    with pytest.raises(NotSettledError):
        Cheapest(circuit, [(-each, 1_000 + each % 2) for each in inputs], meter=meter).model()
    assert -100_000 < meter.left <= 0


def test_what_disjunctions_share_is_an_alternative_once() -> None:
    """Each level leads to the one below in two ways; so a hundred did in more than can be counted."""
    circuit = Circuit()
    inputs = [circuit.variable() for _ in range(200)]
    found = both = circuit.all_of(inputs[:2])
    for one, other in zip(inputs[::2], inputs[1::2], strict=True):
        found = circuit.either(circuit.either(found, one), circuit.either(found, other))
    assert sorted(islice(circuit.alternatives(found), 300)) == [*inputs, both]


STOPPED = """
import os, signal
from threading import Timer
from clausewise.engine.backends.solver.circuit import Circuit
from clausewise.engine.backends.solver.sat import Sat
from tests.solver.test_completions import pigeons
circuit = Circuit()
pigeons(circuit, 12)
Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    Sat(circuit, conflicts=10_000_000).can_be()
except KeyboardInterrupt:
    print("stopped")
"""


def test_control_c_ends_a_question() -> None:
    """In a process of its own: the signal is for a whole process."""
    done = subprocess.run(
        [sys.executable, "-c", STOPPED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "stopped\n")


def test_the_cheapest_model_breaks_what_weighs_least() -> None:
    circuit = Circuit()
    one, other, third = circuit.variable(), circuit.variable(), circuit.variable()
    circuit.require([one, other])
    search = Cheapest(circuit, [(-one, 3), (-other, 2), (-third, 1)])
    found = search.model()
    assert found
    assert [found[literal] for literal in (one, other, third)] == [False, True, False]
    search.require([-other])
    found = search.model()
    assert found
    assert found[one]
    search.require([-one])
    assert search.model() is None
