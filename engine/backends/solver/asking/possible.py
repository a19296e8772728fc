"""All answers to a question that policies tell apart, each as what it makes of the literals of a fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.facts import (
    AgeRange,
    Encoded,
    HeldLiterals,
    Ladder,
    literals,
)

MOST_TOGETHER = 5
"""Of a field that may hold so many values beside what is stated, each choice of them is an answer; of more, each
one."""
MOST_ANSWERS = 64
"""Of more answers (ranges of ages, say) as many are taken, evenly spread."""

GivenVariables = dict[int, bool]
"""What some variables are."""


def assignments_of(field: Field, fact: Encoded) -> list[GivenVariables]:
    """What a fact may turn out to be, one after another, as assignments of its variables."""
    found = [
        given
        for holds in _ways(field, fact)
        if (given := _given(literals(fact), holds)) is not None
    ]
    step = -(-len(found) // MOST_ANSWERS) or 1
    return found[::step]


def _given(literals_: Sequence[Lit], holds: Sequence[bool]) -> GivenVariables | None:
    """What the variables of literals are where these hold; nothing if they cannot so."""
    given: GivenVariables = {}
    for literal, is_so in zip(literals_, holds, strict=True):
        if literal in (TRUE, FALSE):
            if is_so is not (literal == TRUE):
                return None
        elif given.setdefault(abs(literal), is_so is (literal > 0)) is not (is_so is (literal > 0)):
            return None
    return given


def _ways(field: Field, fact: Encoded) -> Iterator[list[bool]]:
    """For each answer, which literals of the fact hold."""
    match fact:
        case Ladder(at_least, there):
            if there != TRUE:
                yield [False] * (len(at_least) + 1)
            for step in at_least:
                yield [True, *(other <= step for other in at_least)]
        case AgeRange(youngest, oldest, there):
            low, high = list(youngest.at_least), list(oldest.at_least)
            if there != TRUE:
                yield [False] * (len(low) + len(high) + 1)
            for one in low:
                for other in high:
                    if one <= other:
                        yield [True, *(x <= one for x in low), *(x <= other for x in high)]
        case _:
            yield from _held(field, fact)


def _held(field: Field, fact: HeldLiterals) -> Iterator[list[bool]]:
    """The values that are stated, and of the others none, each, or each choice of them."""
    stated = {name for name, literal in fact.items() if literal == TRUE}
    more = [name for name, literal in fact.items() if literal not in (TRUE, FALSE)]
    counts = range(len(more) + 1) if field.is_many and len(more) <= MOST_TOGETHER else range(2)
    for count in counts:
        for chosen in combinations(more, count):
            held = {*stated, *chosen}
            if held or field.may_be_none:
                yield [name in held for name in fact]
