"""Sets of terms as numbers: each term of a taxonomy that is small enough has a bit, as in the lists of flat.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    Sql,
    both,
    case,
    either,
    equal,
    has_bit,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.flat import bit_of_term, has_bits
from clausewise.engine.backends.sql.frames import Frame, VariableKeys
from clausewise.engine.backends.sql.term_sets import StatedSet, Values, grouped, maybe, nobody
from clausewise.engine.core.clauses import Table
from clausewise.engine.core.conditions import FieldOf, Lookup

HasAny = Callable[[Iterable[str]], Sql]
"""A test whether some of terms are among a field's values."""


@dataclass(frozen=True, slots=True)
class TermBits:
    """Writes numbers, and how they compare (`TermSets`)."""

    frame: Frame
    vocabulary: Vocabulary
    tables: Mapping[str, Table]

    def has_room(self, right: FieldOf | Lookup) -> bool:
        """Whether an operand's terms have bits, and those by which a table is read."""
        if isinstance(right, FieldOf):
            return has_bits(self.vocabulary.taxonomy_of(right.field))
        table, of = self.tables[right.table], right.key.field
        has_key = not of.is_many or has_bits(table.of)
        return has_key and has_bits(self.vocabulary.taxonomy(table.gives))

    @property
    def empty(self) -> Sql:
        return literal(0)

    def overlap(self, one: Sql, other: Sql) -> Sql:
        return negated(equal(_and(one, other), literal(0)))

    def inside(self, one: Sql, other: Sql) -> Sql:
        return equal(_and(one, other), one)

    def has_any(self, terms: Sql) -> Sql:
        return negated(equal(terms, literal(0)))

    def values(self, operand: FieldOf, scope: VariableKeys) -> Values:
        taxonomy = self.vocabulary.taxonomy_of(operand.field)
        has_any, is_open = self._read(operand, scope)
        if operand.field.is_many:
            every = literal(_bits(taxonomy, taxonomy.parents))
            return Values(_and(self._list(operand, scope), every), is_open)
        alone = [
            (has_any([term]), literal(bit_of_term(taxonomy, term))) for term in taxonomy.parents
        ]
        return Values(case(*alone, otherwise=literal(0)), is_open)

    def stated(self, right: FieldOf, scope: VariableKeys) -> StatedSet:
        taxonomy = self.vocabulary.taxonomy_of(right.field)
        values, (has_any, _) = self.values(right, scope), self._read(right, scope)
        leaves = literal(_bits(taxonomy, set(taxonomy.parents) - taxonomy.children.keys()))
        others = grouped({term: maybe(taxonomy, [term]) - {term} for term in taxonomy.parents})
        more = _together(taxonomy, has_any, others.items())
        return StatedSet(_or(values.known, *more), _and(values.known, leaves), values.is_open)

    def looked_up(self, right: Lookup, scope: VariableKeys) -> StatedSet:
        table = self.tables[right.table]
        taxonomy = self.vocabulary.taxonomy(table.gives)
        has_any, is_open = self._read(right.key, scope)
        rows = {term: table.at(term) for term in table.of.parents}
        given = [(r, names) for r, names in grouped(rows).items() if isinstance(r, tuple)]
        vague = [term for term, row in rows.items() if row is None]
        some = _together(taxonomy, has_any, ((maybe(taxonomy, r), names) for r, names in given))
        sure_ones = ((taxonomy.inside(r), names) for r, names in given)
        certain = _together(taxonomy, has_any, sure_ones)
        is_vague = has_any(vague) if vague else FALSE
        return StatedSet(_or(*some), _or(*certain), either(is_open, is_vague))

    def _read(self, operand: FieldOf, scope: VariableKeys) -> tuple[HasAny, Sql]:
        """What tells which values a field has; and whether it may have others."""
        of = operand.field
        if of.is_many:
            key, stated = self.frame.entity(operand.path, scope), self._list(operand, scope)
            taxonomy = self.vocabulary.taxonomy_of(of)
            is_open = sure(self.frame.column(key, of, "_open"))
            return lambda names: has_bit(stated, _bits(taxonomy, names)), is_open
        key, value = self.frame.value(operand, scope)
        is_term = self.frame.portfolio.is_term
        return (
            lambda names: is_term(of, value, names),
            both(negated(nobody(key)), is_null(value)),
        )

    def _list(self, operand: FieldOf, scope: VariableKeys) -> Sql:
        """The number of a list, with the bits that tell of the list itself."""
        portfolio = self.frame.portfolio
        key = self.frame.entity(operand.path, scope)
        suffix = portfolio.term_bits(operand.field)
        return exp.Coalesce(
            this=self.frame.column(key, operand.field, suffix), expressions=[literal(0)]
        )


def _together(
    taxonomy: Taxonomy, has_any: HasAny, groups: Iterable[tuple[frozenset[str], list[str]]]
) -> list[Sql]:
    """The bits of terms that stand for others, which a field may have."""
    return [
        case((has_any(names), literal(_bits(taxonomy, terms))), otherwise=literal(0))
        for terms, names in groups
        if terms
    ]


def _bits(taxonomy: Taxonomy, terms: Iterable[str]) -> int:
    return sum(bit_of_term(taxonomy, term) for term in set(terms))


def _and(one: Sql, other: Sql) -> Sql:
    found = exp.BitwiseAnd(this=one.copy(), expression=other.copy())
    return exp.paren(found)


def _or(*numbers: Sql) -> Sql:
    found: Sql = literal(0)
    for number in numbers:
        found = exp.paren(exp.BitwiseOr(this=found, expression=number.copy()))
    return found
