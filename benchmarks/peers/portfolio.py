"""A portfolio judged as a whole: by SQL on DuckDB, by worker processes, and by regorus one by one; and packed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.peers.deployments import deployments
from benchmarks.peers.protocol import Job, Mode
from benchmarks.peers.roster import Contestant
from benchmarks.peers.runner import do, write_deployments

LIMIT = 600.0
"""Seconds that one process may take."""
LOOP = 1_000
"""How many designs regorus judges."""
COPIES = 4
"""How often each design is in the Parquet file: engines of SQL are made for many rows."""
ROW_GROUP = 20_000
"""How many rows of the Parquet file one thread reads at a time."""
SQL, WHOLE = "SQL alone, from Parquet to Arrow", "SQL with all that `portfolio` does, to counts"
WORKERS, ROWS = "worker processes, from JSON lines", "worker processes, from Parquet"
PACKED, PEER = "JSON lines to Parquet", "regorus in a loop"

Outcomes = list[dict[str, str]]


def measure_portfolio(
    regorus: Contestant, work: Path, folder: Path, count: int, runs: int
) -> dict[str, Any]:
    """Designs a second of each, in turn, after one turn that does not count."""
    lines = list(deployments(count))
    jsonl = write_deployments(folder / "portfolio.jsonl", lines)
    few = write_deployments(folder / "loop.jsonl", lines[:LOOP])
    single = packed(lines, work, folder / "single.parquet", copies=1)
    parquet = packed(lines, work, folder / "portfolio.parquet")
    statements = _statements(work)
    loop = Job(regorus.module, Mode.THREE, work, few)
    ways: dict[str, Callable[[], float]] = {
        SQL: lambda: COPIES * count / _timed(lambda: sql_table(parquet, statements)),
        WHOLE: lambda: COPIES * count / _timed(lambda: counted(parquet, work)),
        WORKERS: lambda: count / _timed(lambda: by_workers(jsonl, work)),
        ROWS: lambda: count / _timed(lambda: by_workers(single, work)),
        PACKED: lambda: count / _timed(lambda: pack_lines(jsonl, work, folder / "packed.parquet")),
        PEER: lambda: len(lines[:LOOP]) / do(regorus, loop, LIMIT)[0].seconds,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(runs + 1):
        for name, rate in ways.items():
            found = rate()
            if turn:
                rates[name].append(round(found))
    judged = (by_sql(parquet, statements, count), by_workers(jsonl, work), by_workers(single, work))
    differs = sum(one != other or one != third for one, other, third in zip(*judged, strict=True))
    return {
        "designs": count,
        "copies": COPIES,
        "runs": runs,
        "processors": os.cpu_count(),
        "rows": [{"way": name, "rates": found} for name, found in rates.items()],
        "differs": differs,
    }


def by_sql(path: Path, statements: Sequence[str], count: int) -> Outcomes:
    """The outcomes of a Parquet file's first designs."""
    rows = sql_table(path, statements).sort_by("number")[:count].to_pylist()
    return [{n: v for n, v in r.items() if n not in ("number", "name", "verdict")} for r in rows]


def sql_table(path: Path, statements: Sequence[str]) -> Any:
    """The outcomes of a Parquet file's designs as an Arrow table."""
    import duckdb

    *steps, last = statements
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        rows = connection.read_parquet(str(path), file_row_number=True)
        rows.project("(file_row_number + 1)::INTEGER AS number, *").create_view("designs")
        connection.execute("SET VARIABLE room = 1024")  # docs/sql.md: numbers of 32 bits
        for step in steps:
            connection.execute(step)
        return connection.sql(last).to_arrow_table()


def _statements(work: Path) -> Sequence[str]:
    """The policy as SQL. Compiling it is not timed, as it is for no engine."""
    from clausewise.engine.backends.sql.program import compile_sql

    return compile_sql(_policy(work))


def counted(path: Path, work: Path) -> int:
    """How many designs a Parquet file has: after all have been judged by SQL and counted, as `portfolio` does."""
    from clausewise.portfolio.by_sql import judged_by_sql
    from clausewise.portfolio.judge import Task

    with judged_by_sql(path, Task(_policy(work), {})) as table:
        return table.tally().designs


def by_workers(path: Path, work: Path) -> Outcomes:
    """The outcomes of the designs in a file of JSON lines, or of Parquet."""
    from clausewise.portfolio.judge import Task, judge_all
    from clausewise.portfolio.sources import designs_of
    from clausewise.portfolio.unpacking import judge_rows

    policy = _policy(work)
    task = Task(policy, {}, with_reasons=False)
    is_parquet = path.suffix == ".parquet"
    results = judge_rows(path, task) if is_parquet else judge_all(designs_of(path, None), task)
    return [dict(judged.outcomes) for judged in results]


def pack_lines(path: Path, work: Path, to: Path) -> None:
    """Write the Parquet that SQL reads of designs in JSON lines."""
    from clausewise.portfolio.packing import pack
    from clausewise.portfolio.sources import portions_of

    with to.open("wb") as stream:
        assert not any(pack(portions_of(path, None), _policy(work), stream))


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def packed(lines: list[bytes], work: Path, path: Path, *, copies: int = COPIES) -> Path:
    """Designs in JSON as a Parquet file with a column for each entity type."""
    import pyarrow as pa
    from pyarrow import parquet

    from clausewise.portfolio.judge import Given
    from clausewise.portfolio.packing import Packer

    content, _ = Packer(_policy(work)).packed([Given("", line) for line in lines])
    table = pa.Table.from_batches(pa.ipc.open_stream(content))
    parquet.write_table(pa.concat_tables([table] * copies), path, row_group_size=ROW_GROUP)
    return path


def _policy(work: Path) -> Any:
    from clausewise.intake.load import load_policy

    return load_policy(str(work / "bench.policy"))
