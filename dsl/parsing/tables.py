"""Reads texts without mistakes by the tables that Lark has made of the grammar.

Which words may come next, and what is complete by then, is told by the tables alone: nothing here knows the
language. Walking them takes little. Lark itself takes longer to load than a design takes to judge, and
is needed only to say what is wrong with a text (docs/decisions/0013).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clausewise.dsl.startup.lean import lean_dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from lark import Token

    class Lines(Protocol):
        def process(self, stream: Iterator[Token]) -> Iterator[Token]: ...


END = "$END"


class NotReadError(Exception):
    """The text does not fit the grammar. What is wrong, and where, is for Lark to say.

    Attributes:
        alike: two places before that, at which the parser was in the same states: without what stands between
            them, it fails at the same place, and in the same way.
    """

    def __init__(self, alike: tuple[int, int]) -> None:
        self.alike = alike


class Lexeme(str):
    """A word of a text, with what `Token` of Lark tells of it that is asked for."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    @staticmethod
    def new_borrow_pos(type_: str, text: str, place: Lexeme) -> Lexeme:
        return _word(type_, text, place.start_pos, place.end_pos)


def _word(type_: str, text: str, start: int, end: int) -> Lexeme:
    made = Lexeme(text)
    made.type, made.start_pos, made.end_pos = type_, start, end
    return made


@lean_dataclass(frozen=True, slots=True)
class Production:
    """A way to make a whole of parts.

    Attributes:
        name: what the whole is called.
        size: how many parts there are.
        kept: what the builder is given: the place of each part, and whether that has no method of its own, so that
            its parts are given instead; `None` for an optional part that is not there.
    """

    name: str
    size: int
    kept: tuple[tuple[int, bool] | None, ...]


@lean_dataclass(frozen=True, slots=True)
class ParseTables:
    """What to do in each state of the parser.

    Attributes:
        actions: by what comes next, the state that follows, or, below 0, the rule that is complete: `~` its index.
        rules: the rules.
        scanners: the number of the pattern that words fit in each state, and those that are keywords by what they
            would be otherwise.
        patterns: all patterns.
        ignored: what stands between words.
        start: the first state.
        end: the last one.
    """

    actions: tuple[dict[str, int], ...]
    rules: tuple[Production, ...]
    scanners: tuple[tuple[int, dict[str, dict[str, str]]], ...]
    patterns: tuple[str, ...]
    ignored: frozenset[str]
    start: int
    end: int


class TableParser:
    """Makes of a text what a builder makes of its parts, as Lark does."""

    def __init__(self, tables: ParseTables, lines: Lines, builder: object) -> None:
        self.tables = tables
        self.lines: Any = lines
        self.rules = [
            (getattr(builder, rule.name, None), rule, rule.kept == tuple(_each(rule.size)))
            for rule in tables.rules
        ]
        self.matches: list[Callable[[str, int], Any] | None] = [None] * len(tables.patterns)

    def parse(self, text: str) -> Any:
        """What a text comes to.

        Raises:
            NotReadError: it does not fit.
        """
        seen = _Seen()
        try:
            return self._parse(text, seen)
        except _StuckError:
            raise NotReadError(seen.alike) from None

    def _parse(self, text: str, seen: _Seen) -> Any:
        states = [self.tables.start]
        values: list[Any] = []
        actions = self.tables.actions
        for word in self.lines.process(self._words(text, states)):
            while (action := actions[states[-1]].get(word.type)) is not None and action < 0:
                if self._complete(~action, states, values):
                    seen.add(states, word.start_pos)
            if action is None:
                raise _StuckError
            states.append(action)
            values.append(word)
        while states[-1] != self.tables.end:
            action = actions[states[-1]].get(END)
            if action is None or action >= 0:
                raise _StuckError
            self._complete(~action, states, values)
        return values[-1]

    def _words(self, text: str, states: list[int]) -> Iterator[Lexeme]:
        """The words, each as it is read in the state in which the parser is by then."""
        at, end = 0, len(text)
        ignored, scanners, matches = self.tables.ignored, self.tables.scanners, self.matches
        while at < end:
            index, keywords = scanners[states[-1]]
            found = (matches[index] or self._match(index))(text, at)
            if found is None:
                raise _StuckError
            type_, start, at = found.lastgroup, at, found.end()
            if type_ not in ignored:
                word = found[0]
                if type_ in keywords:
                    type_ = keywords[type_].get(word, type_)
                yield _word(type_, word, start, at)

    def _match(self, index: int) -> Callable[[str, int], Any]:
        """A pattern is compiled where it is first met: each takes a while, and no text needs them all."""
        self.matches[index] = made = re.compile(self.tables.patterns[index]).match
        return made

    def _complete(self, index: int, states: list[int], values: list[Any]) -> bool:
        """Make a whole of its parts, and say whether it is one that goes on, as a list does."""
        method, rule, is_all_kept = self.rules[index]
        first = len(values) - rule.size
        parts = values[first:]
        if not is_all_kept:
            parts = _kept(parts, rule)
        del values[first:], states[first + 1 :]
        values.append(method(parts) if method else parts)
        states.append(self.tables.actions[states[-1]][rule.name])
        return rule.name.startswith("__")


class _StuckError(Exception):
    """No word may come here."""


class _Seen:
    """In which states the parser was, and where first."""

    def __init__(self) -> None:
        self.first: dict[tuple[int, ...], int] = {}
        self.alike = (0, 0)

    def add(self, states: list[int], at: int) -> None:
        """Keep the two places farthest from each other at which the states were the same."""
        first = self.first.setdefault(tuple(states), at)
        if at - first > self.alike[1] - self.alike[0]:
            self.alike = first, at


def _each(size: int) -> Iterator[tuple[int, bool]]:
    """Each part of a whole, as it is."""
    return ((place, False) for place in range(size))


def _kept(parts: list[Any], rule: Production) -> list[Any]:
    found: list[Any] = []
    for kept in rule.kept:
        if kept is None:
            found.append(None)
        elif not kept[1]:
            found.append(parts[kept[0]])
        elif found:
            found += parts[kept[0]]
        else:
            found = parts[kept[0]]  # goes on: to copy it for each block would be quadratic
    return found
