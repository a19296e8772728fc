"""Opens Parquet files. A small one can hold rows without end: a value that is repeated takes no place in the file.

So a column is first read alone, as numbers of the dictionary of its texts, and its rows are measured. A row is at
most as large as a design in JSON may be, and so many rows are then read at a time as have room in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import UnreadableError, open_regular
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake.extras import lacking

VALUE = 40
"""How many bytes a value counts for, beside its text: about as many as it takes in a design in JSON."""
ROOM = 64 * 1024**2
"""How many bytes of rows may be in memory at a time, counted so."""
MEASURED = 10_000
"""How many rows of a column are measured at a time."""
GROUP = 20_000_000
"""How many values a row group may have in one column."""


def open_parquet(path: Path, *, texts_apart: bool = False) -> Any:
    """A `pyarrow.parquet.ParquetFile`.

    Args:
        texts_apart: texts are read as numbers of a dictionary that holds each text once.

    Raises:
        InvalidError: the file cannot be read, or what reads Parquet is not installed.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise needs_extra("Parquet") from None
    try:
        open_regular(path).close()  # Arrow would wait for a pipe
        file = ParquetFile(path)
        if not texts_apart:
            return file
        texts = [column.path for column in file.schema if column.physical_type == "BYTE_ARRAY"]
        return ParquetFile(path, read_dictionary=texts)
    except UnreadableError as error:
        raise _unreadable(path, str(error)) from None
    except (OSError, ArrowException) as error:
        raise _unreadable(path, f"cannot be read: {str(error).splitlines()[0]}") from None


def batches_of(path: Path, size: int, limit: int) -> Iterator[Any]:
    """The rows of a file, in batches of Arrow's.

    Args:
        size: how many rows at a time, at most.
        limit: how many bytes a row may have in one column.

    Raises:
        InvalidError: the file cannot be read, or a row is larger.
    """
    rows = rows_at_a_time(path, size, limit)
    yield from open_parquet(path).iter_batches(rows, use_threads=False)


def rows_at_a_time(path: Path, size: int, limit: int, room: int = ROOM) -> int:
    """How many rows of a file have room in memory, `size` at most.

    Args:
        limit: how many bytes a row may have in one column.
        room: how many bytes there is room for.

    Raises:
        InvalidError: the file cannot be read, or a row is larger.
    """
    from pyarrow import ArrowException

    file = open_parquet(path, texts_apart=True)
    together = 0
    for place, column in enumerate(file.schema):
        try:
            largest = _largest(path, file, place)
        except ArrowException as error:
            raise _unreadable(path, f"cannot be read: {str(error).splitlines()[0]}") from None
        if largest > limit:
            said = f"larger than {limit // 1024**2} MiB in its column `{column.path}`"
            raise _invalid(
                f"`{path}` has a row that is {said}", "split the row, or raise `max-size`"
            )
        together += largest
    return max(1, min(size, room // max(together, 1)))


def _largest(path: Path, file: Any, place: int) -> int:
    """The bytes of the largest row of a column, which is known by its place."""
    metadata = file.metadata
    groups = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    if any(group.num_values > GROUP for group in groups):
        message = f"`{path}` has more than {GROUP:,} values of a column in one row group"
        raise _invalid(message, "write it with smaller row groups")
    name = file.schema.column(place).path
    batches = file.iter_batches(MEASURED, columns=[name], use_threads=False)
    return max((_largest_of(batch.column(0)) for batch in batches), default=0)


def _largest_of(column: Any) -> int:
    """The bytes of the largest row of a column that holds one member at each level, as Parquet's columns do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = None
    while not pa.types.is_dictionary(column.type) and column.type.num_fields:
        if pa.types.is_struct(column.type):
            column = column.field(0)
        else:
            ends = column.offsets if ends is None else column.offsets.take(ends)
            column = column.values
    sizes = _sizes(column)
    if ends is not None:
        before = pa.concat_arrays([pa.array([0], sizes.type), pc.cumulative_sum(sizes)]).take(ends)
        sizes = pc.subtract(before[1:], before[:-1])
    return pc.max(sizes).as_py() or 0


def _sizes(cells: Any) -> Any:
    """The bytes of each cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(cells.type):
        return pa.repeat(pa.scalar(VALUE, "int64"), len(cells))
    lengths = pc.add(pc.cast(pc.binary_length(cells.dictionary), "int64"), VALUE)
    return lengths.take(cells.indices).fill_null(VALUE)


def cells_of(row: Any) -> dict[str, Any]:
    """The values of a row, which is given alone, as a batch.

    Raises:
        ValueError: Python cannot hold one, such as a day beyond the year 9999.
    """
    from pyarrow import ArrowException

    try:
        (cells,) = row.to_pylist()
    except (ArrowException, ArithmeticError, ValueError) as error:
        raise ValueError(f"a value cannot be read: {error}") from None
    return dict(cells)


def needs_extra(what: str) -> InvalidError:
    """The mistake of asking for what needs packages that are not installed."""
    return lacking(f"{what} needs", "portfolio")


def _unreadable(path: Path, why: str) -> InvalidError:
    return _invalid(f"`{path}` {why}", "give a Parquet file")


def _invalid(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E100", message, hint=hint)])
