"""How long Spark takes for a portfolio, by its size: the cost of a design should stay flat.

Run it by `python -m benchmarks.spark [DESIGNS ...]`, by default with 100,000, 1,000,000 and 10,000,000. It needs
`pip install "clausewise[portfolio,spark]"` and Java, and for ten million designs some hours. Spark runs in local
mode with two cores. Designs are generated (peers/deployments.py): 20,000 different ones, written again under other
numbers until there are enough. It writes `spark.md` beside this file.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

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
POLICY = Path(__file__).parent / "peers" / "encodings" / "bench.policy"
SIZES = (100_000, 1_000_000, 10_000_000)
DIFFERENT = 20_000
PART = 1_000_000
"""How many designs are judged together. Spark keeps every table of a part in memory, or on disk."""
CORES = 2


def numbered(path: Path, count: int) -> None:
    """Write a Parquet file of that many designs, each with a number of its own from 1."""
    policy = load_policy(str(POLICY))
    packer = Packer(policy)
    content, _ = packer.packed([Given("", line) for line in deployments(min(count, DIFFERENT))])
    table = pa.Table.from_batches(pa.ipc.open_stream(content))
    schema = pa.schema([("number", pa.int64()), *table.schema])
    with parquet.ParquetWriter(path, schema) as writer:
        for first in range(1, count + 1, table.num_rows):
            part = table.slice(0, min(table.num_rows, count + 1 - first))
            numbers = pa.array(range(first, first + part.num_rows), pa.int64())
            writer.write_table(part.add_column(0, "number", numbers))


def judged(
    session: Any, path: Path, count: int, statements: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Judge all designs, part by part; the counts of verdicts of each part."""
    *steps, last = statements
    session.read.parquet(str(path)).createOrReplaceTempView("numbered_designs")
    for first in range(1, count + 1, PART):
        some = f"number BETWEEN {first} AND {first + PART - 1}"
        session.sql(
            f"CREATE OR REPLACE TEMPORARY VIEW designs AS SELECT * FROM numbered_designs WHERE {some}"
        )
        for step in steps:
            session.sql(step)
        rows = session.sql(
            f"SELECT verdict, count(*) AS designs FROM ({last}) GROUP BY verdict"
        ).collect()
        yield from ((row["verdict"], row["designs"]) for row in rows)
        session.catalog.clearCache()
        for table in session.catalog.listTables():
            if table.isTemporary and table.name != "numbered_designs":
                session.catalog.dropTempView(table.name)


def measured(folder: Path, count: int, statements: Sequence[str]) -> tuple[float, float]:
    """Seconds until Spark stands ready, and seconds to judge that many designs."""
    path = folder / f"{count}.parquet"
    numbered(path, count)
    start = perf_counter()
    settings: dict[str, Any] = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": str(CORES),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(folder),
    }
    builder = SparkSession.builder.master(f"local[{CORES}]").config(map=settings)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    ready = perf_counter()
    found = sum(designs for _, designs in judged(session, path, count, statements))
    end = perf_counter()
    session.stop()
    path.unlink()
    assert found == count, found
    return ready - start, end - ready


def main() -> None:
    """Measure each size, and write the table after each."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    statements = compile_sql(load_policy(str(POLICY)), dialect="spark")
    rows: list[str] = []
    for count in sizes:
        folder = Path(tempfile.mkdtemp(prefix="spark-"))
        try:
            ready, seconds = measured(folder, count, statements)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        rows.append(
            f"| {count:,} | {ready:.0f} | {seconds:,.0f} | {count / seconds:,.0f} | {seconds / count * 1e6:,.0f} |"
        )
        RESULTS.write_text(table(rows), encoding="utf-8")
        print(rows[-1], flush=True)


def table(rows: Sequence[str]) -> str:
    """The figures as a page."""
    lines = [
        "# A portfolio on Spark, by its size",
        "",
        f"Spark {pyspark.__version__} in local mode with {CORES} cores of {os.cpu_count()}, "
        f"{platform.machine()}; parts of {PART:,} designs, of which {DIFFERENT:,} are different; one run each.",
        "",
        "| designs | seconds to start | seconds to judge | designs a second | µs a design |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
