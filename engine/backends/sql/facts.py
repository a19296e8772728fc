"""The entities of a type, one a row, out of the rows of its structs (flat.py).

Admission is done on the way in, so that a fact that does not count is unknown from here on. What the columns of a
field that is called `f` hold:

| shape | columns |
| --- | --- |
| any of, some of terms | `f_open`: whether more may come; `f_some`: if any is known; `f`: the list as stated |
| one of entities | `f`: an id (entities.py) |
| any of, some of entities | `f_open`, `f_some` |
| others | as in flat.py |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.planes import POSSIBLE, Plane
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    NULL,
    NUMBERED,
    TRUE,
    Sql,
    Words,
    both,
    case,
    column,
    compared,
    either,
    equal,
    has_bit,
    is_null,
    literal,
    negated,
)
from clausewise.engine.backends.sql.flat import OPEN, SOME, AskedFields, Flat


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

    def query(self, type_: str, stated: AskedFields, fields: Iterable[Field]) -> exp.Query:
        """A type's entities with these fields; the unlisted ones too where there may be any."""
        fields, design = list(fields), column("unlisted", "design")
        known = (found for of in fields for found in self._known(of, stated))
        unknown = (found for of in fields for found in self._unknown(of, stated))
        columns = [exp.alias_(value, name) for name, value in known]
        listed = exp.select("design", exp.alias_(self._own_id(), "id"), *columns)
        columns = [exp.alias_(value, name) for name, value in unknown]
        unlisted = exp.select(design, exp.alias_(exp.Neg(this=design), "id"), *columns)
        unlisted = unlisted.from_(self._with_others(type_).subquery("unlisted"))
        return exp.union(listed.from_(self.flat.table(type_)), unlisted, distinct=False)

    def columns_of(self, of: Field, stated: AskedFields) -> list[str]:
        """The names of a field's columns in `query`."""
        return [name for name, _ in self._known(of, stated)]

    def tested(self, test: TermTest, stated: AskedFields) -> Sql:
        """A test of the terms in a field's columns."""
        name = self.flat.column(test.field)
        if not test.field.is_many:
            value = exp.column(name)
            terms = test.terms | {""} if test.every else test.terms
            unknown = is_null(value) if test.plane is POSSIBLE else FALSE
            return either(unknown, self.flat.is_term(test.field, value, terms))
        is_open = exp.column(f"{name}_open")
        terms = test.terms
        if test.every:
            terms = frozenset(self.vocabulary.taxonomy_of(test.field).parents) - terms
        index, bit = stated.bits_of(test.field).place(terms)
        has = has_bit(exp.column(f"{name}_bits_{index}"), bit) if terms else FALSE
        if test.every:
            found = negated(has)
            return found if test.plane is POSSIBLE else both(negated(is_open), found)
        return either(is_open if test.plane is POSSIBLE else FALSE, has)

    def members(self, of: Field, entities: str) -> exp.Query:
        """The pairs of a list of references: from whom, and to whom."""
        place, more = exp.column("place"), exp.Array(expressions=[literal(0)])
        stated = self._counted(of, exp.column(self.flat.column(of)), NULL)
        places = exp.Coalesce(this=stated, expressions=[more])
        rows = exp.select("design", exp.alias_(self._own_id(), "origin"))
        rows = rows.select(exp.alias_(self.words.members(places), "place"))
        rows = rows.from_(self.flat.table(of.owner))
        target = exp.alias_(self._id(of, place), "target")
        pairs = exp.select("design", "origin", target).from_(rows.subquery("pairs"))
        itself = exp.select("design", "id AS origin", "id AS target").from_(entities)
        unlisted = itself.where(compared("<", exp.column("id"), literal(0)))
        return exp.union(pairs, unlisted, distinct=False)

    # what counts

    def _known(self, of: Field, stated: AskedFields) -> list[tuple[str, Sql]]:
        """The columns of a field of listed entities."""
        name = self.flat.column(of)
        if of.is_many:
            found = self._of_list(of, stated)
        else:
            names = [n for n in self.flat.columns(of, stated) if n != f"{name}_counts"]
            found = [(n, self._counted(of, exp.column(n), NULL)) for n in names]
        if of.is_reference and not of.is_many:
            return [(n, self._id(of, value)) for n, value in found]
        return found

    def _of_list(self, of: Field, stated: AskedFields) -> list[tuple[str, Sql]]:
        name = self.flat.column(of)
        if of.is_reference:
            is_open, some = exp.column(f"{name}_open"), exp.column(f"{name}_some")
            return [
                (f"{name}_open", self._counted(of, is_open, TRUE)),
                (f"{name}_some", self._counted(of, some, FALSE)),
            ]
        names = self.flat.columns(of, stated)
        bits = [n for n in names if n.startswith(f"{name}_bits")]
        found = [(n, self._counted(of, exp.column(n), literal(OPEN))) for n in bits]
        if name in names:
            found.append((name, self._counted(of, exp.column(name), NULL)))
        _, first = found[0]
        opened = [(f"{name}_open", has_bit(first, OPEN)), (f"{name}_some", has_bit(first, SOME))]
        return found + opened

    def _counted(self, of: Field, value: Sql, otherwise: Sql) -> Sql:
        """What is stated of a field, if it counts."""
        if of.kind != "judgement":
            return value
        return case((exp.column(f"{self.flat.column(of)}_counts"), value), otherwise=otherwise)

    def _unknown(self, of: Field, stated: AskedFields) -> list[tuple[str, Sql]]:
        """The columns of a field of which nothing is known."""
        name = self.flat.column(of)
        known: dict[str, Sql] = {f"{name}_open": TRUE, f"{name}_some": FALSE}
        if of.is_reference:
            known[name] = exp.Neg(this=column("unlisted", "design"))
        return [
            (n, known.get(n, literal(OPEN) if "_bits_" in n else NULL))
            for n in self.columns_of(of, stated)
        ]

    def _own_id(self) -> Sql:
        """The id of the entity in a row of its structs."""
        return self.words.id(exp.column("design"), exp.column("position"))

    def _id(self, of: Field, place: Sql) -> Sql:
        """The id of the entity at a place; of the unlisted one, if that is not known; NULL for nobody."""
        design, nobody = exp.column("design"), equal(place, literal(0))
        unlisted = exp.Neg(this=design)
        known = compared(">", place, literal(0)), self.words.id(design, place)
        others = (
            [(nobody, unlisted)] if of.is_many else [(is_null(place), unlisted), (nobody, NULL)]
        )
        wrong = self.words.error(f"{of.owner}.{of.name} names an entity that is not listed")
        return case(known, *others, otherwise=wrong)

    # whether there may be others (`world` in engine/backends/python/records.py)

    def _with_others(self, type_: str) -> exp.Select:
        """The designs in which there may be entities of a type that are not listed."""
        named = (self._may_be_named(name) for name in self._leading_to(type_))
        draft = column(NUMBERED, "draft")
        query = exp.select(column(NUMBERED, "design")).from_(NUMBERED)
        return query.where(either(draft, *named))

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
        """Whether a design has a struct of a type for which a test is true.

        Of a single entity that is not written down, one is there, of which nothing is stated.
        """
        table = self.flat.table(type_.name)
        found = exp.select("design").from_(table).where(test)
        return self.words.is_among(column(NUMBERED, "design"), found)

    def _open_at(self, of: Field) -> Sql:
        name = self.flat.column(of)
        if of.is_many:
            return self._counted(of, exp.column(f"{name}_open"), TRUE)
        return is_null(self._counted(of, exp.column(name), NULL))
