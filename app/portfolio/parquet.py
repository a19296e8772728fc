"""Opens Parquet files. A small one can hold rows without end: a value that is repeated takes no place in the file.

So a column is first read alone, as numbers of the dictionary of its texts, and its rows are measured. A row is at
most as large as a design in JSON may be, and so many rows are then read at a time as have room in memory.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

from clausewise.dsl.files.reading import UnreadableError, open_regular
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake.extras import lacking
from clausewise.workers.apart import survives
from clausewise.workers.memory import memory_for

VALUE = 40
"""How many bytes a value counts for, beside its text: about as many as it takes in a design in JSON."""
ROOM = 64 * 1024**2
"""How many bytes of rows may be in memory at a time, counted so."""
MEASURED = (10_000, 100, 1)
"""How many rows of a column are measured at a time: fewer where so many take too much memory."""
COLUMNS = 4
"""How many columns are measured at a time, at most: all within the memory that there is for one."""
MEMORY = 512 * 1024**2
"""So many bytes may be taken to read rows: a page of some kilobytes can unpack to gigabytes, whatever it says."""
ROWS = 100_000
ROWS_A_BYTE = 4
"""How many rows a file may have, and more if it is large: one that says nothing takes no place, but is told."""
FOOTER = 16 * 1024**2
"""How many bytes a file may say of itself, behind its rows: of more, Arrow can end the process if memory lacks."""
GROUP = 20_000_000
"""How many values a row group may have in one column."""


def open_parquet(path: Path, *, texts_apart: bool = False) -> Any:
    """A `pyarrow.parquet.ParquetFile`.

    Args:
        texts_apart: texts are read as numbers of a dictionary that holds each text once. Whoever asks for that has
            opened the file without it before: only then a process of its own tries whether Arrow survives it.

    Raises:
        InvalidError: the file cannot be read, or what reads Parquet is not installed.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise needs_extra("Parquet") from None
    try:
        with open_regular(path) as opened:  # Arrow would wait for a pipe
            size = os.fstat(opened.fileno()).st_size
            _refuse_long_footer(path, opened, size)
        if not texts_apart and not survives(partial(_look_at, path)):
            raise _unreadable(
                path, "contradicts itself, or says too much of itself, behind its rows"
            )
        with memory_for(MEMORY):
            file = ParquetFile(path)
            _refuse_contradiction(path, file)
        _refuse_many(path, file.metadata.num_rows, size)
        if texts_apart:  # what was read of it within that memory is not read again
            return ParquetFile(path, metadata=file.metadata, read_dictionary=_told_apart(file))
        return file
    except UnreadableError as error:
        raise _unreadable(path, str(error)) from None
    except MemoryError:  # before what Arrow raises: its own is both
        raise _too_much_memory(path) from None
    except (OSError, UnicodeError, ArrowException) as error:
        raise _unreadable(path, _why(error)) from None


def _why(error: Exception) -> str:
    """Why a file cannot be read, as Arrow says it; but of what it says of itself, Arrow names the format alone."""
    said = str(error).splitlines()[0]
    if "thrift" in said or isinstance(error, UnicodeError):
        return "cannot be read: what it says of itself, behind its rows, is broken, or too much"
    return f"cannot be read: {said}"


def _refuse_long_footer(path: Path, opened: IO[bytes], size: int) -> None:
    """Its length stands before the four bytes by which a Parquet file ends."""
    opened.seek(max(size - 8, 0))
    length, ending = opened.read(4), opened.read(4)
    if ending == b"PAR1" and int.from_bytes(length, "little") > FOOTER:
        told = f"`{path}` says more than {FOOTER // 1024**2} MiB of itself, behind its rows"
        raise _invalid(told, "write it with larger row groups, and without metadata of your own")


def _refuse_many(path: Path, rows: int, size: int) -> None:
    if rows > max(ROWS, size * ROWS_A_BYTE):
        told = f"{rows:,} rows in {size:,} bytes, so that hardly any can say anything"
        hint = f"leave out those that say nothing; a file may always have {ROWS:,}"
        raise _invalid(f"`{path}` has {told}", hint)


def _look_at(path: Path) -> None:
    """Read all that a file says of itself. Where that cannot be, or is too much, Arrow may end the process."""
    from pyarrow.parquet import ParquetFile

    with memory_for(MEMORY):
        file = ParquetFile(path)
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        _ = [group.column(place) for group in groups for place in range(group.num_columns)]
        _ = file.schema_arrow


def _refuse_contradiction(path: Path, file: Any) -> None:
    """Refuse a file whose row groups have other rows or columns than it says, or that has a column twice.

    Of a group that says that it has rows without end, DuckDB would read them.
    """
    columns = [column.path for column in file.schema]  # texts, each of which can be no text
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    rows = [group.num_rows for group in groups]
    if min(rows, default=0) < 0 or sum(rows) != file.metadata.num_rows:
        raise _unreadable(path, "contradicts itself: its row groups have other rows than it says")
    if any(group.num_columns != len(columns) for group in groups):
        raise _unreadable(path, "contradicts itself: its rows have other columns than it says")
    if twice := {name for name, count in Counter(columns).items() if count > 1}:
        raise _unreadable(path, f"has its column `{min(twice)}` twice")


def _told_apart(file: Any) -> list[str]:
    """The columns whose texts Arrow can number: those that are not written as differences between texts."""
    chunks = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return [
        column.path
        for place, column in enumerate(file.schema)
        if column.physical_type == "BYTE_ARRAY"
        and not any("DELTA" in name for chunk in chunks for name in chunk.column(place).encodings)
    ]


def batches_of(path: Path, size: int, limit: int, jobs: int = 1) -> Iterator[Any]:
    """The rows of a file, in batches of Arrow's.

    Args:
        size: how many rows at a time, at most.
        limit: how many bytes a row may have in one column.
        jobs: how many columns may be measured at a time, each by a thread.

    Raises:
        InvalidError: the file cannot be read, or a row is larger.
    """
    rows = rows_at_a_time(path, size, limit, jobs=jobs)
    batches = open_parquet(path).iter_batches(rows, use_threads=False)
    while True:
        try:
            with memory_for(MEMORY):
                batch = next(batches, None)
        except MemoryError:
            raise _too_much_memory(path) from None
        if batch is None:
            return
        yield batch


def rows_at_a_time(path: Path, size: int, limit: int, room: int = ROOM, jobs: int = 1) -> int:
    """How many rows of a file have room in memory, `size` at most.

    Args:
        limit: how many bytes a row may have in one column.
        room: how many bytes there is room for.
        jobs: how many columns may be measured at a time, each by a thread.

    Raises:
        InvalidError: the file cannot be read, or a row is larger.
    """
    files = [open_parquet(path, texts_apart=True) for _ in range(min(jobs, COLUMNS))]
    import pyarrow.compute  # noqa: F401 (loaded now: with too little memory to load it, the process would end)

    with memory_for(MEMORY):
        # Where no column takes more than its share of the room, so many rows fit. Up to there a bound tells
        # enough, and never beyond the limit: a row is not refused for its bound.
        share = room // max(1, size * len(files[0].schema))
        together = _rows_together(path, files, limit, min(limit, share))
    return max(1, min(size, room // max(together, 1)))


def _rows_together(path: Path, files: Sequence[Any], limit: int, little: int) -> int:
    """The bytes of the largest row of each column of a file, together: a thread for each time that it is open."""
    if len(files) > 1:
        places = iter(range(len(files[0].schema)))  # of all threads: each takes the next place
        with suppress(InvalidError), ThreadPoolExecutor(len(files)) as threads:
            measure = partial(_row_together, path, limit, little, places)
            return sum(threads.map(measure, files))
        # several at a time may take too much memory where one does not
    return _row_together(path, limit, little, range(len(files[0].schema)), files[0])


def _row_together(path: Path, limit: int, little: int, places: Iterable[int], file: Any) -> int:
    """The bytes of the largest row of each of some columns, together."""
    from pyarrow import ArrowException

    together = 0
    for place in places:
        column = file.schema.column(place)
        try:
            largest = _largest(path, file, place, little)
        except (OSError, ArrowException) as error:
            raise _unreadable(path, _why(error)) from None
        if largest > limit:
            said = f"larger than {limit // 1024**2} MiB in its column `{column.path}`"
            raise _invalid(
                f"`{path}` has a row that is {said}", "split the row, or raise `max-size`"
            )
        together += largest
    return together


def _largest(path: Path, file: Any, place: int, little: int) -> int:
    """The bytes of the largest row of a column, known by its place; a bound, if that is at most `little`."""
    metadata = file.metadata
    groups = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    if any(group.num_values > GROUP for group in groups):
        message = f"`{path}` has more than {GROUP:,} values of a column in one row group"
        raise _invalid(message, "write it with smaller row groups")
    name = file.schema.column(place).path
    for rows in MEASURED:
        with suppress(MemoryError):
            batches = _batches_of_groups(file, rows, name)
            return max((_largest_of(batch.column(0), little) for batch in batches), default=0)
    raise _too_much_memory(path)


def _batches_of_groups(file: Any, rows: int, name: str) -> Iterator[Any]:
    """The rows of a column. Each group has a dictionary of its own, and Arrow cannot put lists of two together."""
    for group in range(file.metadata.num_row_groups):
        yield from file.iter_batches(rows, row_groups=[group], columns=[name], use_threads=False)


def _largest_of(column: Any, little: int) -> int:
    """The bytes of the largest row of a column that holds one member at each level, as Parquet's columns do.

    Args:
        little: so many bytes are not counted one by one: its most values times the longest text will do.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = None
    while isinstance(column, pa.ExtensionArray) or (
        column.type.num_fields and not pa.types.is_dictionary(column.type)
    ):
        if isinstance(column, pa.ExtensionArray):
            column = column.storage
        elif pa.types.is_struct(column.type):
            column = column.field(0)
        else:
            own = _offsets(column)
            ends = own if ends is None else own.take(ends)
            column = column.values
    most = 1 if ends is None else pc.max(_differences(ends)).as_py() or 0
    is_numbered = pa.types.is_dictionary(column.type)
    texts = column.dictionary if is_numbered else column
    if not _has_length(texts.type):
        return most * VALUE
    value, zero = _scalars()
    sizes = pc.add(pc.binary_length(texts).cast("int64"), value)
    at_most = most * (pc.max(sizes).as_py() or VALUE)
    if at_most <= little:
        return at_most
    sizes = (sizes.take(column.indices) if is_numbered else sizes).fill_null(value)
    if ends is not None:
        sizes = _differences(pa.concat_arrays([zero, pc.cumulative_sum(sizes)]).take(ends))
    return pc.max(sizes).as_py() or 0


def _offsets(lists: Any) -> Any:
    """Where each list begins among the values of all, and where the last one ends."""
    import pyarrow as pa

    if not pa.types.is_fixed_size_list(lists.type):
        return lists.offsets
    size = lists.type.list_size
    return pa.array(range(0, (len(lists) + 1) * size, size) if size else [0] * (len(lists) + 1))


def _differences(numbers: Any) -> Any:
    """How much each number is more than the one before it."""
    import pyarrow.compute as pc

    return pc.subtract(numbers[1:], numbers[:-1])


@cache
def _scalars() -> tuple[Any, Any]:
    """`VALUE`, and an array of 0, made once: Arrow looks for NumPy whenever it makes one."""
    import pyarrow as pa

    return pa.scalar(VALUE, "int64"), pa.array([0], "int64")


def _has_length(type_: Any) -> bool:
    """Whether cells of a type are texts or bytes, each as long as it likes or all of one length."""
    from pyarrow import types

    tests = (
        types.is_string,
        types.is_large_string,
        types.is_binary,
        types.is_large_binary,
        types.is_fixed_size_binary,
    )
    return any(test(type_) for test in tests)


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


def _too_much_memory(path: Path) -> InvalidError:
    message = f"`{path}` takes more than {MEMORY // 1024**2} MiB to read"
    return _invalid(message, "write it with smaller pages, or split the rows")


def _unreadable(path: Path, why: str) -> InvalidError:
    return _invalid(f"`{path}` {why}", "give a Parquet file")


def _invalid(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E100", message, hint=hint)])
