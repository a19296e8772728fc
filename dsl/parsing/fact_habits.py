"""Habits of those who write designs in the words of other languages, or in those of people.

Each is a pattern in the line of a syntax error, and what is said of it, with the words that were written.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.mending import LIST, SIGN, as_name
from clausewise.dsl.parsing.rule_habits import NAME, Habit
from clausewise.dsl.text.names import RESERVED

ONE_FIELD = "a field ends with its line"
"""What is said of a line that goes on after a value."""
WHAT_IS_SO = "a fact says what is so, not what is not"


def _days(found: re.Match[str]) -> tuple[str, str]:
    a, b, year = (int(part) for part in re.findall(r"\d+", found[0])[:3])
    if a > 31:
        days = [(a, b, year)]
    elif "." in found[0] or a > 12:
        days = [(year, b, a)]
    else:
        days = [(year, a, b)] if b > 12 else [(year, a, b), (year, b, a)]
    shown = dict.fromkeys(f"`{y:04}-{m:02}-{d:02}`" for y, m, d in days)
    return "a day is written year-month-day", f"write {' or '.join(shown)}"


def _part_of_day(found: re.Match[str]) -> tuple[str, str]:
    day = found["day"] + ("-11-02" if len(found["day"]) == 4 else "-02")
    return f"`{found['day']}` is not a day", f"write the whole day, as in `{found['word']} {day}`"


def _beside(found: re.Match[str]) -> tuple[str, str]:
    """Of a line that goes on after its value."""
    field, value, more = found["field"], found["value"].strip(), found["more"].strip(" \t}")
    first, comma, others = value.partition(",")
    if comma and first in RESERVED:
        value, more = first, f"{others.strip()} {more}"
    if " " not in more and value not in RESERVED:
        one = "" if comma else f"; if it is one name, `{field} {value}-{more}`"
        return LIST, f"write `{field} {value}, {more}`{one}"
    if " " not in more:
        return ONE_FIELD, f"write `{field} {value}` alone"
    lines = f"`{field} {value}`, and `{more}` on the next line"
    if is_in_line := "{" in found.string[: found.start("field")]:
        lines = f"`{found.string[: found.start('field')].strip()}`, then {lines}"
    hint = f"write {lines}"
    if not is_in_line and value not in RESERVED:
        hint += "; the values of a list are separated by commas"
    return ONE_FIELD, hint


_UNITS = {"s": "second", "h": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}


def _duration(found: re.Match[str]) -> tuple[str, str]:
    amount, unit = found["amount"], found["unit"]
    unit = _UNITS.get(unit, unit.removesuffix("s"))
    return (
        "a blank stands before the unit",
        f"write `{amount} {unit}{'' if amount == '1' else 's'}`",
    )


_RANGE = "a range is written with two dots"


def _compared(found: re.Match[str]) -> tuple[str, str]:
    """A range in words: `under 13`, `at least 18`. Only ages have ranges, and they are in years."""
    word, number = " ".join(found["word"].lower().split()), int(found["number"])
    if found["unit"]:
        return "a duration is one amount", f"write the longest, such as `{number} {found['unit']}`"
    if word in ("under", "below", "less than", "younger than"):
        return _RANGE, f"write `..{max(number - 1, 0)}`"
    if word in ("at most", "up to"):
        return _RANGE, f"write `..{number}`"
    if word in ("at least", "from"):
        return _RANGE, f"write `{number}..`"
    return _RANGE, f"write `{number}..`, or `{number + 1}..` if {number} is not among them"


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


def _older(found: re.Match[str]) -> tuple[str, str]:
    below = found["word"] in ("under", "younger", "below", "less")
    return _RANGE, f"write `{'..' if below else ''}{found['low']}{'' if below else '..'}`"


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
            rf"^\s*+(?:with\s++)?+(?P<field>{NAME}(?:\.{NAME})?+)\s*+(?P<at>(?P<values>[\[(][\w\s,\"-]*+[\])]))"
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
    (
        re.compile(
            r"\b(?P<low>\d++)\s++(?:years\s++)?+(?P<at>(?:and|or)\s++(?P<word>over|older|above|more|up|under|younger|below|less))\b"
        ),
        _older,
    ),
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
        re.compile(
            r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b|\b(?!\d{4}-\d\d-\d\d\b)\d{4}[./-]\d{1,2}[./-]\d{1,2}(?![\d-])(?:T[\d:.+Z]++)?+"
        ),
        _days,
    ),
    (
        re.compile(r"\b(?P<word>on|as of)\s+(?P<at>(?P<day>\d{4}(?:-\d{2})?))(?![\w-])"),
        _part_of_day,
    ),
    (
        re.compile(r"\b(?P<low>\d+)\s*(?:[-\u2013\u2014]+|to\b)\s*(?P<high>\d+)\b"),
        lambda m: (_RANGE, f"write `{m['low']}..{m['high']}`"),
    ),
    (re.compile(r"\b(?P<low>\d+)\.{3,}"), lambda m: (_RANGE, f"write `{m['low']}..`")),
    (
        re.compile(
            r"\b(?P<word>under|below|over|above|from|at\s++least|at\s++most|up\s++to"
            r"|(?:less|more|older|younger)\s++than)\s++(?P<number>\d{1,4})s?+(?![\w-])"
            r"(?:\s++(?P<unit>(?:second|minute|hour|day|week|month)s?)\b)?+",
            re.IGNORECASE,
        ),
        _compared,
    ),
    (
        re.compile(
            rf"^\s*+(?P<field>{NAME})\s++(?P<at>n/a|\?++|-++|\.\.|not\s++known)\s*+$",
            re.IGNORECASE,
        ),
        lambda m: (
            "what is not known is stated as `unknown`",
            f"write `{m['field']} unknown`, or leave the line out",
        ),
    ),
    (re.compile(r"\b(?P<low>\d+)\s*\+"), lambda m: (_RANGE, f"write `{m['low']}..`")),
    (re.compile(r">=\s*(?P<low>\d+)"), lambda m: (_RANGE, f"write `{m['low']}..`")),
    (re.compile(r">\s*(?P<low>\d+)"), lambda m: (_RANGE, f"write `{int(m['low']) + 1}..`")),
    (re.compile(r"<=\s*(?P<high>\d+)"), lambda m: (_RANGE, f"write `..{m['high']}`")),
    (re.compile(r"<\s*(?P<high>\d+)"), lambda m: (_RANGE, f"write `..{int(m['high']) - 1}`")),
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
        lambda m: ("`judged by` names a policy", f"write `judged by {m['name']}`"),
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


def _policies(found: re.Match[str]) -> tuple[str, str]:
    """Policies whose names were written as words, or that are connected by a word."""
    names = ", ".join(as_name(part) for part in " ".join(found["at"].split()).split(" and "))
    message = (
        "policies are separated by commas"
        if " and " in found["at"]
        else "the name of a policy is one word"
    )
    return message, f"write `judged by {names}`"


HEADER: list[Habit] = [
    (
        re.compile(r"^(?P<at>draft)\s*+$"),
        lambda _: ("`draft` stands behind the title", 'write `deployment "A title" draft`'),
    ),
    (
        re.compile(rf"^judged\s++by\s++(?P<at>{NAME}(?:\s++{NAME})++)\s*+$"),
        _policies,
    ),
    (
        re.compile(
            rf"^(?:polic(?:y|ies)|judges?+|judge[sd]?+\s++(?:by|against)|uses)\s*+[:=]?+\s*+\"?+(?P<name>{NAME})(?P<at>\"?+)\s*+$"
        ),
        lambda m: ("`judged by` names a policy", f"write `judged by {m['name']}`"),
    ),
    (
        re.compile(
            r"^(?P<at>as-of|as\s++at|dated?+|day|on)\s*+[:=]?+\s*+\"?+(?P<day>\d{4}-\d\d-\d\d)\"?+"
        ),
        lambda m: ("`as of` names the day of judging", f"write `as of {m['day']}`"),
    ),
    (
        re.compile(
            rf"^(?P<word>(?!as\b|judged\b|deployment\b){NAME})\s++(?P<at>\"[^\"]*+\"|\d[\d.]*+)\s*+$"
        ),
        lambda m: (
            f"a design has no line `{m['word']}`",
            f"write it as a comment, `# {m[0].strip()}`: a design has a title, `judged by`, `as of`, and blocks",
        ),
    ),
    (
        re.compile(rf"^(?P<entity>{NAME})\.(?P<field>{NAME})\s*+=?+\s*+(?P<value>\S.*+)$"),
        lambda m: (
            "a fact stands in the block of its entity",
            f"write `{m['field']} {m['value'].strip()}` in the block of `{m['entity']}`",
        ),
    ),
    (
        re.compile(r"^(?P<at>(?!as\s+of\b|judged\b)\w[\w',.()-]*+(?: [\w',.()-]++){2,})\s*+$"),
        lambda m: (
            "this is no line of a design, which has a title, `judged by`, `as of`, and blocks",
            f"delete it, or write it as a comment: `# {m['at']}`",
        ),
    ),
]
"""Habits of those who begin a design: nothing stands before them in their line, and no block holds them."""

FIELDS: list[Habit] = [
    (
        re.compile(r"^\s++(?P<at>[A-Za-z][\w']*+(?: [\w',;]++){4,}[.!]?+)\s*+$"),
        lambda m: (
            "this is a sentence, and no fact",
            f"write it as a comment, `# {m['at']}`, and the fact as a field with its value",
        ),
    ),
    (
        re.compile(
            rf"^\s++(?P<field>{NAME})\s++(?P<at>{NAME}\s++(?P<name>{NAME})\s*+\{{[^{{}}]*+\}})\s*+$"
        ),
        lambda m: (
            "an entity has a block of its own",
            f"write `{m['field']} {m['name']}`, and the block below this one",
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?P<type>{NAME})\s++(?P<name>{NAME})(?P<at>\s*+,\s*+(?P<more>{NAME}))[^{{}}]*+\{{"
        ),
        lambda m: (
            "a block describes one entity",
            f"write `{m['type']} {m['name']} {{`, and another block for `{m['more']}`",
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{NAME})\s++(?P<at>not)\s++(?P<value>{NAME})"),
        lambda m: (
            WHAT_IS_SO,
            f"name the values that there are, or write `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?P<line>(?P<field>{NAME})\s++(?:(?!\sbecause\b)[^\"#])*+)\s++(?P<at>because)\s++\""
        ),
        lambda m: (
            "a reason belongs to an attestation",
            f'write `{m["line"]} attested by "A name" on 2026-11-02 because "..."`, or a comment',
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{NAME})\s++(?P<at>\*)\s*+$"),
        lambda m: (
            "values are named one by one",
            f"write each value that there is, or `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(rf"^\s*(?P<type>{NAME})\s+(?P<at>(?P<name>{NAME}(?:\s+{NAME})+))\s*\{{"),
        lambda m: (
            "the name of a block is one word",
            f"write `{m['type']} {'-'.join(m['name'].lower().split())} {{`",
        ),
    ),
    (
        re.compile(
            rf"^(?:[^{{}}\"#]*\{{)?\s*(?!as\s+of\b|judged\b)(?P<field>{NAME})"
            rf"\s+(?P<value>{NAME}(?:\s*,\s*{NAME})*)\s+(?P<more>(?P<at>{NAME})\b[^{{}}#]*)\}}?\s*$"
        ),
        _beside,
    ),
]
"""Habits of those who write a design."""
