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
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts

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

    def query(self, type_: str, fields: Mapping[str, Field]) -> exp.Query:
        """A type's entities with these fields, by column; the unlisted ones too where there may be any.

        It reads a table `numbered` with a column for each type (`open_column`) that tells whether there may be.
        """
        entity = self.vocabulary.entities[type_]
        first = 1 if self.words.dialect == "duckdb" or entity.single else 0
        number: Sql = column("entity", "position")
        number = number if first else exp.Add(this=number, expression=literal(1))
        id_ = exp.Add(this=_times_room(column("entity", "design")), expression=number)
        columns = [column("entity", "design"), exp.alias_(id_, "id")]
        for name, of in fields.items():
            columns += self._columns(of, name)
        listed = exp.select(*columns).from_(self._unnested(entity, fields).subquery("entity"))
        design = column(NUMBERED, "design")
        unknown = [
            exp.alias_(value, column_)
            for name, of in fields.items()
            for column_, value in self._unknown(of, name)
        ]
        unlisted = exp.select(design, exp.alias_(exp.Neg(this=design), "id"), *unknown)
        unlisted = unlisted.from_(NUMBERED).where(column(NUMBERED, self.open_column(type_)))
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

    # structs to rows

    def _unnested(self, entity: EntityType, fields: Mapping[str, Field]) -> exp.Select:
        """A row for each struct `e` of a type, with its number `i`; a single entity is always there."""
        columns: list[Sql] = [
            exp.alias_(designs("number"), "design"),
            exp.alias_(designs("as-of"), "as_of"),
        ]
        targets = dict.fromkeys(f.target or "" for f in fields.values() if f.is_reference)
        columns += [exp.alias_(self._names(target), self._names_of(target)) for target in targets]
        values = self._listed(entity.name)
        if entity.single:
            first = self.words.first(values)
            columns += [exp.alias_(first, "facts"), exp.alias_(literal(1), "position")]
        else:
            columns += self.words.unnested(values, "facts", "position")
        return exp.select(*columns).from_(DESIGNS)

    def _listed(self, type_: str) -> Sql:
        return designs(columns_of(self.vocabulary).types[type_])

    def _names(self, type_: str) -> Sql:
        return self.words.each(self._listed(type_), "listed", member(exp.column("listed"), "name"))

    def _names_of(self, type_: str) -> str:
        return f"names_{list(self.vocabulary.entities).index(type_)}"

    def _columns(self, of: Field, name: str) -> list[Sql]:
        value = self._admitted(of, column("entity", "facts"), column("entity", "as_of"))
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
                    nobody = sure(equal(value, literal("")))
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
                values[0] = exp.Array(expressions=[exp.Neg(this=column(NUMBERED, "design"))])
            return list(zip(self.columns_of(of, name), values, strict=True))
        value = exp.Neg(this=column(NUMBERED, "design")) if of.is_reference else NULL
        return [(column_, value) for column_ in self.columns_of(of, name)]

    def _ids(self, of: Field, names: Sql) -> Sql:
        """The ids of whom a list names, the unlisted entity's for others."""
        unlisted = exp.Array(expressions=[exp.Neg(this=column("entity", "design"))])
        ids = self.words.each(names, "name", self._id(of, exp.column("name")))
        return exp.Coalesce(this=ids, expressions=[unlisted])

    def _id(self, of: Field, name: Sql) -> Sql:
        """The id of the entity of a name; a name that the design does not list is no design's."""
        position = self.words.position(column("entity", self._names_of(of.target or "")), name)
        id_ = exp.Add(this=_times_room(column("entity", "design")), expression=position)
        return case(
            (is_null(name), exp.Neg(this=column("entity", "design"))),
            (sure(compared(">", position, literal(0))), id_),
            otherwise=self.words.error(f"{of.owner}.{of.name} names an entity that is not listed"),
        )

    def _is_cut(self, values: Sql) -> Sql:
        """Whether a list is unknown, or ends in a NULL."""
        length = self.words.length(values)
        more = both(sure(compared(">", length, literal(0))), is_null(self.words.last(values)))
        return either(is_null(values), more)

    def _admitted(self, of: Field, struct: Sql, as_of: Sql) -> Sql:
        """A field's value in a struct, if it counts (dsl/models/admission.py)."""
        fact = member(struct, columns_of(self.vocabulary).members[of.owner][of.name])
        if not has_parts(of):
            return fact
        if of.kind != "judgement":
            return member(fact, "value")
        nobody = self.words.is_nobody(member(fact, "by"))
        if of.by_two:  # a table holds what one person says
            nobody = TRUE
        on = member(fact, "on")
        late = either(sure(compared(">", on, as_of)), both(negated(is_null(on)), is_null(as_of)))
        return case((either(nobody, late), NULL), otherwise=member(fact, "value"))

    # whether there may be others (`world` in engine/backends/python/records.py)

    def open_column(self, type_: str) -> str:
        """The column that tells whether there may be entities of a type that are not listed."""
        return f"open_{list(self.vocabulary.entities).index(type_)}"

    def is_open(self, type_: str) -> Sql:
        """Whether there may be entities of a type that are not listed."""
        named = (self._may_be_named(name) for name in self._leading_to(type_))
        return either(sure(designs("draft")), *named)

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
            tests.append(negated(self._is_some(self._listed(type_))))
        for owner in self.vocabulary.entities.values():
            references = [f for f in owner.fields.values() if f.is_reference and f.target == type_]
            if references:
                open_ = either(*(self._open_at(f) for f in references))
                found = self.words.where(self._written(owner), "facts", open_)
                tests.append(self._is_some(found))
        return either(*tests)

    def _written(self, type_: EntityType) -> Sql:
        """The structs of a type; of a single entity that is not written down, NULL is one."""
        values = self._listed(type_.name)
        return exp.Array(expressions=[self.words.first(values)]) if type_.single else values

    def _open_at(self, of: Field) -> Sql:
        value = self._admitted(of, exp.column("facts"), designs("as-of"))
        return self._is_cut(value) if of.is_many else is_null(value)

    def _is_some(self, values: Sql) -> Sql:
        return sure(compared(">", self.words.length(values), literal(0)))


def _times_room(design: Sql) -> Sql:
    return exp.Mul(this=design, expression=literal(ROOM))


def _end(value: Sql, end: str, beyond: Sql) -> Sql:
    part = member(value, end)
    return case((is_null(value), NULL), (is_null(part), beyond), otherwise=part)
