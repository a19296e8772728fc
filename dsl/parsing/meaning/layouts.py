"""Designs that are laid out as another language would: a list by dashes, a block that indentation or `end` closes.

What is found is told once for the whole text, and mended in all of it, so that reading goes on behind it.
"""

from __future__ import annotations

import re
from itertools import islice

from clausewise.dsl.parsing.meaning.lines import (
    MOST_CHARACTERS,
    MOST_LINES,
    Fits,
    begun,
    blanked,
    blocks_around,
    is_read,
    line_of,
)
from clausewise.dsl.parsing.meaning.mending import mended_fact, mended_heading
from clausewise.dsl.parsing.meaning.told import Meant
from clausewise.dsl.text.names import HEADER, RESERVED, how_many, is_name
from clausewise.dsl.text.source import Span

_DASHED = re.compile(
    r"(?P<field>[ \t]++[A-Za-z][\w-]*+)[ \t]*+[:=]?+[ \t]*+\n"
    r"(?P<items>(?:[ \t]*+[-*\u2022\u2013][ \t]*+[^\n]++(?:\n|\Z))++)"
)
_DASH = re.compile(r"[ \t]*+[-*\u2022\u2013]")
_BRACE_BELOW = re.compile(r"\s*+\{[ \t]*+(?=\n)")
_CLOSED_BY = re.compile(r"^[ \t]*+\}[ \t]*+(?P<sign>[;,.])[ \t]*+$", re.MULTILINE)
_END_WORD = re.compile(r"^[ \t]*+(?P<word>end|done|fi)\b[^\n\"{}]*+$", re.MULTILINE | re.IGNORECASE)
_INDENTED = re.compile(
    r"\n(?P<body>(?:[ \t]++[^\s{}][^{}\n]*+(?:\n|\Z)|[ \t]*+\n)++)"
    r"(?P<end>[ \t]*+(?:end\w*|[)\]}])[;,]?+[ \t]*+(?=\n|\Z))?+"
)
_INCLUDED = re.compile(
    r"[ \t]*+(?P<at>@?+(?:import|include|require|load|source|using|extends|package)[ \t]++[\w.\"'/-]++)"
    r"[ \t;]*+(?=\n|\Z)"
)
_SPEAKS = re.compile(r"[ \t]*+(?P<at>attested|evidence|from|because|on|but)(?=[ \t:])")
_FIELD = r"[A-Za-z][\w-]*+[ \t]++(?!evidence\b|attested\b|from\b)[\w\".]"
_COMMA = re.compile(rf"(?P<at>,)[ \t]*+(?=\n\s*+{_FIELD})")
_COMMAS = re.compile(rf",(?=[ \t]*+\n\s*+(?:\}}|{_FIELD}))")


_UNINDENTED = re.compile(r"^[\[A-Za-z]", re.MULTILINE)


def laid_out(text: str, at: int, fits: Fits) -> Meant | None:
    """What was meant by the layout of a design in which a syntax error stands at a place, if it is a known one."""
    return (
        _included(text, at)
        or _continued(text, at, fits)
        or _dashed(text, at, fits)
        or _closed_by_sign(text, at)
        or _closed_by_word(text, at)
        or _unbraced(text, at, fits)
        or _ended_by_commas(text, at, fits)
    )


def _included(text: str, at: int) -> Meant | None:
    """Another file that is named, in the line of the error or in the first one, which then is read as a title."""
    found = _INCLUDED.match(text, begun(text)) or _INCLUDED.match(text, line_of(text, at)[0])
    if found is None or blocks_around(text, found.start()):
        return None
    hint = "leave this line out, and write what that file says here"
    where = Span(*found.span("at"))
    return Meant("a design includes no other file", hint, where, blanked(text, *found.span()))


def _continued(text: str, at: int, fits: Fits) -> Meant | None:
    """What speaks for a value, in a line of its own below it."""
    start, end = line_of(text, at)
    found = _SPEAKS.match(text, start, end)
    above, last = line_of(text, max(start - 1, 0))
    if found is None or start == 0 or "{" in text[above:last] or end - above > MOST_CHARACTERS:
        return None
    line = f"{text[above:last].rstrip()} {text[start:end].strip()}"
    right = line.strip() if is_read(line, fits) else None
    if mended := right or mended_fact(line, fits):
        said = mended if isinstance(mended, str) else " ".join(mended.line.split())
        message = "what speaks for a value stands in its line"
        where = Span(*found.span("at"))
        joined = f"{text[:last]} {text[last + 1 :]}" if right else blanked(text, above, end)
        return Meant(message, f"write `{' '.join(said.split())}`", where, joined)
    return None


def _dashed(text: str, at: int, fits: Fits) -> Meant | None:
    """A field whose values stand below it, each behind a dash."""
    start, _ = line_of(text, at)
    while start and _DASH.match(text, start):
        start, _ = line_of(text, start - 1)
    found = _DASHED.match(text, start)
    if found is None or len(found[0]) > MOST_CHARACTERS:
        return None
    items = [line.strip(" \t-*\u2022\u2013,") for line in found["items"].splitlines()]
    right = mended_fact(f"{found['field']} = {', '.join(items)}", fits)
    if right is None:
        return None
    where = Span(
        found.start() + len(found["field"]) - len(found["field"].lstrip()), found.end("field")
    )
    hint = f"write `{right.line}`"
    return Meant(
        "the values of a list stand behind their field", hint, where, blanked(text, *found.span())
    )


def _closed_by_sign(text: str, at: int) -> Meant | None:
    start, _ = line_of(text, at)
    found = _CLOSED_BY.match(text, start)
    if found is None:
        return None
    mended = _CLOSED_BY.sub(lambda m: m[0].replace(m["sign"], " "), text)
    hint = f"leave the `{found['sign']}` out"
    return Meant(
        "nothing stands behind a brace that closes", hint, Span(*found.span("sign")), mended
    )


def _closed_by_word(text: str, at: int) -> Meant | None:
    start, _ = line_of(text, at)
    found = _END_WORD.match(text, start)
    if found is None or not blocks_around(text, start):
        return None
    mended = _END_WORD.sub(
        lambda m: "}".rjust(len(m[0])) if m["word"] == found["word"] else m[0], text
    )
    hint = f"write `}}` in place of `{found['word']}`"
    return Meant("a block ends with a brace", hint, Span(*found.span("word")), mended)


def _unbraced(text: str, at: int, fits: Fits) -> Meant | None:
    """Blocks that begin without their brace: what is indented below a heading belongs to it."""
    start, _ = line_of(text, max(at - 1, 0))
    first = _one_unbraced(text, start, fits)
    if first is None or first.mended is None:
        return first
    mended, others = first.mended, 0
    for heading in islice(_UNINDENTED.finditer(mended, start + 1), MOST_LINES):
        another = _one_unbraced(mended, heading.start(), fits)
        if another and another.mended and another.message == first.message:
            mended, others = another.mended, others + 1
    more = f"; so in {how_many(others, 'other block')}" if others else ""
    return Meant(f"{first.message}{more}", first.hint, first.span, mended)


def _one_unbraced(text: str, start: int, fits: Fits) -> Meant | None:
    _, end = line_of(text, start)
    if blocks_around(text, start) or end - start > MOST_CHARACTERS:
        return None
    heading = text[start:end]
    right = None if heading[:1].isspace() else _heading(heading, text, fits)
    if right is None or heading.rstrip().endswith("{"):
        return None
    place = start + len(heading.rstrip())
    hint, where = f"write `{right}`", Span(place - 1, place)
    if below := _BRACE_BELOW.match(text, end):
        gone = blanked(text, end + 1, below.end())
        mended = f"{gone[:end]}{{{gone[end + 1 :]}"
        return Meant("the brace stands in the line that names the block", hint, where, mended)
    body = _INDENTED.match(text, end)
    if body is None or not body["body"].strip():
        return None
    is_closed = (body["end"] or "").strip() == "}"
    closing = "" if is_closed else ", and `}` below the last field"
    mended = _braced(text, start, right, body)
    return Meant("a block stands in braces", hint + closing, where, mended)


def _heading(line: str, text: str, fits: Fits) -> str | None:
    """The first line of a block, which may be the type alone: `registration`."""
    word = line.strip()
    alone = f"{word} {{" if is_name(word) and word not in RESERVED | HEADER else None
    return alone or mended_heading(line, fits, text)


def _braced(text: str, start: int, right: str, body: re.Match[str]) -> str:
    """The text with braces around a block, if there is room for them; else without the block."""
    room = body.start() + 1 - start
    right = right if len(right) <= room else right.replace(" {", "{")
    if body["end"] is None or len(right) > room:
        return blanked(text, start, body.end())
    closing = "}".rjust(len(body["end"]))
    inner = text[body.start("body") : body.start("end")]
    return f"{text[:start]}{right.ljust(room)}{inner}{closing}{text[body.end() :]}"


def _ended_by_commas(text: str, at: int, fits: Fits) -> Meant | None:
    """Commas at the ends of fields: the next line then is read as a value of the list."""
    here = line_of(text, at)
    for start, end in (line_of(text, max(here[0] - 1, 0)), here):
        found = _COMMA.search(text, start, min(end, start + MOST_CHARACTERS) + MOST_CHARACTERS)
        if found is None or found.start() >= end:
            continue
        line = text[start : found.start()]
        if is_read(line, fits):
            message, hint = "no comma stands at the end of a field", f"write `{line.strip()}`"
            return Meant(message, hint, Span(*found.span("at")), _COMMAS.sub(" ", text))
    return None


def likewise(
    text: str, start: int, end: int, faults: tuple[str, ...], fits: Fits
) -> tuple[str, int]:
    """The text without a line that was mended, nor others that have no other faults; and how many these are."""
    count, at = 0, 0
    kept = blanked(text, start, end)
    for line in text.split("\n")[:MOST_LINES]:
        here, at = at, at + len(line) + 1
        if here == start or not line.strip() or len(line) > MOST_CHARACTERS or "{" in line:
            continue
        right = mended_fact(line, fits)
        is_wrong = right and right.line.split() != line.split() and not is_read(line, fits)
        if right and is_wrong and {*right.faults} <= {*faults}:
            kept, count = blanked(kept, here, here + len(line)), count + 1
    return kept, count
