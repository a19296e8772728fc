"""Sets of terms as lists: of a taxonomy that is too large for bits (term_bits.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

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
from clausewise.engine.backends.sql.frames import Frame, VariableKeys
from clausewise.engine.backends.sql.term_values import Cell, Given, Values, grouped, maybe, nobody
from clausewise.engine.core.clauses import Table
from clausewise.engine.core.conditions import FieldOf, Lookup


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

    def looked_up(self, right: Lookup, scope: VariableKeys) -> Given:
        table = self.tables[right.table]
        taxonomy = self.vocabulary.taxonomy(table.gives)
        values = self.values(right.key, scope)
        rows = {term: table.at(term) for term in table.of.parents}
        vague = [term for term, row in rows.items() if row is None]
        overlap = self.words.overlap(values.known, self.words.texts(vague)) if vague else FALSE
        return Given(
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

    def stated(self, right: FieldOf, scope: VariableKeys) -> Given:
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
        return Given(self._mapped(values.known, branches, itself), leaves, values.is_open)

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
