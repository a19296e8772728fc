"""Days as people write them: `3 December 2026`, `Dec 3, 2026`, `3.12.2026` or `2026-12-03`."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-./ ](?P<month>\d{1,2})[-./ ](?P<day>\d{1,2})")
_IN_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-./ ])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})"
)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?(?P<month>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(
    r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"
)


class AmbiguousDayError(ValueError):
    """Of two numbers, either can be the month."""


def written_day(text: str) -> date:
    """The day that somebody wrote.

    With points the day stands before the month. With strokes or spaces it does so for some people, and not for
    others: there one of both has to be above 12, or both the same.

    Raises:
        AmbiguousDayError: it can be two days.
        ValueError: it is none.
    """
    words = " ".join(text.split()).lower()
    if found := _YEAR_FIRST.fullmatch(words):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _DAY_FIRST.fullmatch(words) or _MONTH_FIRST.fullmatch(words):
        return date(int(found["year"]), _month(found["month"]), int(found["day"]))
    if found := _IN_NUMBERS.fullmatch(words):
        year, one, two = int(found["year"]), int(found["one"]), int(found["two"])
        if found["mark"] == "." or one > len(MONTHS) or one == two:
            return date(year, two, one)
        if two > len(MONTHS):
            return date(year, one, two)
        raise AmbiguousDayError(text)
    raise ValueError(f"{text!r} is no day")


def _month(word: str) -> int:
    """The number of a month, by its name or how that begins."""
    found = [n for n, name in enumerate(MONTHS, 1) if name.startswith(word)]
    if len(found) != 1:  # three letters tell all of them apart
        raise ValueError(f"{word!r} is no month")
    return found[0]
