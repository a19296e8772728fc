"""Sets of terms that are compared with each other while judging: what writes them, and how it does so as lists.

A set is a list only where a taxonomy is too large for bits (term_bits.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from sqlglot import exp

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    Sql,
    Words,
    both,
    case,
    compared,
    either,
    is_in,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.frames import EntityKey, Frame, VariableKeys
from clausewise.engine.core.clauses import Table
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
class StatedSet:
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

    def stated(self, right: FieldOf, scope: VariableKeys) -> StatedSet:
        """What a field's own values stand for. A term with others below it may turn out to be any of these."""
        ...

    def looked_up(self, right: Lookup, scope: VariableKeys) -> StatedSet:
        """What a table gives for a field's values."""
        ...


@dataclass(frozen=True, slots=True)
class TermLists:
    """Writes lists, and how they compare (`TermSets`)."""

    frame: Frame
    vocabulary: Vocabulary
    tables: Mapping[str, Table]

    @property
    def words(self) -> Words:
        return self.frame.portfolio.words

    @property
    def empty(self) -> Sql:
        return self.words.texts(())

    def overlap(self, one: Sql, other: Sql) -> Sql:
        return self.words.overlap(one, other)

    def inside(self, one: Sql, other: Sql) -> Sql:
        return self.words.within(one, other)

    def has_any(self, values: Sql) -> Sql:
        return sure(compared(">", self.words.length(values), literal(0)))

    def values(self, operand: FieldOf, scope: VariableKeys) -> Values:
        empty = self.words.texts(())
        if operand.field.is_many:
            key, value = self.frame.value(operand, scope)
            is_open = sure(self.frame.column(key, operand.field, "_open"))
            stated = self.words.where(value, "term", negated(is_null(exp.column("term"))))
            known = case((is_null(value), empty), (is_open, stated), otherwise=value)
            return Values(known, is_open)
        suffix = "" if operand.field.shape == "yes-no" else "_text"
        key, value = self.frame.value(operand, scope, suffix)
        nothing = either(is_null(value), is_in(value, {""}))
        alone = exp.Array(expressions=[value.copy()])
        return Values(
            case((nothing, empty), otherwise=alone), both(negated(nobody(key)), is_null(value))
        )

    def looked_up(self, right: Lookup, scope: VariableKeys) -> StatedSet:
        table = self.tables[right.table]
        taxonomy = self.vocabulary.taxonomy(table.gives)
        values = self.values(right.key, scope)
        rows = {term: table.at(term) for term in table.of.parents}
        vague = [term for term, row in rows.items() if row is None]
        overlap = self.words.overlap(values.known, self.words.texts(vague)) if vague else FALSE
        return StatedSet(
            self._given_for(values.known, table, rows, lambda n: maybe(taxonomy, n)),
            self._given_for(values.known, table, rows, taxonomy.inside),
            either(values.is_open, overlap),
        )

    def _given_for(
        self,
        known: Sql,
        table: Table,
        rows: Mapping[str, Cell],
        terms: Callable[[Iterable[str]], Iterable[str]],
    ) -> Sql:
        """The terms that a table gives for values, in one list."""
        otherwise = table.otherwise if isinstance(table.otherwise, tuple) else ()
        branches = [
            (names, self.words.texts(terms(row if isinstance(row, tuple) else ())))
            for row, names in grouped(rows).items()
            if row != table.otherwise
        ]
        return self._mapped(known, branches, self.words.texts(terms(otherwise)))

    def stated(self, right: FieldOf, scope: VariableKeys) -> StatedSet:
        taxonomy = self.vocabulary.taxonomy_of(right.field)
        values = self.values(right, scope)
        others = {t: maybe(taxonomy, [t]) - {t} for t in taxonomy.parents}
        itself = exp.Array(expressions=[exp.column("term")])
        branches: list[tuple[list[str], Sql]] = [
            (names, exp.Array(expressions=[exp.column("term"), *map(literal, sorted(more))]))
            for more, names in grouped(others).items()
            if more
        ]
        vague = is_in(exp.column("term"), taxonomy.children)
        leaves = self.words.where(values.known, "term", negated(vague))
        return StatedSet(self._mapped(values.known, branches, itself), leaves, values.is_open)

    def _mapped(
        self,
        known: Sql,
        branches: list[tuple[list[str], Sql]],
        otherwise: Sql,
    ) -> Sql:
        """One list of what all values become: a list for each, by the values that become it."""
        term = exp.column("term")
        cases = [(is_in(term, names), terms) for names, terms in branches]
        mapped = self.words.each(known, "term", case(*cases, otherwise=otherwise))
        return self.words.flat(mapped)


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
