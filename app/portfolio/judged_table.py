"""What came of a portfolio's designs as a table in DuckDB: counted, and asked for, by SQL.

Outcomes and verdicts are kept as numbers (`ENUM`), which are quick to insert and to count. Queries that put texts
together read them in words, through a view.

| column | holds |
| --- | --- |
| `number`, `name`, `title` | which design it is |
| `verdict`, `mistake` | what came of it; one of them is NULL |
| `clause_0`, ... | the outcomes, in the order of the clauses |
| `other_verdict`, `other_0`, ... | the same by what it is compared with; NULL where that has nothing to judge |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clausewise.checking.report import COULD_NOT_JUDGE, EXIT_CODES
from clausewise.engine.backends.sql.quoting import text
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.portfolio.judge import Task
from clausewise.portfolio.tally import MOST_KEPT, NOT_THERE, Tally

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

JUDGED = "judged"
"""The view's name: what is read in words."""
KEPT = "kept"
"""The table's name: what is written and counted."""


@dataclass(frozen=True)
class JudgedTable:
    """The table, in the session that has it."""

    connection: DuckDBPyConnection
    task: Task

    @cached_property
    def clauses(self) -> Mapping[str, str]:
        """The columns of the clauses' outcomes."""
        return {name: f"clause_{i}" for i, name in enumerate(self.task.policy.clauses)}

    @cached_property
    def others(self) -> Mapping[str, str]:
        """The columns of the outcomes by what the portfolio is compared with."""
        against = self.task.against
        return {n: f"other_{i}" for i, n in enumerate(against.policy.clauses)} if against else {}

    @cached_property
    def types(self) -> Mapping[str, str]:
        """DuckDB's types of all columns, in their order."""
        own = {"number": "BIGINT", "name": "VARCHAR", "title": "VARCHAR", "mistake": "VARCHAR"}
        return {**own, **self.coded}

    @cached_property
    def coded(self) -> Mapping[str, str]:
        """The types of those that hold one of some words, kept as a number."""
        verdict, outcome = _one_of(Verdict), _one_of(Outcome)
        found = {"verdict": verdict} | dict.fromkeys(self.clauses.values(), outcome)
        if self.others:
            found |= {"other_verdict": verdict} | dict.fromkeys(self.others.values(), outcome)
        return found

    def create(self) -> None:
        """Make the table, without rows, and the view."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.types.items())
        self.connection.execute(f"CREATE TABLE {KEPT} ({columns})")
        read = ", ".join(f"{name}::VARCHAR AS {name}" for name in self.coded)
        self.connection.execute(f"CREATE VIEW {JUDGED} AS SELECT * REPLACE ({read}) FROM {KEPT}")

    @cached_property
    def compared(self) -> Mapping[str, tuple[str, str]]:
        """For each clause of the one or the other, its two outcomes; NULL where there is no such clause."""
        names = dict.fromkeys([*self.clauses, *self.others]) if self.others else ()
        return {n: (self.clauses.get(n, "NULL"), self.others.get(n, "NULL")) for n in names}

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows that a query gives."""
        return iter(self.connection.execute(query).fetchall())

    def tally(self) -> Tally:
        """The counts of all designs."""
        tally = Tally(self.task)
        for word, count in self.rows(f"SELECT verdict, count(*) FROM {KEPT} GROUP BY verdict"):
            verdict = Verdict(word) if word else None
            tally.designs += count
            tally.codes.add(EXIT_CODES[verdict] if verdict else COULD_NOT_JUDGE)
            if verdict:
                tally.verdicts[verdict] = count
            else:
                tally.bad = count
        for name, column in self.clauses.items():
            found = f"SELECT {column}, count(*) FROM {KEPT} WHERE verdict IS NOT NULL GROUP BY 1"
            tally.outcomes[name] = Counter({Outcome(o): count for o, count in self.rows(found)})
        bad = f"FROM {JUDGED} WHERE verdict IS NULL ORDER BY number LIMIT {MOST_KEPT}"
        tally.mistakes = [*self.rows(f"SELECT name, mistake {bad}")]
        self._count_flips(tally)
        return tally

    def _count_flips(self, tally: Tally) -> None:
        """Count what comes out otherwise; the changes by where they are first seen."""
        if not self.others:
            return
        changes = [("verdict", "verdict", "other_verdict")]
        changes += [(clause, before, after) for clause, (before, after) in self.compared.items()]
        queries = [
            f"SELECT {text(what)}, coalesce({before}, {text(NOT_THERE)}), coalesce({after}, {text(NOT_THERE)}), "
            f"count(*), arg_min(name, number, {MOST_KEPT}), min(number), {place} FROM {JUDGED} "
            f"WHERE other_verdict IS NOT NULL AND {before} IS DISTINCT FROM {after} GROUP BY ALL"
            for place, (what, before, after) in enumerate(changes)
        ]
        for *flip, count, names, _, _ in self.rows(f"{' UNION ALL '.join(queries)} ORDER BY 6, 7"):
            what, before, after = flip
            tally.flips[what, before, after] = count
            tally.flipped[what, before, after] = names


def _one_of(words: Iterable[str]) -> str:
    """DuckDB's type of a column that holds one of some words."""
    return f"ENUM ({', '.join(map(text, words))})"
