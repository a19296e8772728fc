"""Sets of entities to tables of their members.

A set that depends on variables becomes one table for all their bindings. Whoever may be in it and is not listed is
the unlisted entity. Members that are listed are known ones, as in engine/backends/python/runtime.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.engine.backends.sql.dialects import (
    Sql,
    both,
    case,
    column,
    compared,
    either,
    equal,
    literal,
)
from clausewise.engine.backends.sql.entities import PortfolioTables
from clausewise.engine.backends.sql.frames import Relation
from clausewise.engine.core.conditions import All, DefinedSet, EntitySet, Hop, Path, Union
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import VariableTypes, variables


@dataclass(slots=True)
class SetTables:
    """The sets of one policy."""

    policy: Policy
    portfolio: PortfolioTables
    found: dict[tuple[EntitySet, tuple[tuple[str, str], ...]], Relation] = field(
        default_factory=dict
    )
    _present: dict[tuple[EntitySet, tuple[tuple[str, str], ...]], Relation] = field(
        default_factory=dict
    )
    _listed: dict[str, str] = field(default_factory=dict)
    _occupied: dict[tuple[Path, tuple[tuple[str, str], ...]], Relation] = field(
        default_factory=dict
    )

    def relation(self, node: EntitySet, types: VariableTypes) -> Relation:
        """The table of a set's members, its keys the variables that it depends on.

        Args:
            types: the entity types of the variables.
        """
        used = tuple((name, types[name]) for name in sorted(variables(node)))
        if (node, used) not in self.found:
            self.found[node, used] = self._relation(node, types)
        return self.found[node, used]

    def listed(self, type_: str) -> str:
        """A table of the designs that list an entity of a type; for each of them one row."""
        if type_ not in self._listed:
            query = exp.select("design").from_(self.portfolio.table(type_))
            query = query.where(compared(">", exp.column("id"), literal(0)))
            self._listed[type_] = self.portfolio.create("listed", query.distinct())
        return self._listed[type_]

    def occupied(self, path: Path, types: VariableTypes) -> Relation:
        """A table of the keys for which a path leads to a listed entity; for each of them one row."""
        key = path, tuple((name, types[name]) for name in sorted(variables(path)))
        if key not in self._occupied:
            relation = self.relation(path, types)
            members = exp.to_table(relation.table).as_("members")
            query = exp.select(exp.alias_(column("members", "design"), "design")).from_(members)
            for index, name in enumerate(relation.keys.values()):
                query = query.select(exp.alias_(column("members", name), f"key_{index}"))
            query = query.where(compared(">", column("members", relation.member), literal(0)))
            table = self.portfolio.create("occupied", query.distinct())
            keys = {name: f"key_{index}" for index, name in enumerate(relation.keys)}
            self._occupied[key] = Relation(table, keys)
        return self._occupied[key]

    def present(self, node: EntitySet, types: VariableTypes) -> Relation:
        """A table of the keys for which somebody is, or may be, in a set; for each of them one row."""
        if isinstance(node, Path) and not node.single and all(hop.closed for hop in node.hops):
            return Relation(self.portfolio.table(types[node.root]), {node.root: "id"})
        used = tuple((name, types[name]) for name in sorted(variables(node)))
        if (node, used) not in self._present:
            found = self.relation(node, types)
            keys = {name: f"key_{index}" for index, name in enumerate(found.keys)}
            columns = [exp.alias_(exp.column(found.keys[name]), key) for name, key in keys.items()]
            query = exp.select("design", *columns).from_(found.table).distinct()
            self._present[node, used] = Relation(self.portfolio.create("present", query), keys)
        return self._present[node, used]

    def _relation(self, node: EntitySet, types: VariableTypes) -> Relation:
        match node:
            case All(type_):
                return Relation(self.portfolio.table(type_), {}, "id")
            case Path():
                return self._path(node, types)
            case Union(parts):
                return self._union(parts, types)
            case DefinedSet():
                return self._defined(node, types)

    # paths

    def _path(self, path: Path, types: VariableTypes) -> Relation:
        """A path's links one after another, from a variable's entities or the single one of a type."""
        if len(path.hops) == 1 and not path.single:
            return Relation(self._links(path.hops[0]), {path.root: "origin"}, "target")
        if not path.hops:
            return self._itself(path, types)
        first, *further = path.hops
        query = exp.select().from_(exp.to_table(self._links(first)).as_("hop_0"))
        member: Sql = column("hop_0", "target")
        for index, hop in enumerate(further, 1):
            alias = f"hop_{index}"
            test = equal(column(alias, "origin"), member)
            query = query.join(exp.to_table(self._links(hop)).as_(alias), on=test)
            member = column(alias, "target")
        origin, keys = column("hop_0", "origin"), () if path.single else (path.root,)
        if path.single:
            query = query.where(compared(">", origin, literal(0)))
        if sum(hop.closed or hop.field.is_many for hop in path.hops) > 1:
            query = query.distinct()  # else ways that part and meet again would multiply
        return self._kept(query, column("hop_0", "design"), dict.fromkeys(keys, origin), member)

    def _itself(self, path: Path, types: VariableTypes) -> Relation:
        """A variable's entity, or the single one of a type."""
        id_, keys = column("entity", "id"), () if path.single else (path.root,)
        table = self.portfolio.table(path.root if path.single else types[path.root])
        query = exp.select().from_(exp.to_table(table).as_("entity"))
        if path.single:
            query = query.where(compared(">", id_, literal(0)))
        return self._kept(query, column("entity", "design"), dict.fromkeys(keys, id_), id_)

    def _links(self, hop: Hop) -> str:
        closure, links = self.portfolio.closure, self.portfolio.links
        return closure(hop.field) if hop.closed else links(hop.field)

    # unions

    def _union(self, parts: tuple[EntitySet, ...], types: VariableTypes) -> Relation:
        relations = [self.relation(part, types) for part in parts]
        keys = tuple(sorted(set().union(*(relation.keys for relation in relations))))
        queries = [self._widened(relation, keys, types) for relation in relations]
        table = self.portfolio.create("set", exp.union(*queries, distinct=False))
        return Relation(table, {key: f"key_{index}" for index, key in enumerate(keys)})

    def _widened(
        self, relation: Relation, keys: tuple[str, ...], types: VariableTypes
    ) -> exp.Select:
        """A relation with further keys, on which its members do not depend."""
        query = exp.select().from_(exp.to_table(relation.table).as_("members"))
        columns: dict[str, Sql] = {k: column("members", c) for k, c in relation.keys.items()}
        query = self._with_missing(query, keys, columns, types)
        member = column("members", relation.member)
        return _selected(query, column("members", "design"), [columns[k] for k in keys], member)

    # definitions

    def _defined(self, node: DefinedSet, types: VariableTypes) -> Relation:
        """A definition's set with its parameters replaced by what the arguments lead to."""
        definition = self.policy.definitions[node.definition]
        assert isinstance(definition.body, EntitySet)
        inner = self.relation(definition.body, dict(definition.parameters))
        if not any(path.hops or path.single for path in node.arguments):
            roots = [path.root for path in node.arguments]
            names = dict(zip([name for name, _ in definition.parameters], roots, strict=True))
            if len(set(roots)) == len(roots):
                renamed = {names[key]: name for key, name in inner.keys.items()}
                return Relation(inner.table, renamed, inner.member)
        query = exp.select().from_(exp.to_table(inner.table).as_("members"))
        columns: dict[str, Sql] = {}
        uncertain: list[Sql] = []
        for index, ((name, _), path) in enumerate(
            zip(definition.parameters, node.arguments, strict=True)
        ):
            value = column("members", inner.keys[name]) if name in inner.keys else None
            if path.hops or path.single:
                ways = _ways(path, f"argument_{index}")
                for way in ways[:-1]:
                    query, reached = self._led(query, *way, None, columns, types)
                    uncertain.append(compared("<", reached, literal(0)))
                query, _ = self._led(query, *ways[-1], value, columns, types)
            elif value is not None:
                query = _matched(query, path.root, value, columns)
        keys = tuple(sorted(variables(node)))
        query = self._with_missing(query, keys, columns, types)
        design = column("members", "design")
        # where it is not known whether an argument leads to somebody, nobody is known to be in
        unlisted = either(*uncertain), exp.Neg(this=design)
        found = case(unlisted, otherwise=column("members", inner.member))
        return self._kept(query, design, {k: columns[k] for k in keys}, found)

    def _led(
        self,
        query: exp.Select,
        path: Path,
        alias: str,
        value: Sql | None,
        columns: dict[str, Sql],
        types: VariableTypes,
    ) -> tuple[exp.Select, Sql]:
        """A query in which a column is what a path leads to; the path's own variable is a column too."""
        way = self.relation(path, types)
        tests = [equal(column(alias, "design"), column("members", "design"))]
        if value is not None:
            tests.append(equal(column(alias, way.member), value))
        query = query.join(exp.to_table(way.table).as_(alias), on=both(*tests))
        for key, name in way.keys.items():
            query = _matched(query, key, column(alias, name), columns)
        return query, column(alias, way.member)

    def _with_missing(
        self,
        query: exp.Select,
        keys: tuple[str, ...],
        columns: dict[str, Sql],
        types: VariableTypes,
    ) -> exp.Select:
        """A query with a column for each key, also for those on which the members do not depend."""
        for index, key in enumerate(k for k in keys if k not in columns):
            alias = f"any_{index}"
            test = equal(column(alias, "design"), column("members", "design"))
            query = query.join(exp.to_table(self.portfolio.table(types[key])).as_(alias), on=test)
            columns[key] = column(alias, "id")
        return query

    def _kept(
        self, query: exp.Select, design: Sql, keys: Mapping[str, Sql], member: Sql
    ) -> Relation:
        query = _selected(query, design, list(keys.values()), member)
        table = self.portfolio.create("set", query)
        return Relation(table, {key: f"key_{index}" for index, key in enumerate(keys)})


def _selected(query: exp.Select, design: Sql, keys: list[Sql], member: Sql) -> exp.Select:
    columns = [
        exp.alias_(design, "design"),
        *(exp.alias_(k, f"key_{i}") for i, k in enumerate(keys)),
    ]
    return query.select(*columns, exp.alias_(member, "member"))


def _matched(query: exp.Select, name: str, value: Sql, columns: dict[str, Sql]) -> exp.Select:
    """A query in which a variable's column is known; met twice, both are equal."""
    if name in columns:
        return query.where(equal(columns[name], value))
    columns[name] = value
    return query


def _ways(path: Path, alias: str) -> list[tuple[Path, str]]:
    """A path, last; before it its part behind which there may be nobody, if there is one."""
    parts = [(path.optional, f"{alias}_part")] if path.optional else []
    return [*parts, (path, alias)]
