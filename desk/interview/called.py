"""What people call entities, in their own words and script; names in a design are letters and digits of ASCII.

Where the name alone does not say it, a comment above does: `# actor-1 is called "北京科技"`. It is part of
the text, goes wherever that goes, and nothing is judged by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from clausewise.dsl.editing.edits import Edit, insertion
from clausewise.dsl.text.names import in_words
from clausewise.dsl.text.source import Span

MOST_WORDS = 60
"""Characters that somebody calls an entity by."""
MOST_KEPT = 8
"""So many designs are looked at at once by a server, about."""
_JOINERS = "\u200c\u200d"
"""Not seen by themselves, and part of how some scripts are written."""
_LINE = re.compile(r'^[ \t]*# (?P<name>[\w-]+) is called "(?P<words>[^"\n]+)"\r?(?:\n|$)', re.M)
_NAME = re.compile(r"(?<![\w.-])[\w-]++(?!\.\w)")
"""What may be the name of an entity in a sentence."""


@lru_cache(maxsize=MOST_KEPT)  # a page asks for each of its sentences
def own_words(text: str) -> Mapping[str, str]:
    """What the entities of a design are called, by their names, where the name does not say it."""
    lines = _LINE.finditer(text)
    return MappingProxyType({one["name"]: _seen(one["words"])[:MOST_WORDS] for one in lines})


def said(name: str, called: Mapping[str, str]) -> str:
    """An entity as people call it."""
    return called.get(name) or in_words(name)


def in_own_words(sentence: str, called: Mapping[str, str]) -> str:
    """A sentence in which entities are as people call them; a fact (`actor-1.kind`) keeps its name.

    So does an entity whose name is a word like those of sentences (`can_be_called`).
    """
    return _NAME.sub(lambda found: _in_own_words(found[0], called), sentence)


def _in_own_words(name: str, called: Mapping[str, str]) -> str:
    return called.get(name, name) if can_be_called(name) else name


def can_be_called(name: str) -> bool:
    """Whether a name stands for an entity wherever a sentence has it: `actor-1` does, `police` is a word, too."""
    return not name.isalpha()


def needs_words(name: str, words: str) -> bool:
    """Whether a name does not say what somebody calls an entity, with its capital letters."""
    return bool(_seen(words)) and in_words(name) != _seen(words)


def says(name: str, words: str) -> bool:
    """Whether a name says what somebody calls an entity, but for capital letters at most."""
    return in_words(name).lower() == _seen(words).lower()


def calling(text: str, type_: str, name: str, words: str) -> Edit:
    """The edit that says above an entity, which is listed already, what it is called."""
    block = re.search(rf"^([ \t]*){re.escape(type_)}[ \t]+{re.escape(name)}[ \t]*\{{", text, re.M)
    assert block
    return insertion(block.start(), f'{block[1]}# {name} is called "{_seen(words)[:MOST_WORDS]}"\n')


def calling_no_more(text: str, name: str) -> list[Edit]:
    """The edits that take out what an entity is called."""
    return [Edit(Span(*one.span()), "") for one in _LINE.finditer(text) if one["name"] == name]


def is_seen(words: str) -> bool:
    """Whether all of it is seen, or joins what is, as Persian and the scripts of India need."""
    return all(one.isprintable() or one in _JOINERS for one in words)


def seen(words: str) -> str:
    """Words on one line, without what is not seen: a sign that turns the direction of what follows, say."""
    return " ".join("".join(filter(is_seen, " ".join(words.split()))).split())


def _seen(words: str) -> str:
    """The same, without quotes of a comment (`"`), or of the language in a sentence of a page."""
    return seen(words.replace('"', "”").replace("`", "\u2019"))
