"""A query under construction: a row for each binding of variables, joined with what conditions on them read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.sql.dialects import (
    NUMBERED,
    TRUE,
    Sql,
    both,
    column,
    compared,
    either,
    equal,
    is_null,
    literal,
    sure,
)
from clausewise.engine.backends.sql.entities import PortfolioTables
from clausewise.engine.backends.sql.facts import TermTest
from clausewise.engine.core.conditions import EntitySet, FieldOf, Path


@dataclass(frozen=True, slots=True)
class EntityKey:
    """Who a variable stands for, or a path leads to.

    Attributes:
        id: an expression: the entity's id, below zero for the unlisted one, NULL for nobody.
        type: the entity's type.
        far: whether it may be nobody.
    """

    id: Sql
    type: str
    far: bool = False

    @property
    def text(self) -> str:
        """What tells it from others. All single entities of a design have one id."""
        return f"{self.type} {self.id.sql()}"

    @property
    def is_listed(self) -> Sql:
        return sure(compared(">", self.id, literal(0)))

    @property
    def is_unlisted(self) -> Sql:
        return sure(compared("<", self.id, literal(0)))

    @property
    def is_nobody(self) -> Sql:
        return is_null(self.id)


VariableKeys = Mapping[str, EntityKey]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of sets: for each binding of variables (`keys`, by their columns) the members, in column `member`.

    It may say the same twice.
    """

    table: str
    keys: Mapping[str, str] = field(default_factory=dict)
    member: str = "member"


@dataclass(slots=True)
class Frame:
    """A query's sources so far. Its rows are bindings; what is joined on demand never changes how many."""

    portfolio: PortfolioTables
    design: Sql = TRUE
    sources: list[exp.Join] = field(default_factory=list)
    first: Sql | None = None
    rows: dict[str, str] = field(default_factory=dict)
    tests: list[Sql] = field(default_factory=list)
    inner: bool = False

    @classmethod
    def within(cls, portfolio: PortfolioTables, key: EntityKey) -> Frame:
        """The frame in which the columns of an entity's own table are written."""
        return cls(portfolio, rows={key.text: "entity"}, inner=True)

    def start(self) -> None:
        """One row a design."""
        self.design = self._source(NUMBERED)

    def bind(
        self, relation: Relation, type_: str, known: VariableKeys, *, unused: bool = False
    ) -> EntityKey:
        """Join the members of sets of known keys; new keys are those of the first source (`keys`).

        Args:
            unused: whether it only matters that there is a member.
        """
        tests = [(name, known[key].id) for key, name in relation.keys.items() if key in known]
        alias = self._alias()
        if self.first is None:
            self.design = column(alias, "design")
        self._add(
            relation.table, alias, tests or [("design", self.design)], "SEMI" if unused else "INNER"
        )
        key = EntityKey(column(alias, relation.member), type_)
        if relation.member == "id":
            self.rows[key.text] = alias
        return key

    def bind_unused(self, range_: EntitySet, known: VariableKeys) -> bool:
        """Whether a list of references is bound: then its entity is asked itself whether it has a member."""
        if not isinstance(range_, Path) or range_.single or len(range_.hops) != 1:
            return False
        (hop,), key = range_.hops, known[range_.root]
        if hop.closed or not hop.field.is_many:
            return False
        some, more = (sure(self.column(key, hop.field, end)) for end in ("_some", "_open"))
        self.tests.append(either(some, more))
        return True

    def keys(self, relation: Relation, types: Mapping[str, str]) -> dict[str, EntityKey]:
        """The keys of the first source."""
        return {
            key: EntityKey(column("row_0", name), types[key]) for key, name in relation.keys.items()
        }

    def attach(self, table: str, keys: Sequence[tuple[str, Sql]]) -> str:
        """The alias of a table of which at most one row fits, joined once."""
        tests = both(*(equal(column("_", name), value) for name, value in keys))
        known = f"{table} {tests.sql()}"
        if known not in self.rows:
            alias = self.rows[known] = self._alias()
            self._add(table, alias, list(keys), "LEFT")
        return self.rows[known]

    def entity(self, path: Path, scope: VariableKeys) -> EntityKey:
        """Who is at the end of a path that leads to one entity."""
        if path.single:
            key = EntityKey(self.portfolio.words.id(self.design, literal(1)), path.root)
        else:
            key = scope[path.root]
        for hop in path.hops:
            value = self.column(key, hop.field)
            key = EntityKey(value, hop.field.target or "", far=True)
        return key

    def row(self, key: EntityKey) -> str:
        """The alias of an entity's row in its type's table. All but nobody have one."""
        text = key.text
        if text not in self.rows:
            alias = self.rows[text] = self._alias()
            side = "LEFT" if key.far else "INNER"
            self._add(self.portfolio.table(key.type), alias, [("id", key.id)], side)
        return self.rows[text]

    def value(
        self, operand: FieldOf, scope: VariableKeys, suffix: str = ""
    ) -> tuple[EntityKey, Sql]:
        """Whose field it is, and the column that holds it."""
        key = self.entity(operand.path, scope)
        return key, self.column(key, operand.field, suffix)

    def column(self, key: EntityKey, of: Field, suffix: str = "") -> Sql:
        """A field's column in an entity's row."""
        return column(self.row(key), self.portfolio.column(of, suffix, inner=self.inner))

    def test(self, key: EntityKey, test: TermTest) -> Sql:
        """Whether an entity's terms pass a test; NULL for nobody."""
        return column(self.row(key), self.portfolio.test(test, inner=self.inner))

    def select(self, *columns: Sql) -> exp.Select:
        """A query for columns of the rows."""
        assert self.first is not None
        query = exp.select(*columns).from_(self.first.copy())
        for join in self.sources:
            query.append("joins", join.copy())
        return query.where(*self.tests) if self.tests else query

    def _source(self, table: str) -> Sql:
        alias = self._alias()
        self._add(table, alias, [], "INNER")
        return column(alias, "design")

    def _alias(self) -> str:
        return f"row_{len(self.sources) + (self.first is not None)}"

    def _add(self, table: str, alias: str, tests: list[tuple[str, Sql]], how: str) -> None:
        source = exp.to_table(table).as_(alias)
        if self.first is None:
            self.first = source
            return
        on = both(*(equal(column(alias, name), value) for name, value in tests))
        words = {"LEFT": {"side": "LEFT"}, "SEMI": {"kind": "SEMI"}, "INNER": {}}[how]
        self.sources.append(exp.Join(this=source, on=on, **words))
