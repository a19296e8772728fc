"""What somebody meant who wrote something that no grammar has: `ages 15-18`, `by = acme`, quotes that are curly.

The parser asks here at the place of each syntax error, and the first answer counts. In this order are tried:

1. what the whole text is, if it is no design (`_of_the_whole`), or was copied with more around it (`pasted`);
2. a character that no keyboard has (`characters`);
3. the layout of blocks and lists (`layouts`);
4. habits: patterns in the line, at its place (`fact_habits`, `rule_habits`, and `ANYWHERE`);
5. for designs, the whole line taken apart and put right (`mending`), which may say more than a habit.

If none of these knows it, the parser tries other keywords (`respelling`), and then says what the grammar expects
(`expected`). For example, `kind = "bank",` is a habit (4), and is told with all its faults mended (5).

What is said holds the right form, with the values that were written. Some mistakes are mended in the text,
character by character, so that what follows them can be read, and one mistake gives one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausewise.dsl.parsing.characters import QUOTES, odd_backslash, odd_character, straight_quotes
from clausewise.dsl.parsing.fact_habits import FACTS, FIELDS, HEADER, ONE_FIELD, WHAT_IS_SO
from clausewise.dsl.parsing.layouts import laid_out, likewise
from clausewise.dsl.parsing.mending import (
    ENDED,
    LIST,
    MOST_CHARACTERS,
    SIGN,
    Fits,
    Meant,
    Mended,
    blanked,
    is_read,
    line_of,
    mended_fact,
    mended_header,
    mended_heading,
    plain,
)
from clausewise.dsl.parsing.pasted import changes, pasted
from clausewise.dsl.parsing.rule_habits import (
    CONDITIONS,
    DECLARATIONS,
    EXPECTATIONS,
    TYPES,
    Habit,
)
from clausewise.dsl.text.names import how_many
from clausewise.dsl.text.source import Span

_FIRST = re.compile(
    r"[ \t]*+(?P<before>draft[ \t]++)?+(?P<subject>[A-Za-z][\w-]*+)(?P<sign>[ \t]*+[:=][ \t]*+|[ \t]++)"
    r"(?P<title>\"[^\"]++\"|[^\"\s#{}:=(][^\"#{}(]*?)(?P<draft>[ \t]+\(?+draft\)?+)?[ \t]*+(?P<open>\{?+)[ \t]*+",
    re.IGNORECASE,
)
_TITLED = re.compile(r'[ \t]*+([A-Za-z][\w-]*+)[ \t]++"[^"\n]*+"')
_LANGUAGES = {
    "Rego": (re.compile(r"package[ \t]++[\w.]++[ \t]*+\n"), ""),
    "Terraform": (
        re.compile(
            r'(?:resource|provider|variable|module|data|terraform|locals)[ \t]++(?:"[^"\n]++"[ \t]*+)*+\{'
        ),
        "; `clausewise import terraform FILE` makes a design of such files",
    ),
}
"""How the first line of a text begins that is of another language, and what can be done with it."""
_NOT_KNOWN = re.compile(rf"(?:\bI[ \t]++)?\bdon[{QUOTES}]t[ \t]++know\b", re.IGNORECASE)
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
_TABLE = re.compile(
    r"^[ \t]*+(?P<at>\[{1,2}+(?P<type>[a-z][a-z-]*+)(?:\.\"?+(?P<name>[\w-]++)\"?+)?+\]{1,2}+)"
    r"[ \t]*+(?:#[^\n]*+)?+$",
    re.MULTILINE,
)
_OPENED = re.compile(r"\{[ \t]*+$", re.MULTILINE)
_JUDGED_BY = re.compile(
    r"[ \t]*+(?P<at>judge[ds]?+(?:[-_]|[ \t]++)?+by)(?:[ \t]*+[:=])?+[ \t]++\"?+(?P<name>[A-Za-z][\w.-]*+)"
)
HEADING = "a block begins with a type and a name"


def meant(text: str, span: Span, kind: str, fits: Fits) -> Meant | None:
    """What was meant at the place of a syntax error in a `kind` of file, if it is a known habit.

    `fits` says whether a text can be read as a design.
    """
    found = _habit(text, span, kind, fits)
    depth = _depth(text, span.start) - (2 if kind == "cases" else 0)  # of blocks of the design
    if kind not in ("design", "cases") or depth < 0 or (found and found.mended is not None):
        return found
    return _whole_line(text, span, found, fits, is_outside=depth == 0) or found


def _habit(text: str, span: Span, kind: str, fits: Fits) -> Meant | None:
    is_design, at = kind == "design", span.start
    found = _of_the_whole(text, span, fits) if is_design else changes(text)
    found = found or odd_character(text, at, fits) or odd_backslash(text, at)
    if found is None and is_design:
        found = (
            laid_out(text, at, fits)
            or _judged_by(text, span)
            or (_in_line(text, span, HEADER) if _is_outside(text, at) else None)
            or _in_line(text, span, [*FACTS, *FIELDS])
        )
    elif found is None and kind == "cases":
        found = _in_line(text, span, [*EXPECTATIONS, *FACTS])
    elif found is None:
        found = _in_line(text, span, _DECLARED[kind])
    return found or _in_line(text, span, ANYWHERE)


def _of_the_whole(text: str, span: Span, fits: Fits) -> Meant | None:
    """What the whole of a text is, rather than one of its lines."""
    return (
        _of_another_kind(text)
        or _as_json(text)
        or _of_another_format(text)
        or _of_another_language(text)
        or pasted(text, span.start, fits)
        or _untitled(text, span)
        or _titled_twice(text, span)
        or _not_known(text, span.start)
    )


_DECLARED = {
    "policy": [*DECLARATIONS, *CONDITIONS],
    "laws": [*DECLARATIONS, *CONDITIONS],
    "vocabulary": [*TYPES, *DECLARATIONS],
}


def _whole_line(
    text: str, span: Span, habit: Meant | None, fits: Fits, *, is_outside: bool
) -> Meant | None:
    """The whole line in its right form, where no habit is known, or one would have it wrong in another way."""
    start, end = line_of(text, max(span.end - 1, 0))
    if end - start > MOST_CHARACTERS or (habit and "unknown" in habit.hint):
        return None
    line = text[start:end]
    if is_outside and (header := mended_header(line, fits)):
        message = (
            "`as of` names the day of judging" if header[0] == "a" else "`judged by` names a policy"
        )
        return Meant(
            habit.message if habit else message, f"write `{header}`", habit.span if habit else span
        )
    if is_outside:
        is_signed = re.search(r"[{(\[:=]", line)
        is_block = not habit or (line.rstrip().endswith("{") and habit.message == SIGN)
        heading = mended_heading(line, fits) if is_signed and is_block else None
        is_other = heading and heading.split() != line.split()
        right = Mended(heading, (HEADING,)) if heading and is_other else None
    else:
        right = mended_fact(line, fits)
        if right is None and not habit and (left_out := _left_out(text, span, fits)):
            return left_out
    if (
        not right
        or right.faults == (ENDED,)
        or (habit and not _is_of_line(habit.hint, line, right.line))
    ):
        return None
    message = habit.message if habit and habit.message not in (LIST, ONE_FIELD) else right.faults[0]
    if right.line.endswith("{"):
        mended = f"{text[:start]}{right.line.ljust(end - start)}{text[end:]}"
        return Meant(
            message,
            f"write `{right.line}`",
            span,
            mended if len(right.line) <= end - start else None,
        )
    kept, others = likewise(text, start, end, right.faults, fits)
    more = f"; so in {how_many(others, 'other line')}" if others else ""
    return Meant(f"{message}{more}", f"write `{right.line}`", habit.span if habit else span, kept)


def _left_out(text: str, span: Span, fits: Fits) -> Meant | None:
    """A sign without which the line can be read."""
    sign = text[span.start : span.end]
    start, end = line_of(text, span.start)
    rest = f"{text[start : span.start]} {text[span.end : end]}"
    if len(sign) != 1 or sign.isalnum() or sign in '"{}' or not rest.strip():
        return None
    message = f"`{sign}` is not a part of the language"
    hint = f"leave it out: write `{' '.join(rest.split())}`"
    if sign == "!" and text[span.end : span.end + 1].isalpha():
        message, hint = WHAT_IS_SO, "name the values that there are"
    elif sign == "?":
        hint += f", or `{rest.split()[0]} unknown` if you are not sure"
    return Meant(message, hint, span) if is_read(rest, fits) else None


def _is_of_line(hint: str, line: str, right: str) -> bool:
    """Whether a hint writes out the whole line, and says no more of it than how it is right."""
    if hint == f"write `{right}`":
        return True
    said = re.search(r"`([^`]+)`", hint)
    key = re.search(r"[A-Za-z]\w*", line)
    return bool(said and key and said[1].startswith(key[0]) and said[1] != right)


def _not_known(text: str, at: int) -> Meant | None:
    """`don't know` as a value, whose quote is the first thing in it that is no word."""
    start, end = line_of(text, at)
    found = _NOT_KNOWN.search(
        text, max(start, at - MOST_CHARACTERS), min(end, at + MOST_CHARACTERS)
    )
    if found is None or not found.start() < at < found.end():
        return None
    where = Span(*found.span())
    mended = f"{text[: where.start]}{'unknown'.ljust(len(found[0]))}{text[where.end :]}"
    hint = "write `unknown`, or leave the line out"
    return Meant("what is not known is stated as `unknown`", hint, where, mended)


def _as_json(text: str) -> Meant | None:
    if not re.match(r"\s*+(?:\{|\[\s*+[\[{\"\]])", text):
        return None
    start = len(text) - len(text.lstrip())
    hint = "name the file `NAME.design.json`; a design a line (JSON lines) is for `clausewise portfolio`"
    return Meant("this is JSON, in a file for text", hint, Span(start, start + 1), "")


def _of_another_language(text: str) -> Meant | None:
    start = _begun(text)
    for called, (pattern, more) in _LANGUAGES.items():
        if found := pattern.match(text, start):
            hint = f'a design begins with `deployment "A title"`{more}'
            return Meant(f"this is {called}, and no design", hint, Span(start, found.end()), "")
    return None


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
    if table := _TABLE.search(text):
        block = f"{table['type']} {table['name'] or ''}".strip()
        hint = f"write `{block} {{`, with its fields as `name value` and `}}` behind them"
        return Meant("blocks begin as in TOML", hint, Span(*table.span("at")), "")
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
    return _depth(text, at) <= 0


def _depth(text: str, at: int) -> int:
    """In how many blocks the line of a place lies, by where it begins."""
    start, _ = line_of(text, at)
    return max(text.count("{", 0, start) - text.count("}", 0, start), 0)


def _judged_by(text: str, span: Span) -> Meant | None:
    """`judged by`, written as one word or by another form of the verb."""
    start, end = line_of(text, span.start)
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
    """The first line, where it does not name a title as it should; without one, nothing behind it can be read."""
    start = _begun(text)
    _, end = line_of(text, start)
    if span.start > end + 1 or end - start > MOST_CHARACTERS:
        return None
    found = _FIRST.fullmatch(line := plain(text[start:end]).rstrip())
    where = Span(start + len(line) - len(line.lstrip()), end)
    if (
        found is None
        or found["subject"] in ("judged", "as")
        or (found["open"] and not found["title"])
    ):
        is_header = re.match(
            r"[ \t]*+(?:judged\b|as\b|\w[\w-]*+[ \t]*+$|[\w-]++[ \t]++[\w-]++[ \t]*+\{)", line
        )
        hint = f'begin with `{line.strip() if is_header and " " not in line.strip() else "deployment"} "A title"`'
        return (
            Meant("a design begins with its subject and a title", hint, where, "")
            if is_header
            else None
        )
    title, is_draft = found["title"].strip(" \t\"'`"), found["before"] or found["draft"]
    right = f'{found["subject"]} "{title}"{" draft" if is_draft else ""}'
    at = start + found.start("title")
    mended = _titled(text, start, end, right)
    if found["open"] and text.count("}") > text.count("{") - 1:
        last = mended.rfind("}")
        mended = f"{mended[:last]} {mended[last + 1 :]}"
    written = found["sign"].strip()
    message = (
        f"a title in quotes stands behind `{found['subject']}`"
        if written
        else "a title stands in quotes"
    )
    if any(sign in text[start:end] for sign in QUOTES):
        message = "texts stand in straight double quotes"
    elif found["title"][:1] == '"':
        message = "nothing but `draft` may follow the title"
    return Meant(message, f"write `{right}`", Span(at, end), mended)


def _titled_twice(text: str, span: Span) -> Meant | None:
    """Another line that begins as the first one does, with a title behind it."""
    first = _TITLED.match(text, _begun(text))
    start, end = line_of(text, span.start)
    again = _TITLED.match(text, start, end)
    if first is None or again is None or start <= first.start() or first[1] != again[1]:
        return None
    hint = "keep one of them; each design stands in a file of its own"
    return Meant("the title is written twice", hint, Span(start, end), blanked(text, start, end))


def _titled(text: str, start: int, end: int, right: str) -> str:
    """A text with its first line put right, of which the title is shortened where there is no room for it."""
    subject, _, more = right.partition(' "')
    title, _, draft = more.rpartition('"')
    room = max(end - start - len(subject) - len(draft) - 3, 0)
    line = f'{subject} "{title[:room]}"{draft}'.ljust(end - start)
    return f"{text[:start]}{line}{straight_quotes(text[end:])}"


def _in_line(text: str, span: Span, habits: list[Habit]) -> Meant | None:
    start, end = line_of(text, max(span.end - 1, 0))
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
