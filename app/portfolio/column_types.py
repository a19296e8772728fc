"""Whether a Parquet file's columns are of the types for which the statements in SQL are written.

DuckDB takes other types, too: it compares a day with a time of day, and a number with `true`. Then SQL would judge
rows that the checker of designs calls mistakes. So a file with such a column is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from glob import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType

WHOLE = frozenset(
    f"{sign}{size}int" for sign in ("", "u") for size in ("tiny", "small", "big", "huge")
) | {"integer", "uinteger"}
FITTING = {
    "string": frozenset({"varchar"}),
    "bool": frozenset({"boolean"}),
    "date32[day]": frozenset({"date"}),
    "int64": WHOLE,
    "decimal128(38, 9)": frozenset({"decimal"}),
}
"""For each type of the schema, those of DuckDB that may stand for it."""


def misfits(connection: DuckDBPyConnection, path: str, schema: pa.Schema) -> Iterator[str]:
    """The columns, and members of them, that a file lacks or that are of another type: `door.keeps`."""
    file = connection.read_parquet(escape(path), hive_partitioning=False)
    types = dict(zip(file.columns, file.types, strict=True))
    return _misfits("", types, schema)


def _misfits(
    within: str, found: Mapping[str, DuckDBPyType], wanted: pa.Schema | pa.StructType
) -> Iterator[str]:
    for field in wanted:
        name = f"{within}{field.name}"
        if (type_ := found.get(field.name)) is None:
            yield name
        else:
            yield from _misfit(name, type_, field.type)


def _misfit(name: str, found: Any, wanted: pa.DataType) -> Iterator[str]:
    nested = "list" if pa.types.is_list(wanted) else "struct" if pa.types.is_struct(wanted) else ""
    if nested == found.id == "list":
        yield from _misfit(name, found.children[0][1], wanted.value_type)
    elif nested == found.id == "struct":
        yield from _misfits(f"{name}.", dict(found.children), wanted)
    elif nested or found.id not in FITTING[str(wanted)]:
        yield name
