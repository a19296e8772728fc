"""A portfolio in Parquet, judged by SQL on DuckDB (engine/backends/sql/program.py): outcomes, no reasons.

SQL does not notice mistakes. So rows that may have some are left out of it, and go the way of all other designs.
What comes of all is a table in DuckDB (`JudgedTable`), which counts designs and writes rows without Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from clausewise.checking.check import nothing_to_judge
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.intake.load import no_design
from clausewise.portfolio.judge import Judge, Judged, Task, in_a_line
from clausewise.portfolio.judged_table import JUDGED, JudgedTable, quoted, text
from clausewise.portfolio.sources import needs_extra, rows_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 10_000
"""How many rows that are judged one by one are in memory at a time."""


@contextmanager
def judged_by_sql(path: Path, task: Task, jobs: int | None = None) -> Iterator[JudgedTable]:
    """Judge the rows of a Parquet file with a column for each entity type.

    Args:
        jobs: how many threads; as many as DuckDB thinks right by default.

    Raises:
        InvalidError: the file cannot be read, or has not these columns or no row, or what SQL needs is not
            installed.
    """
    try:
        import duckdb
    except ImportError:
        raise needs_extra("judging by SQL") from None
    try:
        with duckdb.connect(config={"threads": jobs} if jobs else {}) as connection:
            yield _judged(connection, path, task)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        hint = "docs/sql.md says what the file must be like; `--engine python` tells which rows are not"
        message = f"`{path}` cannot be judged by SQL: {reason}"
        raise InvalidError([Diagnostic("E526", message, hint=hint)]) from None


def _judged(connection: DuckDBPyConnection, path: Path, task: Task) -> JudgedTable:
    connection.execute("SET preserve_insertion_order = false")
    rows = connection.read_parquet(str(path), file_row_number=True)
    rows.project("file_row_number + 1 AS number, *").create_view("designs")
    odd = _odd_rows(connection, task)
    if odd:
        connection.execute("CREATE TABLE odd AS SELECT unnest(?) AS number", [odd])
        connection.execute("ALTER VIEW designs RENAME TO rows_of_all")
        rows = connection.view("rows_of_all").join(connection.table("odd"), "number", how="anti")
        rows.create_view("designs")
    table = JudgedTable(connection, task)
    _judge(connection, "judged_first", task.policy, task.readings)
    if task.against:
        _judge(connection, "judged_then", task.against.policy, task.against.readings)
    nothing = in_a_line([nothing_to_judge(task.policy, None)])
    connection.execute(f"CREATE TABLE {JUDGED} AS {_together(table, path, nothing)}")
    if odd:
        _add(table, path, odd)
    if not connection.table(JUDGED).limit(1).fetchall():
        raise no_design(path, "give a file with some")
    return table


def _odd_rows(connection: DuckDBPyConnection, task: Task) -> Sequence[int]:
    """The numbers of the rows that may have mistakes, in order."""
    from clausewise.engine.backends.sql.odd_rows import odd_rows

    policies = [task.policy, *([task.against.policy] if task.against else [])]
    queries = dict.fromkeys(odd_rows(policy.vocabulary) for policy in policies)
    found = [connection.execute(query).fetchall() for query in queries]
    return sorted({number for rows in found for (number,) in rows})


def _judge(
    connection: DuckDBPyConnection, name: str, policy: Policy, readings: Mapping[str, str]
) -> None:
    """Make a table of the outcomes by a policy."""
    from clausewise.engine.backends.sql.program import compile_sql

    *steps, last = compile_sql(policy, readings)
    for step in steps:
        connection.execute(step)
    connection.execute(f"CREATE TABLE {name} AS {last}")


def _together(table: JudgedTable, path: Path, nothing: str) -> str:
    """A query for what came of the designs, with the columns of `JudgedTable`."""
    is_judged, tables = (
        "first.verdict IS NOT NULL",
        "judged_first AS first JOIN designs USING (number)",
    )
    policy, against = table.task.policy, table.task.against
    columns = {
        "number": "number",
        "name": f"coalesce(nullif(first.name, ''), {text(f'{path}:')} || number)",
        "title": f"CASE WHEN {is_judged} THEN title ELSE '' END",
        "verdict": "first.verdict",
        "mistake": f"CASE WHEN NOT {is_judged} THEN {text(nothing)} END",
        **_outcomes("first", policy, table.clauses, is_judged),
    }
    if against:
        tables += " JOIN judged_then AS other USING (number)"
        columns["other_verdict"] = f"CASE WHEN {is_judged} THEN other.verdict END"
        are_judged = f"{is_judged} AND other.verdict IS NOT NULL"
        columns |= _outcomes("other", against.policy, table.others, are_judged)
    selected = ", ".join(f"{value} AS {column}" for column, value in columns.items())
    return f"SELECT {selected} FROM {tables}"


def _outcomes(
    of: str, policy: Policy, columns: Mapping[str, str], is_judged: str
) -> dict[str, str]:
    """The outcomes of a table of results, by the columns that they get."""
    from clausewise.engine.backends.sql.portfolio_table import apart

    called = apart(policy.clauses, {"number", "name", "verdict"})
    return {
        column: f"CASE WHEN {is_judged} THEN {of}.{quoted(called[clause])} END"
        for clause, column in columns.items()
    }


def _add(table: JudgedTable, path: Path, numbers: Sequence[int]) -> None:
    """Judge the rows of these numbers as any design is, and add them."""
    judge = Judge(replace(table.task, with_reasons=False))
    designs = rows_of(path, table.task.policy.vocabulary, numbers)
    rows = (_row(number, judge.judge(design), table) for number, design in designs)
    while batch := list(islice(rows, BATCH)):
        columns = [list(column) for column in zip(*batch, strict=True)]
        lists = ["unnest(?::BIGINT[])", *["unnest(?::VARCHAR[])"] * (len(columns) - 1)]
        table.connection.execute(f"INSERT INTO {JUDGED} SELECT {', '.join(lists)}", columns)


def _row(number: int, judged: Judged, table: JudgedTable) -> list[object]:
    own = [number, judged.name, judged.title, judged.verdict, judged.mistake or None]
    row = [*own, *(judged.outcomes.get(clause) for clause in table.clauses)]
    if table.task.against:
        row += [judged.other_verdict, *(judged.other.get(clause) for clause in table.others)]
    return row
