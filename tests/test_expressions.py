"""The source of tests is joined and negated without detours (engine/backends/python/expressions.py)."""

from __future__ import annotations

import pytest

from clausewise.engine.backends.python.expressions import (
    Disjoint,
    Word,
    disjoint,
    joined,
    merged,
    negated,
)
from clausewise.engine.backends.python.program import program_of
from tests.generated import pair_of

VOCABULARY = """
vocabulary v
subject deployment
title "Doors"

taxonomy way {
  key
  card
  face
}

entity door "a door" {
  opens-by  any of way   choice  ask "How does {door} open?"
  guard     one of door  choice  ask "Which door does {door} guard?"
}
"""
POLICY = """
policy p
title "p"
vocabulary v
version "1"

clause c {
  at "1"
  quotes "x"
  says "x"
  prohibits door d
    where d.opens-by overlaps key or d.guard is d or d.opens-by overlaps card
  because "{d}"
}
"""


def none_of(values: str, terms: str) -> Disjoint:
    return disjoint(values, frozenset(terms), named)


def named(terms: frozenset[str | None]) -> str:
    return "".join(sorted(map(str, terms))).upper()


def test_what_changes_nothing_is_left_out() -> None:
    assert joined(" and ", ["True", "a", "True"]) == "a"
    assert joined(" or ", ["a", "True"]) == "True"
    assert joined(" and ", []) == "True"
    assert joined(" and ", ["a", joined(" and ", ["b", "c"]), joined(" or ", ["d", "e"])]) == (
        "(a and b and c and (d or e))"
    )
    assert negated(negated("a")) == "a"
    assert negated("True") == "False"


@pytest.mark.parametrize(
    ("word", "tests", "expected"),
    [
        (" and ", [none_of("v", "a"), none_of("w", "c"), none_of("v", "b")],
         "(AB.isdisjoint(v) and C.isdisjoint(w))"),
        (" or ", [negated(none_of("v", "a")), "t", negated(none_of("v", "b"))],
         "((not AB.isdisjoint(v)) or t)"),
        (" or ", [none_of("v", "a"), none_of("v", "b")], "(A.isdisjoint(v) or B.isdisjoint(v))"),
        (" and ", [negated(none_of("v", "a")), negated(none_of("v", "b"))],
         "((not A.isdisjoint(v)) and (not B.isdisjoint(v)))"),
    ],
)  # fmt: skip
def test_tests_that_look_the_same_values_up_are_one(
    word: Word, tests: list[str], expected: str
) -> None:
    assert merged(word, tests, named) == expected


def test_a_clause_asks_once_for_each_field() -> None:
    source = program_of(pair_of(VOCABULARY, POLICY, 'deployment "x"\ndoor a { }\n').policy).source
    assert source.count(".isdisjoint(") == 2, "possibly, and certainly"
    assert source.count("for ") == 1
