"""What a client says on standard input, line by line: what is no message gets an answer, too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TextIO

from anyio.to_thread import run_sync

MOST_OF_A_LINE = 32 * 1024**2
"""Characters: a design of 4 MiB with all of them escaped."""

MessageId = str | int | None
IsMessage = Callable[[str], bool]
"""Whether a text is a message of the protocol."""
Refuse = Callable[[MessageId, str], Awaitable[None]]
"""Takes the id of what is no message, if it has one, and what is wrong with it."""


async def messages(file: TextIO, is_message: IsMessage, refuse: Refuse) -> AsyncIterator[str]:
    """The lines that hold a message of the protocol.

    JSON can say half a character (`"\\ud800"`), on which the SDK falls silent. It is replaced, as all that is no
    text is, and so whoever asks gets the answer to what is left.

    Args:
        file: what to read.
        is_message: whether a line is one.
        refuse: what answers a line that is none.
    """
    while line := await run_sync(file.readline, MOST_OF_A_LINE):
        if not line.endswith("\n") and len(line) == MOST_OF_A_LINE:
            while line and not line.endswith("\n"):
                line = await run_sync(file.readline, MOST_OF_A_LINE)
            await refuse(None, f"a message has more than {MOST_OF_A_LINE:,} characters")
        elif line.strip():
            whole, id_ = _whole(line, is_message)
            if whole:
                yield whole
            else:
                await refuse(id_, "this is no message of JSON-RPC 2.0")


def _whole(line: str, is_message: IsMessage) -> tuple[str, MessageId]:
    """A message as the SDK takes it; empty if it is none, with the id that it has all the same."""
    if is_message(line):
        return line, None
    try:
        value = json.loads(line)
        text = json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
    except (ValueError, RecursionError):
        return "", None
    if is_message(text):
        return text, None
    found = json.loads(text)
    id_ = found.get("id") if isinstance(found, dict) else None
    return "", id_ if isinstance(id_, str | int) and not isinstance(id_, bool) else None
