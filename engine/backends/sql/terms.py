"""Tests of terms to SQL, by two planes: what is possibly true, and what is certainly true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeVar

from sqlglot import exp

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    NULL,
    Sql,
    Words,
    both,
    case,
    column,
    compared,
    either,
    is_in,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.facts import TermTest
from clausewise.engine.backends.sql.frames import EntityKey, Frame, VariableKeys
from clausewise.engine.core.clauses import Table
from clausewise.engine.core.conditions import FieldOf, Lookup, Path, TermOperand, TermSet

Shared = TypeVar("Shared")
Cell = Decimal | tuple[str, ...] | None
"""What a table gives for a term."""


@dataclass(frozen=True, slots=True)
class Values:
    """A field's values as a list of those known, never NULL, and whether there may be others."""

    known: Sql
    is_open: Sql


@dataclass(frozen=True, slots=True)
class TermLists:
    """The terms on the right of a test, worked out while judging, as lists (python/runtime.py).

    Attributes:
        maybe: all that may turn out to be one of the terms.
        certain: all that is one of them.
        is_open: whether there may be terms that are not known.
    """

    maybe: Sql
    certain: Sql
    is_open: Sql


@dataclass(frozen=True, slots=True)
class TermTests:
    """Writes the tests of terms of one frame."""

    frame: Frame
    vocabulary: Vocabulary
    tables: Mapping[str, Table]

    @property
    def words(self) -> Words:
        return self.frame.portfolio.words

    def overlaps(self, left: FieldOf, right: TermOperand, scope: VariableKeys, plane: Plane) -> Sql:
        if not isinstance(right, TermSet):
            return self._given_overlaps(self.values(left, scope), self.given(right, scope), plane)
        key, test = self.frame.entity(left.path, scope), term_test(left, right, plane, every=False)
        found = self.frame.test(key, test)
        return sure(found) if key.far else found

    def within(self, left: FieldOf, right: TermOperand, scope: VariableKeys, plane: Plane) -> Sql:
        if not isinstance(right, TermSet):
            return self._given_within(self.values(left, scope), self.given(right, scope), plane)
        key, test = self.frame.entity(left.path, scope), term_test(left, right, plane, every=True)
        found = self.frame.test(key, test)
        return either(key.is_nobody, sure(found)) if key.far else found

    def values(self, operand: FieldOf, scope: VariableKeys) -> Values:
        """A field's values as a list, whether it may have several or not."""
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
        return Values(case((nothing, empty), otherwise=alone), both(_there(key), is_null(value)))

    def given(self, right: FieldOf | Lookup, scope: VariableKeys) -> TermLists:
        """The terms of an operand on the right: columns of the row of the entity whose field they are of."""
        if self.frame.inner:
            return self.written(right, scope)
        of = right if isinstance(right, FieldOf) else right.key
        key = self.frame.entity(of.path, scope)
        own = EntityKey(column("entity", "id"), key.type)
        inner = TermTests(Frame.within(self.frame.portfolio, own), self.vocabulary, self.tables)
        alone = replace(of, path=Path("entity", single=False, hops=(), type=key.type))
        operand = alone if isinstance(right, FieldOf) else replace(right, key=alone)
        table = None if isinstance(right, FieldOf) else self.tables[right.table]

        def kept(part: Literal["maybe", "certain", "is_open"]) -> Sql:
            known = part, of.field, id(table)  # which its policy keeps alive
            name = self.frame.portfolio.condition(
                key.type, known, lambda: getattr(inner.written(operand, {"entity": own}), part)
            )
            return column(self.frame.row(key), name)

        def listed(found: Sql) -> Sql:
            return exp.Coalesce(this=found, expressions=[self.words.texts(())])

        return TermLists(listed(kept("maybe")), listed(kept("certain")), sure(kept("is_open")))

    def written(self, right: FieldOf | Lookup, scope: VariableKeys) -> TermLists:
        """The terms of an operand on the right, written out."""
        if isinstance(right, FieldOf):
            return self._stated(right, scope)
        table = self.tables[right.table]
        taxonomy = self.vocabulary.taxonomy(table.gives)
        values = self.values(right.key, scope)
        rows = {term: table.at(term) for term in table.of.parents}
        vague = [term for term, row in rows.items() if row is None]
        overlap = self.words.overlap(values.known, self.words.texts(vague)) if vague else FALSE
        return TermLists(
            self._looked_up(values.known, table, rows, lambda n: _maybe(taxonomy, n)),
            self._looked_up(values.known, table, rows, taxonomy.inside),
            either(values.is_open, overlap),
        )

    def _looked_up(
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
            for row, names in _grouped(rows).items()
            if row != table.otherwise
        ]
        return self._mapped(known, branches, self.words.texts(terms(otherwise)))

    def _stated(self, right: FieldOf, scope: VariableKeys) -> TermLists:
        """What a field's own values stand for. A term with others below it may turn out to be any of these."""
        taxonomy = self.vocabulary.taxonomy_of(right.field)
        values = self.values(right, scope)
        others = {t: _maybe(taxonomy, [t]) - {t} for t in taxonomy.parents}
        itself = exp.Array(expressions=[exp.column("term")])
        branches: list[tuple[list[str], Sql]] = [
            (names, exp.Array(expressions=[exp.column("term"), *map(literal, sorted(more))]))
            for more, names in _grouped(others).items()
            if more
        ]
        vague = is_in(exp.column("term"), taxonomy.children)
        leaves = self.words.where(values.known, "term", negated(vague))
        return TermLists(self._mapped(values.known, branches, itself), leaves, values.is_open)

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

    def _given_overlaps(self, left: Values, right: TermLists, plane: Plane) -> Sql:
        if plane is CERTAIN:
            return self.words.overlap(left.known, right.certain)
        anything = either(left.is_open, self._has_any(left.known))
        some = both(left.is_open, self._has_any(right.maybe))
        found = either(some, self.words.overlap(left.known, right.maybe))
        return either(both(right.is_open, anything), both(negated(right.is_open), found))

    def _given_within(self, left: Values, right: TermLists, plane: Plane) -> Sql:
        if plane is POSSIBLE:
            return either(right.is_open, self.words.within(left.known, right.maybe))
        return both(negated(left.is_open), self.words.within(left.known, right.certain))

    def _has_any(self, values: Sql) -> Sql:
        return sure(compared(">", self.words.length(values), literal(0)))

    # numbers that tables give

    def number(self, lookup: Lookup, scope: VariableKeys) -> tuple[Sql, Sql]:
        """What a table gives for a field's term, NULL if nothing is known; and whether it is unknown."""
        key, value = self.frame.value(lookup.key, scope)
        table = self.tables[lookup.table]
        rows = {term: table.at(term) for term in table.of.parents}
        vague = [term for term, number in rows.items() if number is None]
        field, is_term = lookup.key.field, self.frame.portfolio.is_term
        nothing = either(is_null(value), is_term(field, value, ["", *vague]))
        branches = [
            (is_term(field, value, names), _number(number))
            for number, names in _grouped(rows).items()
            if number not in (None, table.otherwise)
        ]
        found = case((nothing, NULL), *branches, otherwise=_number(table.otherwise))
        return found, both(_there(key), either(is_null(value), is_term(field, value, vague)))


def term_test(left: FieldOf, right: TermSet, plane: Plane, *, every: bool) -> TermTest:
    terms = right.inside | right.above if plane is POSSIBLE else right.inside
    return TermTest(left.field, terms, plane, every)


def _grouped(rows: Mapping[str, Shared]) -> dict[Shared, list[str]]:
    """The terms by what they have in common."""
    found: dict[Shared, list[str]] = {}
    for term, row in rows.items():
        found.setdefault(row, []).append(term)
    return found


def _maybe(taxonomy: Taxonomy, names: Iterable[str]) -> frozenset[str]:
    names = list(names)
    return taxonomy.inside(names) | taxonomy.above(names)


def _number(value: Cell) -> Sql:
    assert isinstance(value, Decimal)
    return literal(value)


def _there(key: EntityKey) -> Sql:
    return negated(_nobody(key))


def _nobody(key: EntityKey) -> Sql:
    return key.is_nobody if key.far else FALSE
