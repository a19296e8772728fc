"""Lays a file out in the one layout, and keeps its comments and blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.printing.trees import lines_of
from clausewise.dsl.syntax import File
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, has_errors
from clausewise.dsl.text.source import Source, Span

_COMMENT = re.compile(r'"(?:[^"\\\n]++|\\.)*+"|(#[^\n]*+)')


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    text: str
    own_line: bool


def format_source(source: Source, kind: FileKind) -> tuple[str | None, list[Diagnostic]]:
    """The formatted text, or `None` and the mistakes that keep the file from being read.

    The result is given only if it parses to the same tree, with the same comments.
    """
    tree, problems = _parsed(source, kind)
    if tree is None or has_errors(problems):
        return None, problems
    text = "\n".join(_with_comments(source, tree)) + "\n"
    again, _ = _parsed(Source(source.path, text), kind)
    same_comments = [c.text for c in _comments(text)] == [c.text for c in _comments(source.text)]
    if again != tree or not same_comments:
        found = Diagnostics(source)
        message = "this file cannot be formatted without changing it"
        found.add("E106", message, Span(0, 1), hint="move comments out of lists and conditions")
        return None, found.found
    return text, problems


def _parsed(source: Source, kind: FileKind) -> tuple[File | None, list[Diagnostic]]:
    return parse(source, kind)


def _comments(text: str) -> list[_Comment]:
    """All comments, in order."""
    source = Source("", text)
    found = []
    for match in _COMMENT.finditer(text):
        if match[1]:
            line, column = source.position(match.start())
            own_line = not source.line(line)[: column - 1].strip()
            found.append(_Comment(line, match[1].rstrip(), own_line))
    return found


def _with_comments(source: Source, tree: File) -> Iterator[str]:
    """The printed lines, each with the comments that stood above it or behind it."""
    waiting = _comments(source.text)
    opened = True
    indent = 0
    for line in lines_of(tree):
        number = source.position(line.span.start)[0] if line.span else 0
        above = [c for c in waiting if c.line < number]
        waiting = waiting[len(above) :]
        is_end = line.text.startswith("}")
        indent = line.indent + 1 if is_end else line.indent
        breaks = line.breaks
        for comment in above:
            if not opened and (breaks or (comment.own_line and _blank_above(source, comment.line))):
                yield ""
            breaks = opened = False
            yield "  " * indent + comment.text
        if not opened and not is_end and (breaks or (number and _blank_above(source, number))):
            yield ""
        beside = [c for c in waiting if c.line == number and not c.own_line]
        waiting = waiting[len(beside) :]
        yield str(line) + "".join(f"  {c.text}" for c in beside)
        opened = line.text.endswith("{")
    for comment in waiting:
        if comment.own_line and _blank_above(source, comment.line):
            yield ""
        yield comment.text


def _blank_above(source: Source, number: int) -> bool:
    return number > 1 and not source.line(number - 1).strip()
