"""Lays a file out in the one layout, and keeps its comments and blank lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.printing.expressions import Line
from clausewise.dsl.printing.trees import lines_of
from clausewise.dsl.syntax import File
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, has_errors
from clausewise.dsl.text.source import Source, Span

COMMENT = re.compile(r'"(?:[^"\\\n]++|\\.)*+"|(#[^\n]*+)')
"""Finds texts and comments; of a comment, group 1 holds it."""
PART = re.compile(r'"(?:[^"\\\n]++|\\.)*+"|#[^\n]*+|[\w-]++|[^\w\s]')
MOST_PARTS = 200_000
"""Words, texts, signs and comments of a file that is laid out. It is read twice, which takes seconds."""


@dataclass(frozen=True, slots=True)
class _Comment:
    start: int
    line: int
    text: str
    own_line: bool


def format_source(source: Source, kind: FileKind) -> tuple[str | None, list[Diagnostic]]:
    """The formatted text, or `None` and the mistakes that keep the file from being read.

    The result is given only if it parses to the same tree, with the same comments.
    """
    if next(islice(PART.finditer(source.text), MOST_PARTS, None), None):
        message = (
            f"this file has more than {MOST_PARTS:,} words and signs, and is too long to lay out"
        )
        return None, _refused(source, message, "make several files of it")
    tree, problems = _parsed(source, kind)
    if tree is None or has_errors(problems):
        return None, problems
    text = "\n".join(_with_comments(source, tree)) + "\n"
    if text == source.text:
        return text, problems
    again, _ = _parsed(Source(source.path, text), kind)
    if again != tree or _texts_of_comments(source.text) != _texts_of_comments(text):
        message = "this file cannot be formatted without changing it"
        return None, _refused(source, message, "move comments out of lists and conditions")
    return text, problems


def _refused(source: Source, message: str, hint: str) -> list[Diagnostic]:
    found = Diagnostics(source)
    found.add("E106", message, Span(0, 1), hint=hint)
    return found.found


def _parsed(source: Source, kind: FileKind) -> tuple[File | None, list[Diagnostic]]:
    return parse(source, kind)


def _comments(text: str) -> list[_Comment]:
    """All comments, in order."""
    found, line, last = [], 1, 0
    for match in COMMENT.finditer(text):
        if match[1]:
            start = match.start()
            line, last = line + text.count("\n", last, start), start
            own_line = not text[text.rfind("\n", 0, start) + 1 : start].strip()
            found.append(_Comment(start, line, match[1].rstrip(), own_line))
    return found


def _texts_of_comments(text: str) -> list[str]:
    return sorted(match[1].rstrip() for match in COMMENT.finditer(text) if match[1])


def _with_comments(source: Source, tree: File) -> Iterator[str]:
    """The printed lines, each with the comments that stood above it or behind it."""
    lines = list(lines_of(tree))
    owned = _owned(source, lines)
    opened = True
    for line, (above, beside) in zip(lines, owned.by_line, strict=True):
        number = source.position(line.span.start)[0] if line.span else 0
        is_end = line.text.startswith("}")
        indent = line.indent + 1 if is_end else line.indent
        breaks = line.breaks
        placed = above + beside[:-1]
        for comment in placed:
            if not opened and (breaks or (comment.own_line and _blank_above(source, comment.line))):
                yield ""
            breaks = opened = False
            yield "  " * indent + comment.text
        apart = _blank_above(source, number) and all(c.line < number for c in placed)
        if not opened and not is_end and (breaks or apart):
            yield ""
        yield str(line) + "".join(f"  {c.text}" for c in beside[-1:])
        opened = line.text.endswith("{")
    for comment in owned.last:
        if comment.own_line and _blank_above(source, comment.line):
            yield ""
        yield comment.text


@dataclass(frozen=True, slots=True)
class _Owned:
    """Which comments belong above each printed line and behind it, and those below the last one."""

    by_line: list[tuple[list[_Comment], list[_Comment]]]
    last: list[_Comment]


def _owned(source: Source, lines: Sequence[Line]) -> _Owned:
    """A comment behind something belongs to that. One on a line of its own belongs to what begins below it, or to
    what goes on below it, such as a list of several lines.
    """
    starts = sorted((line.span.start, i) for i, line in enumerate(lines) if line.span)
    begins: dict[int, int] = {}
    for start, index in starts:
        begins.setdefault(source.position(start)[0], index)
    owned = _Owned([([], []) for _ in lines], [])
    below = _code_below(source)
    for comment in _comments(source.text):
        number = below[comment.line]
        if not starts or (comment.own_line and not number):  # a file of cases may have none
            owned.last.append(comment)
            continue
        before = bisect_left(starts, (comment.start,))
        last = starts[before - 1][1] if before else starts[0][1]
        if comment.own_line:
            owned.by_line[begins.get(number, last)][0].append(comment)
        else:
            owned.by_line[last][1].append(comment)
    return owned


def _code_below(source: Source) -> list[int]:
    """For each line, by its number, the next one below it that holds more than a comment; 0 if there is none."""
    texts = ["", *source.text.split("\n")]
    found, below = [0] * len(texts), 0
    for number in range(len(texts) - 1, 0, -1):
        found[number] = below
        if not texts[number].lstrip().startswith("#") and texts[number].strip():
            below = number
    return found


def _blank_above(source: Source, number: int) -> bool:
    return number > 1 and not source.line(number - 1).strip()
