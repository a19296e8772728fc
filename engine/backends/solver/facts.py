"""What a fact may be, in literals.

A field of terms, of entities or of text is a literal for each value that it may hold: that it holds it. A quantity
is a *ladder*: for each of some values, a literal that it is at least that. Ages are two ladders, the youngest and
the oldest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Circuit, Lit
from clausewise.engine.core.distinctions import INFINITY

HeldLiterals = Mapping[str, Lit]
"""For each class of terms, or each entity, that a field holds it. A text field holds `TEXT`, or nothing."""
TEXT = "text"


@lean_dataclass(frozen=True, slots=True)
class Ladder:
    """A quantity: that it is at least each of some values, in order. The least is always so.

    Between two of them nothing tells values apart. `there` says that there is a quantity: a field may be `none`.
    """

    at_least: Mapping[Decimal, Lit]
    there: Lit = TRUE

    def reaches(self, value: Decimal) -> Lit:
        """That it is at least a value, be that one of these or not."""
        if value in self.at_least:
            return self.at_least[value]
        return next((literal for step, literal in self.at_least.items() if step >= value), FALSE)

    def exactly(self, value: Decimal) -> list[Lit]:
        """Literals that hold together where it is one of these values."""
        above = next((literal for step, literal in self.at_least.items() if step > value), FALSE)
        return [literal for literal in (self.reaches(value), -above) if literal != TRUE]

    def value(self, holds: Sequence[bool]) -> Decimal:
        """What it is where these steps hold."""
        return max(v for v, is_so in zip(self.at_least, holds, strict=True) if is_so)


@lean_dataclass(frozen=True, slots=True)
class AgeRange:
    """A range of ages in years, whose open ends are infinite."""

    youngest: Ladder
    oldest: Ladder
    there: Lit = TRUE


Encoded = HeldLiterals | Ladder | AgeRange


def known(value: Decimal) -> Ladder:
    """A quantity that is known."""
    return Ladder({-INFINITY: TRUE, value: TRUE})


def any_of(circuit: Circuit, steps: Sequence[Decimal], there: Lit = TRUE) -> Ladder:
    """A quantity that may be any of some values, which are in order."""
    at_least: dict[Decimal, Lit] = {}
    before = TRUE
    for step in steps:
        if at_least:
            literal = circuit.variable()
            circuit.require([-literal, before])
            before = literal
        at_least[step] = before
    return Ladder(at_least, there)


def less(circuit: Circuit, one: Ladder, other: Ladder) -> Lit:
    """That one quantity is less than another: there is a value that only the other reaches."""
    steps = sorted({*one.at_least, *other.at_least})
    return circuit.any_of([circuit.both(other.reaches(step), -one.reaches(step)) for step in steps])


def some_ages(circuit: Circuit, steps: Sequence[Decimal], there: Lit = TRUE) -> AgeRange:
    """A range of ages that may be any, with ends at some values. One of them may be open, not both (`..`)."""
    youngest, oldest = any_of(circuit, [-INFINITY, *steps]), any_of(circuit, [*steps, INFINITY])
    ages = AgeRange(youngest, oldest, there)
    circuit.require([youngest.reaches(steps[0]), -oldest.reaches(INFINITY)])
    for step in steps:  # the youngest is not older than the oldest
        circuit.require([-ages.youngest.reaches(step), ages.oldest.reaches(step)])
    return ages


def literals(encoded: Encoded) -> list[Lit]:
    """All literals that say what a fact is."""
    match encoded:
        case Ladder(at_least, there):
            return [there, *at_least.values()]
        case AgeRange(youngest, oldest, there):
            return [there, *youngest.at_least.values(), *oldest.at_least.values()]
        case _:
            return [*encoded.values()]
