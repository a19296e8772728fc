"""Reads Parquet files. A small one can hold rows without end: a value that is repeated takes no place in the file.

So texts are read as numbers of a dictionary that holds each once, and rows are measured before anything else is
done with them. A row is at most as large as a design in JSON may be, and so many are given at a time as have room.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from clausewise.dsl.files.reading import UnreadableError, open_regular
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake.extras import lacking
from clausewise.workers.apart import survives
from clausewise.workers.memory import memory_for

VALUE = 40
"""How many bytes a value counts for, beside its text: about as many as it takes in a design in JSON."""
ROOM = 64 * 1024**2
"""How many bytes of rows may be in memory at a time, counted so."""
READ = (10_000, 2_000, 1_000, 100, 10, 1)
"""How many rows are read at a time: fewer where so many take too much memory. Each divides the one before it."""
MEMORY = 512 * 1024**2
"""So many bytes may be taken to read rows, and by each thread that judges meanwhile: a page of some kilobytes can
unpack to gigabytes, whatever it says."""
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
            raise unreadable(
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
        raise unreadable(path, str(error)) from None
    except MemoryError:  # before what Arrow raises: its own is both
        raise _too_much_memory(path, MEMORY) from None
    except (OSError, UnicodeError, ArrowException) as error:
        raise unreadable(path, _why(error)) from None


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
        raise unreadable(path, "contradicts itself: its row groups have other rows than it says")
    if any(group.num_columns != len(columns) for group in groups):
        raise unreadable(path, "contradicts itself: its rows have other columns than it says")
    for names in (columns, file.schema_arrow.names):
        if twice := {name for name, count in Counter(names).items() if count > 1}:
            raise unreadable(path, f"has its column `{min(twice)}` twice")


def _told_apart(file: Any) -> list[str]:
    """The columns whose texts Arrow can number: those that are not written as differences between texts."""
    chunks = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return [
        column.path
        for place, column in enumerate(file.schema)
        if column.physical_type == "BYTE_ARRAY"
        and not any("DELTA" in name for chunk in chunks for name in chunk.column(place).encodings)
    ]


class MeasuredRows(NamedTuple):
    """Rows of a file, as they are read.

    Attributes:
        batch: a `pyarrow.RecordBatch`, whose texts are numbers of a dictionary.
        size: a bound of the bytes of any row: the largest cells of each column, added up.
    """

    batch: Any
    size: int


def batches_of(
    path: Path,
    size: int,
    limit: int,
    columns: Collection[str] | None = None,
    *,
    keep_repeated: bool = False,
) -> Iterator[Any]:
    """The rows of a file that `open_parquet` has opened before, in batches of Arrow's.

    Args:
        size: how many rows at a time, at most.
        limit: how many bytes a row may have in one column.
        columns: the names of those that are wanted, where they are there; all by default.
        keep_repeated: as of `with_texts`.

    Raises:
        InvalidError: the file cannot be read, or a row is larger. Rows before it have been given.
    """
    from pyarrow import ArrowException

    from clausewise.portfolio.arrays import with_texts

    for rows in measured(path, size, limit, ROOM, columns):
        try:
            yield with_texts(rows.batch, keep_repeated=keep_repeated)
        except ArrowException as error:
            # Arrow reads some columns so that it cannot go on with them.
            raise unreadable(path, _why(error)) from None


def measured(
    path: Path,
    size: int,
    limit: int,
    room: int,
    columns: Collection[str] | None = None,
    threads: Callable[[], int] = lambda: 1,
) -> Iterator[MeasuredRows]:
    """The rows of a file that `open_parquet` has opened before, as many at a time as have room.

    Args:
        size: how many rows at a time, at most.
        limit: how many bytes a row may have in one column.
        room: how many bytes there is room for, once texts are texts.
        columns: the names of those that are wanted, where they are there; all by default.
        threads: tells how many threads may take memory while rows are read, with the one that reads.

    Raises:
        InvalidError: the file cannot be read, or a row is larger. Rows before it have been given.
    """
    file = open_parquet(path, texts_apart=True)
    import pyarrow.compute  # loaded now: with too little memory to load it, the process would end

    names = [name for name in file.schema_arrow.names if columns is None or name in columns]
    places = [n for n, of in enumerate(file.schema) if of.path.split(".")[0] in names]
    _refuse_large_groups(path, file, places)
    # Where no column takes more than its share of the room, all rows that are read fit. Up to there a bound tells
    # enough, and never beyond the limit: a row is not refused for its bound.
    share = room // max(1, min(size, READ[0]) * len(places))
    reader = _RowReader(path, file, names, limit, min(limit, share), threads)
    try:
        for rows in reader.rows(size):
            yield from _fitting(rows, room)
    except MemoryError:  # before what Arrow raises: its own is both
        raise _too_much_memory(path, reader.memory) from None
    except (OSError, pyarrow.ArrowException) as error:
        raise unreadable(path, _why(error)) from None


def _refuse_large_groups(path: Path, file: Any, places: Sequence[int]) -> None:
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    if any(group.column(place).num_values > GROUP for group in groups for place in places):
        message = f"`{path}` has more than {GROUP:,} values of a column in one row group"
        raise _invalid(message, "write it with smaller row groups")


def _fitting(rows: MeasuredRows, room: int) -> Iterator[MeasuredRows]:
    """The same rows, as many at a time as have room: copies, since a slice holds on to all of them."""
    count, most = rows.batch.num_rows, max(1, room // max(rows.size, 1))
    if count <= most:
        yield rows
        return
    from clausewise.portfolio.arrays import copied

    for start in range(0, count, most):
        yield MeasuredRows(copied(rows.batch, start, min(start + most, count)), rows.size)


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Reads and measures rows, within the memory that there is for that.

    Attributes:
        names: of the columns that are read.
        limit: how many bytes a row may have in one column.
        little: so many bytes of a row are not counted one by one: the most cells times the longest text will do.
        threads: as of `measured`.
    """

    path: Path
    file: Any
    names: Sequence[str]
    limit: int
    little: int
    threads: Callable[[], int]

    @property
    def memory(self) -> int:
        """How many bytes may be taken now."""
        return MEMORY * self.threads()

    def rows(self, size: int) -> Iterator[MeasuredRows]:
        """The rows of all groups: each has a dictionary of its own, and Arrow cannot put lists of two together.

        Raises:
            MemoryError: not even one row can be read.
        """
        before = 0
        for group in range(self.file.metadata.num_row_groups):
            given = 0
            for at_a_time in (fewer for fewer in READ if fewer <= size):
                read = 0
                try:
                    for rows in self._group(group, at_a_time, before):
                        read += rows.batch.num_rows
                        if read > given:  # others were given before memory lacked
                            given = read
                            yield rows
                    break
                except MemoryError:
                    if at_a_time == 1:
                        raise
            before += given

    def _group(self, group: int, at_a_time: int, before: int) -> Iterator[MeasuredRows]:
        """The rows of a row group, behind so many others.

        Raises:
            MemoryError: to read so many at a time takes more memory.
        """
        batches = self.file.iter_batches(
            at_a_time, row_groups=[group], columns=self.names, use_threads=False
        )
        while True:
            with memory_for(self.memory):
                batch = next(batches, None)
                if batch is None:
                    return
                batch = batch.select(self.names)
                size = self._size(batch, before)
            before += batch.num_rows
            yield MeasuredRows(batch, size)

    def _size(self, batch: Any, before: int) -> int:
        """A bound of the bytes of any row of a batch.

        Raises:
            InvalidError: a row is larger than `limit` in one column.
        """
        together = 0
        for column, name in zip(batch.columns, self.names, strict=True):
            for cells in _cells(name, column):
                largest, place = cells.largest(self.little)
                if largest > self.limit:
                    where = f"row {before + place + 1:,} of `{self.path}`"
                    most = f"{self.limit // 1024**2} MiB"
                    message = f"{where} is larger than {most} in its column `{cells.name}`"
                    raise _invalid(message, "leave it out, or raise `max-size`")
                together += largest
        return together


class _Cells(NamedTuple):
    """The cells of a column that has no members.

    Attributes:
        name: of the column, behind the names of those that it is a member of.
        cells: an Arrow array.
        ends: where the cells of each row begin, and where the last ones end; `None` where a row has one.
        most: how many cells a row has at most.
    """

    name: str
    cells: Any
    ends: Any
    most: int

    def largest(self, little: int) -> tuple[int, int]:
        """The bytes of the largest row, and its place, from 0; or a bound of them, if that is `little` at most."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from clausewise.portfolio.arrays import without_views

        cells, ends = self.cells, self.ends
        is_numbered = pa.types.is_dictionary(cells.type)
        texts = without_views(cells.dictionary if is_numbered else cells)
        if not _has_length(texts.type):
            counts = pa.array([1]) if ends is None else _differences(ends)
            return self.most * VALUE, _place(self.most, counts)
        lengths = pc.binary_length(texts)
        at_most = self.most * (VALUE + (pc.max(lengths).as_py() or 0))
        if at_most <= little:
            return at_most, 0
        value, zero = _scalars()
        sizes = pc.add(lengths.cast("int64"), value)
        sizes = (sizes.take(cells.indices) if is_numbered else sizes).fill_null(value)
        if ends is not None:
            sizes = _differences(pa.concat_arrays([zero, pc.cumulative_sum(sizes)]).take(ends))
        largest = pc.max(sizes).as_py() or 0
        return largest, _place(largest, sizes)


def _place(number: int, numbers: Any) -> int:
    """The place of the first number that is so large; 0 if there is none."""
    import pyarrow.compute as pc

    return max(0, int(pc.index(numbers, number).as_py()))


def _cells(name: str, column: Any, ends: Any = None, most: int = 1) -> Iterator[_Cells]:
    """The columns without members within a column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from clausewise.portfolio.arrays import ends_of, in_order

    while isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type) or not column.type.num_fields:
        yield _Cells(name, column, ends, most)
    elif pa.types.is_struct(column.type):
        for place, member in enumerate(column.type):
            yield from _cells(f"{name}.{member.name}", column.field(place), ends, most)
    else:
        lists = in_order(column)
        own = ends_of(lists)
        ends = own if ends is None else own.take(ends)
        most = pc.max(_differences(ends)).as_py() or 0
        yield from _cells(name, lists.values, ends, most)


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


def _too_much_memory(path: Path, most: int) -> InvalidError:
    message = f"`{path}` takes more than {most // 1024**2} MiB to read"
    return _invalid(message, "write it with smaller pages, or split the rows")


def unreadable(path: Path, why: str) -> InvalidError:
    """The mistake of a file that cannot be read as Parquet."""
    return _invalid(f"`{path}` {why}", "give a Parquet file")


def _invalid(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E100", message, hint=hint)])
