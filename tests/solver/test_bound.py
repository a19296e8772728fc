"""How many entities are enough: no more of them change an answer, or the number is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from clausewise.dsl.models.admission import admit
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.core.conditions import Condition, Not
from tests.generated import Pair, pairs
from tests.solver.made import among, exact, made

MORE = 2
MOST = 4
"""Bounds above are not tried here: the circuits with two more would be large."""


def said(condition: Condition, truth: bool) -> Condition:
    """That a condition holds, or that it does not."""
    return condition if truth else Not(condition)


REF = 'world ask "?"'


@settings(max_examples=2 * settings().max_examples)
@given(pairs())
def test_two_more_of_each_type_change_nothing(pair: Pair) -> None:
    deployment = admit(pair.deployment)
    for name, clause in pair.policy.clauses.items():
        for truth in (True, False):
            try:
                most = enough(deployment, [(pair.policy, said(clause.violation, truth))])
            except UnboundedError:
                continue
            assume(max(most.values(), default=0) <= MOST)
            more = {type_: count + MORE for type_, count in most.items()}
            at_bound, beyond = among(pair, name, most), among(pair, name, more)
            assert (truth in at_bound) is (truth in beyond), (name, truth, most)


CASES = {
    "a reference that nobody reads leads to somebody": (
        f"""entity r "r" {{ g one of t {REF} z any of s {REF} }}
        entity t "t" {{ h one of s {REF} }}
        entity s "s" {{ kind one of k {REF} }}""",
        "prohibits r m where some x in m.z has (x.kind is a) and some y in m.z has (y.kind is b)"
        " and every v in t has (v.h.kind is c)",
        "r one { }",
    ),
    "one comes in by one, and goes on by another": (
        f"""entity r "r" {{ e any of s {REF} }}
        entity s "s" {{ kind one of k {REF} g any of s {REF} h any of w {REF} }}
        entity w "w" {{ kind one of k {REF} }}""",
        "prohibits r m where some x in w has (x.kind is d) and every q in m.e has (q.kind is a)"
        " and every q in s has (q.kind is b or no z in q.h has (z.kind in {a, b, c, d}))",
        "r one { }",
    ),
    "three dates between two others, of which one is that of judging": (
        f'entity t "t" {{ on date {REF} }}',
        "prohibits t q where some x in t has (x.on < as-of and x.on > 2026-01-01)"
        " and some y in t has (y.on > as-of and y.on < 2026-03-01)",
        "t one { }\nt two { }",
    ),
    "a number of many digits": (
        f'entity t "t" {{ n number {REF} }}',
        f"prohibits t q where q.n > 1{'0' * 40}",
        "t one { }",
    ),
    "numbers that differ in the fortieth digit": (
        f'entity t "t" {{ n number {REF} }}',
        f"prohibits t q where q.n > 1.{'0' * 40}1 and q.n < 1.{'0' * 40}2",
        "t one { }",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_takes_more_than_one_is_found(case: tuple[str, str, str]) -> None:
    assert exact(made(*case)) == ({True, False}, "")


def test_there_is_no_day_after_the_last() -> None:
    pair = made(
        f'entity t "t" {{ on date {REF} }}', "prohibits t q where q.on > 9999-12-31", "t one { }"
    )
    assert exact(pair) == ({False}, "")


REFUSED = {
    "depends on itself": (
        f'entity t "t" {{ kind one of k {REF} f any of t {REF} }}',
        "requires t q that every x in t has (some y in x.f has (y.kind is a and not y is x))",
    ),
    "both once and any number of times": (
        f'entity t "t" {{ kind one of k {REF} f any of t {REF} }}',
        "prohibits t q where some x in q.f has (x.kind is a) and no y in q.f* has (y.kind is b)",
    ),
    "always leads on": (
        f'entity t "t" {{ kind one of k {REF} f some of t {REF} }}',
        "prohibits t q where no y in q.f* has (y.kind is b)",
    ),
    "leads to itself by what is read": (
        f'entity t "t" {{ kind one of k {REF} f any of t {REF} }}',
        "prohibits t q where some x in t has (x.kind is d) and every x in t has ("
        "(x.kind in {b, c, d} or every y in x.f has (y.kind is b))"
        " and (x.kind in {a, c, d} or every y in x.f has (y.kind is c))"
        " and (x.kind in {a, b, d} or every y in x.f has (y.kind is d)))",
    ),
}


@pytest.mark.parametrize(("why", "case"), REFUSED.items(), ids=REFUSED)
def test_where_no_number_is_known_the_reason_is_said(why: str, case: tuple[str, str]) -> None:
    pair = made(*case, "t one { kind a }")
    clause = pair.policy.clauses["rule"].violation
    told = []
    for truth in (True, False):
        try:
            enough(admit(pair.deployment), [(pair.policy, said(clause, truth))])
        except UnboundedError as error:
            told.append(str(error))
    assert any(why in each for each in told), told
