"""Taxonomies: terms with the terms above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from clausewise.dsl.models.documents import Origin
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.names import in_words


@lean_dataclass(frozen=True)
class Taxonomy:
    """Terms, each with its parents. A term stands for everything below it.

    A declared taxonomy is a tree; the built-in `place` has terms with several parents (DE is in EU and in EEA).
    """

    name: str
    parents: Mapping[str, tuple[str, ...]]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The terms that other words mean, by these words, `folded`. They only serve hints."""
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The terms that bear each mark; those below them bear it, too."""
    replaced: Mapping[str, str] = field(default_factory=dict)
    """What to write instead of terms that something else has replaced. They mean what they meant."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What people call terms, where that is not the name in words."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Whence terms come, where the vocabulary says so."""

    def __contains__(self, term: str) -> bool:
        return term in self.parents

    def label(self, term: str) -> str:
        """What people call a term."""
        return self._called.get(term) or in_words(term)

    @cached_property
    def _called(self) -> dict[str, str]:
        """What people call each term: to ask is to name all terms of a field."""
        return {term: self.labels.get(term) or in_words(term) for term in self.parents}

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The terms directly below each term that has any."""
        below: dict[str, list[str]] = {}
        for term, parents in self.parents.items():
            for parent in parents:
                below.setdefault(parent, []).append(term)
        return below

    @cached_property
    def current(self) -> tuple[str, ...]:
        """The terms that nothing has replaced."""
        return tuple(term for term in self.parents if term not in self.replaced)

    def roots(self) -> list[str]:
        """The terms with nothing above them."""
        return [term for term, parents in self.parents.items() if not parents]

    def inside(self, terms: Iterable[str]) -> frozenset[str]:
        """The terms and all terms below them."""
        found: set[str] = set()
        todo = list(terms)
        while todo:
            term = todo.pop()
            if term not in found:
                found.add(term)
                todo.extend(self.children.get(term, ()))
        return frozenset(found)

    def above(self, terms: Iterable[str]) -> frozenset[str]:
        """The terms that are not inside these, but above one that is: they may turn out to be inside.

        `public-body` is above `police`: what is known to be a public body may turn out to be police.
        """
        inside = self.inside(terms)
        found: set[str] = set()
        todo = [parent for term in inside for parent in self.parents[term]]
        while todo:
            term = todo.pop()
            if term not in found:
                found.add(term)
                todo.extend(self.parents[term])
        return frozenset(found - inside)


def folded(words: str) -> str:
    """Words in the one form in which they are compared: `Law Enforcement` becomes `law-enforcement`."""
    return "-".join(re.findall(r"[^\W_]+", words.casefold()))


YES_NO = Taxonomy(
    "yes-no",
    {"yes": (), "no": ()},
    synonyms={
        **dict.fromkeys(("y", "true", "on", "1", "ja", "oui"), ("yes",)),
        **dict.fromkeys(("n", "false", "off", "0", "nein", "non"), ("no",)),
    },
)
"""The two values of a `yes-no` field, as a taxonomy, so that one test serves all."""
UNDECIDED = frozenset(
    (
        *("tbd", "tba", "tbc", "todo", "xxx", "undecided", "unclear", "unsure", "null", "nil"),
        *("unbekannt", "inconnu"),
    )
)
"""What people write for what they do not know yet, where the vocabulary has no such term."""
NOTHING = frozenset(
    (
        *("no", "false", "nobody", "nothing", "noone"),
        *("keiner", "keine", "niemand", "aucun", "aucune", "rien"),
    )
)
"""What people write for `none`."""
