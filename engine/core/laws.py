"""Linked laws: what the author of a policy claims of all designs.

A law speaks of *complete* designs: each fact of each entity is known as precisely as the vocabulary can say it,
the date of judging is known, whoever is referred to is listed, and it is no draft. There, every condition is true
or false, so what a law claims is a condition of the core, which any backend can judge, search or prove.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from clausewise.dsl.models.deployment import Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.conditions import Condition
from clausewise.engine.core.policy import Policy


@lean_dataclass(frozen=True, slots=True)
class Always:
    """A condition that holds of every complete design; with `when`, of each of which that holds."""

    when: Condition | None
    holds: Condition


@lean_dataclass(frozen=True, slots=True)
class Possible:
    """Conditions, each of which holds of some complete design. Each has a few words for messages."""

    ways: tuple[tuple[str, Condition], ...]


@lean_dataclass(frozen=True, slots=True)
class NeverWorsens:
    """Of two complete designs that differ in one fact, the second violates no clause that the first does not.

    Attributes:
        field: the field of the fact; the entity is any of its type.
        word: `changing`: the fact is one of `before` in the first and one of `after` in the second. `adding`: one
            of the terms in `after` joins those that the first has. `removing`: one of those in `before` is taken
            from them.
        before: the values that it may have in the first, as a complete design states them; `None` for any.
        after: the same for the second.
        where: a condition that holds of the entity in the first. Its variable is `variable`.
        clauses: the clauses of which it is said.
    """

    field: Field
    word: Literal["changing", "adding", "removing"]
    before: tuple[Value, ...] | None
    after: tuple[Value, ...] | None
    where: Condition | None
    clauses: tuple[str, ...]

    @property
    def variable(self) -> str:
        """What stands for the entity in `where`: the name of its type."""
        return self.field.owner


LawClaim = Always | Possible | NeverWorsens


@lean_dataclass(frozen=True, slots=True)
class Law:
    """A law.

    Attributes:
        says: what it says, in words.
        readings: for each reading of the policy, the alternatives under which it must hold, in every combination.
            What is `possible` is so under one combination.
    """

    name: str
    says: str
    readings: Mapping[str, tuple[str, ...]]
    claim: LawClaim
    span: Span = field(compare=False)


@lean_dataclass(frozen=True)
class Laws:
    """The laws of a file.

    Attributes:
        policy: the policy that they are about. Its `policies` include those that only laws name.
        laws: by name, in the order of the file.
    """

    name: str
    title: str
    policy: Policy
    laws: Mapping[str, Law]
    source: Source = field(compare=False, repr=False)
