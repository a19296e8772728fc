"""A deployment as the clauses by hand in Python see it, with three values: `None` is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.peers.engines.python_false import Entity, reach, starts

Truth = bool | None


@dataclass(slots=True)
class View:
    """A deployment, and what its clauses share.

    Attributes:
        loose: the actors of whom it is not said for whom they act.
        others: whether a reference to an actor may name one that is not listed.
        served: by use, the actors that it serves, where that has been asked.
        represented: by actor who may be police, all for whom they act.
        consented: by name, whether people have consented.
    """

    actors: Mapping[str, Entity]
    people: Mapping[str, Entity]
    cameras: Mapping[str, Entity]
    uses: Mapping[str, Entity]
    law: Truth
    registration: Entity
    loose: set[str]
    others: bool
    served: dict[str, set[str]]
    represented: dict[str, set[str]]
    consented: dict[str, Truth]

    def serves(self, use: str) -> set[str]:
        """The listed actors that a use serves."""
        if use not in self.served:
            self.served[use] = reach(self.actors, starts(self.uses[use]))
        return self.served[use]

    def is_open(self, use: str) -> bool:
        """Whether a use may serve others, who are not listed."""
        facts = self.uses[use]
        if "by" not in facts or "results-to" not in facts:
            return True
        return bool(self.loose) and not self.loose.isdisjoint(self.serves(use))
