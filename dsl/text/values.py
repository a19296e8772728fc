"""What the words for days, durations and ranges of ages mean, and what quotes: the same in a design and in JSON.

Digits are those of ASCII. A text that is no such word is `None`, and nothing near it is taken for one.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

MOST_DIGITS = 9
"""Ages have no more digits than these."""
QUOTES = "'`" + "".join(map(chr, (0xAB, 0xBB, 0xB4, *range(0x2018, 0x2020), 0x2032, 0x2033)))
"""All that somebody writes, or that a word processor makes, where a straight double quote is meant."""
STRAIGHT = "texts stand in straight double quotes"
"""What is said of one of them."""

DURATION = r"([0-9]+(?:\.[0-9]+)?) (second|minute|hour|day|week|month|year)s?"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
RANGE = rf"([0-9]{{0,{MOST_DIGITS}}})\.\.([0-9]{{0,{MOST_DIGITS}}})"


def day_of(text: str) -> date | None:
    """The day of the calendar that `2026-11-23` names."""
    if not re.fullmatch(DAY, text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def last_day(text: str) -> str:
    """A hint for what is no day of the calendar: which is the last one of its month, if it names one."""
    found = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (found and year > 0 and 0 < month <= 12 and int(found[3]) > 0):
        return "write year-month-day, as in `2026-11-23`"
    last = next(day for day in (31, 30, 29, 28) if day_of(f"{found[1]}-{found[2]}-{day}"))
    return f"the last day of that month is `{found[1]}-{found[2]}-{last}`"


def duration_of(text: str) -> tuple[Decimal, str] | None:
    """The amount and the unit of `30 days`; the unit is a plural."""
    found = re.fullmatch(DURATION, text)
    return (Decimal(found[1]), f"{found[2]}s") if found else None


def range_of(text: str) -> tuple[int | None, int | None] | None:
    """The ends of `18..`, `13..17` or `..12`, in years, of which an open one is `None`."""
    found = re.fullmatch(RANGE, text)
    if not found or text == "..":
        return None
    low, high = (int(end) if end else None for end in found.groups())
    return None if low is not None and high is not None and low > high else (low, high)
