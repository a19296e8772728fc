"""What somebody meant who wrote something that no grammar has: `ages 15-18`, `by = acme`, quotes that are curly.

The parser asks here at the place of each syntax error, and the first answer counts. In this order are tried:

1. what the whole text is, if it is no design (`wholes`), or was copied with more around it (`pasted`);
2. a character that no keyboard has (`characters`);
3. the layout of blocks and lists (`layouts`);
4. habits: patterns in the line, at its place (`fact_habits`, `design_habits`, `rule_habits`, `case_habits`, and
   `habits` for what is in any file);
5. for designs, the whole line taken apart and put right (`mending`), which may say more than a habit.

If none of these knows it, the parser tries other keywords (`respelling`), and then says what the grammar expects
(`expected`). For example, `kind = "bank",` is a habit (4), and is told with all its faults mended (5).

What is said holds the right form, with the values that were written. Some mistakes are mended in the text,
character by character, so that what follows them can be read, and one mistake gives one error.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.case_habits import EXPECTATIONS
from clausewise.dsl.parsing.meaning.characters import odd_backslash, odd_character
from clausewise.dsl.parsing.meaning.design_habits import FIELDS, HEADER
from clausewise.dsl.parsing.meaning.fact_habits import FACTS
from clausewise.dsl.parsing.meaning.habits import ANYWHERE, in_line
from clausewise.dsl.parsing.meaning.layouts import laid_out, likewise
from clausewise.dsl.parsing.meaning.lines import (
    MOST_CHARACTERS,
    Fits,
    blocks_around,
    is_read,
    line_of,
)
from clausewise.dsl.parsing.meaning.mending import (
    is_one_block,
    mended_fact,
    mended_header,
    mended_heading,
)
from clausewise.dsl.parsing.meaning.pasted import changes
from clausewise.dsl.parsing.meaning.rule_habits import CONDITIONS, DECLARATIONS, TYPES
from clausewise.dsl.parsing.meaning.told import (
    AS_OF,
    ENDED,
    JUDGED_BY,
    LIST,
    NO_LINE,
    NOT_KNOWN,
    ONE_FIELD,
    SIGN,
    WHAT_IS_SO,
    Meant,
)
from clausewise.dsl.parsing.meaning.wholes import of_the_whole
from clausewise.dsl.text.names import how_many
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import QUOTES

_DO_NOT_KNOW = re.compile(rf"(?:\bI[ \t]++)?\bdon[{QUOTES}]t[ \t]++know\b", re.IGNORECASE)
_HABITS = {
    "policy": [*DECLARATIONS, *CONDITIONS],
    "laws": [*DECLARATIONS, *CONDITIONS],
    "vocabulary": [*TYPES, *DECLARATIONS],
    "cases": [*EXPECTATIONS, *FACTS],
}
"""The habits of those who write each kind of file but designs."""


def meant(text: str, span: Span, kind: str, fits: Fits) -> Meant | None:
    """What was meant at the place of a syntax error in a `kind` of file, if it is a known habit.

    `fits` says whether a text can be read as a design.
    """
    habit = _habit(text, span, kind, fits)
    depth = _depth(text, span.start) - (2 if kind == "cases" else 0)  # of blocks of the design
    is_mended = habit and habit.mended is not None
    if kind not in ("design", "cases") or depth < 0 or is_mended:
        return habit
    return _line_put_right(text, span, habit, fits, depth) or habit


def _habit(text: str, span: Span, kind: str, fits: Fits) -> Meant | None:
    is_design, at = kind == "design", span.start
    return (
        ((of_the_whole(text, span, fits) or _not_known(text, at)) if is_design else changes(text))
        or odd_character(text, at, fits)
        or odd_backslash(text, at)
        or (_in_design(text, span, fits) if is_design else in_line(text, span, _HABITS[kind]))
        or in_line(text, span, ANYWHERE)
    )


def _in_design(text: str, span: Span, fits: Fits) -> Meant | None:
    return (
        laid_out(text, span.start, fits)
        or (in_line(text, span, HEADER) if _depth(text, span.start) == 0 else None)
        or in_line(text, span, [*FACTS, *FIELDS])
    )


def _line_put_right(
    text: str, span: Span, habit: Meant | None, fits: Fits, depth: int
) -> Meant | None:
    """The whole line in its right form, where no habit is known, or one would have it wrong in another way."""
    start, end = line_of(text, max(span.end - 1, 0))
    if end - start > MOST_CHARACTERS or (habit and habit.message == NOT_KNOWN):
        return None
    where = Span(start, end)
    if depth:
        return _as_fact(text, span, where, habit, fits)
    line = text[start:end]
    if is_one_block(line) and (found := _as_fact(text, span, where, habit, fits)):
        return found
    return _as_header(line, span, habit, fits) or _as_heading(text, span, where, habit, fits)


def _as_header(line: str, span: Span, habit: Meant | None, fits: Fits) -> Meant | None:
    """A line outside of blocks, as one that names who judges or as of which day."""
    right = mended_header(line, fits)
    if right is None:
        return None
    fault = AS_OF if right.startswith("as of") else JUDGED_BY
    message = _message(habit, fault)
    message = fault if message in (SIGN, NO_LINE) else message
    return Meant(message, f"write `{right}`", habit.span if habit else span)


def _as_heading(text: str, span: Span, line: Span, habit: Meant | None, fits: Fits) -> Meant | None:
    """A line outside of blocks, as one that begins a block."""
    written = text[line.start : line.end]
    is_begun = not habit or (habit.message == SIGN and written.rstrip().endswith("{"))
    if not is_begun or not re.search(r"[{(\[:=]", written):
        return None
    right = mended_heading(written, fits, text)
    if right is None or right.split() == written.split() or _says_more(habit, written, right):
        return None
    mended = f"{text[: line.start]}{right.ljust(len(written))}{text[line.end :]}"
    return Meant(
        _message(habit, "a block begins with a type and a name"),
        f"write `{right}`",
        span,
        mended if len(right) <= len(written) else None,
    )


def _as_fact(text: str, span: Span, line: Span, habit: Meant | None, fits: Fits) -> Meant | None:
    """A line of a block, as a field with its value; with others that have no other faults."""
    written = text[line.start : line.end]
    right = mended_fact(written, fits)
    if right is None:
        return _without_sign(habit, fits) if habit else _left_out(text, span, fits)
    if right.faults == (ENDED,) or _says_more(habit, written, right.line):
        return None
    kept, others = likewise(text, line.start, line.end, right.faults, fits)
    more = f"; so in {how_many(others, 'other line')}" if others else ""
    message = f"{_message(habit, right.faults[0])}{more}"
    return Meant(message, f"write `{right.line}`", habit.span if habit else span, kept)


def _without_sign(habit: Meant, fits: Fits) -> Meant | None:
    """What is said of a sign where the line without it has another fault, and is not to be shown as right."""
    said = re.search(r"`([^`]+)`", habit.hint)
    if habit.message != SIGN or (said and is_read(said[1], fits)):
        return None
    return Meant(SIGN, "leave the sign out", habit.span, habit.mended)


def _message(habit: Meant | None, fault: str) -> str:
    """What is said of a line that is put right: its habit, unless that saw only that the line goes on."""
    return habit.message if habit and habit.message not in (LIST, ONE_FIELD) else fault


def _says_more(habit: Meant | None, line: str, right: str) -> bool:
    """Whether a habit does not write out the whole line, or says more of it than how it is right."""
    if habit is None or habit.hint == f"write `{right}`":
        return False
    said = re.search(r"`([^`]+)`", habit.hint)
    key = re.search(r"[A-Za-z]\w*", line)
    return not (said and key and said[1].startswith(key[0]) and said[1] != right)


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


def _not_known(text: str, at: int) -> Meant | None:
    """`don't know` as a value, whose quote is the first thing in it that is no word."""
    start, end = line_of(text, at)
    found = _DO_NOT_KNOW.search(
        text, max(start, at - MOST_CHARACTERS), min(end, at + MOST_CHARACTERS)
    )
    if found is None or not found.start() < at < found.end():
        return None
    where = Span(*found.span())
    mended = f"{text[: where.start]}{'unknown'.ljust(len(found[0]))}{text[where.end :]}"
    hint = "write `unknown`, or leave the line out"
    return Meant(NOT_KNOWN, hint, where, mended)


def _depth(text: str, at: int) -> int:
    """In how many blocks the line of a place lies, by where it begins."""
    return blocks_around(text, line_of(text, at)[0])
