"""Quantifiers, and definitions of size, to tables of the bindings for which they are possibly true.

Each row has the bound entities (`k0`, `k1`, ..., in the order of `Truth.keys`), whether it is certainly true
(`sure`), and whether it waits for a fact that is no judgement (`waits`, which means something only if it is open).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.engine.backends.sql.conditions import Conditions
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    TRUE,
    Expression,
    both,
    column,
    compared,
    either,
    equal,
    literal,
    sure,
)
from clausewise.engine.backends.sql.frames import Frame, Key, Relation
from clausewise.engine.backends.sql.rules import Rules, TruthTable, Where
from clausewise.engine.backends.sql.sets import Types
from clausewise.engine.backends.sql.waits import Waits
from clausewise.engine.core.conditions import (
    All,
    Condition,
    Every,
    Meet,
    Not,
    Quantifier,
    Some,
)
from clausewise.engine.core.walk import variables

Narrowing = Mapping[str, exp.Select]


@dataclass(slots=True)
class Quantifiers:
    """The tables of one policy's quantifiers and large definitions, each made once."""

    rules: Rules
    _truths: dict[object, TruthTable] = field(default_factory=dict)

    def truth(self, node: Quantifier | Meet, types: Types, where: Where) -> TruthTable:
        """The table of a quantifier's truth, its keys the variables that it uses and does not bind.

        Args:
            types: the variables' entity types.
            where: for which entities it is asked.
        """
        used = tuple((name, types[name]) for name in sorted(variables(node)))
        known = node, used, frozenset(where.items())
        if known not in self._truths:
            self._truths[known] = self._truth(node, types, where)
        return self._truths[known]

    def _truth(self, node: Quantifier | Meet, types: Types, where: Where) -> TruthTable:
        free = tuple(sorted(variables(node)))
        match node:
            case Some():
                return TruthTable(self._some(node, free, types, where), free)
            case Every(variable, range_, body):
                some = Some(variable, range_, Not(body))
                return TruthTable(self._some(some, free, types, where), free, negated=True)
            case Meet(left, right):
                sets = self.rules.sets.relation(left, types), self.rules.sets.relation(right, types)
                keys = tuple(sorted(sets[0].keys.keys() | sets[1].keys.keys()))
                used = {name: columns for name, columns in where.items() if name in keys}
                return TruthTable(self._meet(*sets, keys, self._narrowing(types, used)), keys)

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
                Conditions(self.rules, frame),
                scope,
                self.rules.body(name),
                list(scope.values()),
                [],
                [],
            )
            self._truths[name] = TruthTable(table, tuple(scope))
        return self._truths[name]

    # quantifiers

    def _some(self, node: Some, free: tuple[str, ...], types: Types, where: Where) -> str:
        frame = Frame(self.rules.portfolio)
        range_ = self.rules.sets.relation(node.range, types)
        member = frame.bind(range_, node.range.type, {})
        scope = frame.keys(range_, types)
        for name in free:
            if name not in scope:
                everyone = self.rules.sets.relation(All(types[name]), {})
                scope[name] = frame.bind(everyone, types[name], {})
        keys = [scope[name] for name in free]
        tests: list[Expression] = [
            column(frame.row(scope[name]), found)
            for name, columns in where.items()
            for found in sorted(columns)
        ]
        scope[node.variable] = member
        inner = {scope[name].id.sql(): columns for name, columns in where.items()}
        conditions = Conditions(self.rules, frame, inner)
        return self._kept(conditions, scope, node.body, keys, [member], tests)

    def _narrowing(self, types: Types, where: Where) -> Narrowing:
        """For variables a query for the ids of their entities."""
        found = {}
        for name, columns in where.items():
            table = self.rules.portfolio.table(types[name])
            tests = [column(table, c) for c in sorted(columns)]
            found[name] = exp.select(column(table, "id")).from_(table).where(*tests)
        return found

    def _kept(
        self,
        conditions: Conditions,
        scope: Mapping[str, Key],
        body: Condition,
        keys: list[Key],
        members: list[Key],
        tests: list[Expression],
    ) -> str:
        """A table of where a body is possibly true, one row for each binding of the keys."""
        frame = conditions.frame
        possible = conditions.condition(body, scope, True)
        certain = conditions.condition(body, scope, False)
        listed = both(*(member.is_listed for member in members), certain)
        waits: Expression = FALSE
        if self.rules.policy.reviewable:
            unlisted = [member.is_unlisted for member in members]
            waits = either(*unlisted, Waits(conditions).of(body, scope))
        groups = [frame.d, *(key.id for key in keys)]
        columns = [exp.alias_(frame.d, "d")]
        columns += [exp.alias_(key.id, f"k{index}") for index, key in enumerate(keys)]
        query = frame.select(*columns, _any(listed, "sure"), _any(waits, "waits"))
        where = both(*tests, possible)
        if where != TRUE:
            query = query.where(where)
        return self.rules.portfolio.create(query.group_by(*groups))

    def _meet(
        self, left: Relation, right: Relation, free: tuple[str, ...], narrowing: Narrowing
    ) -> str:
        """Sets meet in a listed member of both; or perhaps, where one may have others and neither is empty."""
        x, y = column("l", left.member), column("r", right.member)
        zero = literal(0)
        ways = [
            self._meeting(left, right, free, narrowing, equal(x, y), compared(">", x, zero)),
            self._meeting(left, right, free, narrowing, compared("<", x, zero), FALSE),
            self._meeting(left, right, free, narrowing, compared("<", y, zero), FALSE),
        ]
        names = ["d", *(f"k{index}" for index in range(len(free)))]
        groups = [exp.column(name) for name in names]
        found = exp.union(*ways, distinct=False).subquery("m")
        query = exp.select(*groups, _any(exp.column("sure"), "sure"), exp.alias_(TRUE, "waits"))
        return self.rules.portfolio.create(query.from_(found).group_by(*groups))

    def _meeting(
        self,
        left: Relation,
        right: Relation,
        free: tuple[str, ...],
        narrowing: Narrowing,
        test: Expression,
        certain: Expression,
    ) -> exp.Select:
        """Pairs of members of two sets, for the same design and the same entities where both depend on them."""
        columns: dict[str, Expression] = {}
        tests = [] if certain != FALSE else [equal(column("l", "d"), column("r", "d"))]
        for relation, alias in ((left, "l"), (right, "r")):
            for key, name in relation.keys.items():
                found = column(alias, name)
                if key in columns:
                    tests.append(equal(columns[key], found))
                columns.setdefault(key, found)
        keys = [exp.alias_(columns[key], f"k{index}") for index, key in enumerate(free)]
        query = exp.select(exp.alias_(column("l", "d"), "d"), *keys, exp.alias_(certain, "sure"))
        query = query.from_(exp.to_table(left.table).as_("l"))
        query = query.join(exp.to_table(right.table).as_("r"), on=both(*tests, test))
        for index, (key, ids) in enumerate(narrowing.items()):
            alias = f"n{index}"
            test = equal(column(alias, "id"), columns[key])
            query.append("joins", exp.Join(this=ids.subquery(alias), kind="SEMI", on=test))
        return query


def _any(test: Expression, name: str) -> Expression:
    return exp.alias_(sure(exp.LogicalOr(this=test.copy())), name)
