"""The results of a portfolio as rows.py writes them, out of a table in DuckDB, which puts the rows together."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import IO, TextIO

from clausewise.engine.backends.sql.quoting import quoted, text
from clausewise.formats.escaping import as_json, csv_cell, json_document
from clausewise.formats.portfolio.rows import columns_of, judge_in_words, judge_of
from clausewise.portfolio.judged_table import JUDGED, KEPT, JudgedTable

CHUNK = 10_000
"""How many lines are put together to one text."""
ROW_GROUP = 100_000
"""How many rows are written to a Parquet file at a time."""
_FREE = frozenset({"name", "title", "mistake"})
"""The columns that hold texts of other people's."""
_PLAIN = text('[0-9A-Za-z][ -"$-~]*')
"""Texts of which `csv_cell` would change nothing."""
_QUOTE = text('"')


def write_csv(table: JudgedTable, stream: TextIO) -> None:
    """Write CSV as of RFC 4180. A text that a spreadsheet would take for a formula gets a `'` before it."""
    csv.writer(stream).writerow(columns_of(table.task.policy))
    for column in sorted(_FREE):
        _escape_cells(table, column)
    *own, by = _values(table)
    cells = [_enclosed(value) if value in _FREE else value for value in own]
    cells.append(_concat(_QUOTE, by, _QUOTE))
    _write_lines(table, _concat(", ',', ".join(cells), "chr(13)", "chr(10)"), stream)


def write_jsonl(table: JudgedTable, stream: TextIO) -> None:
    """Write a line of JSON for each design."""
    clauses = [
        _concat(text(f'"{name}": {{"outcome": "'), column, text('"}'))
        for name, column in table.clauses.items()
    ]
    listed = ", ', ', ".join(clauses)
    judged = _concat(_QUOTE, "verdict", text('", "clauses": {'), listed, "'}'", _against(table))
    mistaken = _concat(text('null, "mistake": '), "to_json(mistake)")
    by = f', "judged_by": {as_json(judge_of(table.task.policy))}}}'
    line = _concat(
        *(text('{"name": '), "to_json(name)", text(', "title": '), "to_json(title)"),
        *(text(', "verdict": '), f"if(verdict IS NULL, {mistaken}, {judged})", text(by), "chr(10)"),
    )
    _write_lines(table, line, stream, json_document)


def write_parquet(table: JudgedTable, stream: IO[bytes]) -> None:
    """Write a Parquet file of texts, NULL where there is nothing to say."""
    from pyarrow.parquet import ParquetWriter

    called = zip(columns_of(table.task.policy), _values(table), strict=True)
    values = ", ".join(f"nullif({value}, '') AS {quoted(name)}" for name, value in called)
    rows = table.connection.sql(f"SELECT {values} FROM {JUDGED} ORDER BY number")
    batches = rows.to_arrow_reader(ROW_GROUP)
    with ParquetWriter(stream, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _values(table: JudgedTable) -> list[str]:
    """The texts of a row, in the order of `columns_of`."""
    own = ["name", "title", "verdict", "mistake", *table.clauses.values()]
    by = text(judge_in_words(table.task.policy))
    if not table.others:
        return [*own, "''", "''", "''", "''", "''", by]
    flips = [
        _concat(text(f"{name}: "), _or(before, "'None'"), text(" → "), _or(after, "'None'"))
        for name, (before, after) in table.compared.items()
    ]
    told = f"if(other_verdict IS NULL, '', {_flips(table, flips, '; ')})"
    return [*own, "''", "''", "other_verdict", told, "''", by]


def _against(table: JudgedTable) -> str:
    """What more JSON says where a portfolio is compared with something."""
    if not table.others:
        return "''"
    flips = [
        _concat(text(f'"{name}": ['), _json_word(before), "', '", _json_word(after), "']'")
        for name, (before, after) in table.compared.items()
    ]
    listed = _flips(table, flips, ", ")
    told = _concat(text(', "against": "'), "other_verdict", text('", "flips": {'), listed, "'}'")
    return f"if(other_verdict IS NULL, '', {told})"


def _flips(table: JudgedTable, told: list[str], between: str) -> str:
    """What is told of each clause, of those that come out otherwise."""
    flips = (
        f"if({before} IS DISTINCT FROM {after}, {words}, NULL)"
        for words, (before, after) in zip(told, table.compared.values(), strict=True)
    )
    return f"concat_ws({text(between)}, {', '.join(flips)})"


def _escape_cells(table: JudgedTable, column: str) -> None:
    """Exchange the texts of a column that a cell of CSV cannot hold as they are."""
    import pyarrow as pa

    odd = f"SELECT DISTINCT {column} FROM {JUDGED} WHERE NOT regexp_full_match({column}, {_PLAIN})"
    texts = [value for (value,) in table.rows(odd)]
    cells = pa.table({"text": texts, "cell": list(map(csv_cell, texts))})
    if cells.num_rows:
        with_cells = table.connection.register("cells", cells)
        with_cells.execute(
            f"UPDATE {KEPT} SET {column} = cell FROM cells WHERE {column} = cells.text"
        )
        with_cells.unregister("cells")


def _enclosed(cell: str) -> str:
    enclosed = f"{_QUOTE} || replace({cell}, {_QUOTE}, {_QUOTE} || {_QUOTE}) || {_QUOTE}"
    return f"if(regexp_matches({cell}, '[,\"\\r\\n]'), {enclosed}, {cell})"


def _json_word(value: str) -> str:
    return _or(f"{_QUOTE} || {value} || {_QUOTE}", "'null'")


def _or(value: str, otherwise: str) -> str:
    return f"coalesce({value}, {otherwise})"


def _concat(*parts: str) -> str:
    """Texts one after another; one that is NULL is as if it were empty."""
    return f"concat({', '.join(parts)})"


def _write_lines(
    table: JudgedTable, line: str, stream: TextIO, escape: Callable[[str], str] = str
) -> None:
    """Write a line for each design, in their order."""
    query = (
        f"SELECT string_agg({line}, '' ORDER BY number) FROM {JUDGED} "
        f"GROUP BY (number - 1) // {CHUNK} ORDER BY min(number)"
    )
    for (lines,) in table.rows(query):
        stream.write(escape(lines))
