"""The last statement: the outcomes of all designs, made of the results of all clauses.

These lie in many tables, of which each has some of the designs. To join each would take long. So all their rows
are put into one table and grouped by design, where the results of a design are parts of one number (`_Packed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.engine.backends.results import MET, NOT_APPLICABLE, OUTCOMES
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    NUMBERED,
    TRUE,
    Sql,
    Words,
    case,
    column,
    either,
    equal,
    literal,
)
from clausewise.engine.backends.sql.portfolio_table import apart
from clausewise.engine.backends.sql.rules import Rules
from clausewise.engine.core.outcomes import VERDICTS, Outcome, Verdict, verdict_of

RESULT_BITS = 3
"""How many bits hold a clause's result."""
NUMBER_BITS = 60
"""How many bits of a number are used."""


def outcomes_of(rules: Rules, applying: Mapping[str, str]) -> Sql:
    """A query for the outcomes.

    Args:
        applying: for each clause a table of the designs to which it possibly applies.
    """
    packed, names = _Packed(), list(rules.policy.clauses)
    columns: list[Sql] = [column(NUMBERED, name) for name in ("design", "name", "draft")]
    columns.append(exp.alias_(_lists_any(rules, packed), "lists_any"))
    for index, name in enumerate(names):
        table, result = rules.outcomes[name]
        applies = _is_in(applying[name], packed)
        met = case((applies, literal(MET)), otherwise=literal(NOT_APPLICABLE))
        found = packed.of(table, exp.column(result), RESULT_BITS)
        known = case((equal(found, literal(0)), met), otherwise=found)
        columns.append(exp.alias_(known, f"clause_{index}"))
    on = equal(column("packed", "design"), column(NUMBERED, "design"))
    numbers = exp.select(*columns).from_(NUMBERED)
    numbers = numbers.join(packed.query().subquery("packed"), on=on, join_type="left")
    return _worded(numbers, names, rules.portfolio.words)


@dataclass(slots=True)
class _Packed:
    """Results of tables as parts of numbers; 0 for a design that is not in a table.

    Attributes:
        tables: the number of each table, the first of its bits there, and a query for its rows.
        used: how many bits there are so far.
    """

    tables: dict[str, tuple[int, int, exp.Select]] = field(default_factory=dict)
    used: int = 0

    def of(self, table: str, value: Sql, bits: int) -> Sql:
        """What a table has for a design, given the value in its rows and how many bits that takes."""
        if table not in self.tables:
            if self.used % NUMBER_BITS + bits > NUMBER_BITS:
                self.used += -self.used % NUMBER_BITS
            number, first = divmod(self.used, NUMBER_BITS)
            rows = exp.select("design", exp.alias_(value, "result")).from_(table)
            self.tables[table] = number, first, rows
            self.used += bits
        number, first, _ = self.tables[table]
        packed = exp.Coalesce(this=column("packed", f"number_{number}"), expressions=[literal(0)])
        part = exp.BitwiseRightShift(this=packed, expression=literal(first))
        return exp.paren(exp.BitwiseAnd(this=exp.paren(part), expression=literal((1 << bits) - 1)))

    def query(self) -> exp.Query:
        """All rows, one for each design that is in some table."""
        names = [f"number_{index}" for index in range(self.used // NUMBER_BITS + 1)]
        none = exp.select("design", *(exp.alias_(_wide(literal(0)), name) for name in names))
        rows = [none.from_(NUMBERED).where(FALSE)]
        for number, first, of_table in self.tables.values():
            wide = _wide(exp.column("result"))
            part = exp.BitwiseLeftShift(this=wide, expression=literal(first))
            values = [part if index == number else literal(0) for index in range(len(names))]
            columns = [exp.alias_(value, name) for value, name in zip(values, names, strict=True)]
            rows.append(exp.select("design", *columns).from_(of_table.subquery("results")))
        together = [exp.alias_(exp.BitwiseOrAgg(this=exp.column(name)), name) for name in names]
        found = exp.union(*rows, distinct=False).subquery("results")
        return exp.select("design", *together).from_(found).group_by("design")


def _wide(number: Sql) -> Sql:
    return exp.cast(number, "bigint")


def _is_in(table: str, packed: _Packed) -> Sql:
    """Whether a table has a design."""
    return TRUE if table == NUMBERED else equal(packed.of(table, literal(1), 1), literal(1))


def _lists_any(rules: Rules, packed: _Packed) -> Sql:
    """Whether a design lists an entity of which the policy speaks."""
    if rules.policy.is_about_all:
        return TRUE
    tables = [rules.sets.listed(type_) for type_ in sorted(rules.policy.subjects)]
    return either(*(_is_in(table, packed) for table in tables))


def _worded(numbers: exp.Select, names: list[str], words: Words) -> Sql:
    """The results in words."""
    results: list[Sql] = [column("results", f"clause_{index}") for index in range(len(names))]
    called = apart(names, {"number", "name", "verdict"})
    columns = [exp.alias_(column("results", "design"), "number"), column("results", "name")]
    columns += [
        exp.alias_(_outcome(result, words), called[name], quoted=True)
        for result, name in zip(results, names, strict=True)
    ]
    return exp.select(*columns, exp.alias_(_verdict(results, words), "verdict")).from_(
        numbers.subquery("results")
    )


def _outcome(result: Sql, words: Words) -> Sql:
    found = [words.one_of(outcome, Outcome) for outcome in OUTCOMES]
    branches = [(equal(result, literal(n)), outcome) for n, outcome in enumerate(found)]
    return case(*branches, otherwise=found[NOT_APPLICABLE])


def _verdict(results: list[Sql], words: Words) -> Sql:
    """The verdict (`engine/core/outcomes.py`), NULL if the design lists nothing of which the policy speaks."""

    def some(result: int) -> Sql:
        return either(*(equal(found, literal(result)) for found in results))

    draft, judged = column("results", "draft"), column("results", "lists_any")
    branches = []
    for outcome, verdict in VERDICTS.items():
        found = some(OUTCOMES.index(outcome))
        if outcome is Outcome.NOT_APPLICABLE:
            found = judged
        of_draft = verdict_of([outcome], draft=True)
        value = case(
            (draft, words.one_of(of_draft, Verdict)), otherwise=words.one_of(verdict, Verdict)
        )
        branches.append((found, value))
    return case(*branches)
