"""Names: words that are reserved, "did you mean", and several names in a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

RESERVED = frozenset({"yes", "no", "none", "unknown"})
"""Words that mean something as values of a field. So no entity, type or term may have one as its name."""

HEADER = frozenset({"as-of", "draft", "judged-by"})
"""What the header of a design says, by the keys that it has in JSON. So no entity type may be called so."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*+(?:-[A-Za-z0-9]++)*+")
"""What a name looks like."""

MOST_CHARACTERS = 100
"""Of a name in a design: each is shown again and again."""


def is_name(text: str) -> bool:
    """Whether a text can be the name of an entity, or of a policy that a design names."""
    return len(text) <= MOST_CHARACTERS and NAME.fullmatch(text) is not None


def why_no_name(text: str) -> str:
    """Why a text cannot be a name that somebody chooses; empty if it can."""
    if len(text) > MOST_CHARACTERS:
        return f"a name has at most {MOST_CHARACTERS} characters"
    if NAME.fullmatch(text) is None:
        return f"`{text}` is not a name: join letters and digits by single hyphens, a letter first"
    return f"`{text}` is a reserved word: choose another name" if text in RESERVED else ""


VERSION = r"[0-9]++(?:\.[0-9]++)*+"
"""What a version looks like that is asked for. It also names a folder (`1.0`), and so is no path."""


def versioned(named: str) -> tuple[str, str]:
    """The name of a policy, and the version that is asked for, which is empty for the newest.

    `named` is how designs, the command line and a configuration name a policy: `a-code`, `a-code 1.0`.
    """
    name, _, version = named.partition(" ")
    return name, version


def is_policy(named: str) -> bool:
    """Whether a text names a policy in this way."""
    name, blank, version = named.partition(" ")
    return (
        is_name(name)
        and len(named) <= MOST_CHARACTERS
        and (not blank or re.fullmatch(VERSION, version) is not None)
    )


def in_words(name: str) -> str:
    """A name as people would write it: `us-police` becomes `us police`."""
    return name.replace("-", " ")


_WITH_AN = r"(?i:(?!us[aei]|uni[^nmd]|eu|one\b)[aeiou])"
"""How words begin that sound as if a vowel did: `an actor`, but `a use`."""


def with_article(word: str) -> str:
    """A word with the article that it takes: `an actor`, `a door`, `a use`."""
    return f"{'an' if re.match(_WITH_AN, word) else 'a'} {word}"


MOST_COMPARED = 400_000
"""Pairs of characters of a word and of the known names. Names of one letter, repeated, take a tenth of a
microsecond for each."""


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """A hint that names the nearest of the known names, or `None` if none is near.

    There is none, too, where it would take long to compare them.
    """
    if len(word) * sum(map(len, known)) > MOST_COMPARED:
        return None
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return f"did you mean `{by_lower[near[0]]}`?" if near else None


MOST_NAMED = 8
"""Entities, terms or values that a sentence names; of more it says how many there are."""


def how_many(count: int, one: str, many: str = "") -> str:
    """A number of things: `1 clause`, `1,200 clauses`; `many` is what several are called, where no `s` does it."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """Names in a sentence: `N3, N9 and N12`."""
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def hint_for(word: str, known: Collection[str], what: str, most: int = 6) -> str:
    """A hint for an unknown word: the nearest of the known names, or else the first few of them.

    `what` says what they are names of, in the plural: `fields`.
    """
    near = did_you_mean(word, known)
    if near:
        return near
    first = ", ".join(f"`{name}`" for name in list(known)[:most])
    rest = ", ..." if len(known) > most else ""
    if not known:
        return (
            "none is declared" if what == "known" else f"there is no {what.removesuffix('s')} yet"
        )
    return f"{what}: {first}{rest}"
