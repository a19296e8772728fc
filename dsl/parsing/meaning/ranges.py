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
PLUS: RangeForm = (re.compile(r"\b(?P<low>\d+)\s*\+"), lambda m: [f"{m['low']}.."])
SIGNED: RangeForm = (
    re.compile(r"(?P<sign>[<>]=?+)\s*(?P<number>\d+)"),
    lambda m: [_bounded(m["sign"], int(m["number"]))],
)
_FORMS = (BEFORE, BEHIND, BETWEEN, DOTTED, PLUS, SIGNED)


def ranges_meant(text: str) -> list[str]:
    """What a text can mean that is nothing but a range: one range or two, or nothing if it is none."""
    return next((read(found) for form, read in _FORMS if (found := form.fullmatch(text))), [])
