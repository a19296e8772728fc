"""Where the cursor is, by the words before it alone: what is being written is seldom whole.

A design and cases are read line by line, as their grammar has it; of a policy and a vocabulary the last few words
tell enough.
"""

from __future__ import annotations

import re

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.editor.tokens import Token, tokens

_WORD = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z][A-Za-z0-9-]*+\Z")


@lean_dataclass(frozen=True, slots=True)
class OpenBlock:
    """A pair of braces that is open, the words before it on its line, and the lines inside that are whole."""

    head: tuple[str, ...]
    start: int


@lean_dataclass(frozen=True, slots=True)
class Cursor:
    """Where the cursor is.

    Attributes:
        word: the beginning of a word that stands before the cursor; it is replaced by what is chosen.
        span: where that word stands.
        blocks: the braces that are open, outermost first.
        line: the words before it in the same line, or in the list that this line goes on with.
        before: all words before it.
    """

    word: str
    span: Span
    blocks: tuple[OpenBlock, ...]
    line: tuple[str, ...]
    before: tuple[Token, ...]


def cursor_at(text: str, offset: int) -> Cursor | None:
    """Where an offset is; `None` inside of a comment or of a text in quotes."""
    found = _WORD.search(text, max(0, offset - 200), offset)
    start = found.start() if found else offset
    before = list(tokens(text, start))
    if before and _is_inside(before[-1], start):
        return None
    blocks, line = _open(before)
    words = tuple(token for token in before if token.sort not in ("comment", "end"))
    return Cursor(text[start:offset], Span(start, offset), tuple(blocks), tuple(line), words)


def _is_inside(last: Token, offset: int) -> bool:
    """Whether the last word before an offset goes on behind it."""
    if last.sort == "comment":
        return last.span.end == offset
    is_closed = len(last.text) > 1 and last.text.endswith('"')
    return last.sort == "text" and not is_closed and last.span.end == offset


def _open(before: list[Token]) -> tuple[list[OpenBlock], list[str]]:
    """The blocks that are open behind some words, and what stands in the last line."""
    blocks: list[OpenBlock] = []
    line: list[str] = []
    for token in before:
        if token.sort == "comment":
            continue
        if token.text == "{":
            blocks.append(OpenBlock(tuple(line), token.span.end))
            line = []
        elif token.text == "}":
            del blocks[-1:]
            line = []
        elif token.sort == "end":
            line = line if line[-1:] == [","] else []
        else:
            line.append(token.text)
    return blocks, line


def lines_in(text: str, block: OpenBlock) -> list[str]:
    """The first words of the lines that stand directly in a block, behind the cursor, too."""
    found: list[str] = []
    depth, is_start = 0, True
    for token in tokens(text[block.start :]):
        if token.text in ("{", "}"):
            depth += 1 if token.text == "{" else -1
            if depth < 0:
                break
        elif token.sort == "end":
            is_start = True
            continue
        elif token.sort == "name" and is_start and depth == 0:
            found.append(token.text)
        is_start = False
    return found
