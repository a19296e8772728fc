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


def meaning_of(line: str, session: Interview) -> Event | Shown:
    """What a line is: a command if it is its one word, unless an answer is called so."""
    text = line.strip()
    word = text.removeprefix(MARK).lower()
    asked = session.asked
    is_answer = asked is not None and text in asked.question.options
    if is_answer or (word not in _COMMANDS and word not in _SHOWN):
        return SaidInSession(text)
    return _SHOWN[word] if word in _SHOWN else SessionCommand(_COMMANDS[word])
