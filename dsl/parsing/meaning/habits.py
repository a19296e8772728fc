"""What a habit is: a pattern in the line of a syntax error, and what is said of it; and habits in any file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clausewise.dsl.parsing.meaning.lines import MOST_CHARACTERS, as_word, line_of
from clausewise.dsl.parsing.meaning.told import Meant
from clausewise.dsl.text import names
from clausewise.dsl.text.source import Span

Say = Callable[[re.Match[str]], tuple[str, str]]
Habit = tuple[re.Pattern[str], Say]

NAME = names.NAME.pattern


def in_line(text: str, span: Span, habits: list[Habit]) -> Meant | None:
    """What is said of the first habit that stands at a place of its line."""
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
            f"write `{as_word(m[0])}`",
        ),
    ),
    (
        re.compile(r"//|/\*|<!--|--(?=\s)"),
        lambda m: (f"`{m[0]}` begins no comment", "begin a comment with `#`"),
    ),
]
"""Habits in any kind of file."""
