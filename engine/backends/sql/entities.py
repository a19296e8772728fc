"""A portfolio's nested table (portfolio_table.py) to flat ones: entities, references, and what these lead to.

An entity's id is its design's number and its own number in one: `design * ROOM + number`. The unlisted entity has
the design's number below zero, whatever its type, and nobody has NULL. Only what is asked for gets a column:

| column of a type's table | holds |
| --- | --- |
| `design`, `id` | the design's number, the entity's id |
| `field_0`, ... | a field's value (facts.py) |
| `test_0`, ... | whether a field's terms pass a test |
| `condition_0`, ... | whether a condition on the entity alone holds |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.engine.backends.sql.dialects import (
    DESIGNS,
    NUMBERED,
    Dialect,
    Sql,
    Words,
    column,
    designs,
    either,
    is_null,
    negated,
    sure,
)
from clausewise.engine.backends.sql.facts import Rows, TermTest

MANY = 12
"""Of how many terms a list is searched for one after another."""


@dataclass(slots=True)
class EntityTable:
    """What is asked for of a type's table; `inner` is what only its own columns are made of."""

    fields: dict[str, Field] = field(default_factory=dict)
    inner: dict[str, Field] = field(default_factory=dict)
    tests: dict[TermTest, str] = field(default_factory=dict)
    kept_tests: set[str] = field(default_factory=set)
    conditions: dict[object, str] = field(default_factory=dict)
    written: dict[str, Sql] = field(default_factory=dict)


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

    def column(self, of: Field, *, inner: bool = False) -> str:
        """The column of a field in its type's table."""
        self.table(of.owner)
        asked = self.asked[of.owner]
        (asked.inner if inner else asked.fields)[of.name] = of
        return f"field_{list(self.vocabulary.entities[of.owner].fields).index(of.name)}"

    def test(self, test: TermTest, *, inner: bool = False) -> str:
        """The column that tells whether a field's terms pass a test."""
        self.table(test.field.owner)
        asked = self.asked[test.field.owner]
        self.column(test.field, inner=True)
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
        return f"{self.table(of.owner)}_{self.column(of)}"

    def closure(self, of: Field) -> str:
        """The table of what entities lead to over any number of links, themselves included."""
        self.closures[of.owner, of.name] = of
        return f"{self.links(of)}_closure"

    # their statements

    def tables(self) -> list[Sql]:
        """Statements that make all tables that were asked for."""
        makers = [(NUMBERED, self._numbered())]
        makers += [(self.table(name), self._entities(name)) for name in list(self.asked)]
        makers += [(self.links(f), self._links(f)) for f in self.edges.values()]
        closed = self._closure if self.dialect == "duckdb" else self._closure_by_maps
        makers += [(self.closure(f), closed(f)) for f in self.closures.values()]
        return [created(name, query, self.dialect) for name, query in makers]

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
        asked = self.asked[type_]
        rows = Rows(self.vocabulary, self.words)
        fields = asked.inner | asked.fields
        named = {self.column(f, inner=True): f for f in fields.values()}
        facts = rows.query(type_, named).subquery("entity")
        kept = [name for name, f in named.items() for name in rows.columns_of(f, name)]
        lists = _Lists(rows)
        tests = [
            exp.alias_(rows.tested(test, self.column(test.field, inner=True), lists.have), name)
            for test, name in asked.tests.items()
        ]
        facts = exp.select("design", "id", *kept, *lists.columns()).from_(facts).subquery("entity")
        tested = exp.select("design", "id", *kept, *tests).from_(facts).subquery("entity")
        outer = [
            name
            for f in asked.fields.values()
            for name in rows.columns_of(f, self.column(f, inner=True))
        ]
        conditions = [exp.alias_(written, name) for name, written in asked.written.items()]
        return exp.select("design", "id", *outer, *sorted(asked.kept_tests), *conditions).from_(
            tested
        )

    def _links(self, of: Field) -> Sql:
        name, table = self.column(of), self.table(of.owner)
        value = column(table, name)
        from_ = [column(table, "design"), exp.alias_(column(table, "id"), "origin")]
        if not of.is_many:
            known = exp.select(*from_, exp.alias_(value, "target")).from_(table)
            return known.where(negated(is_null(value)))
        return exp.select(*from_, exp.alias_(self.words.members(value), "target")).from_(table)

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


@dataclass(slots=True)
class _Lists:
    """Columns that tell what lists have, each searched for once."""

    rows: Rows
    found: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def have(self, name: str, terms: frozenset[str]) -> Sql:
        """Whether the list in a column has one of some terms."""
        names = tuple(sorted(terms))
        searches = [(term,) for term in names] if len(names) <= MANY else [names]
        return either(*(self._column(name, search) for search in searches))

    def columns(self) -> list[Sql]:
        """The columns, with their names."""
        return [
            exp.alias_(self.rows.has(name, terms), column_)
            for (name, terms), column_ in self.found.items()
        ]

    def _column(self, name: str, terms: tuple[str, ...]) -> Sql:
        return exp.column(self.found.setdefault((name, terms), f"has_{len(self.found)}"))


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
