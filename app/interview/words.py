"""What a line that somebody types is: an answer, or a command."""

from __future__ import annotations

from typing import Literal

from clausewise.interview.session import (
    CommandWord,
    Event,
    Interview,
    SaidInSession,
    SessionCommand,
)

Shown = Literal["list", "help"]
"""What is only shown: all answers there are, or what can be typed."""

_COMMANDS: dict[str, CommandWord] = {
    "back": "back",
    "skip": "skip",
    "unknown": "unknown",
    "don't know": "unknown",
    "dont know": "unknown",
    "again": "again",
    "quit": "quit",
    "exit": "quit",
}
_SHOWN: dict[str, Shown] = {"list": "list", "help": "help", "?": "help"}
MARK = ":"
"""What makes a word a command even where it is also an answer: `:back`."""


def command_in(line: str) -> CommandWord | Shown | None:
    """The command whose one word a line is."""
    word = line.strip().removeprefix(MARK).lower()
    return _SHOWN.get(word) or _COMMANDS.get(word)


def meaning_of(line: str, session: Interview) -> Event | Shown:
    """What a line is: a command if it is its one word, unless an answer is called so."""
    text = line.strip()
    asked = session.asked
    is_answer = asked is not None and text in asked.question.options
    command = None if is_answer else command_in(text)
    if command is None:
        return SaidInSession(text)
    return command if command == "list" or command == "help" else SessionCommand(command)
