"""A linked policy to SQL that judges a whole portfolio (portfolio_table.py): outcomes only, no reasons.

Every condition becomes two tests (planes.py): whether it is *possibly* true, and whether it is *certainly* true.
Sets of entities, quantifiers and clauses become tables, one after another; the last statement asks for the
outcomes. All names are generated, and a user's texts are constants that sqlglot writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE
from clausewise.engine.backends.results import (
    REVIEW,
    UNDETERMINED,
    VIOLATED,
)
from clausewise.engine.backends.sql.conditions import SqlConditions, types_of
from clausewise.engine.backends.sql.dialects import (
    NUMBERED,
    TRUE,
    Dialect,
    Sql,
    both,
    case,
    either,
    literal,
    most,
)
from clausewise.engine.backends.sql.entities import PortfolioTables
from clausewise.engine.backends.sql.flat import Tests
from clausewise.engine.backends.sql.frames import EntityKey, Frame
from clausewise.engine.backends.sql.inhabited import inhabited
from clausewise.engine.backends.sql.outcomes import outcomes_of
from clausewise.engine.backends.sql.quantifiers import Quantifiers
from clausewise.engine.backends.sql.rules import Rules
from clausewise.engine.backends.sql.waits import SqlWaits
from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.walk import variables


def compile_sql(
    policy: Policy, readings: Mapping[str, str] | None = None, dialect: Dialect = "duckdb"
) -> tuple[str, ...]:
    """Statements to run one after another in one session, the last of which gives the outcomes.

    They read a table `designs`: the columns of portfolio_table.py, and a `number` from 1 for each design, by which
    they tell designs apart. They keep tables of their own in the session. The result has a row for each design, in
    any order: its `number` and `name`, a column for each clause, and `verdict`, which is NULL if the design lists
    nothing of which the policy speaks. A clause of one of these names gets a `_`.

    Args:
        policy: what to judge by.
        readings: the alternatives chosen, by reading; the others are the defaults.
        dialect: whose SQL it shall be.

    Raises:
        KeyError: there is no such reading or alternative.
    """
    parts = compile_parts(policy, readings, dialect)
    return parts.flat + parts.judging


@dataclass(frozen=True, slots=True)
class Statements:
    """Those that make flat tables of the nested one, and those that judge by them, the last for the outcomes."""

    flat: tuple[str, ...]
    judging: tuple[str, ...]


def compile_parts(
    policy: Policy,
    readings: Mapping[str, str] | None = None,
    dialect: Dialect = "duckdb",
    odd: Tests | None = None,
) -> Statements:
    """The statements in two parts.

    Args:
        odd: a test of structs for mistakes, which is kept in the flat tables (odd_rows.py).
    """
    portfolio = PortfolioTables(policy.vocabulary, dialect)
    rules, applying = _judged(policy, choose_readings(policy, readings or {}), portfolio)
    last = outcomes_of(rules, applying)
    judging = [*portfolio.tables(), *portfolio.statements, last]
    return Statements(
        tuple(portfolio.flat_tables(odd)), tuple(one.sql(dialect=dialect) for one in judging)
    )


def _judged(
    policy: Policy, readings: Mapping[str, str], portfolio: PortfolioTables
) -> tuple[Rules, dict[str, str]]:
    """The rules of a policy; and for each clause a table of the designs to which it possibly applies."""
    others = {
        name: _judged(other, choose_readings(other, {}), portfolio)[0]
        for name, other in policy.policies.items()
    }
    rules, applying = Rules(policy, readings, portfolio, others), _Applying(portfolio)
    rules.tables = Quantifiers(rules)
    for name in policy.order:
        rules.outcomes[name] = (
            portfolio.create("clause", _violations(rules, policy.clauses[name])),
            "result",
        )
    return rules, {name: applying.table(rules, clause) for name, clause in policy.clauses.items()}


def _violations(rules: Rules, clause: Clause) -> Sql:
    """The results of a clause for the designs by which it is possibly violated."""
    conditions, scope = _bindings(rules, clause.bindings, None)
    frame, broken = conditions.frame, clause.violation_for_one
    possible = conditions.condition(broken, scope, POSSIBLE)
    certain = conditions.condition(broken, scope, CERTAIN)
    there = [
        either(scope[b.variable].is_listed, inhabited(conditions, b.range, scope))
        for b in clause.bindings
    ]
    is_open: Sql = literal(UNDETERMINED)
    if clause.name in rules.policy.reviewable:
        unlisted = [key.is_unlisted for key in scope.values()]
        waits = either(*unlisted, SqlWaits(conditions).of(broken, scope))
        is_open = case((waits, is_open), otherwise=literal(REVIEW))
    result = most(case((both(*there, certain), literal(VIOLATED)), otherwise=is_open))
    query = frame.select(exp.alias_(frame.design, "design"), exp.alias_(result, "result"))
    return query.where(possible).group_by(frame.design)


def _bindings(
    rules: Rules, bindings: Sequence[Binding], used: frozenset[str] | None
) -> tuple[SqlConditions, dict[str, EntityKey]]:
    """A frame with a row for each combination of bindings; of variables not in `used` only that there is one."""
    frame, scope = Frame(rules.portfolio), dict[str, EntityKey]()
    for index, binding in enumerate(bindings):
        unused = index > 0 and used is not None and binding.variable not in used
        if unused and frame.bind_unused(binding.range, scope):
            continue
        relation = rules.sets.relation(binding.range, types_of(scope))
        key = frame.bind(relation, binding.range.type, scope, unused=unused)
        scope[binding.variable] = key
    if not scope:
        frame.start()
    return SqlConditions(rules, frame), scope


@dataclass(slots=True)
class _Applying:
    """Tables of the designs to which clauses possibly apply, shared by those of the same bindings and `when`."""

    portfolio: PortfolioTables
    found: dict[object, str] = field(default_factory=dict)

    def table(self, rules: Rules, clause: Clause) -> str:
        if not clause.bindings and not clause.when:
            return NUMBERED
        known = clause.bindings, clause.when
        if known not in self.found:
            self.found[known] = self.portfolio.create("applies", self._query(rules, clause))
        return self.found[known]

    def _query(self, rules: Rules, clause: Clause) -> Sql:
        ranges = (variables(binding.range) for binding in clause.bindings)
        when = clause.violation_for_one.when
        used = variables(when).union(*ranges)
        conditions, scope = _bindings(rules, clause.bindings, used)
        applies = conditions.condition(when, scope, POSSIBLE)
        query = conditions.frame.select(exp.alias_(conditions.frame.design, "design"))
        return (query if applies == TRUE else query.where(applies)).distinct()
