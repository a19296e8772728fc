"""Days as people write them, `2 November 2026` or `2.11.2026`, as the language has them.

One that can be read in two ways, `02/11/2026`, means two days, and nobody but its author knows which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausewise.dsl.text.values import day_of

_MONTHS = {
    begun: number
    for number, names in enumerate(
        (
            *("jan j\u00e4n", "feb f\u00e9v", "mar m\u00e4r", "apr avr", "may mai", "jun juin"),
            *("jul juil", "aug ao\u00fb", "sep", "oct okt", "nov", "dec d\u00e9c dez"),
        ),
        start=1,
    )
    for begun in names.split()
}
"""The months by how their names begin, in English, German and French."""
_NAMED = rf"(?P<named>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})[^\W\d_]*+\.?+"
IN_NUMBERS = (
    r"\b(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:T[\d:.+Z-]++)?+"
    r"|(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})[-/.](?P<last>\d{4}))\b(?!-)"
)
"""A day in numbers, with its year before or behind: `2026/11/2`, `2.11.2026`."""
_IN_NUMBERS = re.compile(rf'"?+{IN_NUMBERS}"?+')
_IN_WORDS = (
    re.compile(
        rf'"?+\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?+\s++(?:of\s++)?+{_NAMED}\s*+,?+\s*+(?P<year>\d{{4}})\b"?+',
        re.IGNORECASE,
    ),
    re.compile(
        rf'"?+\b{_NAMED}\s++(?P<day>\d{{1,2}})(?:st|nd|rd|th)?+\s*+,?+\s*+(?P<year>\d{{4}})\b"?+',
        re.IGNORECASE,
    ),
)


def day_in(text: str) -> tuple[str, int, int] | None:
    """The first day of a text that means one only, as the language has it, with where it stands."""
    return next(((days[0], *found.span()) for days, found in _found(text) if len(days) == 1), None)


def days_meant(text: str) -> list[str]:
    """What the first day of a text can mean, as the language has it: nothing, one day or two."""
    return next((days for days, _ in _found(text)), [])


def _found(text: str) -> Iterator[tuple[list[str], re.Match[str]]]:
    """What each day of a text can mean, with where it stands, which is in no other text's quotes."""
    for pattern in (_IN_NUMBERS, *_IN_WORDS):
        for found in pattern.finditer(text):
            days = _readings(found)
            if days and text.count('"', 0, found.start()) % 2 == 0:
                yield days, found


def _readings(found: re.Match[str]) -> list[str]:
    """The days that may be meant: with points the day comes first, and with other signs not everywhere."""
    part = found.groupdict()
    if part.get("named"):
        return _valid((part["year"], _MONTHS[part["named"].casefold()], part["day"]))
    if part["year"]:
        return _valid((part["year"], part["month"], part["day"]))
    day_first = (part["last"], part["second"], part["first"])
    month_first = (part["last"], part["first"], part["second"])
    if part["sign"] == ".":
        return _valid(day_first) or _valid(month_first)
    return [*dict.fromkeys(_valid(month_first, day_first))]


def _valid(*days: tuple[str, str | int, str]) -> list[str]:
    written = (f"{year}-{month:0>2}-{day:0>2}" for year, month, day in days)
    return [day for day in written if day_of(day)]
