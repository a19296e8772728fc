"""A portfolio in Parquet, judged by SQL on DuckDB (engine/backends/sql/program.py): outcomes, no reasons.

Arrow reads the rows, and they are measured (parquet.py) before DuckDB sees them: it would take any.

SQL does not notice mistakes. So rows that may have some are left out of it, and go the way of all other designs.
What comes of all is a table in DuckDB (`JudgedTable`), which counts designs and writes rows without Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from clausewise.checking.judging import nothing_to_judge
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import MOST_NAMED, listed
from clausewise.engine.backends.sql.kept import KeptStatements, statements
from clausewise.engine.backends.sql.quoting import ROOM_VARIABLE, quoted, text
from clausewise.engine.core.policy import Policy
from clausewise.intake.load import no_design
from clausewise.portfolio.judge import PORTION, Judged, Task, in_a_line, judge_all
from clausewise.portfolio.judged_table import KEPT, JudgedTable
from clausewise.portfolio.parquet import needs_extra, open_parquet
from clausewise.portfolio.sources import rows_of
from clausewise.workers.forked import workers_for

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, Statement

    from clausewise.portfolio.parts import PartOfFile, PartsOfFile

PART = 50_000
"""How many rows are judged together, at most: all their tables are in memory, for each thread at once."""
BEYOND_32_BITS = 2**31
"""The least whole number that takes more than 32 bits."""
BEFORE = "before"
"""DuckDB's variable: how many rows there are before a part. Numbers of designs are from 1 in each part."""
PART_ROWS = "part"
"""What DuckDB calls the rows of a part."""
BATCH = 10_000
"""How many rows that are judged one by one are in memory at a time."""
SETTINGS: Mapping[str, str | bool | int] = {
    "threads": 1,
    "memory_limit": "4GiB",
    "temp_directory": "",  # it would write beside whatever stands where it was started
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Those of DuckDB: it takes no more memory, writes no file, and fetches nothing."""


@contextmanager
def judged_by_sql(path: Path, task: Task, jobs: int | None = None) -> Iterator[JudgedTable]:
    """Judge the rows of a Parquet file with a column for each entity type.

    Args:
        jobs: how many threads; one for each processor by default.

    Raises:
        InvalidError: the file cannot be read, or has not these columns or no row, or what SQL needs is not
            installed.
    """
    try:
        import duckdb
    except ImportError:
        raise needs_extra("judging by SQL") from None
    try:
        with duckdb.connect(config={**SETTINGS}) as connection:
            yield _judged(JudgedTable(connection, task), path, workers_for(jobs))
    except MemoryError:
        raise _cannot_judge(path, "there is not enough memory") from None
    except duckdb.Error as error:
        raise _cannot_judge(path, str(error).splitlines()[0]) from None


def _judged(table: JudgedTable, path: Path, jobs: int) -> JudgedTable:
    """Each thread judges parts of the file in a session of its own, so that none waits for another."""
    from clausewise.portfolio.parts import PartsOfFile

    file = open_parquet(path)
    count = file.metadata.num_rows
    if not count:
        raise no_design(path, "give a file with some")
    columns = _check_columns(table, path, file)
    connection = table.connection
    connection.execute("SET preserve_insertion_order = false")
    table.create()
    limit, size = table.task.options.access.max_bytes, min(PART, -(-count // jobs))
    judging, parts = _Judging(table, path), PartsOfFile(path, columns, size, limit)
    with ThreadPoolExecutor(jobs) as threads:
        each = [threads.submit(judging.judge_all, parts) for _ in range(jobs)]
        try:
            odd = sorted(number for one in each for number in one.result())
        except BaseException:  # Ctrl-C
            parts.end()
            raise
    if odd:
        _add(table, path, odd, jobs)
    connection.execute(f"SET threads = {jobs}")
    return table


def _check_columns(table: JudgedTable, path: Path, file: Any) -> set[str]:
    """The columns that are read. A file is refused with such as SQL would take for others than they are."""
    from clausewise.engine.backends.sql.portfolio_table import schema
    from clausewise.portfolio.column_types import misfits

    task, read = table.task, set[str]()
    for policy in [task.policy, *([task.against.policy] if task.against else [])]:
        columns = schema(policy.vocabulary)
        found = [of for of in file.schema_arrow if of.name in columns.names]
        if wrong := [f"`{name}`" for name in misfits(found, columns)]:
            more = [f"{len(wrong) - MOST_NAMED} more"] if len(wrong) > MOST_NAMED else []
            named = listed([*wrong[:MOST_NAMED], *more])
            said = "it lacks these, or has them twice, or of another type"
            raise _cannot_judge(path, f"for {policy.full_name} {said}: {named}")
        read.update(columns.names)
    return read


def _cannot_judge(path: Path, reason: str) -> InvalidError:
    hint = "docs/sql.md says what the file must be like; `--engine python` tells which rows are not"
    message = f"`{path}` cannot be judged by SQL: {reason}"
    return InvalidError([Diagnostic("E526", message, hint=hint)])


class _Judging:
    """The statements that judge a part of a file, compiled and parsed once."""

    def __init__(self, table: JudgedTable, path: Path) -> None:
        task = table.task
        self.table = table
        judged = {"first": (task.policy, task.readings)}
        if task.against:
            judged["other"] = (task.against.policy, task.against.readings)
        self.all_parsed = [
            _parsed(table.connection, f"judged_{name}", statements(*by))
            for name, by in judged.items()
        ]
        (self.together,) = table.connection.extract_statements(
            f"INSERT INTO {KEPT} BY NAME {_together(table, path)}"
        )

    def judge_all(self, parts: PartsOfFile) -> list[int]:
        """Judge the rows of parts, but for those that may have mistakes: the numbers of these."""
        try:
            return [number for part in parts for number in self._judge_unless_short(part, parts)]
        except BaseException:  # which is told once all threads have ended: none begins another part
            parts.end()
            raise

    def _judge_unless_short(self, part: PartOfFile, parts: PartsOfFile) -> list[int]:
        """Judge a part; where memory lacks, which may be as another is read, once more while none is."""
        from duckdb import OutOfMemoryException

        try:
            return self._judge(part)
        except (OutOfMemoryException, MemoryError):
            with parts.reading:
                return self._judge(part)

    def _judge(self, part: PartOfFile) -> list[int]:
        with self.table.connection.cursor() as session:
            session.execute(f"SET VARIABLE {BEFORE} = {part.before}")
            session.register(PART_ROWS, part.rows)
            session.execute(f"CREATE TEMPORARY VIEW designs AS FROM {PART_ROWS}")
            odd = sorted(self._judged_if_even(session))
            if odd:
                session.execute("CREATE TEMPORARY TABLE odd AS SELECT unnest(?) AS number", [odd])
                even = f"FROM {PART_ROWS} WHERE number NOT IN (SELECT number FROM odd)"
                session.execute(f"CREATE OR REPLACE TEMPORARY VIEW designs AS {even}")
                for found in self.all_parsed:
                    _run(session, found.flat)
                    _run_judging(session, found)
            session.execute(self.together)
        return [part.before + number for number in odd]

    def _judged_if_even(self, session: DuckDBPyConnection) -> set[int]:
        """Judge all rows, unless some may have mistakes: their numbers."""
        odd = set[int]()
        for found in self.all_parsed:
            _run(session, found.flat)
            odd |= {number for (number,) in session.execute(found.odd).fetchall()}
            if not odd:
                _run_judging(session, found)
        return odd


class _Parsed(NamedTuple):
    """`KeptStatements` as DuckDB has parsed them, once: for each part that would take a fifth of planning them."""

    flat: Sequence[Statement]
    odd: Statement
    most: Statement
    judging: Sequence[Statement]


def _parsed(connection: DuckDBPyConnection, name: str, found: KeptStatements) -> _Parsed:
    """The statements, of which the last makes a table of this name."""
    parse = connection.extract_statements
    odd, most = parse(f"{found.odd}; {found.most}")
    *steps, last = found.judging
    last = f"CREATE OR REPLACE TEMPORARY TABLE {name} AS {last}"
    return _Parsed(parse("; ".join(found.flat)), odd, most, parse("; ".join([*steps, last])))


def _run_judging(session: DuckDBPyConnection, found: _Parsed) -> None:
    """Judge what the flat tables hold. The numbers of entities are made as small as they can be."""
    ((most,),) = session.execute(found.most).fetchall()
    room = 1 << most.bit_length()
    kind = "INTEGER" if (PART + 1) * room < BEYOND_32_BITS else "BIGINT"
    session.execute(f"SET VARIABLE {ROOM_VARIABLE} = {room}::{kind}")
    _run(session, found.judging)


def _run(session: DuckDBPyConnection, statements: Iterable[Statement]) -> None:
    for statement in statements:
        session.execute(statement)


def _together(table: JudgedTable, path: Path) -> str:
    """A query for what came of the designs, with the columns of `JudgedTable`."""
    is_judged, number = "first.verdict IS NOT NULL", f"getvariable('{BEFORE}') + number"
    tables = "judged_first AS first JOIN designs USING (number)"
    policy, against = table.task.policy, table.task.against
    nothing = in_a_line([nothing_to_judge(policy, None)])
    columns = {
        "number": number,
        "name": f"coalesce(nullif(first.name, ''), {text(f'{path}:')} || ({number}))",
        "title": f"CASE WHEN {is_judged} THEN title ELSE '' END",
        "verdict": "first.verdict",
        "mistake": f"CASE WHEN NOT ({is_judged}) THEN {text(nothing)} END",
        **_outcomes("first", policy, table.clauses, is_judged),
    }
    if against:
        tables += " JOIN judged_other AS other USING (number)"
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


def _add(table: JudgedTable, path: Path, numbers: Sequence[int], jobs: int) -> None:
    """Judge the rows of these numbers as any design is, and add them."""
    task = replace(table.task, with_reasons=False)
    found = rows_of(path, task.policy.vocabulary, numbers, task.options.access.max_bytes)
    workers = jobs if len(numbers) > PORTION else 1  # for fewer, none is worth its start
    all_judged = judge_all((design for _, design in found), task, workers)
    rows = (_row(n, judged, table) for n, judged in zip(numbers, all_judged, strict=True))
    while batch := list(islice(rows, BATCH)):
        columns = [list(column) for column in zip(*batch, strict=True)]
        lists = [f"unnest(?::{type_}[])" for type_ in table.types.values()]
        table.connection.execute(f"INSERT INTO {KEPT} SELECT {', '.join(lists)}", columns)


def _row(number: int, judged: Judged, table: JudgedTable) -> list[object]:
    """What came of a row, in the order of the columns of `JudgedTable`."""
    own = [number, judged.name, judged.title, judged.mistake or None, judged.verdict]
    row = [*own, *(judged.outcomes.get(clause) for clause in table.clauses)]
    if table.others:
        row += [judged.other_verdict, *(judged.other.get(clause) for clause in table.others)]
    return row
