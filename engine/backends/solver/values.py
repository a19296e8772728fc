"""All that a fact can be, as values that a design could state: one for each way that policies tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations

from clausewise.dsl.models.deployment import Terms, Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import SECONDS, Duration
from clausewise.engine.backends.solver.world import OpenWorld

FAR = 10**20
"""Longer durations are given in seconds: a remainder would take too many digits."""
UNITS = ("days", "hours", "minutes", "seconds")
MOST_COMBINED = 5
"""Of a field of many values, each choice of so many classes of terms is a value."""


def values_to_state(world: OpenWorld, entity: str, field: Field) -> tuple[Value, ...]:
    """All that an unknown fact can be; nothing, if that cannot be listed.

    It cannot for references, which may lead to somebody who is not listed, for ages and texts, and for fields that
    may hold many of many terms.
    """
    if (
        world.value(entity, field) is not None
        or field.is_reference
        or field.shape in ("text", "ages")
    ):
        return ()
    none: list[Value] = [Terms(())] if field.may_be_none else []
    if not field.has_terms:
        return (*none, *_quantities(world, field))
    classes = world.classes(field)
    shown = [classes.shown[term] for term in classes.all]
    if not field.is_many:
        return (*none, *(Terms((term,)) for term in shown))
    if len(shown) > MOST_COMBINED:
        return ()
    return (*none, *map(Terms, _combined(shown)))


def _combined(terms: list[str]) -> Iterable[tuple[str, ...]]:
    for count in range(1, len(terms) + 1):
        yield from combinations(terms, count)


def _quantities(world: OpenWorld, field: Field) -> Iterator[Value]:
    assert field.shape in ("number", "duration", "date")
    for point in world.points[field.shape]:
        yield as_stated(field, point)


def as_stated(field: Field, quantity: Decimal) -> Value:
    """A number, a duration given in seconds, or a date given by its ordinal, as a design states it."""
    if field.shape == "date":
        return date.fromordinal(int(quantity))
    return duration(quantity) if field.shape == "duration" else quantity


def duration(seconds: Decimal) -> Duration:
    """A duration in the largest unit of which it is a whole number."""
    whole = (unit for unit in UNITS if abs(seconds) < FAR and seconds % SECONDS[unit] == 0)
    unit = next(whole, "seconds")
    return Duration(seconds if unit == "seconds" else seconds / SECONDS[unit], unit)
