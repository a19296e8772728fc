"""Quantifiers, and definitions of size, to tables of the bindings for which they are possibly true.

Each row has the bound entities (`key_0`, `key_1`, ..., in the order of `TruthTable.keys`), whether it is certainly
true (`certain`), and whether it waits for a fact that is no judgement (`waits`, which means something only if it
is open). For that it is not asked whether the body is open for a member: one of whom it is certain settles it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlglot import exp

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, by_all
from clausewise.engine.backends.sql.conditions import SqlConditions
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    TRUE,
    Sql,
    both,
    column,
    compared,
    either,
    equal,
    literal,
    sure,
)
from clausewise.engine.backends.sql.frames import EntityKey, Frame, Relation
from clausewise.engine.backends.sql.inhabited import inhabited
from clausewise.engine.backends.sql.rules import Rules, TruthTable, Where
from clausewise.engine.backends.sql.waits import SqlWaits
from clausewise.engine.core.conditions import (
    All,
    Condition,
    EntitySet,
    Meet,
    Not,
    Quantifier,
)
from clausewise.engine.core.walk import VariableTypes, variables

Narrowing = Mapping[str, exp.Select]


@dataclass(slots=True)
class Quantifiers:
    """The tables of one policy's quantifiers and large definitions, each made once."""

    rules: Rules
    _truths: dict[object, TruthTable] = field(default_factory=dict)

    def truth(self, node: Quantifier | Meet, types: VariableTypes, where: Where) -> TruthTable:
        """The table of a quantifier's truth, its keys the variables that it uses and does not bind.

        Args:
            types: the variables' entity types.
            where: for which entities it is asked.
        """
        used = tuple((name, types[name]) for name in sorted(variables(node)))
        known = node, used, frozenset(where.items())
        if known not in self._truths:
            self._truths[known] = (
                self._met(node, types, where)
                if isinstance(node, Meet)
                else self._some(node, types, where)
            )
        return self._truths[known]

    def definition(self, name: str) -> TruthTable:
        """The table of a definition's truth, its keys the parameters."""
        if name not in self._truths:
            frame = Frame(self.rules.portfolio)
            scope = {
                parameter: frame.bind(self.rules.sets.relation(All(type_), {}), type_, {})
                for parameter, type_ in self.rules.policy.definitions[name].parameters
            }
            if not scope:
                frame.start()
            table = self._kept(
                "definition",
                SqlConditions(self.rules, frame),
                scope,
                self.rules.body(name),
                list(scope.values()),
                [],
                [],
            )
            self._truths[name] = TruthTable(table, tuple(scope))
        return self._truths[name]

    # quantifiers

    def _some(self, node: Quantifier, types: VariableTypes, where: Where) -> TruthTable:
        """What is so for some member: of `every`, that its body is not."""
        free, frame = tuple(sorted(variables(node))), Frame(self.rules.portfolio)
        range_ = self.rules.sets.relation(node.range, types)
        member = frame.bind(range_, node.range.type, {})
        scope = frame.keys(range_, types)
        for name in free:
            if name not in scope:
                everyone = self.rules.sets.relation(All(types[name]), {})
                scope[name] = frame.bind(everyone, types[name], {})
        keys = [scope[name] for name in free]
        tests: list[Sql] = [
            column(frame.row(scope[name]), found)
            for name, columns in where.items()
            for found in sorted(columns)
        ]
        scope[node.variable] = member
        inner = {scope[name].text: columns for name, columns in where.items()}
        conditions = SqlConditions(self.rules, frame, inner)
        body = Not(node.body) if by_all(node) else node.body
        table = self._kept("some", conditions, scope, body, keys, [(member, node.range)], tests)
        return TruthTable(table, free)

    def _narrowing(self, types: VariableTypes, where: Where) -> Narrowing:
        """For variables a query for the ids of their entities."""
        found = {}
        for name, columns in where.items():
            table = self.rules.portfolio.table(types[name])
            tests = [column(table, c) for c in sorted(columns)]
            found[name] = exp.select(column(table, "id")).from_(table).where(*tests)
        return found

    def _kept(
        self,
        role: str,
        conditions: SqlConditions,
        scope: Mapping[str, EntityKey],
        body: Condition,
        keys: list[EntityKey],
        members: list[tuple[EntityKey, EntitySet]],
        tests: list[Sql],
    ) -> str:
        """A table of where a body is possibly true, one row for each binding of the keys."""
        frame = conditions.frame
        possible = conditions.condition(body, scope, POSSIBLE)
        certain = conditions.condition(body, scope, CERTAIN)
        there = [
            either(member.is_listed, inhabited(conditions, range_, scope))
            for member, range_ in members
        ]
        settled = both(*there, certain)
        waits: Sql = FALSE
        if self.rules.policy.reviewable:
            unlisted = [member.is_unlisted for member, _ in members]
            waits = either(*unlisted, SqlWaits(conditions).of(body, scope))
        groups = [frame.design, *(key.id for key in keys)]
        columns = [exp.alias_(frame.design, "design")]
        columns += [exp.alias_(key.id, f"key_{index}") for index, key in enumerate(keys)]
        query = frame.select(*columns, _any(settled, "certain"), _any(waits, "waits"))
        where = both(*tests, possible)
        if where != TRUE:
            query = query.where(where)
        return self.rules.portfolio.create(role, query.group_by(*groups))

    def _met(self, node: Meet, types: VariableTypes, where: Where) -> TruthTable:
        """Sets meet in a listed member of both; or perhaps, where one may have others and neither is empty."""
        left, right = (self.rules.sets.relation(of, types) for of in (node.left, node.right))
        free = tuple(sorted(left.keys.keys() | right.keys.keys()))
        used = {name: columns for name, columns in where.items() if name in free}
        narrowing = self._narrowing(types, used)
        one, other = column("one", left.member), column("other", right.member)
        zero = literal(0)
        any_left, any_right = (self.rules.sets.present(of, types) for of in (node.left, node.right))
        meeting = partial(self._meeting, free, narrowing)
        ways = [
            meeting(left, right, equal(one, other), compared(">", one, zero)),
            meeting(left, any_right, compared("<", one, zero), FALSE),
            meeting(any_left, right, compared("<", other, zero), FALSE),
        ]
        names = ["design", *(f"key_{index}" for index in range(len(free)))]
        groups = [exp.column(name) for name in names]
        found = exp.union(*ways, distinct=False).subquery("meetings")
        query = exp.select(
            *groups, _any(exp.column("certain"), "certain"), exp.alias_(TRUE, "waits")
        )
        table = self.rules.portfolio.create("meet", query.from_(found).group_by(*groups))
        return TruthTable(table, free)

    def _meeting(
        self,
        free: tuple[str, ...],
        narrowing: Narrowing,
        left: Relation,
        right: Relation,
        test: Sql,
        certain: Sql,
    ) -> exp.Select:
        """Pairs of members of two sets, for the same design and the same entities where both depend on them."""
        columns: dict[str, Sql] = {}
        tests = (
            [] if certain != FALSE else [equal(column("one", "design"), column("other", "design"))]
        )
        for relation, alias in ((left, "one"), (right, "other")):
            for key, name in relation.keys.items():
                found = column(alias, name)
                if key in columns:
                    tests.append(equal(columns[key], found))
                columns.setdefault(key, found)
        keys = [exp.alias_(columns[key], f"key_{index}") for index, key in enumerate(free)]
        query = exp.select(
            exp.alias_(column("one", "design"), "design"), *keys, exp.alias_(certain, "certain")
        )
        query = query.from_(exp.to_table(left.table).as_("one"))
        query = query.join(exp.to_table(right.table).as_("other"), on=both(*tests, test))
        for index, (key, ids) in enumerate(narrowing.items()):
            alias = f"narrowed_{index}"
            test = equal(column(alias, "id"), columns[key])
            query.append("joins", exp.Join(this=ids.subquery(alias), kind="SEMI", on=test))
        return query


def _any(test: Sql, name: str) -> Sql:
    return exp.alias_(sure(exp.LogicalOr(this=test.copy())), name)
