"""Words of a design that no policy by which it is judged knows, and that the vocabulary of another pack has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake import packages
from clausewise.intake.texts import read
from clausewise.intake.vocabularies import load_vocabulary

UNKNOWN = frozenset({"E501", "E502"})
NAMES_ITS_VOCABULARY = re.compile(r"^vocabulary\s+(\S+)", re.MULTILINE)
MOST_NAMED = 3


def with_packs(mistakes: Sequence[Diagnostic], known: Vocabulary) -> list[Diagnostic]:
    """The mistakes of a design; of a type or field that another pack knows the hint says so.

    Args:
        known: the vocabulary by which the design was read.
    """
    if not any(found.code in UNKNOWN for found in mistakes):
        return list(mistakes)
    others = dict(_extending(known))
    hints = {word: _hint(word, others, known) for word in map(_word, mistakes)}
    return [
        replace(found, hint=hints[_word(found)])
        if found.code in UNKNOWN and hints[_word(found)]
        else found
        for found in mistakes
    ]


def _word(found: Diagnostic) -> str:
    """The word that is not known: the last that the message quotes. (In JSON the place is that of the value.)"""
    return found.message.rpartition(" `")[2].removesuffix("`")


def _extending(known: Vocabulary) -> Iterator[tuple[str, Vocabulary]]:
    """The vocabularies of packs, with their names, that have all the types of the known one."""
    for name in packages.names(".vocabulary"):
        try:
            path = packages.find(name, ".vocabulary")
            other = load_vocabulary(Path(path)) if path else known
        except InvalidError:
            continue
        if known.entities.keys() <= other.entities.keys():
            yield name, other


def _hint(word: str, others: Mapping[str, Vocabulary], known: Vocabulary) -> str:
    """By which policies a word is read, or nothing if none of the vocabularies has it."""
    for name, other in others.items():
        if _has(other, word, known):
            policies = _policies_of(name)
            more = ", ..." if len(policies) > MOST_NAMED else ""
            named = f"{', '.join(policies[:MOST_NAMED])}{more}"
            return f"the vocabulary `{name}` has it: add a policy to `judged by` that uses it ({named})"
    return ""


def _has(other: Vocabulary, word: str, known: Vocabulary) -> bool:
    """Whether a word is a type, or a field of a known type, that the other vocabulary alone has."""
    types = other.entities
    is_field = any(
        word in types[name].fields and word not in known.entities[name].fields
        for name in known.entities
    )
    return is_field or (word in types and word not in known.entities)


@lru_cache(maxsize=4)  # a design may have many such words
def _policies_of(vocabulary: str) -> list[str]:
    """The policies of packs that name a vocabulary as theirs."""
    return [name for name in packages.names(".policy") if vocabulary == _vocabulary_of(name)]


def _vocabulary_of(policy: str) -> str:
    """The vocabulary that a policy of a pack names, or nothing if its file cannot be used."""
    try:
        path = packages.find(policy, ".policy")
        found = NAMES_ITS_VOCABULARY.search(read(Path(path)).text) if path else None
    except InvalidError:
        return ""
    return found[1] if found else ""
