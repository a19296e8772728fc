"""How much Spark takes for a portfolio, by its size: the cost of a design should stay flat.

Run it by `python -m benchmarks.spark [DESIGNS ...]`. It needs `pip install "clausewise[portfolio,spark]"`, Java
and Linux. Spark runs in local mode with two cores, and judges one size after another in one session. The first
pays for the start, so give a small one first. Designs are generated (peers/deployments.py): 20,000 different
ones, written again under other numbers and names until there are enough. What comes out, all clauses and the
verdict of each design, is counted and must be what DuckDB counts. It writes `spark.md` beside this file.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa
import pyspark
from pyarrow import parquet
from pyspark.sql import SparkSession

from benchmarks.peers.deployments import deployments
from clausewise.engine.backends.sql.program import compile_sql
from clausewise.intake.load import load_policy
from clausewise.portfolio.judge import Given
from clausewise.portfolio.packing import Packer

RESULTS = Path(__file__).with_suffix(".md")
POLICY = load_policy(str(Path(__file__).parent / "peers" / "encodings" / "bench.policy"))
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DIFFERENT = 20_000
PART = 1_000_000
"""How many designs are judged together: their tables are on disk, about 1 kB a design."""
CORES = 2
Tally = Counter[tuple[str, ...]]


def numbered(path: Path, count: int) -> None:
    """Write a Parquet file of that many designs, each with a name and a number of its own, from 1."""
    given = [Given("", line) for line in deployments(min(count, DIFFERENT))]
    content, _ = Packer(POLICY).packed(given)
    table = pa.Table.from_batches(pa.ipc.open_stream(content))
    with parquet.ParquetWriter(path, pa.schema([("number", pa.int64()), *table.schema])) as writer:
        for first in range(1, count + 1, table.num_rows):
            part = table.slice(0, min(table.num_rows, count + 1 - first))
            numbers = pa.array(range(first, first + part.num_rows), pa.int64())
            part = part.set_column(0, "name", numbers.cast(pa.string()))
            writer.write_table(part.add_column(0, "number", numbers))


def judged(session: Any, path: Path, count: int, statements: Sequence[str]) -> Tally:
    """Judge all designs by Spark, part by part, each in a database that is dropped after it."""
    *steps, last = statements
    all_designs, found = session.read.parquet(str(path)), Tally()
    for first in range(1, count + 1, PART):
        some = all_designs.where(f"number BETWEEN {first} AND {first + PART - 1}")
        some.createOrReplaceTempView("designs")
        session.sql("CREATE DATABASE part")
        session.sql("USE part")
        for step in steps:
            session.sql(step)
        outcomes = session.sql(last).drop("number", "name")
        for *row, times in outcomes.groupBy(outcomes.columns).count().collect():
            found[tuple(row)] += times
        session.sql("USE default")
        session.sql("DROP DATABASE part CASCADE")
    return found


def judged_by_duckdb(path: Path, count: int) -> Tally:
    """What should come out: the different designs, each as often as it is written."""
    connection = duckdb.connect()
    connection.execute(
        f"CREATE VIEW designs AS FROM read_parquet('{path}') WHERE number <= {DIFFERENT}"
    )
    *steps, last = compile_sql(POLICY)
    for step in steps:
        connection.execute(step)
    times = f"CAST(sum(({count} - number) // {DIFFERENT} + 1) AS BIGINT)"
    rows = connection.execute(
        f"SELECT * EXCLUDE (number, name), {times} FROM ({last}) GROUP BY ALL"
    )
    found = Tally()
    for *row, designs in rows.fetchall():
        found[tuple(row)] = designs
    return found


def started(folder: Path) -> Any:
    """A session of Spark on this machine, with its tables in a folder."""
    settings: dict[str, Any] = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:-DontCompileHugeMethods",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.shuffle.partitions": str(4 * CORES),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.master(f"local[{CORES}]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def processor_time(session: Any) -> float:
    """Seconds of processor time that Java took so far."""
    process = session.sparkContext._gateway.proc.pid
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(session: Any, folder: Path, count: int, statements: Sequence[str]) -> str:
    """A line of the table for so many designs."""
    path = folder / f"{count}.parquet"
    numbered(path, count)
    clock, taken = perf_counter(), processor_time(session)
    found = judged(session, path, count, statements)
    clock, taken = perf_counter() - clock, processor_time(session) - taken
    assert found == judged_by_duckdb(path, count), "DuckDB judges otherwise"
    path.unlink()
    each = taken / count * 1e6
    return f"| {count:,} | {clock:,.0f} | {taken:,.0f} | {each:,.0f} | {os.getloadavg()[1]:.0f} |"


def main() -> None:
    """Measure each size, and write the table after each."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    statements = compile_sql(POLICY, dialect="spark")
    rows: list[str] = []
    with tempfile.TemporaryDirectory(prefix="spark-") as folder:
        session = started(Path(folder))
        for count in sizes:
            rows.append(measured(session, Path(folder), count, statements))
            RESULTS.write_text(table(rows), encoding="utf-8")
            print(rows[-1], flush=True)
        session.stop()


def table(rows: Sequence[str]) -> str:
    """The figures as a page."""
    lines = [
        "# A portfolio on Spark, by its size",
        "",
        f"Spark {pyspark.__version__} in local mode with {CORES} cores of {os.cpu_count()}, "
        f"{platform.machine()}, by {len(POLICY.clauses)} clauses; all in one session, one after another, "
        f"in parts of {PART:,} designs, of which {DIFFERENT:,} are different; once each. The outcomes of all "
        "clauses and the verdicts, counted together, were those of DuckDB. The load is the mean of the last five "
        "minutes: where it is over the number of cores, others had their share of the clock.",
        "",
        "| designs | seconds by the clock | seconds of processor time | µs of it a design | load |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
