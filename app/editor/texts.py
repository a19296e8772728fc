"""Texts as an editor sees them: places by line and column in units of an encoding, and edits by such places.

The Language Server Protocol counts columns in UTF-16 unless both sides agree on something else, and a line ends at
LF, CR LF or CR alone (version 3.17, "Text Documents"). `str.splitlines` knows more line ends, so it is not used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Literal

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]
Position = tuple[int, int]
"""Line and column, both counted from 0; the column in units of the encoding."""
_LINE_END = re.compile(r"\r\n|\r|\n")


@lean_dataclass(frozen=True, slots=True)
class TextEdit:
    """A stretch of a text, and what is to stand there instead.

    `snippet` is the same with places to fill in (`${1|yes,no|}`), for editors that know such.
    """

    span: Span
    text: str
    snippet: str | None = None


@lean_dataclass(frozen=True)
class TextLines:
    """A text, with its places counted in units of an encoding."""

    text: str
    encoding: Encoding = "utf-16"

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The place of a character's offset."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        return line, _units(self.text[start : max(offset, start)], self.encoding)

    def offset(self, position: Position) -> int:
        """The offset of a place; of one beyond the end of its line, or of the text, that end."""
        line, column = position
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start = self._starts[line]
        found = _LINE_END.search(self.text, start)
        return start + _characters(
            self.text[start : found.start() if found else len(self.text)], column, self.encoding
        )

    def span(self, start: Position, end: Position) -> Span:
        """The stretch between two places, in whichever order they are given."""
        first, last = sorted((self.offset(start), self.offset(end)))
        return Span(first, last)

    def edited(self, start: Position, end: Position, text: str) -> TextLines:
        """The text with another one in place of a stretch."""
        span = self.span(start, end)
        return TextLines(self.text[: span.start] + text + self.text[span.end :], self.encoding)


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text) + sum(character > "\uffff" for character in text)
    return len(text.encode("utf-8", "surrogatepass"))


def _characters(line: str, units: int, encoding: Encoding) -> int:
    """How many characters of a line take so many units; one that is cut in half counts as after it."""
    if encoding == "utf-32" or line.isascii():
        return max(0, min(units, len(line)))
    taken = 0
    for index, character in enumerate(line):
        if taken >= units:
            return index
        taken += _units(character, encoding)
    return len(line)
