"""The terms of fields and tables that are compared with each other while judging (python/runtime.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.engine.backends.sql.dialects import FALSE, Sql
from clausewise.engine.backends.sql.frames import EntityKey, VariableKeys
from clausewise.engine.core.conditions import FieldOf, Lookup

Shared = TypeVar("Shared")
Cell = Decimal | tuple[str, ...] | None
"""What a table gives for a term."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a field that are known, which are never NULL, and whether there may be others."""

    known: Sql
    is_open: Sql


@dataclass(frozen=True, slots=True)
class Given:
    """The terms on the right of a test.

    Attributes:
        maybe: all that may turn out to be one of the terms.
        certain: all that is one of them.
        is_open: whether there may be terms that are not known.
    """

    maybe: Sql
    certain: Sql
    is_open: Sql


class TermSets(Protocol):
    """Writes sets of terms, and how they compare."""

    @property
    def empty(self) -> Sql:
        """The set of no term."""
        ...

    def overlap(self, one: Sql, other: Sql) -> Sql:
        """Two sets have a term in common."""
        ...

    def inside(self, one: Sql, other: Sql) -> Sql:
        """All terms of one set are in another one."""
        ...

    def has_any(self, terms: Sql) -> Sql:
        """A set has a term."""
        ...

    def values(self, operand: FieldOf, scope: VariableKeys) -> Values:
        """A field's values, whether it may have several or not."""
        ...

    def stated(self, right: FieldOf, scope: VariableKeys) -> Given:
        """What a field's own values stand for. A term with others below it may turn out to be any of these."""
        ...

    def looked_up(self, right: Lookup, scope: VariableKeys) -> Given:
        """What a table gives for a field's values."""
        ...


def grouped(rows: Mapping[str, Shared]) -> dict[Shared, list[str]]:
    """The terms by what they have in common."""
    found: dict[Shared, list[str]] = {}
    for term, row in rows.items():
        found.setdefault(row, []).append(term)
    return found


def maybe(taxonomy: Taxonomy, names: Iterable[str]) -> frozenset[str]:
    """The terms that may turn out to be one of some."""
    names = list(names)
    return taxonomy.inside(names) | taxonomy.above(names)


def nobody(key: EntityKey) -> Sql:
    """Whether a path leads to nobody."""
    return key.is_nobody if key.far else FALSE
