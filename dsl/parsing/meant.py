"""What somebody meant who wrote something that no grammar has: `ages 15-18`, `by = acme`, quotes that are curly.

A habit is a pattern in the line of a syntax error, at its place. What is said of it holds the right form, with the
values that were written. Some habits are mended in the text, character by character, so that what follows them can
be read, and one mistake gives one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, name

from clausewise.dsl.parsing.rule_habits import (
    CONDITIONS,
    DECLARATIONS,
    EXPECTATIONS,
    TYPES,
    Habit,
    as_name,
)
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import RESERVED
from clausewise.dsl.text.source import Span

QUOTES = "'`" + "".join(map(chr, (0xAB, 0xBB, 0xB4, *range(0x2018, 0x2020), 0x2032, 0x2033)))
"""All that somebody writes, or that a word processor makes, where a straight double quote is meant."""
_QUOTES_OUTSIDE = re.compile(rf'"[^"\n]*"|#[^\n]*|[{QUOTES}]')
_NOT_KNOWN = re.compile(rf"(?:\bI[ \t]++)?\bdon[{QUOTES}]t[ \t]++know\b", re.IGNORECASE)
_WITHIN = r'(?:[^"\\\n]|\\["\\])*+'
_ODD_BACKSLASH = re.compile(rf'[^"#\n]*+(?:"{_WITHIN}"[^"#\n]*+)*+"{_WITHIN}(\\[^"\\\n])')
_BACKSLASH = re.compile(r'\\(["\\])?')
_TITLE = re.compile(r"[ \t]*(?P<subject>[A-Za-z][\w-]*)(?P<title>[ \t]+[^\"\s#{=:][^\"\n#{]*)")
_SIGNED_TITLE = re.compile(
    r"[ \t]*(?P<subject>[A-Za-z][\w-]*+)(?P<title>[ \t]*+[:=][ \t]*+\"?+[^\"\n#{]++\"?+)"
)
_OTHER_KIND = re.compile(
    r"[ \t]*+(?:(?P<named>policy|vocabulary|laws)[ \t]++(?P<name>[a-z][a-z0-9-]*+)"
    r'|(?P<case>case)[ \t]++"[^"\n]*+"[ \t]*+\{)'
)
"""No design begins so: where a vocabulary calls what is judged a case or a policy, a title comes alone."""
_ENDINGS = {"case": "cases"}
_FORMATS = {
    "YAML": re.compile(r"(?P<at>---[ \t]*+\n|(?<![\w-])[A-Za-z][\w-]*+[ \t]*+:(?=\s))"),
    "TOML": re.compile(r"(?P<at>\[{1,2}+[\w\". -]++\]|(?<![\w-])[A-Za-z][\w-]*+[ \t]*+=)"),
    "markup": re.compile(r"(?P<at><[A-Za-z!?/])"),
}
"""How the first line of a text begins that is of another format."""
_OPENED = re.compile(r"\{[ \t]*+$", re.MULTILINE)
_JUDGED_BY = re.compile(
    r"[ \t]*+(?P<at>judge[ds]?+(?:[-_]|[ \t]++)?+by)(?:[ \t]*+[:=])?+[ \t]++\"?+(?P<name>[A-Za-z][\w.-]*+)"
)
MOST_CHARACTERS = 1_000
"""Habits are not looked for in longer lines."""
LIST = "values of a list are separated by commas"
ONE_FIELD = "a field ends with its line"
"""What is said of a line that goes on after a value."""
_NAME = r"[A-Za-z][A-Za-z0-9]*+(?:-[A-Za-z0-9]++)*+"


@lean_dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: a message with a hint, its place, and the text mended so that reading can go on."""

    message: str
    hint: str
    span: Span
    mended: str | None = None


def meant(text: str, span: Span, kind: str) -> Meant | None:
    """What was meant at the place of a syntax error in a `kind` of file, if it is a known habit."""
    found = _of_another_kind(text) if kind == "design" else None
    found = found or (_not_known(text, span.start) if kind == "design" else None)
    found = found or _character(text, span.start) or _backslash(text, span.start)
    if found is None and kind == "design":
        found = (
            _as_json(text)
            or _of_another_format(text)
            or _judged_by(text, span)
            or _untitled(text, span)
            or (_in_line(text, span, HEADER) if _is_outside(text, span.start) else None)
            or _in_line(text, span, [*FACTS, *FIELDS])
        )
    elif found is None and kind == "cases":
        found = _in_line(text, span, [*EXPECTATIONS, *FACTS])
    elif found is None:
        found = _in_line(text, span, _DECLARED[kind])
    return found or _in_line(text, span, ANYWHERE)


_DECLARED = {
    "policy": [*DECLARATIONS, *CONDITIONS],
    "laws": [*DECLARATIONS, *CONDITIONS],
    "vocabulary": [*TYPES, *DECLARATIONS],
}


def _not_known(text: str, at: int) -> Meant | None:
    """`don't know` as a value, whose quote is the first thing in it that is no word."""
    start, end = _line_of(text, at)
    found = _NOT_KNOWN.search(
        text, max(start, at - MOST_CHARACTERS), min(end, at + MOST_CHARACTERS)
    )
    if found is None or not found.start() < at < found.end():
        return None
    where = Span(*found.span())
    mended = f"{text[: where.start]}{'unknown'.ljust(len(found[0]))}{text[where.end :]}"
    hint = "write `unknown`, or leave the line out"
    return Meant("what is not known is stated as `unknown`", hint, where, mended)


def _character(text: str, at: int) -> Meant | None:
    """A character that is not seen, or a quote that is not straight and double."""
    one = text[at : at + 1]
    if one and one in QUOTES:
        mended = _QUOTES_OUTSIDE.sub(lambda m: m[0] if len(m[0]) > 1 or m[0] == "#" else '"', text)
        start, end = _line_of(text, at)
        hint = f"write `{mended[start:end].strip()}`"
        return Meant("texts stand in straight double quotes", hint, Span(at, at + 1), mended)
    if one and one != "\n" and category(one) in ("Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn"):
        called = name(one, "").lower()
        said = f"U+{ord(one):04X}" + (f" ({called})" if called else "")
        hint = "write a plain blank" if category(one) == "Zs" else "delete it"
        return Meant(f"a character that is not seen stands here: {said}", hint, Span(at, at + 1))
    if one.isalpha() and not one.isascii():
        hint = "names have the letters a to z, digits and single hyphens; texts stand in quotes"
        return Meant(f"`{one}` cannot stand in a name", hint, Span(at, at + 1))
    return None


def _backslash(text: str, at: int) -> Meant | None:
    """A backslash in a text of the line, before what needs none: most often in a path of Windows."""
    start, end = _line_of(text, at)
    found = _ODD_BACKSLASH.match(text, start, end) if end - start <= MOST_CHARACTERS else None
    if found is None:
        return None
    line = _BACKSLASH.sub(lambda m: m[0] if m[1] else "/", text[start:end])
    hint = r"write `\\` for a backslash; in a path, `/` does, too"
    message = f"`{found[1]}` stands for nothing in a text"
    return Meant(message, hint, Span(*found.span(1)), f"{text[:start]}{line}{text[end:]}")


def _as_json(text: str) -> Meant | None:
    if not re.match(r"\s*+(?:\{|\[\s*+[\[{\"\]])", text):
        return None
    start = len(text) - len(text.lstrip())
    hint = "name the file `NAME.design.json`; a design a line (JSON lines) is for `clausewise portfolio`"
    return Meant("this is JSON, in a file for text", hint, Span(start, start + 1), "")


def _of_another_format(text: str) -> Meant | None:
    """YAML, TOML or markup: the first line shows it, where no block is opened, and no line of it is read."""
    if _OPENED.search(text):
        return None
    start = len(text) - len(text[_begun(text) :].lstrip())
    for called, pattern in _FORMATS.items():
        found = pattern.match(text, start)
        if found:
            hint = 'a design begins with `deployment "A title"`; `clausewise new` prints one to fill in'
            return Meant(f"this is {called}, and no design", hint, Span(*found.span("at")), "")
    return None


def _of_another_kind(text: str) -> Meant | None:
    """A policy, a vocabulary, laws or cases, in a file for a design."""
    found = _OTHER_KIND.match(text, _begun(text))
    if not found:
        return None
    kind = found["named"] or found["case"]
    word = {"case": "these are cases", "laws": "these are laws"}.get(kind, f"this is a {kind}")
    name = found["name"]
    hint = f"name the file `{name or 'NAME'}.{_ENDINGS.get(kind, kind)}`"
    if kind == "policy":
        hint += f", and write a design that says `judged by {name}`"
    return Meant(
        f"{word}, in a file for a design", hint, Span(*found.span("named" if name else "case")), ""
    )


def _is_outside(text: str, at: int) -> bool:
    """Whether a place lies in no block."""
    return text.count("{", 0, at) <= text.count("}", 0, at)


def _judged_by(text: str, span: Span) -> Meant | None:
    """`judged by`, written as one word or by another form of the verb."""
    start, end = _line_of(text, span.start)
    found = _JUDGED_BY.match(text, start, end)
    if not found or found["at"].split() == ["judged", "by"]:
        return None
    said = f"write `judged by {found['name']}`"
    return Meant("`judged by` names a policy", said, Span(*found.span("at")))


def _begun(text: str) -> int:
    """Where a text begins, behind comments and empty lines."""
    found = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
    return found.end() if found else 0


def _untitled(text: str, span: Span) -> Meant | None:
    """A header whose title has no quotes, or a sign before it."""
    start = _begun(text)
    found = _TITLE.match(text, start) or _SIGNED_TITLE.match(text, start)
    if not found or not found.start() <= span.start <= found.end() or "as of" in found[0]:
        return None
    if found["subject"] in ("judged", "as"):
        return None
    written = found["title"].strip()
    title = written.strip(' \t:="')
    start, end = found.span("title")
    mended = f'{text[:start]}"{"x" * (end - start - 2)}"{text[end:]}'
    hint = f'write `{found["subject"]} "{title}"`'
    message = (
        f"a title in quotes stands behind `{found['subject']}`"
        if written[0] in ":="
        else "a title stands in quotes"
    )
    return Meant(message, hint, Span(end - len(written), end), mended)


def _line_of(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _in_line(text: str, span: Span, habits: list[Habit]) -> Meant | None:
    start, end = _line_of(text, max(span.end - 1, 0))
    line = text[start:end]
    if len(line) > MOST_CHARACTERS:
        return None
    for pattern, say in habits:
        for found in _over(pattern, line, span.start - start, span.end - start):
            message, hint = say(found)
            where = found.span("at") if "at" in found.groupdict() else found.span()
            return Meant(message, hint, Span(start + where[0], start + where[1]))
    return None


def _over(pattern: re.Pattern[str], line: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What matches at a place in the line, and not in a text."""
    for found in pattern.finditer(line):
        in_text = line.count('"', 0, found.start()) % 2
        if found.start() <= start < found.end() and end <= found.end() + 1 and not in_text:
            yield found


def _days(found: re.Match[str]) -> tuple[str, str]:
    a, b, year = (int(part) for part in re.findall(r"\d+", found[0]))
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
            rf"^\s*+(?:with\s++)?+(?P<field>{_NAME}(?:\.{_NAME})?+)\s*+(?P<at>(?P<values>[\[(][\w\s,\"-]*+[\])]))"
        ),
        _several,
    ),
    (
        re.compile(
            rf"^\s*+(?P<field>{_NAME})\s++(?!n/a\b)(?P<values>{_NAME}(?:\s*+,\s*+{_NAME})*+"
            rf"(?:\s*+,?+\s*+(?P<at>\band\b|\bor\b|[&/+])\s*+{_NAME})++)\s*+$"
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
            r"\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b(?!\d{4}-\d\d-\d\d\b)\d{4}[./-]\d{1,2}[./-]\d{1,2}\b"
        ),
        _days,
    ),
    (
        re.compile(r"\b(?P<word>on|as of)\s+(?P<at>(?P<day>\d{4}(?:-\d{2})?))(?![\w-])"),
        _part_of_day,
    ),
    (
        re.compile(r"\b(?P<low>\d+)\s*(?:[-\u2013\u2014]|to\b)\s*(?P<high>\d+)\b"),
        lambda m: (_RANGE, f"write `{m['low']}..{m['high']}`"),
    ),
    (re.compile(r"\b(?P<low>\d+)\.{3,}"), lambda m: (_RANGE, f"write `{m['low']}..`")),
    (
        re.compile(
            r"\b(?P<word>under|below|over|above|from|at\s++least|at\s++most|up\s++to"
            r"|(?:less|more|older|younger)\s++than)\s++(?P<number>\d{1,4})(?![\w-])"
            r"(?:\s++(?P<unit>(?:second|minute|hour|day|week|month)s?)\b)?+",
            re.IGNORECASE,
        ),
        _compared,
    ),
    (
        re.compile(
            rf"^\s*+(?P<field>{_NAME})\s++(?P<at>n/a|\?++|-++|\.\.|not\s++known)\s*+$",
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
            rf"\bjudged\s++by\b.*?\b(?P<name>{_NAME})"
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
        re.compile(rf"^\s*(?P<field>{_NAME})\s*(?P<at>:=|==?|:|->|\bis\b)\s*(?P<value>[^\s].*)$"),
        lambda m: (
            "nothing stands between a field and its value",
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
        re.compile(rf"^judged\s++by\s++(?P<at>{_NAME}(?:\s++{_NAME})++)\s*+$"),
        _policies,
    ),
    (
        re.compile(
            rf"^(?:polic(?:y|ies)|judges?+|judge[sd]?+\s++(?:by|against)|uses)\s*+[:=]?+\s*+\"?+(?P<name>{_NAME})(?P<at>\"?+)\s*+$"
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
            rf"^(?P<word>(?!as\b|judged\b|deployment\b){_NAME})\s++(?P<at>\"[^\"]*+\"|\d[\d.]*+)\s*+$"
        ),
        lambda m: (
            f"a design has no line `{m['word']}`",
            f"write it as a comment, `# {m[0].strip()}`: a design has a title, `judged by`, `as of`, and blocks",
        ),
    ),
    (
        re.compile(rf"^(?P<entity>{_NAME})\.(?P<field>{_NAME})\s*+=?+\s*+(?P<value>\S.*+)$"),
        lambda m: (
            "a fact stands in the block of its entity",
            f"write `{m['field']} {m['value'].strip()}` in the block of `{m['entity']}`",
        ),
    ),
]
"""Habits of those who begin a design: nothing stands before them in their line, and no block holds them."""

FIELDS: list[Habit] = [
    (
        re.compile(
            rf"^\s*+(?P<type>{_NAME})\s++(?P<name>{_NAME})(?P<at>\s*+,\s*+(?P<more>{_NAME}))[^{{}}]*+\{{"
        ),
        lambda m: (
            "a block describes one entity",
            f"write `{m['type']} {m['name']} {{`, and another block for `{m['more']}`",
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{_NAME})\s++(?P<at>not)\s++(?P<value>{_NAME})"),
        lambda m: (
            "a fact says what is so, not what is not",
            f"name the values that there are, or write `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?P<line>(?P<field>{_NAME})\s++(?:(?!\sbecause\b)[^\"#])*+)\s++(?P<at>because)\s++\""
        ),
        lambda m: (
            "a reason belongs to an attestation",
            f'write `{m["line"]} attested by "A name" on 2026-11-02 because "..."`, or a comment',
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{_NAME})\s++(?P<at>\*)\s*+$"),
        lambda m: (
            "values are named one by one",
            f"write each value that there is, or `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(rf"^\s*(?P<type>{_NAME})\s+(?P<at>(?P<name>{_NAME}(?:\s+{_NAME})+))\s*\{{"),
        lambda m: (
            "the name of a block is one word",
            f"write `{m['type']} {'-'.join(m['name'].lower().split())} {{`",
        ),
    ),
    (
        re.compile(
            rf"^(?:[^{{}}\"#]*\{{)?\s*(?!as\s+of\b|judged\b)(?P<field>{_NAME})"
            rf"\s+(?P<value>{_NAME}(?:\s*,\s*{_NAME})*)\s+(?P<more>(?P<at>{_NAME})\b[^{{}}#]*)\}}?\s*$"
        ),
        _beside,
    ),
]
"""Habits of those who write a design."""

ANYWHERE: list[Habit] = [
    (
        re.compile(r"(?<![\w.-])(?P<at>\d++[A-Za-z][\w-]*+)"),
        lambda m: ("a name begins with a letter", f"write `a-{m['at']}`, for example"),
    ),
    (
        re.compile(r"(?<![\w-])[A-Za-z](?:[^\W_]|-)*+_[\w-]*+"),
        lambda m: (
            "names have hyphens, not underscores",
            f"write `{re.sub('[_-]+', '-', m[0]).strip('-')}`",
        ),
    ),
    (
        re.compile(r"//|/\*|<!--|--(?=\s)"),
        lambda m: (f"`{m[0]}` begins no comment", "begin a comment with `#`"),
    ),
]
"""Habits in any kind of file."""
