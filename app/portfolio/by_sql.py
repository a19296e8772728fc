"""A portfolio in Parquet, judged by SQL on DuckDB (engine/backends/sql/program.py): outcomes, no reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.portfolio.judge import Judged, Task
from clausewise.portfolio.sources import EXTRA

TITLED = "SELECT results.*, title FROM results JOIN designs USING (number) ORDER BY number"
BATCH = 10_000
"""How many rows of the results are in memory at a time."""


def judge_table(path: Path, task: Task, jobs: int | None = None) -> Iterator[Judged]:
    """Judge the rows of a Parquet file with a column for each entity type, in their order.

    Args:
        jobs: how many threads; as many as DuckDB thinks right by default.

    Raises:
        InvalidError: the file cannot be read, or has not these columns, or what SQL needs is not installed.
    """
    against = task.against
    found = _results(path, task.policy, task.readings, jobs)
    if against is None:
        yield from found
        return
    others = _results(path, against.policy, against.readings, jobs)
    for judged, other in zip(found, others, strict=True):
        yield replace(judged, other=other.outcomes, other_verdict=other.verdict)


def _results(
    path: Path, policy: Policy, readings: Mapping[str, str], jobs: int | None
) -> Iterator[Judged]:
    try:
        import duckdb

        from clausewise.engine.backends.sql.portfolio_table import apart
        from clausewise.engine.backends.sql.program import compile_sql
    except ImportError:
        raise _invalid("judging by SQL needs more than is installed", EXTRA) from None
    columns = apart(policy.clauses, {"number", "name", "verdict"})
    *steps, last = compile_sql(policy, readings)
    with duckdb.connect(config={"threads": jobs} if jobs else {}) as connection:
        try:
            rows = connection.read_parquet(str(path), file_row_number=True)
            rows.project("file_row_number + 1 AS number, *").create_view("designs")
            for step in steps:
                connection.execute(step)
            connection.execute(f"CREATE TABLE results AS {last}")
            found = connection.execute(TITLED)
            names = [name for name, *_ in found.description or ()]
            while batch := found.fetchmany(BATCH):
                for values in batch:
                    yield _judged(dict(zip(names, values, strict=True)), columns, path)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            hint = "docs/sql.md says what the file must be like; `--engine python` tells which rows are not"
            raise _invalid(f"`{path}` cannot be judged by SQL: {reason}", hint) from None


def _judged(row: dict[str, Any], columns: Mapping[str, str], path: Path) -> Judged:
    name = row["name"] or f"{path}:{row['number']}"
    if row["verdict"] is None:
        return Judged(name, mistake="this design lists nothing of which the policy speaks")
    outcomes = {clause: Outcome(row[column]) for clause, column in columns.items()}
    return Judged(name, row["title"], Verdict(row["verdict"]), outcomes)


def _invalid(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E509", message, hint=hint)])
