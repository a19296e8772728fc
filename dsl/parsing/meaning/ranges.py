"""Ranges as people write them, `18+`, `under 13`, `15 to 18`, as the language has them: `18..`, `..12`, `15..18`.

Only ages have ranges, and ages are whole years, so `under 13` ends with 12.
"""

from __future__ import annotations

import re
from collections.abc import Callable

RangeForm = tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]
"""How a range may be written, with what it can mean."""

_BELOW = ("under", "younger", "below", "less")
_BOUNDS = {
    **dict.fromkeys(("under", "below", "less than", "younger than"), "<"),
    **dict.fromkeys(("at most", "up to"), "<="),
    **dict.fromkeys(("at least", "from"), ">="),
}


def _bounded(sign: str, number: int) -> str:
    if sign[0] == "<":
        return f"..{number if sign == '<=' else max(number - 1, 0)}"
    return f"{number if sign == '>=' else number + 1}.."


def _worded(found: re.Match[str]) -> list[str]:
    """`over 18` is written by those who mean 18 too, and by others."""
    word, number = " ".join(found["word"].lower().split()), int(found["number"])
    signs = [_BOUNDS[word]] if word in _BOUNDS else [">=", ">"]
    return [_bounded(sign, number) for sign in signs]


WORD_BEFORE = (
    r"\b(?P<word>under|below|over|above|from|at\s++least|at\s++most|up\s++to"
    r"|(?:less|more|older|younger)\s++than)\s++(?P<number>\d{1,4})s?+(?![\w-])"
)
BEFORE: RangeForm = (re.compile(WORD_BEFORE, re.IGNORECASE), _worded)
BEHIND: RangeForm = (
    re.compile(
        r"\b(?P<low>\d++)\s++(?:years\s++)?+(?P<at>(?:and|or)\s++(?P<word>over|older|above|more|up|under|younger|below|less))\b"
    ),
    lambda m: [_bounded("<=" if m["word"] in _BELOW else ">=", int(m["low"]))],
)
BETWEEN: RangeForm = (
    re.compile(r"\b(?P<low>\d+)\s*(?:[-\u2013\u2014]+|to\b)\s*(?P<high>\d+)\b"),
    lambda m: [f"{m['low']}..{m['high']}"],
)
DOTTED: RangeForm = (re.compile(r"\b(?P<low>\d+)\.{3,}"), lambda m: [f"{m['low']}.."])
PLUS: RangeForm = (
    re.compile(r"\b(?P<low>\d{1,3})\s*(?:\+|[-\u2013\u2014](?=\s*(?:\}|$)))"),
    lambda m: [f"{m['low']}.."],
)
SIGNED: RangeForm = (
    re.compile(r"(?P<sign>[<>]=?+)\s*(?P<number>\d+)"),
    lambda m: [_bounded(m["sign"], int(m["number"]))],
)
_FORMS = (BEFORE, BEHIND, BETWEEN, DOTTED, PLUS, SIGNED)


_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_NUMBERS = {
    **{word: number for number, word in enumerate(_UNITS, 1)},
    **{word: number for number, word in enumerate(_TEENS, 10)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
_NUMBER = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})[ -](?P<units>{'|'.join(_UNITS)})|(?P<word>{'|'.join(_NUMBERS)}))\b",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """A text with its numbers up to ninety-nine in digits: `eighteen and over` becomes `18 and over`."""
    return _NUMBER.sub(
        lambda m: str(sum(_NUMBERS[word.lower()] for word in m.groups() if word)), text
    )


def ranges_meant(text: str) -> list[str]:
    """What a text can mean that is nothing but a range: one range or two, or nothing if it is none."""
    text = in_digits(text)
    return next((read(found) for form, read in _FORMS if (found := form.fullmatch(text))), [])
