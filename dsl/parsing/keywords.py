"""The words that have a meaning in each kind of file, read off the grammar: editors colour them."""

from __future__ import annotations

import re
from functools import cache

from clausewise.dsl.parsing.grammar import patterns_of

_WORDS = re.compile(r"(?:\((?:\?:)?)?([a-z-]+(?:(?:\||\\s\+)[a-z-]+)*)\)?(s\?)?\(\?!\[\\w-\]\)")
"""A pattern of the grammar that stands for words: `(world|choice)(?![\\w-])`."""


@cache
def keywords(kind: str) -> frozenset[str]:
    """The words of the grammar that can stand in a kind of file (`FileKind`).

    Whether a word is one where it stands depends on the place: a field may be called `title`.
    """
    found: set[str] = set()
    for _, pattern, is_plain in patterns_of(kind):
        if is_plain:
            found.update([pattern] if re.fullmatch("[a-z][a-z-]*", pattern) else [])
        elif match := _WORDS.fullmatch(pattern):
            words = re.split(r"\||\\s\+", match[1])
            found.update(words, (f"{word}s" for word in words if match[2]))
    return frozenset(found)
