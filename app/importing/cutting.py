"""JSON with its long texts cut, so that it is read in bounded memory: a recording holds pictures and bodies."""

from __future__ import annotations

import re
from typing import Protocol

CHUNK = 256 * 1024
"""Bytes read at once."""
MOST_OF_A_TEXT = 4 * 1024
"""Bytes that are left of a text. A method and an address are shorter; all else is of no concern."""
CUT = "\0"
"""Stands behind what is left of a text that was cut."""
_CUT = rb"\u0000"
_ESCAPE = 6
"""Bytes of the longest escape, a backslash, `u` and four digits."""
_WORD = rb"[^\s,:\[\]{}\"]"
_TOO_LONG = re.compile(_WORD + rb"{1000}")
"""A number or a word outside of texts that no reader should take the time to read."""
_SHORT = re.compile(
    rb"(?:[\s,:\[\]{}]++|" + _WORD + rb"{1,999}+(?!" + _WORD + rb")|"
    rb"\"(?:[^\"\\]{1,200}+|\\u[0-9a-fA-F]{4}|\\[^u]){0,20}+\")*+",
    re.DOTALL,
)
"""JSON in which nothing is long: most of it, and taken at once."""
_HELD = re.compile(rb"(?:[^\"\\]++|\\u[0-9a-fA-F]{4}|\\[^u])*+", re.DOTALL)
"""As much of a text as there is room for, its escapes whole."""
_LOST = re.compile(rb"(?:[^\"\\]++|\\.)*+", re.DOTALL)
"""The rest of a text, of which nothing more is kept."""


class Readable(Protocol):
    """What gives bytes, some at a time."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, `size` at most; none at the end."""


class LongWordError(ValueError):
    """There is a number, or a word that JSON does not have, of a thousand characters."""


class CutReader:
    """A file of JSON in which no text is longer than `MOST_OF_A_TEXT` bytes, but for the mark of what was cut.

    What is read is JSON still.
    """

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._kept = -1
        """Bytes kept of the text in which the reader is; -1 between texts."""
        self._rest = b""
        """What was read and cannot be told yet: an escape or a character of which the end is missing."""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, not necessarily `size`; none at the end.

        Raises:
            LongWordError: what is not within a text is too long.
        """
        if size == 0:
            return b""
        while chunk := self._file.read(CHUNK):
            if cut := self._cut(self._rest + chunk):
                return cut
        rest, self._rest = self._rest, b""
        return rest

    def _cut(self, chunk: bytes) -> bytes:
        self._rest = b""
        parts: list[bytes] = []
        at = 0
        while at < len(chunk):
            at = (
                self._between(chunk, at, parts)
                if self._kept < 0
                else self._within(chunk, at, parts)
            )
        return b"".join(parts)

    def _between(self, chunk: bytes, at: int, parts: list[bytes]) -> int:
        """Takes what stands before the next text, with its first quote."""
        found = _SHORT.match(chunk, at)
        if found and found.end() > at:
            parts.append(found[0])
            return found.end()
        quote = chunk.find(b'"', at)
        end = len(chunk) if quote < 0 else quote + 1
        if _TOO_LONG.search(chunk, at, end):
            raise LongWordError
        parts.append(chunk[at:end])
        self._kept = -1 if quote < 0 else 0
        return end

    def _within(self, chunk: bytes, at: int, parts: list[bytes]) -> int:
        """Takes the next piece of a text, or its last quote."""
        if chunk[at : at + 1] == b'"':
            parts.append(b'"')
            self._kept = -1
            return at + 1
        room = MOST_OF_A_TEXT - self._kept
        held = _HELD.match(chunk, at, at + room)
        end = held.end() if held else at
        end -= _unfinished(chunk[at:end])
        if end > at:
            parts.append(chunk[at:end])
            self._kept += end - at
            return end
        if room > 0 and len(chunk) - at >= _ESCAPE:
            self._kept = MOST_OF_A_TEXT  # the next piece is longer than the room
            return at
        if room <= 0 and (lost := _LOST.match(chunk, at)) and lost[0]:
            if room == 0:
                parts.append(_CUT)
                self._kept += 1  # once for each text
            return lost.end()
        self._rest = chunk[at:]
        return len(chunk)


def _unfinished(piece: bytes) -> int:
    """How many bytes at the end begin a character that does not end there."""
    for length in range(1, min(3, len(piece)) + 1):
        byte = piece[-length]
        if byte & 0xC0 != 0x80:
            wanted = (
                2
                if byte >> 5 == 0b110
                else 3
                if byte >> 4 == 0b1110
                else 4
                if byte >> 3 == 0b11110
                else 1
            )
            return length if wanted > length else 0
    return 0
