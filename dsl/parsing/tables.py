"""Reads texts without mistakes by the tables that Lark has made of the grammar.

Lark takes longer to load than a design takes to judge, and is needed only to say what is wrong with a text. So
what it made of `grammar.lark` is kept as plain tables (`grammar.py`), and walked here. This is no second grammar:
which words there are, which may come next and what is complete by then, is told by the tables alone, and nothing
here knows a word of the language.

What does not fit the tables is read again by Lark, so nothing is refused here. And that nothing is read otherwise
is tested: designs that were changed by chance give the same tree by both, with all places in the text, or are left
to Lark (tests/test_grammar.py). For the decision see docs/decisions/0013.
"""

from __future__ import annotations

import re

from clausewise.dsl.startup.lean import lean_dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    class Brackets(Protocol):
        brackets: Mapping[str, int]

        def refuse_deep(self, depth: int, start: int, end: int) -> None: ...


END = "__END"
"""What comes after the last word."""


class NotReadError(Exception):
    """The text does not fit the grammar. What is wrong, and where, is for Lark to say.

    Attributes:
        alike: two places before that, at which the parser was in the same states: without what stands between
            them, it fails at the same place, and in the same way.
    """

    def __init__(self, alike: tuple[int, int]) -> None:
        self.alike = alike


class Lexeme:
    """A word of a text, with what `Token` of Lark tells of it that a builder asks for."""

    __slots__ = ("end_pos", "start_pos", "value")

    def __init__(self, value: str, start: int, end: int) -> None:
        self.value = value
        self.start_pos = start
        self.end_pos = end

    def __str__(self) -> str:
        return self.value


@lean_dataclass(frozen=True, slots=True)
class Production:
    """A way to make a whole of parts.

    Attributes:
        name: what the whole is called.
        size: how many parts there are.
        told: how many of them say something (`ParseTables.silent`).
        kept: what the builder is given: the place of each part among those that say something; `~` that place if
            it has no method of its own, so that its parts are given instead; `None` for an optional part that is
            not there.
    """

    name: str
    size: int
    told: int
    kept: tuple[int | None, ...]


@lean_dataclass(frozen=True, slots=True)
class Place:
    """How words are read in a state of the parser.

    Attributes:
        kinds: what may stand here, each with those of its words that are keywords here, and what they are.
        pattern: the number of the pattern that all this fits, and nothing else.
        lines: what is read otherwise than it stands, where lines end: by what is put before it, or `None` if it is
            passed over.
    """

    kinds: Mapping[str, Mapping[str, str]]
    pattern: int
    lines: Mapping[str, str | None]


@lean_dataclass(frozen=True, slots=True)
class ParseTables:
    """What to do in each state of the parser.

    Attributes:
        actions: by what comes next, the state that follows, or, below 0, the rule that is complete: `~` its index.
        rules: the rules.
        places: how words are read, in each state to which a word leads.
        patterns: all patterns; the first fits whatever may stand anywhere.
        silent: what says nothing by itself, such as a comma.
        start: the first state.
    """

    actions: tuple[dict[str, int], ...]
    rules: tuple[Production, ...]
    places: tuple[Place | None, ...]
    patterns: tuple[str, ...]
    silent: frozenset[str]
    start: int


class TableParser:
    """Makes of a text what a builder makes of its parts, as Lark does."""

    def __init__(self, tables: ParseTables, lines: Brackets, builder: object) -> None:
        self.tables = tables
        self.lines = lines
        self.rules = [
            (
                rule.name,
                _last(rule.size),
                _last(rule.told),
                _kept_of(rule),
                rule.name.startswith("__"),  # it goes on, as a list does
                getattr(builder, rule.name, None),
            )
            for rule in tables.rules
        ]
        self.patterns: list[re.Pattern[str] | None] = [None] * len(tables.patterns)

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
        places: Any = self.tables.places
        silent, match, take = self.tables.silent, self._pattern(0).match, self._take
        states, at, kind = [self.tables.start], 0, ""
        values: list[Any] = []
        brackets, depth = self.lines.brackets, 0
        while kind != END:
            place = places[states[-1]]
            found: Any = match(text, at)
            if found is None or found.lastgroup not in place.kinds:
                found = self._only(place.pattern, text, at)
            kind = found.lastgroup
            start, at = found.span(kind)
            if keywords := place.kinds[kind]:
                kind = keywords.get(text[start:at], kind)
            if kind in brackets:
                depth += brackets[kind]
                self.lines.refuse_deep(depth, start, at)
            if kind in place.lines:
                if (before := place.lines[kind]) is None:
                    continue
                take(before, start, states, values, seen)
            take(kind, start, states, values, seen)
            if kind not in silent:
                values.append(Lexeme(text[start:at], start, at))
        return values[-1]

    def _only(self, pattern: int, text: str, at: int) -> re.Match[str]:
        """A word as it is read in one state, where it would be another anywhere else."""
        found = self._pattern(pattern).match(text, at)
        if found is None:
            raise _StuckError
        return found

    def _pattern(self, index: int) -> re.Pattern[str]:
        """A pattern, compiled where it is first met: it takes a while, and few texts need more than the first."""
        made = self.patterns[index]
        if made is None:
            self.patterns[index] = made = re.compile(self.tables.patterns[index])
        return made

    def _take(self, kind: str, at: int, states: list[int], values: list[Any], seen: _Seen) -> None:
        """Go on by what comes next, after whatever is complete by then."""
        actions, rules = self.tables.actions, self.rules
        state = states[-1]
        while (action := actions[state].get(kind)) is not None and action < 0:
            name, whole, told, kept, goes_on, method = rules[~action]
            parts = values[told]
            del values[told], states[whole]
            if kept:
                parts = _kept(parts, kept)
            values.append(method(parts) if method else parts)
            state = actions[states[-1]][name]
            states.append(state)
            if goes_on:
                seen.add(states, at)
        if action is None:
            raise _StuckError
        states.append(action)


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


def _last(count: int) -> slice:
    """So many at the end of a list."""
    return slice(-count, None) if count else slice(0)


def _kept_of(rule: Production) -> tuple[int | None, ...]:
    """What of its parts the builder is given; nothing if it is given all, as they are."""
    return () if rule.kept == tuple(range(rule.told)) else rule.kept


def _kept(parts: list[Any], kept: tuple[int | None, ...]) -> list[Any]:
    found: list[Any] = []
    for place in kept:
        if place is None:
            found.append(None)
        elif place >= 0:
            found.append(parts[place])
        elif found:
            found += parts[~place]
        else:
            found = parts[~place]  # goes on: to copy it for each block would be quadratic
    return found
