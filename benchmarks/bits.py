"""What a portfolio judged by SQL would gain from bit columns: a list of terms as one whole number, a bit a term.

The statements that judge a portfolio are changed so that they read such columns, and run on a file that has them;
all else stays. So this is the gain end to end, for a file that was encoded before; to encode it is measured apart.

Run it by `python -m benchmarks.bits`. It takes some minutes, and writes medians of alternating runs to `bits.md`.
"""

from __future__ import annotations

import platform
import re
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import duckdb
import pyarrow as pa

from benchmarks.peers.deployments import deployments
from benchmarks.peers.portfolio import packed
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.engine.backends.sql.program import compile_sql
from clausewise.intake.load import load_policy

RESULTS = Path(__file__).with_suffix(".md")
WORK = Path(__file__).parent / "peers" / "encodings"
COMPARED = {"purpose", "use-cases"}
"""Fields that a clause compares with one another. They stay lists."""
COUNT = 25_000
COPIES = 4
RUNS = 5


def bit(field: Field, term: str, vocabulary: Vocabulary) -> int:
    """The number with only a term's bit."""
    return 1 << list(vocabulary.taxonomy_of(field).parents).index(term)


def bitten(vocabulary: Vocabulary) -> dict[str, list[Field]]:
    """The fields that become bits, by type: lists of terms from taxonomies of 64 terms at most."""
    found: dict[str, list[Field]] = {}
    for name, type_ in vocabulary.entities.items():
        fields = [f for f in type_.fields.values() if f.name not in COMPARED]
        lists = [f for f in fields if f.is_many and f.has_terms]
        found[name] = [f for f in lists if len(vocabulary.taxonomy_of(f).parents) <= 64]
    return found


def encode(path: Path, to: Path, vocabulary: Vocabulary) -> None:
    """Write a file again, with bits for lists of terms. No list here goes on, so none needs a bit for that."""
    columns = []
    for name, fields in bitten(vocabulary).items():
        members = ["name := x.name"] if not vocabulary.entities[name].single else []
        for field in vocabulary.entities[name].fields.values():
            value = f'x."{field.name}"'
            if field in fields:
                terms = vocabulary.taxonomy_of(field).parents
                bits = " | ".join(
                    f"CASE WHEN list_contains({value}, '{term}') THEN {bit(field, term, vocabulary)} ELSE 0 END"
                    for term in terms
                )
                value = f"CASE WHEN {value} IS NOT NULL THEN ({bits})::UBIGINT END"
            members.append(f'"{field.name}" := {value}')
        columns.append(
            f'list_transform("{name}", LAMBDA x : struct_pack({", ".join(members)})) AS "{name}"'
        )
    query = f"SELECT name, title, \"as-of\", draft, {', '.join(columns)} FROM '{path}'"
    duckdb.execute(f"COPY ({query}) TO '{to}' (FORMAT parquet, ROW_GROUP_SIZE 20000)")


def changed(statements: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """The statements, reading bits."""
    found = []
    for statement in statements:
        table = re.match(r"CREATE OR REPLACE TEMPORARY TABLE entities_(\d+) ", statement)
        if table:
            name = list(vocabulary.entities)[int(table[1])]
            for field in bitten(vocabulary)[name]:
                statement = with_bits(statement, field, vocabulary)
        found.append(statement)
    return found


def with_bits(statement: str, field: Field, vocabulary: Vocabulary) -> str:
    """A statement that makes a type's table, reading bits of one field."""
    number = list(vocabulary.entities[field.owner].fields).index(field.name)
    value = f'"entity"."facts"."{field.name}"'
    is_open = f"LEN({value}) IS DISTINCT FROM 0 AND LIST_EXTRACT({value}, -1) IS NULL"
    statement = statement.replace(is_open, f"{value} IS NULL")
    statement = statement.replace(
        f"NOT LIST_EXTRACT({value}, 1) IS NULL", f"COALESCE({value} > 0, FALSE)"
    )

    def search(found: re.Match[str]) -> str:
        return f'("field_{number}" & {bit(field, found[1], vocabulary)}) > 0'

    return re.sub(rf"LIST_CONTAINS\(\"field_{number}\", '([^']*)'\)", search, statement)


def run(path: Path, statements: Sequence[str]) -> pa.Table:
    """The outcomes of all designs in a file, in their order."""
    *steps, last = statements
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        rows = connection.read_parquet(str(path), file_row_number=True)
        rows.project("file_row_number + 1 AS number, *").create_view("designs")
        for step in steps:
            connection.execute(step)
        return connection.sql(last).to_arrow_table().sort_by("number")


def main() -> None:
    """Measure, compare the outcomes and write the table."""
    policy = load_policy(str(WORK / "bench.policy"))
    statements = compile_sql(policy)
    with tempfile.TemporaryDirectory() as name:
        lists, bits = Path(name) / "lists.parquet", Path(name) / "bits.parquet"
        packed(list(deployments(COUNT)), WORK, lists, copies=COPIES)
        start = process_time()
        encode(lists, bits, policy.vocabulary)
        encoding = process_time() - start
        reading = changed(statements, policy.vocabulary)
        assert reading != list(statements)
        ways: dict[str, Callable[[], pa.Table]] = {
            "lists of terms": lambda: run(lists, statements),
            "bits": lambda: run(bits, reading),
        }
        assert run(lists, statements).equals(run(bits, reading))
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(RUNS):
            for way, work in ways.items():
                start = process_time()
                work()
                times[way].append(process_time() - start)
        sizes = [path.stat().st_size for path in (lists, bits)]
    RESULTS.write_text(table(times, encoding, sizes), encoding="utf-8")
    print(table(times, encoding, sizes))


def table(times: dict[str, list[float]], encoding: float, sizes: Sequence[int]) -> str:
    """The figures as a page."""
    lines = [
        "# A portfolio by SQL, with lists of terms and with bits",
        "",
        f"{COUNT * COPIES:,} designs by fourteen clauses, from Parquet to outcomes in Arrow; {RUNS} runs in turn "
        f"on one thread, seconds of processor time. DuckDB {duckdb.__version__}, {platform.machine()}.",
        "",
        "| columns | median | least | to the first | file, MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    first = statistics.median(next(iter(times.values())))
    for (way, found), size in zip(times.items(), sizes, strict=True):
        median = statistics.median(found)
        lines.append(
            f"| {way} | {median:.2f} | {min(found):.2f} | {median / first:.2f} | {size / 1e6:.1f} |"
        )
    lines += [
        "",
        f"Writing the file again with bits took {encoding:.2f} seconds of processor time (once).",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
