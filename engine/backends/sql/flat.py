"""A portfolio's nested table (portfolio_table.py) with a row for each struct: who is listed, and whom each names.

| column | holds |
| --- | --- |
| `design`, `as_of` | the design's number, and its day |
| `position` | the struct's number in its list, from 1; a single entity is always there, as number 1 |
| `facts` | the struct |
| `at_0`, ... | the number of whom a reference names; 0 if nobody is called so; a list of these, if it is a list |

DuckDB keeps these rows in tables, which both the search for mistakes (odd_rows.py) and the statements that judge
read, so that each list is read once. Spark works them out where they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.sql.dialects import (
    DESIGNS,
    Sql,
    Words,
    case,
    designs,
    is_null,
    literal,
    member,
    negated,
)
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts


@dataclass(frozen=True, slots=True)
class Flat:
    """Writes the queries for structs."""

    vocabulary: Vocabulary
    words: Words

    def tables(self) -> Iterator[tuple[str, Sql]]:
        """The tables that are kept, by name."""
        if self.words.dialect == "duckdb":
            for name in self.vocabulary.entities:
                yield self.table(name), self._query(name)

    def rows(self, type_: str) -> Sql:
        """Where the rows of a type are read, as `entity`."""
        if self.words.dialect == "duckdb":
            return exp.to_table(self.table(type_)).as_("entity")
        return self._query(type_).subquery("entity")

    def table(self, type_: str) -> str:
        """The table of a type's structs."""
        return f"flat_{self._index(type_)}"

    def place(self, of: Field) -> str:
        """The column that tells where those stand whom a reference names."""
        return f"at_{list(self.vocabulary.entities[of.owner].fields).index(of.name)}"

    def listed(self, type_: str) -> Sql:
        """A design's list of the structs of a type."""
        return designs(columns_of(self.vocabulary).types[type_])

    def stated(self, of: Field, struct: Sql) -> Sql:
        """A field's value in a struct, whether it counts or not."""
        fact = self.fact(of, struct)
        return member(fact, "value") if has_parts(of) else fact

    def fact(self, of: Field, struct: Sql) -> Sql:
        """A field in a struct, with all its parts."""
        return member(struct, columns_of(self.vocabulary).members[of.owner][of.name])

    def _query(self, type_: str) -> exp.Select:
        entity = self.vocabulary.entities[type_]
        position: Sql = exp.column("position")
        if self.words.dialect == "spark" and not entity.single:
            position = exp.Add(this=position, expression=literal(1))
        places = [exp.alias_(self._places(f), self.place(f)) for f in _references(entity)]
        query = exp.select("design", "as_of", exp.alias_(position, "position"), "facts", *places)
        return query.from_(self._unnested(entity).subquery("listed"))

    def _unnested(self, entity: EntityType) -> exp.Select:
        """A row for each struct, with the names of those to whom it may refer."""
        columns: list[Sql] = [
            exp.alias_(designs("number"), "design"),
            exp.alias_(designs("as-of"), "as_of"),
        ]
        targets = dict.fromkeys(f.target or "" for f in _references(entity))
        columns += [exp.alias_(self._names(name), self._names_of(name)) for name in targets]
        values = self.listed(entity.name)
        if entity.single:
            first = self.words.first(values)
            columns += [exp.alias_(first, "facts"), exp.alias_(literal(1), "position")]
        else:
            columns += self.words.unnested(values, "facts", "position")
        return exp.select(*columns).from_(DESIGNS)

    def _places(self, of: Field) -> Sql:
        value = self.stated(of, exp.column("facts"))
        if not of.is_many:
            return self._place_of(of, value)
        return self.words.each(value, "name", self._place_of(of, exp.column("name")))

    def _place_of(self, of: Field, name: Sql) -> Sql:
        found = self.words.position(exp.column(self._names_of(of.target or "")), name)
        return case((negated(is_null(name)), exp.Coalesce(this=found, expressions=[literal(0)])))

    def _names(self, type_: str) -> Sql:
        return self.words.each(self.listed(type_), "listed", member(exp.column("listed"), "name"))

    def _names_of(self, type_: str) -> str:
        return f"names_{self._index(type_)}"

    def _index(self, type_: str) -> int:
        return list(self.vocabulary.entities).index(type_)


def _references(entity: EntityType) -> list[Field]:
    return [field for field in entity.fields.values() if field.is_reference]
