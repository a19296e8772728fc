"""What an editor sends, as bytes: pygls reads by it, and believes whatever length a header names."""

from __future__ import annotations

import re
import sys
from typing import BinaryIO

MOST_OF_A_MESSAGE = 64 * 1024**2
"""Bytes: a file of 4 MiB with all of it escaped, and what stands around it."""
MOST_OF_A_HEADER = 8_192
LENGTH = re.compile(rb"content-length: *(\d+)\s*", re.IGNORECASE)


class Incoming:
    """Standard input, which ends where a message is announced that is larger than any may be."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """A line of a header; nothing at the end."""
        line = self._stream.readline(MOST_OF_A_HEADER)
        length = LENGTH.fullmatch(line)
        is_endless = len(line) == MOST_OF_A_HEADER and not line.endswith(b"\n")
        if is_endless or (length and _is_too_long(length[1])):
            print("Ended: a message is longer than any may be", file=sys.stderr)
            return b""
        return line

    def read(self, size: int) -> bytes:
        """So many bytes, or what is left; nothing if the message was cut off."""
        content = self._stream.read(size)
        return content if len(content) == size else b""


def _is_too_long(digits: bytes) -> bool:
    return len(digits) > len(str(MOST_OF_A_MESSAGE)) or int(digits) > MOST_OF_A_MESSAGE
