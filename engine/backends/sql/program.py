"""A linked policy to SQL that judges a whole portfolio (portfolio_table.py): outcomes only, no reasons.

Every condition becomes two tests (planes.py): whether it is *possibly* true, and whether it is *certainly* true.
Sets of entities, quantifiers and clauses become tables, one after another; the last statement asks for the
outcomes. All names are generated, and a user's texts are constants that sqlglot writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE
from clausewise.engine.backends.results import (
    MET,
    NOT_APPLICABLE,
    OUTCOMES,
    REVIEW,
    UNDETERMINED,
    VIOLATED,
)
from clausewise.engine.backends.sql.conditions import SqlConditions, types_of
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    NUMBERED,
    TRUE,
    Dialect,
    Sql,
    Words,
    both,
    case,
    column,
    compared,
    either,
    equal,
    is_null,
    literal,
    most,
    negated,
)
from clausewise.engine.backends.sql.entities import PortfolioTables, created
from clausewise.engine.backends.sql.flat import Flat
from clausewise.engine.backends.sql.frames import EntityKey, Frame
from clausewise.engine.backends.sql.inhabited import inhabited
from clausewise.engine.backends.sql.portfolio_table import apart
from clausewise.engine.backends.sql.quantifiers import Quantifiers
from clausewise.engine.backends.sql.rules import Rules
from clausewise.engine.backends.sql.waits import SqlWaits
from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.outcomes import VERDICTS, Outcome, verdict_of
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
    first = flattening(policy.vocabulary, dialect)
    return first + compile_flat(policy, readings, dialect)


def flattening(vocabulary: Vocabulary, dialect: Dialect = "duckdb") -> tuple[str, ...]:
    """The first of the statements, which are the same for all policies of a vocabulary."""
    tables = Flat(vocabulary, Words(dialect)).tables()
    return tuple(created(name, query, dialect).sql(dialect=dialect) for name, query in tables)


def compile_flat(
    policy: Policy, readings: Mapping[str, str] | None = None, dialect: Dialect = "duckdb"
) -> tuple[str, ...]:
    """The statements after those of `flattening`."""
    portfolio = PortfolioTables(policy.vocabulary, dialect)
    rules, applying = _judged(policy, choose_readings(policy, readings or {}), portfolio)
    last = _result(rules, applying)
    statements = [*portfolio.tables(), *portfolio.statements, last]
    return tuple(statement.sql(dialect=dialect) for statement in statements)


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
        relation = rules.sets.relation(binding.range, types_of(scope))
        unused = index > 0 and used is not None and binding.variable not in used
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


# the result


def _result(rules: Rules, applying: Mapping[str, str]) -> Sql:
    """The outcomes of all designs, made of the numbers of all results."""
    names = list(rules.policy.clauses)
    numbers = exp.select("design", exp.column("name"), exp.column("draft")).from_(NUMBERED)
    for table in dict.fromkeys([*applying.values(), *(t for t, _ in rules.outcomes.values())]):
        if table != NUMBERED:
            same = equal(column(table, "design"), column(NUMBERED, "design"))
            numbers = numbers.join(exp.to_table(table), on=same, join_type="left")
    listing = _listing(rules)
    numbers = numbers.join(
        listing.subquery("listing"),
        on=equal(column("listing", "design"), column(NUMBERED, "design")),
        join_type="left",
    )
    columns: list[Sql] = [column(NUMBERED, name) for name in ("design", "name", "draft")]
    columns.append(exp.alias_(negated(is_null(column("listing", "design"))), "lists_any"))
    for index, name in enumerate(names):
        table, result = rules.outcomes[name]
        applies = negated(is_null(column(applying[name], "design")))
        met = case((applies, literal(MET)), otherwise=literal(NOT_APPLICABLE))
        found = exp.Coalesce(this=column(table, result), expressions=[met])
        columns.append(exp.alias_(found, f"clause_{index}"))
    return _worded(numbers.select(*columns, append=False), names)


def _listing(rules: Rules) -> exp.Query:
    """The designs that list an entity of which the policy speaks."""
    if rules.policy.is_about_all:
        return exp.select("design").from_(NUMBERED)
    tables = [rules.portfolio.table(type_) for type_ in sorted(rules.policy.subjects)]
    listing: list[exp.Query] = [
        exp.select("design").from_(table).where(compared(">", exp.column("id"), literal(0)))
        for table in tables
    ]
    none = exp.select("design").from_(NUMBERED).where(FALSE)
    return exp.union(none, *listing, distinct=True) if listing else none


def _worded(numbers: exp.Select, names: list[str]) -> Sql:
    """The results in words."""
    results: list[Sql] = [column("results", f"clause_{index}") for index in range(len(names))]
    called = apart(names, {"number", "name", "verdict"})
    columns = [exp.alias_(column("results", "design"), "number"), column("results", "name")]
    columns += [
        exp.alias_(_outcome(result), called[name], quoted=True)
        for result, name in zip(results, names, strict=True)
    ]
    return exp.select(*columns, exp.alias_(_verdict(results), "verdict")).from_(
        numbers.subquery("results")
    )


def _outcome(result: Sql) -> Sql:
    branches = [(equal(result, literal(n)), literal(o.value)) for n, o in enumerate(OUTCOMES)]
    return case(*branches, otherwise=literal(Outcome.NOT_APPLICABLE.value))


def _verdict(results: list[Sql]) -> Sql:
    """The verdict (`engine/core/outcomes.py`), NULL if the design lists nothing of which the policy speaks."""

    def some(result: int) -> Sql:
        return either(*(equal(found, literal(result)) for found in results))

    draft, judged = column("results", "draft"), column("results", "lists_any")
    branches = []
    for outcome, verdict in VERDICTS.items():
        found = some(OUTCOMES.index(outcome))
        if outcome is Outcome.NOT_APPLICABLE:
            found = judged
        of_draft = literal(verdict_of([outcome], draft=True).value)
        value = case((draft, of_draft), otherwise=literal(verdict.value))
        branches.append((found, value))
    return case(*branches)
