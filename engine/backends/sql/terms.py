"""Tests of terms to SQL, by two planes: what is possibly true, and what is certainly true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.sql.dialects import (
    NULL,
    Sql,
    both,
    case,
    column,
    either,
    is_null,
    literal,
    negated,
    sure,
)
from clausewise.engine.backends.sql.facts import TermTest
from clausewise.engine.backends.sql.frames import EntityKey, Frame, VariableKeys
from clausewise.engine.backends.sql.term_bits import TermBits
from clausewise.engine.backends.sql.term_sets import (
    Cell,
    StatedSet,
    TermLists,
    TermSets,
    Values,
    grouped,
    nobody,
)
from clausewise.engine.core.clauses import Table
from clausewise.engine.core.conditions import FieldOf, Lookup, Path, TermOperand, TermSet


@dataclass(frozen=True, slots=True)
class TermTests:
    """Writes the tests of terms of one frame."""

    frame: Frame
    vocabulary: Vocabulary
    tables: Mapping[str, Table]

    def overlaps(self, left: FieldOf, right: TermOperand, scope: VariableKeys, plane: Plane) -> Sql:
        if not isinstance(right, TermSet):
            sets = self._sets(self.frame, right)
            return _overlap(sets, sets.values(left, scope), self.given(right, scope), plane)
        key, test = self.frame.entity(left.path, scope), term_test(left, right, plane, every=False)
        found = self.frame.test(key, test)
        return sure(found) if key.far else found

    def within(self, left: FieldOf, right: TermOperand, scope: VariableKeys, plane: Plane) -> Sql:
        if not isinstance(right, TermSet):
            sets = self._sets(self.frame, right)
            return _inside(sets, sets.values(left, scope), self.given(right, scope), plane)
        key, test = self.frame.entity(left.path, scope), term_test(left, right, plane, every=True)
        found = self.frame.test(key, test)
        return either(key.is_nobody, sure(found)) if key.far else found

    def _sets(self, frame: Frame, right: FieldOf | Lookup) -> TermSets:
        """How sets of terms are written that are compared with those of an operand."""
        bits = TermBits(frame, self.vocabulary, self.tables)
        return bits if bits.has_room(right) else TermLists(frame, self.vocabulary, self.tables)

    def given(self, right: FieldOf | Lookup, scope: VariableKeys) -> StatedSet:
        """The terms of an operand on the right: columns of the row of the entity whose field they are of."""
        sets = self._sets(self.frame, right)
        if self.frame.inner:
            return _written(sets, right, scope)
        of = right if isinstance(right, FieldOf) else right.key
        key = self.frame.entity(of.path, scope)
        own = EntityKey(column("entity", "id"), key.type)
        inner = self._sets(Frame.within(self.frame.portfolio, own), right)
        alone = replace(of, path=Path("entity", single=False, hops=(), type=key.type))
        operand = alone if isinstance(right, FieldOf) else replace(right, key=alone)
        table = None if isinstance(right, FieldOf) else self.tables[right.table]

        def kept(part: Literal["maybe", "certain", "is_open"]) -> Sql:
            known = part, of.field, id(table)  # which its policy keeps alive
            name = self.frame.portfolio.condition(
                key.type, known, lambda: getattr(_written(inner, operand, {"entity": own}), part)
            )
            return column(self.frame.row(key), name)

        def stated(found: Sql) -> Sql:
            return exp.Coalesce(this=found, expressions=[sets.empty])

        return StatedSet(stated(kept("maybe")), stated(kept("certain")), sure(kept("is_open")))

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
            for number, names in grouped(rows).items()
            if number not in (None, table.otherwise)
        ]
        found = case((nothing, NULL), *branches, otherwise=_number(table.otherwise))
        return found, both(
            negated(nobody(key)), either(is_null(value), is_term(field, value, vague))
        )


def term_test(left: FieldOf, right: TermSet, plane: Plane, *, every: bool) -> TermTest:
    terms = right.inside | right.above if plane is POSSIBLE else right.inside
    return TermTest(left.field, terms, plane, every)


def _written(sets: TermSets, right: FieldOf | Lookup, scope: VariableKeys) -> StatedSet:
    """The terms of an operand on the right, written out."""
    return sets.stated(right, scope) if isinstance(right, FieldOf) else sets.looked_up(right, scope)


def _overlap(sets: TermSets, left: Values, right: StatedSet, plane: Plane) -> Sql:
    if plane is CERTAIN:
        return sets.overlap(left.known, right.certain)
    anything = either(left.is_open, sets.has_any(left.known))
    some = both(left.is_open, sets.has_any(right.maybe))
    found = either(some, sets.overlap(left.known, right.maybe))
    return either(both(right.is_open, anything), both(negated(right.is_open), found))


def _inside(sets: TermSets, left: Values, right: StatedSet, plane: Plane) -> Sql:
    if plane is POSSIBLE:
        return either(right.is_open, sets.inside(left.known, right.maybe))
    return both(negated(left.is_open), sets.inside(left.known, right.certain))


def _number(value: Cell) -> Sql:
    assert isinstance(value, Decimal)
    return literal(value)
