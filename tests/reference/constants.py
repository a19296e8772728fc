"""The values that unknown quantities are tried at: each constant in sight, and what lies around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.syntax import Day, Duration, Number, PathStep, Range
from tests.reference.world import Ages

INFINITY = Decimal("Infinity")
SOME_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Constants:
    """What a deployment and its policies compare with, and the names of the fields that are read."""

    numbers: frozenset[Decimal]
    seconds: frozenset[Decimal]
    days: frozenset[date]
    fields: frozenset[str]

    def all_dates(self) -> list[date]:
        """Dates on, between and around the constants."""
        ordinals = [Decimal(day.toordinal()) for day in self.days or {SOME_DAY}]
        return [date.fromordinal(int(value)) for value in around(ordinals)]

    def all_ages(self) -> list[Ages]:
        """Ranges whose ends lie on and around the constants, or are open; `..` says nothing, and is none."""
        ends = [end for end in around(self.numbers | {Decimal(0)}) if end >= 0 and end == int(end)]
        lows, highs = [-INFINITY, *ends], [*ends, INFINITY]
        found = [Ages(low, high) for low in lows for high in highs if low <= high]
        return [ages for ages in found if ages != Ages(-INFINITY, INFINITY)]

    def all_seconds(self) -> list[Decimal]:
        """Durations on, between and around the constants."""
        return [seconds for seconds in around({*self.seconds, Decimal(0)}) if seconds >= 0]


def around(constants: Iterable[Decimal]) -> list[Decimal]:
    """The constants, two values between each two if there are so many, two below and two above them all.

    Two, because one unknown quantity may be compared with another, and both lie in the same stretch.
    """
    known = sorted(set(constants)) or [Decimal(1)]
    between = [low + n for low, high in pairwise(known) for n in (1, 2) if low + n < high]
    return sorted({known[0] - 2, known[0] - 1, *known, *between, known[-1] + 1, known[-1] + 2})


def constants_of(deployment: Deployment, policies: Iterable[syntax.PolicyFile]) -> Constants:
    """All constants that the policies and the stated facts hold."""
    facts = [fact for entity in deployment.entities.values() for fact in entity.facts.values()]
    stated = [fact.value for fact in facts]
    nodes = [*(node for policy in policies for node in walk(policy)), *stated]
    ranges = [node for node in nodes if isinstance(node, Range)]
    ends = {Decimal(end) for r in ranges for end in (r.low, r.high) if end is not None}
    return Constants(
        frozenset({n.value for n in nodes if isinstance(n, Number)} | ends)
        | {value for value in stated if isinstance(value, Decimal)},
        frozenset(node.seconds for node in nodes if isinstance(node, Duration)),
        frozenset(node.value for node in nodes if isinstance(node, Day))
        | {value for value in [*stated, deployment.as_of] if isinstance(value, date)},
        frozenset(node.field.text for node in nodes if isinstance(node, PathStep)),
    )


def walk(node: object) -> Iterator[object]:
    """A tree's nodes, whatever they are."""
    yield node
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            yield from walk(getattr(node, field.name))
