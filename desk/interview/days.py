"""Days as people write them: `3 December 2026`, `Dec 3, 2026`, `3.12.2026` or `2026-12-03`.

Names of months are English, and those of further languages for whoever reads these (`months`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SHORTEST = 3
"""So many letters tell all months of English apart; names that are shorter are written in full."""
ENGLISH = tuple(
    (written, number)
    for number, name in enumerate(MONTHS, 1)
    for written in (name, name[:SHORTEST])
)
"""Short names count as names, too: `mar` is November to those who read Finnish, and may be March."""
BESIDE = frozenset(("st", "nd", "rd", "th", "of", "de", "del", "di", "er", "den", "le", "am"))
"""Words that may stand beside the day, the month and the year."""
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4}) ?[-./ 年년] ?(?P<month>\d{1,2}) ?[-./ 月월] ?(?P<day>\d{1,2})(?: ?[일日.])?"
)
_IN_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-./ ])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})"
)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\d\s.,/-]+")

Months = Sequence[tuple[str, int]]
"""Names of months, as `folded` has them, with their numbers."""


class AmbiguousDayError(ValueError):
    """Of two numbers, either can be the month."""


def written_day(text: str, months: Months = ()) -> date:
    """The day that somebody wrote.

    With points the day stands before the month. With strokes or spaces it does so for some people, and not for
    others: there one of both has to be above 12, or both the same.

    Args:
        months: those of further languages. What two of them call different months is none.

    Raises:
        AmbiguousDayError: it can be two days.
        ValueError: it is none.
    """
    words = folded(" ".join(text.split()))
    if found := _YEAR_FIRST.fullmatch(words):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _IN_NUMBERS.fullmatch(words):
        return _in_numbers(int(found["one"]), int(found["two"]), int(found["year"]), found["mark"])
    return _in_words(words, [*ENGLISH, *months])


def folded(words: str) -> str:
    """Words as they are compared: without capitals and accents, for not everybody can type these."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def _in_numbers(one: int, two: int, year: int, mark: str) -> date:
    if mark == "." or one > len(MONTHS) or one == two:
        return date(year, two, one)
    if two > len(MONTHS):
        return date(year, one, two)
    raise AmbiguousDayError(f"{one}{mark}{two}")


def _in_words(words: str, months: Months) -> date:
    """A day of which the month is named: beside it stand a year of four digits, and the day."""
    numbers = sorted(_NUMBER.findall(words), key=len)
    named = [one for one in _WORD.findall(words) if one not in BESIDE]
    if len(named) != 1 or [len(one) for one in numbers] not in ([1, 4], [2, 4]):
        raise ValueError(f"{words!r} is no day")
    return date(int(numbers[1]), _month(named[0], months), int(numbers[0]))


def _month(word: str, months: Months) -> int:
    """The number of a month, by its name or how that begins."""
    found = {number for name, number in months if name == word}
    if not found and len(word) >= SHORTEST:
        found = {number for name, number in months if name.startswith(word)}
    if len(found) != 1:
        raise ValueError(f"{word!r} is no month")
    return found.pop()
