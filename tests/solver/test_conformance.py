"""The solver on the conformance suite, and on generated policies: it says what the judge has settled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.judging import distinctions_of
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.traits import NODES
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.judge import judge_clause
from tests.conformance_runner import Given
from tests.generated import Pair, pairs
from tests.test_conformance import CASES, Write, admitted, expecting


def disagreements(policy: Policy, deployment: Deployment, readings: dict[str, str]) -> list[str]:
    """The clauses that come out otherwise than the judge has settled them."""
    exact = Exact(policy, deployment, readings, distinctions_of(policy))
    found = []
    for name in policy.clauses:
        outcome = judge_clause(policy, deployment, name, readings).outcome
        possible = exact.possible(name)
        is_violated = outcome is Outcome.VIOLATED
        other = possible.false if is_violated else possible.true
        if other and not outcome.is_open:
            found.append(name)
    return found


@pytest.mark.parametrize("given", expecting("clauses"))
def test_it_never_differs_where_the_judge_has_settled(given: Given, written: Write) -> None:
    policy, deployment = admitted(given, written(given))
    readings = choose_readings(policy, given.case.options.readings)
    assert disagreements(policy, deployment, dict(readings)) == []


def test_every_kind_of_node_is_grounded_by_some_case(written: Write) -> None:
    nodes = {
        type(node)
        for case in CASES
        if case.case.model_fields_set & {"clauses"}
        for clause in admitted(case, written(case))[0].clauses.values()
        for node in walk(clause.violation)
    }
    assert set(NODES) - nodes == set()


@settings(max_examples=40)
@given(pairs())
def test_nor_of_generated_policies(pair: Pair) -> None:
    assert (
        disagreements(pair.policy, admit(pair.deployment), dict(choose_readings(pair.policy, {})))
        == []
    )
