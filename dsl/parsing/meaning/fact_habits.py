"""Habits of those who state facts in the words of other languages, or in those of people.

Each is a pattern in the line of a syntax error, and what is said of it, with the words that were written.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.days import IN_NUMBERS, days_meant
from clausewise.dsl.parsing.meaning.habits import NAME, Habit
from clausewise.dsl.parsing.meaning.ranges import (
    BEFORE,
    BEHIND,
    BETWEEN,
    DOTTED,
    PLUS,
    SIGNED,
    WORD_BEFORE,
    RangeForm,
)
from clausewise.dsl.parsing.meaning.told import (
    DAY,
    JUDGED_BY,
    LIST,
    NOT_KNOWN,
    ONE_FIELD,
    RANGE,
    SIGN,
)
from clausewise.dsl.trees.values import with_unit


def _day(found: re.Match[str]) -> tuple[str, str]:
    shown = [f"`{day}`" for day in days_meant(found[0])] or ["a day of the calendar"]
    return DAY, f"write {' or '.join(shown)}"


def _part_of_day(found: re.Match[str]) -> tuple[str, str]:
    day = found["day"] + ("-11-02" if len(found["day"]) == 4 else "-02")
    return f"`{found['day']}` is not a day", f"write the whole day, as in `{found['word']} {day}`"


_UNITS = {"s": "second", "h": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}


def _duration(found: re.Match[str]) -> tuple[str, str]:
    amount, unit = found["amount"], found["unit"]
    right = with_unit(amount, f"{_UNITS.get(unit, unit.removesuffix('s'))}s")
    return "a blank stands before the unit", f"write `{right}`"


def _ranged(form: RangeForm) -> Habit:
    """The habit of those who write ranges in one form."""
    pattern, read = form

    def say(found: re.Match[str]) -> tuple[str, str]:
        first, *others = read(found)
        more = [f", or `{one}` if {found['number']} is not among them" for one in others]
        return RANGE, f"write `{first}`{''.join(more)}"

    return pattern, say


def _several(found: re.Match[str]) -> tuple[str, str]:
    """Values in brackets, or connected by a word or a sign."""
    values = [part for part in re.split(r"[\s,\[\]()\"/&+]++", found["values"]) if part]
    values = [value for value in values if value not in ("and", "or")]
    line = f"{found['field']} {', '.join(values) or 'none'}"
    is_open = re.search(r"\bor\b", found["values"])
    hint = f"write `{line}`" + (
        f", or `{found['field']} unknown` if it is one of them" if is_open else ""
    )
    return LIST, hint


_NUMBERS = {"1": "one", "n": "many", "m": "many"}


def _ratio(found: re.Match[str]) -> tuple[str, str]:
    words = [_NUMBERS.get(part.lower(), part) for part in (found["left"], found["right"])]
    return (
        "a value is a name, which begins with a letter",
        f"write `{'-to-'.join(words)}`, for example",
    )


FACTS: list[Habit] = [
    (
        re.compile(
            r"(?<![\w.])(?P<at>(?P<years>\d++)(?:\.\d++)?+\s*+(?P<unit>(?:month|week|day|year)s?+)?+\s*+\.\.)"
        ),
        lambda m: (
            "ages are whole years",
            f"write `{m['years'] if not m['unit'] or m['unit'][0] == 'y' else 0}..`",
        ),
    ),
    (
        re.compile(
            r"^(?:(?!attested\b).)*+(?P<at>attested)(?:(?!attested\b).)*+attested(?:(?!attested\b).)*+attested\b"
        ),
        lambda _: ("at most two people answer for a fact", "leave the third `attested by` out"),
    ),
    (
        re.compile(r"\bbut\s++(?P<at>(?:(?P<value>yes|no)\s++)?+\"?+(?!attested)\S.*+)$"),
        lambda m: (
            "a second person's answer stands behind the first as a value and a name",
            f'write `but {m["value"] or "no"} attested by "A name"`',
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?:with\s++)?+(?P<field>{NAME}(?:\.{NAME})?+)\s*+(?P<at>[:=]?+\s*+(?P<values>[\[(][\w\s,\"-]*+[\])]))"
        ),
        _several,
    ),
    (
        re.compile(
            rf"^\s*+(?P<field>{NAME})\s++(?!n/a\b)(?P<values>{NAME}(?:\s*+,\s*+{NAME})*+"
            rf"(?:\s*+,?+\s*+(?P<at>\band\b|\bor\b|[&/+])\s*+{NAME})++)\s*+$"
        ),
        _several,
    ),
    _ranged(BEHIND),
    (
        re.compile(r"(?<![\w:-])(?P<at>(?P<left>[1nmNM])\s*+:\s*+(?P<right>[1nmNM]))(?![\w:-])"),
        _ratio,
    ),
    (
        re.compile(r"\bon\s++(?P<at>(?!because\b)[A-Za-z]\w*+)"),
        lambda _: ("an attestation names its day", "write the day, such as `on 2026-11-02`"),
    ),
    (
        re.compile(r"(?<![\w.])(?P<at>(?P<number>\d++(?:\.\d++)?+)\s*+%)"),
        lambda m: (
            "a number has no sign behind it",
            f"write `{m['number']}`, in the unit that the question asks for",
        ),
    ),
    (
        re.compile(rf"(?!\d{{4}}-\d\d-\d\d\b){IN_NUMBERS}"),
        _day,
    ),
    (
        re.compile(r"\b(?P<word>on|as of)\s+(?P<at>(?P<day>\d{4}(?:-\d{2})?))(?![\w-])"),
        _part_of_day,
    ),
    _ranged(BETWEEN),
    _ranged(DOTTED),
    (
        re.compile(
            rf"{WORD_BEFORE}\s++(?P<unit>(?:second|minute|hour|day|week|month)s?)\b",
            re.IGNORECASE,
        ),
        lambda m: (
            "a duration is one amount",
            f"write the longest, such as `{m['number']} {m['unit']}`",
        ),
    ),
    _ranged(BEFORE),
    (
        re.compile(
            rf"^\s*+(?P<field>{NAME})\s++(?P<at>n/a|\?++|-++|\.\.|not\s++known)\s*+$",
            re.IGNORECASE,
        ),
        lambda m: (
            NOT_KNOWN,
            f"write `{m['field']} unknown`, or leave the line out",
        ),
    ),
    _ranged(PLUS),
    _ranged(SIGNED),
    (
        re.compile(
            r"\b(?P<amount>\d+)(?P<unit>(?:second|minute|hour|day|week|month|year)s?|[shdwmy])\b"
        ),
        _duration,
    ),
    (
        re.compile(
            rf"\bjudged\s++by\b[^{{}}]*?\b(?!of\b)(?P<name>{NAME})"
            r"(?P<at>\s*+(?:@|==?+|:|\bversion\b)?+\s*+\"?+v?+(?P<version>\d++(?:\.\d++)*+)\"?+)"
        ),
        lambda m: (
            "a version stands behind the name of its policy, as a number",
            f"write `judged by {m['name']} {m['version']}`",
        ),
    ),
    (
        re.compile(r"\bjudged\s++by\s*+(?:[:=]\s*+)?(?P<at>\"?(?P<name>[A-Za-z][\w.-]*+)\"?)"),
        lambda m: (JUDGED_BY, f"write `judged by {m['name']}`"),
    ),
    (
        re.compile(
            rf"^\s*(?P<field>{NAME})\s*(?P<at>:=|==?|:|->|\bis\b(?!\s+(?:[A-Za-z']+\s+){{3}}))\s*(?P<value>[^\s].*)$"
        ),
        lambda m: (
            SIGN,
            f"write `{m['field']} {m['value'].strip()}`",
        ),
    ),
    (
        re.compile(
            r"\battested(?:\s++by)?\s++(?P<at>(?!by\b|attested\b)[^\"\s]++"
            r"(?:\s++(?!on\b|because\b|attested\b)[^\"\s]++)*+)(?=\s*+(?:on\b|because\b|$))"
        ),
        lambda m: ("an attestation names a person", f'write `attested by "{m["at"]}"`'),
    ),
    (
        re.compile(r"\bevidence\s+(?P<at>[^\"\s]\S*)"),
        lambda m: ("evidence is a path or an address in quotes", f'write `evidence "{m["at"]}"`'),
    ),
    (
        re.compile(r"\bfrom\s+(?P<at>[^\"\s]\S*)$"),
        lambda m: (
            "`from` names a file and an address in it, in quotes",
            f'write `from "{m["at"]}"`' if "#" in m["at"] else f'write `from "{m["at"]}#address"`',
        ),
    ),
    (
        re.compile(r"(?P<at>;)\s*(?P<more>\S.*)?$"),
        lambda m: (
            ONE_FIELD,
            f"put `{m['more'].strip(' }')}` on a line of its own"
            if m["more"]
            else "leave the `;` out",
        ),
    ),
]
"""Habits of those who state facts."""
