"""The source of tests: texts that know what they are made of, and so are negated and joined without detours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clausewise.dsl.startup.typed import Literal

Word = Literal[" and ", " or "]
NameSet = frozenset[str | None]


class Negation(str):
    """A test that another does not hold."""

    __slots__ = ("negated",)
    negated: str


class Junction(str):
    """Tests that are joined."""

    __slots__ = ("parts", "word")
    parts: tuple[str, ...]
    word: Word


class Disjoint(str):
    """A test that none of several values is one of some terms."""

    __slots__ = ("terms", "values")
    terms: NameSet
    values: str


def negated(test: str) -> str:
    """The negation of a test."""
    if isinstance(test, Negation):
        return test.negated
    if test in ("True", "False"):
        return "False" if test == "True" else "True"
    found = Negation(f"(not {test})")
    found.negated = test
    return found


def joined(word: Word, parts: Iterable[str]) -> str:
    """Tests joined by `and` or `or`, without those that change nothing."""
    neutral, settling = ("True", "False") if word == " and " else ("False", "True")
    different = [part for part in _flat(word, parts) if part != neutral]
    if settling in different:
        return settling
    if len(different) <= 1:
        return different[0] if different else neutral
    found = Junction(f"({word.join(different)})")
    found.word, found.parts = word, tuple(different)
    return found


def disjoint(values: str, terms: NameSet, name: Callable[[NameSet], str]) -> Disjoint:
    """A test that none of some values is one of some terms. `name` gives what the terms are called."""
    found = Disjoint(f"{name(terms)}.isdisjoint({values})")
    found.values, found.terms = values, terms
    return found


def merged(word: Word, parts: Iterable[str], name: Callable[[NameSet], str]) -> str:
    """Tests joined, of which those that look the same values up are one.

    For example, that a value is one of some terms or one of others is that it is one of all of them.
    """
    tests: list[str] = []
    places: dict[str, int] = {}
    for part in _flat(word, parts):
        test = _looked_up(word, part)
        if test and test.values in places:
            place = places[test.values]
            before = _looked_up(word, tests[place])
            assert before
            both = disjoint(test.values, before.terms | test.terms, name)
            tests[place] = both if word == " and " else negated(both)
            continue
        if test:
            places[test.values] = len(tests)
        tests.append(part)
    return joined(word, tests)


def _looked_up(word: Word, part: str) -> Disjoint | None:
    """The test whose terms can be put together with others', as `word` joins it."""
    if word == " or ":
        part = part.negated if isinstance(part, Negation) else ""
    return part if isinstance(part, Disjoint) else None


def _flat(word: Word, parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Junction) and part.word == word:
            yield from part.parts
        else:
            yield part
