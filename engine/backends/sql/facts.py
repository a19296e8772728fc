"""The entities of a type, one a row, out of a portfolio's nested table.

Admission is done on the way in, so that a fact that does not count is unknown from here on. What the columns of a
field that is called `f` hold:

| shape | columns |
| --- | --- |
| yes-no, one of terms, text | `f`: the text; NULL is unknown, `''` none |
| any of, some of terms | `f`: the list as stated; `f_open`: whether more may come; `f_some`: if any is known |
| one of entities | `f`: an id (entities.py) |
| any of, some of entities | the same, with ids, the unlisted entity's at the end if more may come |
| ages | `f_youngest`, `f_oldest`: an open one is beyond all numbers |
| number, duration, date | `f`: the value |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.planes import POSSIBLE, Plane
from clausewise.engine.backends.sql.dialects import (
    DESIGNS,
    FALSE,
    NULL,
    NUMBERED,
    ROOM,
    TRUE,
    Sql,
    Words,
    both,
    case,
    column,
    compared,
    designs,
    either,
    equal,
    is_in,
    is_null,
    literal,
    member,
    negated,
    sure,
)
from clausewise.engine.backends.sql.flat import Flat

_BEYOND = 10**18
"""Older than anyone, and within 64 bits."""


@dataclass(frozen=True, slots=True)
class TermTest:
    """Whether some value of a field (or, if `every`, each) is possibly, or certainly, one of the terms."""

    field: Field
    terms: frozenset[str]
    plane: Plane
    every: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the queries for entities."""

    vocabulary: Vocabulary
    words: Words

    @property
    def flat(self) -> Flat:
        return Flat(self.vocabulary, self.words)

    def query(self, type_: str, fields: Mapping[str, Field]) -> exp.Query:
        """A type's entities with these fields, by column; the unlisted ones too where there may be any."""
        id_ = _id(column("entity", "design"), column("entity", "position"))
        columns = [column("entity", "design"), exp.alias_(id_, "id")]
        for name, of in fields.items():
            columns += self._columns(of, name)
        listed = exp.select(*columns).from_(self.flat.rows(type_))
        design = column("unlisted", "design")
        unknown = [
            exp.alias_(value, column_)
            for name, of in fields.items()
            for column_, value in self._unknown(of, name)
        ]
        unlisted = exp.select(design, exp.alias_(exp.Neg(this=design), "id"), *unknown)
        unlisted = unlisted.from_(self._with_others(type_).subquery("unlisted"))
        return exp.union(listed, unlisted, distinct=False)

    def columns_of(self, of: Field, name: str) -> list[str]:
        """The names of a field's columns."""
        if of.shape == "ages":
            return [f"{name}_youngest", f"{name}_oldest"]
        return [name, f"{name}_open", f"{name}_some"] if of.is_many else [name]

    def has(self, name: str, terms: Sequence[str]) -> Sql:
        """Whether the list in a column has one of some terms."""
        value = exp.column(name, quoted=True)
        if len(terms) == 1:
            return self.words.contains(value, terms[0])
        return self.words.overlap(value, self.words.texts(terms))

    def tested(self, test: TermTest, name: str, has: Callable[[str, frozenset[str]], Sql]) -> Sql:
        """A test of the terms in a field's columns; `has` tells whether a list has one of some."""
        value, is_open = exp.column(name, quoted=True), exp.column(f"{name}_open", quoted=True)
        if not test.field.is_many:
            terms = test.terms | {""} if test.every else test.terms
            return either(is_null(value) if test.plane is POSSIBLE else FALSE, is_in(value, terms))
        if test.every:
            others = frozenset(self.vocabulary.taxonomy_of(test.field).parents) - test.terms
            found = negated(has(name, others))
            return found if test.plane is POSSIBLE else both(negated(is_open), found)
        return either(is_open if test.plane is POSSIBLE else FALSE, has(name, test.terms))

    # structs to columns

    def _columns(self, of: Field, name: str) -> list[Sql]:
        value = self._value(of)
        names = self.columns_of(of, name)
        values = [value]
        match of.shape:
            case "ages":
                youngest, oldest = literal(-_BEYOND), literal(_BEYOND)
                values = [_end(value, "youngest", youngest), _end(value, "oldest", oldest)]
            case "any of" | "some of":
                held = self._ids(of, value) if of.is_reference else value
                values = [held, self._is_cut(value), negated(is_null(self.words.first(value)))]
            case "one of":
                if of.is_reference:
                    stated = self.flat.stated(of, column("entity", "facts"))
                    nobody = sure(both(equal(value, literal(0)), equal(stated, literal(""))))
                    values = [case((nobody, NULL), otherwise=self._id(of, value))]
            case "yes-no":
                no = sure(negated(value))
                values = [case((sure(value), literal("yes")), (no, literal("no")))]
            case "number" | "duration" | "date" | "text":
                pass
        return [exp.alias_(value, name) for name, value in zip(names, values, strict=True)]

    def _unknown(self, of: Field, name: str) -> list[tuple[str, Sql]]:
        """The columns of a field of which nothing is known."""
        if of.is_many:
            values = [NULL, exp.true(), exp.false()]
            if of.is_reference:
                values[0] = exp.Array(expressions=[exp.Neg(this=column("unlisted", "design"))])
            return list(zip(self.columns_of(of, name), values, strict=True))
        value = exp.Neg(this=column("unlisted", "design")) if of.is_reference else NULL
        return [(column_, value) for column_ in self.columns_of(of, name)]

    def _value(self, of: Field) -> Sql:
        """A field's value in a row of an entity, if it counts; of a reference, whom it names by their places."""
        struct = column("entity", "facts")
        place = column("entity", self.flat.place(of))
        stated = place if of.is_reference else self.flat.stated(of, struct)
        return self._admitted(of, stated, struct, column("entity", "as_of"))

    def _ids(self, of: Field, places: Sql) -> Sql:
        """The ids of those at some places, the unlisted entity's for others."""
        unlisted = exp.Array(expressions=[exp.Neg(this=column("entity", "design"))])
        ids = self.words.each(places, "place", self._id(of, exp.column("place")))
        return exp.Coalesce(this=ids, expressions=[unlisted])

    def _id(self, of: Field, place: Sql) -> Sql:
        """The id of the entity at a place."""
        design = column("entity", "design")
        return case(
            (is_null(place), exp.Neg(this=design)),
            (compared(">", place, literal(0)), _id(design, place)),
            otherwise=self.words.error(f"{of.owner}.{of.name} names an entity that is not listed"),
        )

    def _is_cut(self, values: Sql) -> Sql:
        """Whether a list is unknown, or ends in a NULL."""
        some = exp.NullSafeNEQ(this=self.words.length(values), expression=literal(0))
        return both(some, is_null(self.words.last(values)))

    def _admitted(self, of: Field, stated: Sql, struct: Sql, as_of: Sql) -> Sql:
        """What a struct states of a field, if it counts (dsl/models/admission.py)."""
        if of.kind != "judgement":
            return stated
        fact = self.flat.fact(of, struct)
        nobody = self.words.is_nobody(member(fact, "by"))
        if of.by_two:  # a table holds what one person says
            nobody = TRUE
        on = member(fact, "on")
        late = either(sure(compared(">", on, as_of)), both(negated(is_null(on)), is_null(as_of)))
        return case((either(nobody, late), NULL), otherwise=stated)

    # whether there may be others (`world` in engine/backends/python/records.py)

    def _with_others(self, type_: str) -> exp.Select:
        """The designs in which there may be entities of a type that are not listed."""
        named = (self._may_be_named(name) for name in self._leading_to(type_))
        query = exp.select(exp.alias_(designs("number"), "design")).from_(DESIGNS)
        if self.words.dialect == "duckdb":
            query = exp.select(column(DESIGNS, "design")).from_(exp.to_table(NUMBERED).as_(DESIGNS))
        return query.where(either(sure(designs("draft")), *named))

    def _leading_to(self, type_: str) -> list[str]:
        """The type, and those of which an entity leads to one of it, over any number of references."""
        found = [type_]
        for name in found:
            for other in self.vocabulary.entities.values():
                targets = {f.target for f in other.fields.values() if f.is_reference}
                if name in targets and other.name not in found:
                    found.append(other.name)
        return found

    def _may_be_named(self, type_: str) -> Sql:
        """Whether an entity of a type is required and not listed, or named by an open reference."""
        tests = []
        if self.vocabulary.entities[type_].required:
            tests.append(negated(self._has(self.vocabulary.entities[type_], TRUE)))
        for owner in self.vocabulary.entities.values():
            references = [f for f in owner.fields.values() if f.is_reference and f.target == type_]
            if references:
                tests.append(self._has(owner, either(*(self._open_at(f) for f in references))))
        return either(*tests)

    def _has(self, type_: EntityType, test: Sql) -> Sql:
        """Whether a design has a struct `facts` of a type for which a test is true.

        Of a single entity that is not written down, NULL is one.
        """
        if self.words.dialect == "duckdb":
            found = exp.select("design").from_(self.flat.rows(type_.name)).where(test)
            return exp.In(this=designs("design"), query=found.subquery())
        values = self.flat.listed(type_.name)
        if type_.single:
            values = exp.Array(expressions=[self.words.first(values)])
        return self._is_some(self.words.where(values, "facts", test))

    def _open_at(self, of: Field) -> Sql:
        struct = exp.column("facts")
        as_of = exp.column("as_of") if self.words.dialect == "duckdb" else designs("as-of")
        value = self._admitted(of, self.flat.stated(of, struct), struct, as_of)
        return self._is_cut(value) if of.is_many else is_null(value)

    def _is_some(self, values: Sql) -> Sql:
        return sure(compared(">", self.words.length(values), literal(0)))


def _id(design: Sql, place: Sql) -> Sql:
    """The id of the entity at a place of a design's list."""
    room = exp.Mul(this=design.copy(), expression=literal(ROOM))
    return exp.Add(this=room, expression=place.copy())


def _end(value: Sql, end: str, beyond: Sql) -> Sql:
    part = member(value, end)
    return case((is_null(value), NULL), (is_null(part), beyond), otherwise=part)
