"""Lines of text for people: wrapped to the width, coloured only on a terminal.

Rich does this and more, and takes longer to import than a design takes to judge (docs/decisions/0013).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, east_asian_width

from clausewise.dsl.startup.typed import TextIO
from clausewise.formats.escaping import log_line, visible

WIDTH = 80
MOST_COLUMNS = 100

_CODES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "black": "30",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
    "white": "37",
    "on-red": "41",
    "on-green": "42",
    "on-yellow": "43",
    "on-blue": "44",
}

Piece = str | tuple[str, str]
"""A text, or a text and its style: words of `_CODES`, separated by blanks."""


class Sheet:
    """Lines on a stream."""

    def __init__(self, stream: TextIO, width: int = WIDTH, *, colour: bool = False) -> None:
        self.stream = stream
        self.width = width
        self.colour = colour

    def line(self, *pieces: Piece, indent: int = 0, hang: int | None = None) -> None:
        """Write a line, wrapped at blanks. `hang` indents the lines that it goes on in, as `indent` by default."""
        lines = wrapped([*map(_pair, pieces)], self.width, indent, indent if hang is None else hang)
        for line in lines:
            self.unwrapped(*line)

    def unwrapped(self, *pieces: Piece) -> None:
        """Write a line as it is, however long."""
        told = [*map(_pair, pieces)]
        if not self.colour:  # each word is a piece of its own, and without colours the line is one
            told = [("".join([text for text, _ in told]), "")]
        shown = [(visible(text), style) for text, style in told]
        line = "".join(text for text, _ in shown)
        if (harmless := log_line(line)) != line:
            shown = [(harmless, "")]
        while shown and not shown[-1][0].rstrip():
            shown.pop()
        if shown and not (self.colour and "on-" in shown[-1][1]):
            shown[-1] = (shown[-1][0].rstrip(), shown[-1][1])
        self.stream.write("".join(self._styled(*piece) for piece in shown) + "\n")

    def _styled(self, text: str, style: str) -> str:
        if not self.colour or not style:
            return text
        codes = ";".join(_CODES[word] for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"


def terminal(*, stderr: bool = False) -> Sheet:
    """A sheet on standard output, or on standard error, in colours where they are wanted (`colours_wanted`)."""
    stream = sys.stderr if stderr else sys.stdout
    colour = colours_wanted(watched=stream.isatty())
    if not stream.isatty():
        return Sheet(stream, colour=colour)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):
        columns = WIDTH
    return Sheet(stream, min(columns, MOST_COLUMNS), colour=colour)


def colours_wanted(*, watched: bool) -> bool:
    """Whether to write in colours: on a terminal, or wherever FORCE_COLOR asks for it; never against NO_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced not in ("0", "false")
    return watched and os.environ.get("TERM") != "dumb"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return len(text) + sum(map(_cells_beyond_one, re.findall(r"[^\x00-\x7f]", text)))


def aligned(texts: Iterable[str]) -> list[str]:
    """The texts of a column, each with blanks behind it to the end of the longest, and a gap of two.

    A column of empty texts takes no room.
    """
    shown = [visible(text) for text in texts]
    longest = max(map(cells, shown), default=0)
    return [text + " " * (longest + 2 - cells(text)) if longest else "" for text in shown]


@lru_cache(maxsize=1024)
def _cells_beyond_one(character: str) -> int:
    if category(character) in ("Mn", "Me"):
        return -1
    return 1 if east_asian_width(character) in "WF" else 0


def _pair(piece: Piece) -> tuple[str, str]:
    return (piece, "") if isinstance(piece, str) else piece


def wrapped(
    pieces: list[tuple[str, str]], width: int, indent: int, hang: int
) -> list[list[tuple[str, str]]]:
    """The pieces in lines of at most `width` columns. A word that is longer than a line is broken."""
    if _is_one_line(pieces, width - indent):
        return [[(" " * indent, ""), *[piece for piece in pieces if piece[0]]]]
    lines = [[(" " * indent, "")]]
    used = indent
    gap: tuple[str, str] | None = None
    for text, style in pieces:
        size_of = len if text.isascii() else cells
        for word in re.findall(r"\s+|\S+", text):
            if word.isspace():
                gap = (" " if word.strip(" ") else word, style)
                continue
            before, size = len(gap[0]) if gap else 0, size_of(word)  # a gap is blanks
            if gap and used + before + size <= width:
                lines[-1].append(gap)
                used += before
            elif gap and used > hang:
                lines.append([(" " * hang, "")])
                used = hang
            gap = None
            if used + size <= width:
                lines[-1].append((word, style))
                used += size
                continue
            for part in _broken(word, width - used, width - hang):
                if used + cells(part) > width and used > hang:
                    lines.append([(" " * hang, "")])
                    used = hang
                lines[-1].append((part, style))
                used += cells(part)
    return lines


def _is_one_line(pieces: list[tuple[str, str]], room: int) -> bool:
    """Whether pieces fit on a line as they are: what is no plain blank, or ends a piece, may stand otherwise."""
    texts = [text for text, _ in pieces]
    if any(text.endswith(" ") or not text.isprintable() for text in texts):
        return False
    return sum(map(cells, texts)) <= room


def _broken(word: str, first: int, rest: int) -> list[str]:
    """The word in parts that fit: whole if it fits at all."""
    if cells(word) <= max(first, rest):
        return [word]
    parts, room = [""], first
    for character in word:
        if cells(parts[-1] + character) > room and parts[-1]:
            parts.append("")
            room = rest
        parts[-1] += character
    return parts
