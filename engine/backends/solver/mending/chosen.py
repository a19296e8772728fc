"""What a choice is changed to: which of the values that do the same comes first, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice

from clausewise.dsl.models.deployment import Terms, Value
from clausewise.dsl.syntax import SECONDS, Duration
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit, as_bytes
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.facts import AgeRange, Ladder
from clausewise.engine.backends.solver.mending.levers import Lever, Levers
from clausewise.engine.backends.solver.mending.refining import Model
from clausewise.engine.backends.solver.values import duration
from clausewise.engine.core.distinctions import quantity

MOST_TRIED = 40
"""So many other values are tried of one choice."""


def preferred(world: Levers, model: Model, works: Callable[[Model], bool]) -> Model:
    """The choices of a model with other values, as far as they do the same: those that come first.

    `none` comes first, then terms in the vocabulary's order and entities in the design's, then quantities that are
    near to the stated one, and such as are written in few digits.
    """
    found = dict(model)
    for lever in world.levers.values():
        if found.get(lever.changed, False):
            found = _first(lever, found, works)
    return found


def _first(lever: Lever, model: dict[int, bool], works: Callable[[Model], bool]) -> dict[int, bool]:
    """A model in which one lever has the first of the values that do the same."""
    while True:
        before = tuple(model.get(literal, False) for literal in lever.inputs)
        for values in islice(_earlier(lever, model), MOST_TRIED):
            other = {**model, **dict(zip(lever.inputs, values, strict=True))}
            if values != before and works(other):
                model = other
                break
        else:
            return model
        if not _is_list(lever):
            return model


def _is_list(lever: Lever) -> bool:
    return lever.field.is_many and isinstance(lever.chosen, Mapping)


def _earlier(lever: Lever, model: Model) -> Iterator[tuple[bool, ...]]:
    """What a lever may be instead, the first value first, up to what it is."""
    now = tuple(model.get(literal, False) for literal in lever.inputs)
    match lever.chosen:
        case AgeRange():
            options: Iterator[tuple[bool, ...]] = iter(())
        case Ladder() as ladder:
            options = _quantities(lever, ladder)
        case _ if lever.field.is_many:
            options = _exchanged(now)
        case _:
            nobody = [(False,) * len(now)] if lever.field.may_be_none else []
            one = (tuple(n == m for m in range(len(now))) for n in range(len(now)))
            options = chain(nobody, one)
    for values in options:
        if values == now:
            return
        yield values


def _exchanged(now: tuple[bool, ...]) -> Iterator[tuple[bool, ...]]:
    """A list with one value in the place of a later one."""
    for late, is_in in enumerate(now):
        for early in range(late) if is_in else ():
            if not now[early]:
                yield tuple(n == early or (held and n != late) for n, held in enumerate(now))


def _quantities(lever: Lever, ladder: Ladder) -> Iterator[tuple[bool, ...]]:
    stated = _stated(lever)
    steps = sorted(
        ladder.at_least, key=lambda step: (_digits(lever, step), abs(step - stated), step)
    )
    if abs(ladder.there) != TRUE:
        yield tuple(False for _ in lever.inputs)
    for step in steps:
        truths = {literal: at <= step for at, literal in ladder.at_least.items()} | {
            ladder.there: True
        }
        yield tuple(truths[literal] for literal in lever.inputs)


def _stated(lever: Lever) -> Decimal:
    match lever.fact.value if lever.fact else None:
        case Decimal() | Duration() as value:
            return quantity(value)
        case _:
            return Decimal(0)


def _digits(lever: Lever, step: Decimal) -> int:
    """How much there is to read of a quantity."""
    if lever.field.shape == "duration":
        return 0 if step % 60 == 0 else 1
    return 0 if step == step.to_integral_value() else 1


# values


def value_of(world: Levers, lever: Lever, model: Model) -> Value:
    """What a lever is changed to in a model."""
    match lever.chosen:
        case Ladder() as ladder if lever.field.shape == "duration" and _holds(ladder.there, model):
            return _duration(ladder, model)
        case Ladder() | AgeRange():
            return Completion(world, as_bytes(model)).value(lever.field, lever.chosen, {})
        case held:
            return _terms(world, lever, [n for n, one in held.items() if _holds(one, model)])


def _holds(literal: Lit, model: Model) -> bool:
    return literal == TRUE or (literal != FALSE and model.get(literal, False))


def _terms(world: Levers, lever: Lever, held: list[str]) -> Terms:
    """Names for what is held: those that are stated, in their order, and then others."""
    stated = lever.fact.value if lever.fact else None
    kept = []
    for name in stated.names if isinstance(stated, Terms) else ():
        means = [name] if lever.field.is_reference else [*world.classes(lever.field).below(name)]
        if len(means) == 1 and means[0] in held:
            kept.append(name)
            held = [one for one in held if one != means[0]]
    if lever.field.is_reference:
        return Terms((*kept, *held))
    return Terms((*kept, *(world.written(lever.field, one) for one in held)))


def _duration(ladder: Ladder, model: Model) -> Duration:
    """A duration in the largest unit in which it is a whole number; near to it, if that is not even a minute."""
    steps = [*ladder.at_least]
    step = max(s for s, literal in ladder.at_least.items() if _holds(literal, model))
    place = steps.index(step)
    low = steps[place - 1] if place else Decimal(-1)
    high = steps[place + 1] if place + 1 < len(steps) else step + SECONDS["years"]
    if step % 60:
        for unit in ("days", "hours", "minutes"):
            near = (
                step // SECONDS[unit] * SECONDS[unit],
                (step // SECONDS[unit] + 1) * SECONDS[unit],
            )
            inside = [value for value in near if low < value < high]
            if inside:
                step = min(inside, key=lambda value: abs(value - step))
                break
    return duration(step)
