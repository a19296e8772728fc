"""How near SQL comes to the speed of memory: the same tests of terms, by engine and by how the uses are kept.

Four tests of the uses of 100,000 designs: three lists of terms against sets, one term against a set. The uses are
kept as a portfolio keeps them (each design has a list of structs), as a table of uses with lists of terms, and as
a table of uses in which a list of terms is one whole number with a bit for each term.

Run it by `python -m benchmarks.columns`. It needs polars and datafusion, which nothing else here does, takes a
minute, and writes medians of alternating runs to `columns.md` beside this file.
"""

from __future__ import annotations

import platform
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import datafusion
import duckdb
import polars

from benchmarks.peers.deployments import deployments
from benchmarks.peers.portfolio import packed

RESULTS = Path(__file__).with_suffix(".md")
WORK = Path(__file__).parent / "peers" / "encodings"
COUNT = 100_000
RUNS = 7
SETS = {
    "operation": ["recognise", "identify", "verify", "find-similar", "one-to-many"],
    "purpose": ["access-control", "find-suspects", "watchlist-alert"],
    "infers": ["emotion"],
}
TIMES = ["real-time", "near-real-time"]


def in_duckdb(table: str) -> Callable[[], list[int]]:
    """The tests on lists of terms."""
    tests = [f"list_has_any({field}, {terms})" for field, terms in SETS.items()]
    return counted([*tests, f"timing IN {tuple(TIMES)}"], table)


def counted(tests: list[str], table: str) -> Callable[[], list[int]]:
    """How many uses pass each test, in DuckDB."""
    columns = ", ".join(f"count(*) FILTER ({test})" for test in tests)
    return lambda: list(duckdb.execute(f"SELECT {columns} FROM {table}").fetchall()[0])


def in_polars(nested: Path) -> list[int]:
    """The tests on a design's list of uses, in Polars."""
    uses = polars.scan_parquet(nested).select(polars.col("use").explode()).unnest("use")
    tests = [
        polars.any_horizontal([polars.col(field).list.contains(term) for term in terms])
        for field, terms in SETS.items()
    ]
    tests.append(polars.col("timing").is_in(TIMES))
    sums = [test.sum().alias(str(number)) for number, test in enumerate(tests)]
    return list(uses.select(sums).collect().row(0))


def in_datafusion(nested: Path) -> list[int]:
    """The tests on a design's list of uses, in DataFusion."""
    context = datafusion.SessionContext()
    context.register_parquet("designs", str(nested))
    tests = [
        f"array_has_any(u['{field}'], make_array({str(terms)[1:-1]}))"
        for field, terms in SETS.items()
    ]
    tests.append(f"u['timing'] IN {tuple(TIMES)}")
    columns = ", ".join(
        f"sum(CASE WHEN {test} THEN 1 ELSE 0 END) AS c{number}" for number, test in enumerate(tests)
    )
    uses = 'SELECT unnest("use") AS u FROM designs'
    (batch,) = context.sql(f"SELECT {columns} FROM ({uses})").collect()
    return [column[0].as_py() for column in batch.columns]


def in_bits(lists: Path, bits: Path) -> Callable[[], list[int]]:
    """The tests on whole numbers, in DuckDB: the terms of each field are numbered, and a set is a mask."""
    numbers: dict[str, dict[str, int]] = {}
    for field in (*SETS, "timing"):
        each = f"unnest({field})" if field in SETS else field
        terms = duckdb.execute(f"SELECT DISTINCT {each} AS t FROM '{lists}' ORDER BY t").fetchall()
        numbers[field] = {term: number for number, (term,) in enumerate(terms) if term}
    columns = [
        f"list_sum(list_transform({field}, LAMBDA x: 1::UBIGINT << MAP {numbers[field]}[x]))::UBIGINT AS {field}"
        for field in SETS
    ]
    columns.append(f"(1::UBIGINT << MAP {numbers['timing']}[timing])::UBIGINT AS timing")
    duckdb.execute(
        f"COPY (SELECT {', '.join(columns)} FROM '{lists}') TO '{bits}' (FORMAT parquet)"
    )
    masks = {
        field: sum(1 << numbers[field][term] for term in terms if term in numbers[field])
        for field, terms in {**SETS, "timing": TIMES}.items()
    }
    return counted([f"{field} & {mask} <> 0" for field, mask in masks.items()], f"'{bits}'")


def main() -> None:
    """Measure, compare the answers and write the table."""
    duckdb.execute("SET preserve_insertion_order = false")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nested = packed(list(deployments(COUNT)), WORK, folder / "nested.parquet")
        lists = folder / "lists.parquet"
        fields = ", ".join(f"u.{field}" for field in (*SETS, "timing"))
        unnested = f"SELECT {fields} FROM (SELECT unnest(\"use\") AS u FROM '{nested}')"
        duckdb.execute(f"COPY ({unnested}) TO '{lists}' (FORMAT parquet)")
        ways: dict[str, Callable[[], list[int]]] = {
            "DuckDB, a list of uses in each design": in_duckdb(f"({unnested})"),
            "DataFusion, the same": lambda: in_datafusion(nested),
            "Polars, the same": lambda: in_polars(nested),
            "DuckDB, a table of uses": in_duckdb(f"'{lists}'"),
            "DuckDB, a table of uses with terms as bits": in_bits(lists, folder / "bits.parquet"),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        answers: dict[str, Any] = {}
        for _ in range(RUNS):
            for way, work in ways.items():
                start = perf_counter()
                answers[way] = work()
                times[way].append(perf_counter() - start)
    assert len({tuple(answer) for answer in answers.values()}) == 1, answers
    RESULTS.write_text(_table(times), encoding="utf-8")
    print(_table(times))


def _table(times: dict[str, list[float]]) -> str:
    first = statistics.median(next(iter(times.values())))
    versions = f"DuckDB {duckdb.__version__}, DataFusion {datafusion.__version__}, Polars {polars.__version__}"
    lines = [
        "# Tests of terms, by engine and by how the uses are kept",
        "",
        f"{COUNT:,} designs, from Parquet to four counts; {RUNS} runs in turn. {versions}, {platform.machine()}. "
        "Only the ratios mean anything.",
        "",
        "| way | median ms | spread ms | to the first |",
        "| --- | --- | --- | --- |",
    ]
    for way, found in times.items():
        median = statistics.median(found)
        spread = f"{min(found) * 1000:.0f} to {max(found) * 1000:.0f}"
        lines.append(f"| {way} | {median * 1000:.0f} | {spread} | {median / first:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
