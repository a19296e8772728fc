"""A portfolio's nested table (portfolio_table.py) to flat ones: entities, references, and what these lead to.

An entity's id is its design's number and its own number in one: `design * room + number`. The unlisted entity has
the design's number below zero, whatever its type, and nobody has NULL. Only what is asked for gets a column:

| column of a type's table | holds |
| --- | --- |
| `design`, `id` | the design's number, the entity's id |
| `field_0`, ... | a field's value (facts.py) |
| `test_0`, ... | whether a field's terms pass a test |
| `condition_0`, ... | whether a condition on the entity alone holds |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.engine.backends.sql.dialects import (
    DESIGNS,
    NUMBERED,
    Dialect,
    Sql,
    Words,
    designs,
    is_null,
    negated,
    sure,
)
from clausewise.engine.backends.sql.facts import Rows, TermTest
from clausewise.engine.backends.sql.flat import AskedFields, Tests


@dataclass(slots=True)
class EntityTable:
    """What is asked for of a type's table.

    Attributes:
        fields: those that it is made of.
        stated: what these are made of in turn.
        kept: the columns of fields that others read.
        tests: the columns of tests of terms.
        kept_tests: those of them that others read.
        conditions: the columns of conditions, by what they are known by.
        written: what these columns hold.
    """

    fields: dict[str, Field] = field(default_factory=dict)
    stated: AskedFields = field(default_factory=AskedFields)
    kept: dict[str, None] = field(default_factory=dict)
    tests: dict[TermTest, str] = field(default_factory=dict)
    kept_tests: set[str] = field(default_factory=set)
    conditions: dict[object, str] = field(default_factory=dict)
    written: dict[str, Sql] = field(default_factory=dict)

    def read(self, of: Field) -> None:
        """Have a field's columns."""
        self.fields[of.name] = self.stated.fields[of.name] = of


@dataclass(slots=True)
class PortfolioTables:
    """The tables of a portfolio, as far as they are asked for; and all statements so far."""

    vocabulary: Vocabulary
    dialect: Dialect
    asked: dict[str, EntityTable] = field(default_factory=dict)
    edges: dict[tuple[str, str], Field] = field(default_factory=dict)
    closures: dict[tuple[str, str], Field] = field(default_factory=dict)
    statements: list[Sql] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return Words(self.dialect)

    @property
    def rows(self) -> Rows:
        return Rows(self.vocabulary, self.words)

    def create(self, role: str, query: Sql) -> str:
        """Keep a query's rows in a table; its name. `role` says in a word what it is for."""
        name = f"{role}_{len(self.statements)}"
        self.statements.append(created(name, query, self.dialect))
        return name

    # what is asked for

    def table(self, type_: str) -> str:
        """The table of a type's entities."""
        self.asked.setdefault(type_, EntityTable())
        return f"entities_{list(self.vocabulary.entities).index(type_)}"

    def column(self, of: Field, suffix: str = "", *, inner: bool = False) -> str:
        """A column of a field in its type's table."""
        asked, name = self._asked(of), f"{self.rows.flat.column(of)}{suffix}"
        if not of.is_reference and suffix == ("" if of.is_many else "_text"):
            asked.stated.lists.add(of.name)
        if not inner:
            asked.kept[name] = None
        return name

    def term_bits(self, of: Field) -> str:
        """What the name of the column ends with that has a bit for each term of a list."""
        taxonomy = self.vocabulary.taxonomy_of(of)
        self._asked(of).stated.by_term[of.name] = taxonomy
        return "_bits_0"

    def test(self, test: TermTest, *, inner: bool = False) -> str:
        """The column that tells whether a field's terms pass a test."""
        asked = self._asked(test.field)
        name = asked.tests.setdefault(test, f"test_{len(asked.tests)}")
        if not inner:
            asked.kept_tests.add(name)
        return name

    def condition(self, type_: str, key: object, write: Callable[[], Sql]) -> str:
        """The column of a condition on an entity of a type alone, written once for each key."""
        self.table(type_)
        asked = self.asked[type_]
        if key not in asked.conditions:
            asked.written[f"condition_{len(asked.conditions)}"] = write()
            asked.conditions[key] = f"condition_{len(asked.conditions)}"
        return asked.conditions[key]

    def links(self, of: Field) -> str:
        """The table of a reference field's pairs: `design`, from `origin` to `target`."""
        self.edges[of.owner, of.name] = of
        if not of.is_many:
            self.column(of)
        return f"{self.table(of.owner)}_{self.rows.flat.column(of)}"

    def closure(self, of: Field) -> str:
        """The table of what entities lead to over any number of links, themselves included."""
        self.closures[of.owner, of.name] = of
        return f"{self.links(of)}_closure"

    def is_term(self, of: Field, value: Sql, terms: Iterable[str]) -> Sql:
        """Whether the value of a field's column is one of some terms."""
        return self.rows.flat.is_term(of, value, terms)

    def _asked(self, of: Field) -> EntityTable:
        self.table(of.owner)
        self.asked[of.owner].read(of)
        return self.asked[of.owner]

    # their statements

    def tables(self) -> list[Sql]:
        """Statements that make all tables that were asked for, out of the flat ones."""
        makers = [(NUMBERED, self._numbered())]
        makers += [(self.table(name), self._entities(name)) for name in list(self.asked)]
        makers += [(self.links(f), self._links(f)) for f in self.edges.values()]
        closed = self._closure if self.dialect == "duckdb" else self._closure_by_maps
        makers += [(self.closure(f), closed(f)) for f in self.closures.values()]
        return [created(name, query, self.dialect) for name, query in makers]

    def flat_tables(self, odd: Tests | None) -> list[str]:
        """Statements that make the flat tables, once all else has been asked for.

        Args:
            odd: a test of structs for mistakes. Then there are the tables of all types, with all their fields.
        """
        flat = self.rows.flat
        statements = list(flat.types()) if self.dialect == "duckdb" else []
        for name, type_ in self.vocabulary.entities.items():
            stated = self.asked[name].stated if name in self.asked else AskedFields()
            fields = type_.fields.items()
            stated.fields |= {n: f for n, f in fields if odd or f.is_reference}
            if odd or name in self.asked or stated.fields or type_.required:
                query = flat.query(name, stated, odd)
                made = created(flat.table(name), query, self.dialect)
                statements.append(made.sql(dialect=self.dialect))
        return statements

    def _numbered(self) -> Sql:
        """The designs without their entities."""
        return exp.select(
            exp.alias_(designs("number"), "design"),
            designs("name"),
            exp.alias_(designs("as-of"), "as_of"),
            exp.alias_(sure(designs("draft")), "draft"),
        ).from_(DESIGNS)

    def _entities(self, type_: str) -> Sql:
        """Three queries, each from the one before: fields, tests of terms, conditions on one entity."""
        asked, rows = self.asked[type_], self.rows
        tests = [
            exp.alias_(rows.tested(test, asked.stated), name) for test, name in asked.tests.items()
        ]
        fields = list(asked.fields.values())
        facts = rows.query(type_, asked.stated, fields).subquery("entity")
        columns = [name for of in fields for name in rows.columns_of(of, asked.stated)]
        tested = exp.select("design", "id", *columns, *tests).from_(facts).subquery("entity")
        conditions = [exp.alias_(written, name) for name, written in asked.written.items()]
        kept = [*asked.kept, *sorted(asked.kept_tests)]
        return exp.select("design", "id", *kept, *conditions).from_(tested)

    def _links(self, of: Field) -> Sql:
        table = self.table(of.owner)
        if of.is_many:
            return self.rows.members(of, table)
        value = exp.column(self.column(of))
        known = exp.select("design", "id AS origin", exp.alias_(value, "target")).from_(table)
        return known.where(negated(is_null(value)))

    def _closure(self, of: Field) -> Sql:
        """Closed by a recursive query, which does not follow a pair twice; then everyone leads to themselves."""
        links, table = self.links(of), self.table(of.owner)
        first = exp.select("design", "origin", "target").from_(links)
        further = exp.select("closed.design", "closed.origin", "link.target").from_("closed")
        further = further.join(exp.to_table(links).as_("link"), on="link.origin = closed.target")
        closed = exp.union(first, further, distinct=True)
        itself = exp.select("design", "id AS origin", "id AS target").from_(table)
        reached = exp.select("design", "origin", "target").from_("closed")
        return exp.union(reached, itself, distinct=False).with_(
            "closed", as_=closed, recursive=True
        )

    def _closure_by_maps(self, of: Field) -> Sql:
        """Closed by a map for each design, from each entity to those that it refers to, and itself.

        Composed with itself, the map holds ways of twice the length. That is repeated until no way can be
        longer. Spark's recursive queries would not end where references form a circle.
        """
        words, design = self.words, exp.column("design")
        origin, targets = exp.column("origin"), exp.column("targets")
        itself = exp.select("design", "id AS origin", "id AS target").from_(self.table(of.owner))
        pairs = exp.union(
            exp.select("design", "origin", "target").from_(self.links(of)), itself, distinct=False
        )
        collected = exp.alias_(words.spark("COLLECT_SET", exp.column("target")), "targets")
        lists = exp.select(design, origin, collected).from_(pairs.subquery("pairs"))
        lists = lists.group_by(design, origin)
        entries = words.spark("COLLECT_LIST", words.spark("STRUCT", origin, targets))
        maps = exp.select(design, exp.alias_(words.spark("MAP_FROM_ENTRIES", entries), "map"))
        rows = words.rows_of_map(words.composed(exp.column("map")), "origin", "targets")
        closed = exp.select(design, rows).from_(
            maps.from_(lists.subquery("lists")).group_by(design).subquery("maps")
        )
        reached = exp.alias_(words.members(targets), "target")
        return exp.select(design, origin, reached).from_(closed.subquery("closed"))


def created(name: str, query: Sql, dialect: Dialect) -> Sql:
    """A statement that keeps a query's rows in a table of this session, or of Spark's current database.

    Spark could keep them in memory (`CACHE TABLE`), but would keep with them how they were made: each plan would
    hold the plans of all tables that it rests on, once for each way to them.
    """
    parquet = exp.FileFormatProperty(this=exp.var("PARQUET"))
    kept = exp.TemporaryProperty() if dialect == "duckdb" else parquet
    return exp.Create(
        this=exp.to_table(name),
        kind="TABLE",
        replace=dialect == "duckdb",
        expression=query,
        properties=exp.Properties(expressions=[kept]),
    )
