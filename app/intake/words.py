"""Words of a design that no policy by which it is judged knows, and that the vocabulary of another pack has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import versioned
from clausewise.intake import packages
from clausewise.intake.access import Access
from clausewise.intake.judges import names_allowed
from clausewise.intake.texts import read
from clausewise.intake.vocabularies import load_vocabulary

UNKNOWN = frozenset({"E501", "E502"})
QUOTED = r"`([^`]*)`"
NAMES_ITS_VOCABULARY = r"^vocabulary\s+(\S+)"
MOST_NAMED = 3


def with_packs(
    mistakes: Sequence[Diagnostic], known: Vocabulary, access: Access
) -> list[Diagnostic]:
    """The mistakes of a design; of a type or field that another pack knows the hint says so.

    Args:
        known: the vocabulary by which the design was read.
        access: which policies may judge here: no others are named.
    """
    if not any(found.code in UNKNOWN for found in mistakes):
        return list(mistakes)
    others = dict(_extending(known))
    judges = dict(_texts_of({versioned(name)[0] for name in names_allowed(access)}))
    hints: dict[str, str] = {}
    for found in mistakes:
        if found.code in UNKNOWN and found.message not in hints:
            hints[found.message] = _hint(found, known, others, judges)
    return [replace(one, hint=hints.get(one.message) or one.hint) for one in mistakes]


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


def _texts_of(policies: set[str]) -> Iterator[tuple[str, str]]:
    """The texts of policies of packs, with their names; not of those whose file cannot be used."""
    for name in sorted(policies & {*packages.names(".policy")}):
        try:
            if path := packages.find(name, ".policy"):
                yield name, read(Path(path)).text
        except InvalidError:
            continue


def _hint(
    found: Diagnostic,
    known: Vocabulary,
    others: Mapping[str, Vocabulary],
    judges: Mapping[str, str],
) -> str:
    """Which policies speak of a word, or nothing if none does that may judge."""
    type_, *fields = re.findall(QUOTED, found.message)
    for name, other in others.items():
        if _has(other, type_, fields) and not _has(known, type_, fields):
            word = fields[-1] if fields else type_
            speaking = [judge for judge, text in judges.items() if _speaks(text, name, word)]
            if speaking:
                more = ", ..." if len(speaking) > MOST_NAMED else ""
                named = f"{', '.join(speaking[:MOST_NAMED])}{more}"
                return f"the vocabulary `{name}` has it: add a policy to `judged by` that speaks of it ({named})"
    return ""


def _has(vocabulary: Vocabulary, type_: str, fields: Sequence[str]) -> bool:
    """Whether there is a type, and a field of it, if one is named."""
    found = vocabulary.entities.get(type_)
    return found is not None and all(field in found.fields for field in fields)


def _speaks(policy: str, vocabulary: str, word: str) -> bool:
    """Whether the text of a policy names a vocabulary as its own, and holds a word."""
    own = re.search(NAMES_ITS_VOCABULARY, policy, re.MULTILINE)
    return own is not None and own[1] == vocabulary and word in re.findall(r"[\w-]+", policy)
