"""The rows of a Parquet file in parts that are judged together, as tables of Arrow's that DuckDB can read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock, get_ident
from typing import NamedTuple

import pyarrow as pa

from clausewise.portfolio.arrays import copied, with_texts
from clausewise.portfolio.parquet import measured, unreadable

ROOM = 256 * 1024**2
"""How many bytes a part may have."""


class PartOfFile(NamedTuple):
    """Rows that are judged together, numbered from 1, and how many there are before them."""

    before: int
    rows: pa.Table


class PartsOfFile:
    """The parts of a file: each thread takes the next one, and reads it while others judge theirs."""

    def __init__(self, path: Path, columns: Collection[str], size: int, limit: int) -> None:
        """
        Args:
            columns: the names of those that are read.
            size: how many rows a part has, unless they are large.
            limit: how many bytes a row may have in one column.
        """
        found = measured(path, size, limit, ROOM, columns, lambda: 1 + len(self._judging))
        batches = (_checked(path, rows.batch) for rows in found)
        self._parts = _parts(batches, size)
        self._judging = set[int]()
        """The threads that have a part."""
        self._is_over = False
        self.reading = Lock()
        """While it is held, nothing is read, and so memory is not short (`memory_for`)."""

    def end(self) -> None:
        """Give no further part."""
        self._is_over = True

    def __iter__(self) -> Iterator[PartOfFile]:
        return self

    def __next__(self) -> PartOfFile:
        self._judging.discard(get_ident())
        with self.reading:
            if self._is_over:
                raise StopIteration
            part = next(self._parts)
            self._judging.add(get_ident())
        return part


def _parts(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[PartOfFile]:
    """Rows in parts of `size` rows, or fewer if they are large."""
    before, count, taken = 0, 0, 0
    part: list[pa.RecordBatch] = []
    for batch in _cut(batches, size):
        if part and (count + batch.num_rows > size or taken + batch.nbytes > ROOM):
            yield _numbered(before, part)
            before, count, taken, part = before + count, 0, 0, []
        part.append(batch)
        count, taken = count + batch.num_rows, taken + batch.nbytes
    if part:
        yield _numbered(before, part)


def _cut(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.RecordBatch]:
    """Batches of which none goes on behind a number of rows that `size` divides, so that parts are even."""
    number = 0
    for batch in batches:
        start, count = 0, batch.num_rows
        while start < count:
            stop = min(count, start + size - number % size)
            yield batch if stop - start == count else copied(batch, start, stop)
            number += stop - start
            start = stop


def _checked(path: Path, batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with texts, of which each is one: whatever Arrow calls so, DuckDB takes for a text.

    Raises:
        InvalidError: one is none, or Arrow cannot go on with what it read.
    """
    try:
        batch.validate(full=True)
        return with_texts(batch)
    except pa.ArrowException as error:
        raise unreadable(path, f"cannot be read: {str(error).splitlines()[0]}") from None


def _numbered(before: int, batches: Sequence[pa.RecordBatch]) -> PartOfFile:
    rows = pa.Table.from_batches(batches)
    return PartOfFile(
        before, rows.append_column("number", pa.array(range(1, len(rows) + 1), "int32"))
    )
