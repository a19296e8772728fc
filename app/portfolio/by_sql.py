"""A portfolio in Parquet, judged by SQL on DuckDB (engine/backends/sql/program.py): outcomes, no reasons.

SQL does not notice mistakes. So rows that may have some are left out of it, and go the way of all other designs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.checking.check import nothing_to_judge
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.portfolio.judge import Judge, Judged, Task, in_a_line
from clausewise.portfolio.sources import needs_extra, rows_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TITLED = "SELECT results.*, title FROM results JOIN designs USING (number) ORDER BY number"
BATCH = 10_000
"""How many rows of the results are in memory at a time."""

Numbered = tuple[int, Judged]
"""What came of a row, with its number."""


def judge_table(path: Path, task: Task, jobs: int | None = None) -> Iterator[Judged]:
    """Judge the rows of a Parquet file with a column for each entity type, in their order.

    Args:
        jobs: how many threads; as many as DuckDB thinks right by default.

    Raises:
        InvalidError: the file cannot be read, or has not these columns, or what SQL needs is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise needs_extra("judging by SQL") from None
    try:
        odd = _odd_rows(path, task, jobs)
        by_sql, one_by_one = _by_sql(path, task, odd, jobs), _one_by_one(path, task, odd)
        for _, judged in merge(by_sql, one_by_one, key=lambda numbered: numbered[0]):
            yield judged
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        hint = "docs/sql.md says what the file must be like; `--engine python` tells which rows are not"
        message = f"`{path}` cannot be judged by SQL: {reason}"
        raise InvalidError([Diagnostic("E526", message, hint=hint)]) from None


def _odd_rows(path: Path, task: Task, jobs: int | None) -> Sequence[int]:
    """The numbers of the rows that may have mistakes, in order."""
    from clausewise.engine.backends.sql.odd_rows import odd_rows

    policies = [task.policy, *([task.against.policy] if task.against else [])]
    queries = dict.fromkeys(odd_rows(policy.vocabulary) for policy in policies)
    with _opened(path, jobs) as connection:
        found = [connection.execute(query).fetchall() for query in queries]
    return sorted({number for rows in found for (number,) in rows})


@contextmanager
def _opened(
    path: Path, jobs: int | None, without: Sequence[int] = ()
) -> Iterator[DuckDBPyConnection]:
    """A session that has the file as a view `designs`, without some of its rows."""
    import duckdb

    with duckdb.connect(config={"threads": jobs} if jobs else {}) as connection:
        rows = connection.read_parquet(str(path), file_row_number=True)
        rows = rows.project("file_row_number + 1 AS number, *")
        if without:
            connection.execute("CREATE TABLE odd AS SELECT unnest(?) AS number", [without])
            rows = rows.join(connection.table("odd"), "number", how="anti")
        rows.create_view("designs")
        yield connection


def _one_by_one(path: Path, task: Task, numbers: Sequence[int]) -> Iterator[Numbered]:
    """The rows of these numbers, judged as any design is."""
    if numbers:
        judge = Judge(replace(task, with_reasons=False))
        for number, design in rows_of(path, task.policy.vocabulary, numbers):
            yield number, judge.judge(design)


def _by_sql(path: Path, task: Task, odd: Sequence[int], jobs: int | None) -> Iterator[Numbered]:
    """All other rows."""
    against = task.against
    found = _results(path, task.policy, task.readings, odd, jobs)
    if against is None:
        yield from found
        return
    others = _results(path, against.policy, against.readings, odd, jobs)
    for (number, judged), (_, other) in zip(found, others, strict=True):
        yield number, replace(judged, other=other.outcomes, other_verdict=other.verdict)


def _results(
    path: Path,
    policy: Policy,
    readings: Mapping[str, str],
    odd: Sequence[int],
    jobs: int | None,
) -> Iterator[Numbered]:
    from clausewise.engine.backends.sql.portfolio_table import apart
    from clausewise.engine.backends.sql.program import compile_sql

    columns = apart(policy.clauses, {"number", "name", "verdict"})
    *steps, last = compile_sql(policy, readings)
    with _opened(path, jobs, odd) as connection:
        for step in steps:
            connection.execute(step)
        connection.execute(f"CREATE TABLE results AS {last}")
        found = connection.execute(TITLED)
        names = [name for name, *_ in found.description or ()]
        while batch := found.fetchmany(BATCH):
            for values in batch:
                row = dict(zip(names, values, strict=True))
                yield row["number"], _judged(row, columns, policy, path)


def _judged(
    row: Mapping[str, Any], columns: Mapping[str, str], policy: Policy, path: Path
) -> Judged:
    name = row["name"] or f"{path}:{row['number']}"
    if row["verdict"] is None:
        return Judged(name, mistake=in_a_line([nothing_to_judge(policy, None)]))
    outcomes = {clause: Outcome(row[column]) for clause, column in columns.items()}
    return Judged(name, row["title"], Verdict(row["verdict"]), outcomes)
