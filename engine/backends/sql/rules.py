"""One policy under chosen readings, as its statements are made: what every writer of SQL knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from clausewise.engine.backends.sql.entities import PortfolioTables
from clausewise.engine.backends.sql.sets import SetTables
from clausewise.engine.core.conditions import (
    Condition,
    Defined,
    EntitySet,
    Meet,
    Node,
    Not,
    Overlaps,
    Path,
    Quantifier,
    TermSet,
    Within,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.traits import FIELDS, traits
from clausewise.engine.core.walk import VariableTypes, variables, walk

Where = Mapping[str, frozenset[str]]
"""By a variable or an entity (`EntityKey.text`), the columns of its table that must be true of it."""
LARGE = 60
"""From how many nodes on, all that it uses written out, a definition gets a table of its own."""


@dataclass(frozen=True, slots=True)
class TruthTable:
    """A table of the bindings for which a condition is possibly true, or, if it is an `every`, possibly false."""

    table: str
    keys: tuple[str, ...]


class Tables(Protocol):
    """Makes tables of what is true: of quantifiers, and of definitions. They are made of conditions in turn."""

    def truth(self, node: Quantifier | Meet, types: VariableTypes, where: Where) -> TruthTable:
        """The table of a quantifier."""
        ...

    def definition(self, name: str) -> TruthTable:
        """The table of a definition."""
        ...


@dataclass(slots=True)
class Rules:
    """One policy under chosen readings.

    Attributes:
        outcomes: the table and the column of each clause's result, by the clause.
        others: other policies that it depends on.
        tables: what makes the tables of its quantifiers.
    """

    policy: Policy
    readings: Mapping[str, str]
    portfolio: PortfolioTables
    others: Mapping[str, Rules]
    sets: SetTables = field(init=False)
    tables: Tables = field(init=False)
    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sets = SetTables(self.policy, self.portfolio)

    def is_local(self, node: Condition) -> bool:
        """Whether a condition of some size is on the fields of one entity alone."""
        if isinstance(node, Not) or (
            isinstance(node, Overlaps | Within) and isinstance(node.right, TermSet)
        ):
            return False
        return len(variables(node)) == 1 and all(self._is_near(part) for part in walk(node))

    def _is_near(self, node: Node) -> bool:
        """Whether all that a node reads itself is in the row of its variable's entity, or the same for all."""
        if isinstance(node, Path):
            return not node.single and not node.hops
        if isinstance(node, Defined):
            near = all(self._is_near(part) for part in walk(self.body(node.definition)))
            return not self.is_large(node.definition) and near
        return traits(node).cost == FIELDS and not traits(node).of_design

    def body(self, name: str) -> Condition:
        body = self.policy.definitions[name].body
        assert not isinstance(body, EntitySet)
        return body

    def is_large(self, name: str) -> bool:
        """Whether a definition would be long, written out wherever it is used."""
        return self._size(name) > LARGE

    def _size(self, name: str) -> int:
        if name not in self._sizes:
            nodes = list(walk(self.body(name)))
            used = [node.definition for node in nodes if isinstance(node, Defined)]
            self._sizes[name] = len(nodes) + sum(self._size(other) for other in used)
        return self._sizes[name]
