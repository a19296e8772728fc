"""The values of facts as they are written. Trees that mean the same are equal: spans are not compared."""

from __future__ import annotations

from datetime import date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span

NOWHERE = Span(0, 0)


SECONDS = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "weeks": 7 * 86_400,
    "months": 30 * 86_400,
    "years": 365 * 86_400,
}


def with_unit(amount: str, unit: str) -> str:
    """A duration as it is written: `1 day`, `30 days`."""
    return f"{amount} {unit.removesuffix('s') if amount == '1' else unit}"


_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""By which no digit is rounded away: else two durations of many digits would be the same."""


@lean_dataclass(frozen=True, slots=True)
class Name:
    """A name as written: of an entity, a field, a term, a clause."""

    text: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes, unescaped."""

    text: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: Decimal
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Duration:
    """A number with its unit, as written (`30 days`)."""

    amount: Decimal
    unit: str
    span: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def seconds(self) -> Decimal:
        """The length in seconds; a month counts 30 days, a year 365."""
        return _EXACT.multiply(self.amount, SECONDS[self.unit])


@lean_dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    value: date
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Range:
    """A range of whole numbers, ends included; `None` is an open end."""

    low: int | None
    high: int | None
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class More:
    """`...`: the list may go on."""

    span: Span = lean.field(default=NOWHERE, compare=False)


Item = Name | Text | Number | Duration | Day | Range | More
"""One written value of a fact."""
