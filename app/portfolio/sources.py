"""Where the designs of a portfolio come from: folders, files of JSON lines, and Parquet."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from clausewise.dsl.files.reading import (
    MAX_BYTES,
    UnreadableError,
    open_regular,
    shown,
    size_shown,
)
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import MOST_NAMED, listed
from clausewise.intake.access import Access
from clausewise.intake.load import no_design
from clausewise.intake.texts import DESIGN_SUFFIXES, refuse_other_endings
from clausewise.intake.walk import Found, find_files
from clausewise.portfolio.judge import Given, in_portions
from clausewise.portfolio.parquet import batches_of, cells_of, open_parquet

if TYPE_CHECKING:
    from msgspec.json import Encoder

MOST_PASSED = 256 * 1024**2
"""So many bytes of a line that is too long are passed over to find its end: a file may have holes of terabytes."""
PORTION = 1_000
"""How many designs are in a portion."""
BLOCK = 2 * 1024**2
"""How many bytes of lines are read at a time, and what then is missing of the last."""
CHANGED = "was changed while it was read"
"""Why lines of a file are lost."""
BATCH = 1_000
"""How many rows of a Parquet file are in memory at a time."""


def is_parquet(path: Path) -> bool:
    """Whether a file is called as Parquet is, in lower or upper case."""
    return path.suffix.lower() == ".parquet"


def count_of(path: Path, files: Found | None) -> int | None:
    """How many designs there are, if that can be known without reading all.

    Raises:
        InvalidError: the file cannot be read.
    """
    if files is not None:
        return len(files.files) + len(files.problems)
    if is_parquet(path):
        count: int = open_parquet(path).metadata.num_rows
        return count
    return None


def files_of(path: Path, access: Access) -> Found | None:
    """The files of designs, and what is left out; `None` for a file that holds many.

    Raises:
        InvalidError: there is no design, or the file is a link to what is called otherwise.
    """
    if path.suffix.lower() in (".parquet", ".jsonl") and not os.path.isdir(path):  # noqa: PTH112
        if not is_parquet(path):  # of Parquet that is none, nothing is told
            with suppress(UnreadableError):  # which is told once it is read
                refuse_other_endings(path)
        return None
    found = find_files([path], DESIGN_SUFFIXES, access)
    if found.empty or not (found.files or found.problems):
        raise no_design(path, "designs are files that end in `.design` or `.design.json`")
    return found


@dataclass(frozen=True, slots=True)
class DesignLines:
    """Lines of a file, each of which is a design in JSON, or blank.

    A worker is told where they stand, and reads them itself: to send them takes longer.

    Attributes:
        state: the file as it was when it was opened. One that was put in its place, or that was written to since,
            has other lines.
        first: the number of the first of them in the file, from 1.
        start: how many bytes stand before them.
        size: how many bytes they have.
    """

    file: Path
    state: tuple[int, ...]
    first: int
    start: int
    size: int

    def __iter__(self) -> Iterator[Given]:
        try:
            lines = self._read()
        except UnreadableError as error:  # it was read before
            yield _lost(self.file, self.first, str(error))
            return
        for number, line in enumerate(lines, self.first):
            if not _is_blank(line):
                yield Given(f"{self.file}:{number}", line)

    def _read(self) -> list[bytes]:
        with open_regular(self.file) as file:
            file.seek(self.start)
            content = file.read(self.size)
            if _state(file) != self.state:
                raise UnreadableError(CHANGED)
            return BytesIO(content).readlines()


def designs_of(
    path: Path,
    vocabulary: Vocabulary | None,
    files: Found | None = None,
    limit: int = MAX_BYTES,
) -> Iterator[Given]:
    """The designs of a folder or file, one after another.

    Args:
        path: a folder of designs, a `.jsonl` file with a design in JSON a line, a `.parquet` file, or a design.
        vocabulary: names the columns of a Parquet file that has one for each entity type; of no use for others.
        files: what `files_of` gives.
        limit: how many bytes a line may have, or a row in one column.

    Raises:
        InvalidError: the file or folder cannot be read, or there is no design.
    """
    return chain.from_iterable(portions_of(path, vocabulary, files, limit))


def portions_of(
    path: Path,
    vocabulary: Vocabulary | None,
    files: Found | None = None,
    limit: int = MAX_BYTES,
) -> Iterator[Iterable[Given]]:
    """The same in portions, such as a worker is given."""
    is_empty = True
    for portion in _portions_of(path, vocabulary, files, limit):
        is_empty = is_empty and not any(True for _ in portion)
        yield portion
    if is_empty:
        hint = "give a folder of designs, or a `.jsonl` or `.parquet` file with some"
        raise no_design(path, hint)


def _portions_of(
    path: Path, vocabulary: Vocabulary | None, files: Found | None, limit: int
) -> Iterator[Iterable[Given]]:
    if files is None and not is_parquet(path):
        return _lines(path, limit)
    designs = _rows(path, vocabulary, limit) if files is None else _in_files(files)
    return in_portions(designs, PORTION)


def _in_files(files: Found) -> Iterator[Given]:
    yield from (Given(name, mistake=problem) for name, problem in files.problems)
    yield from (Given(shown(file)) for file in files.files)


def _lines(path: Path, limit: int) -> Iterator[Iterable[Given]]:
    try:
        with open_regular(path) as file:
            state, number, start = _state(file), 1, 0
            while block := file.read(BLOCK):
                last = file.readline(limit + 1)
                yield DesignLines(path, state, number, start, len(block) + len(last))
                number += block.count(b"\n") + (last.count(b"\n") or bool(last))
                if len(last) > limit and not _has_ended(file, last, limit):
                    size = size_shown(MOST_PASSED)
                    reason = f"what stands behind a line of more than {size} is not read"
                    yield [_no_design(f"{path}:{number}", reason)]
                    return
                start = file.tell()
            if _state(file) != state:
                yield [_lost(path, number, CHANGED)]
    except UnreadableError as error:
        raise _invalid("E100", f"`{path}` {error}", "give a file of JSON lines") from None


def _state(file: IO[bytes]) -> tuple[int, ...]:
    """Which file it is, and by what it is seen that it was written to."""
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_blank(line: bytes) -> bool:
    """Whether a line holds nothing. It is not copied to find out."""
    return line.isspace() or (line.startswith(BOM_UTF8) and not line[len(BOM_UTF8) :].strip())


def _has_ended(file: IO[bytes], line: bytes, limit: int) -> bool:
    """Whether the end of a line that is too long was found, which is then passed over."""
    passed = len(line)
    while line and not line.endswith(b"\n") and passed <= MOST_PASSED:
        line = file.readline(limit + 1)
        passed += len(line)
    return passed <= MOST_PASSED


def _rows(path: Path, vocabulary: Vocabulary | None, limit: int) -> Iterator[Given]:
    """The rows of a Parquet file: designs as JSON in a column `design`, or as columns by entity type."""
    names = open_parquet(path).schema_arrow.names
    if vocabulary is None or not {"design", "title"} & set(names):
        hint = "it needs a column `design` with designs in JSON, or the columns of docs/sql.md"
        raise _invalid("E525", f"`{path}` holds no designs", hint)
    number = 0
    for batch in batches_of(path, BATCH, limit, columns_for(vocabulary)):
        for row in range(batch.num_rows):
            number += 1
            yield row_design(path, number, batch.slice(row, 1), vocabulary)


def has_columns(path: Path) -> bool:
    """Whether a file is Parquet with rows, of columns by entity type.

    Raises:
        InvalidError: the file cannot be read.
    """
    if not is_parquet(path):
        return False
    file = open_parquet(path)
    names = file.schema_arrow.names
    return "title" in names and "design" not in names and file.metadata.num_rows > 0


def rows_of(
    path: Path, vocabulary: Vocabulary, numbers: Iterable[int], limit: int = MAX_BYTES
) -> Iterator[tuple[int, Given]]:
    """Some rows of a Parquet file with a column for each entity type.

    Args:
        numbers: of the rows wanted, from 1, in order.
        limit: how many bytes a row may have in one column.
    """
    batches = batches_of(path, BATCH, limit, columns_for(vocabulary))
    batch, before = next(batches), 0
    for number in numbers:
        while number > before + batch.num_rows:
            before += batch.num_rows
            batch = next(batches)
        row = batch.slice(number - before - 1, 1)
        yield number, row_design(path, number, row, vocabulary)


def columns_for(vocabulary: Vocabulary) -> set[str]:
    """The names of the columns that have a meaning here. Of others nothing is read, whatever they hold."""
    from clausewise.engine.backends.sql.portfolio_table import schema

    return {"design", *schema(vocabulary).names}


def row_design(path: Path, number: int, row: Any, vocabulary: Vocabulary) -> Given:
    """A row of a Parquet file as a design in JSON.

    Args:
        number: of the row, from 1.
        row: the row alone, as a batch of Arrow's, with no other columns (`columns_for`).
    """
    from clausewise.engine.backends.sql.portfolio_table import design_of, schema

    named = f"{path}:{number}"
    try:
        cells = cells_of(row)
    except ValueError as error:
        return _no_design(named, str(error))
    name = str(cells.get("name") or named)
    if "design" in cells:
        text = cells["design"]
        is_text = isinstance(text, str)
        return Given(name, text.encode()) if is_text else _no_design(name, "`design` is no text")
    try:
        return Given(name, _encoder().encode(design_of(cells, vocabulary)))
    except ValueError as error:
        reason = str(error)
    except KeyError as error:
        reason = f"it has no column {error}"
    except (TypeError, AttributeError):
        reason = _of_another_type(row.schema, schema(vocabulary))
    return _no_design(name, f"the row is not as docs/sql.md says: {reason}")


@lru_cache(maxsize=1)
def _of_another_type(found: Any, wanted: Any) -> str:
    """Which columns are so, worked out once for all rows of a file."""
    from clausewise.portfolio.column_types import misfits

    wrong = [f"`{name}`" for name in misfits(found, wanted)]
    return f"of another type: {listed(wrong[:MOST_NAMED])}" if wrong else "of another type"


@cache
def _encoder() -> Encoder:
    """It writes decimals as numbers with all their digits."""
    from msgspec.json import Encoder  # only rows with columns need it

    return Encoder(decimal_format="number")


def _lost(path: Path, number: int, why: str) -> Given:
    return _no_design(f"{path}:{number}", f"from this line on, the file {why}")


def _no_design(name: str, message: str) -> Given:
    return Given(name, mistake=Diagnostic("E527", message))


def _invalid(code: str, message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic(code, message, hint=hint)])
