"""Rows of the Parquet that SQL reads, straight to records: the short way, for rows as most are.

Like the short way for JSON it decides nothing: whatever may be a mistake is left to the long way, by which a row
becomes a design in JSON (`design_of`), and is judged or reported as any design is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, chain, islice, repeat
from pathlib import Path
from typing import Any, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from clausewise.dsl.models.admission import UNDATED, doubt_of_attestation
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.python.from_json import Intake
from clausewise.engine.backends.python.records import Record, World
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts, schema, written
from clausewise.portfolio.arrays import from_bytes, to_bytes, with_texts
from clausewise.portfolio.column_types import fitted, misfits
from clausewise.portfolio.judge import Judge, Judged, Task
from clausewise.portfolio.parquet import batches_of
from clausewise.portfolio.sources import columns_for, row_design
from clausewise.workers.forked import map_forked, uncollected

ROWS = 2_000
"""How many rows a worker is given at a time."""


def judge_rows(path: Path, task: Task, jobs: int | None = None) -> Iterator[Judged]:
    """Judge the rows of a Parquet file with a column for each entity type, in their order, as they come.

    Args:
        jobs: how many processes; one for each processor by default.
    """
    work = _RowJudge(path, task).judge
    most = task.options.access.max_bytes
    columns = columns_for(task.policy.vocabulary)
    batches = _numbered(batches_of(path, ROWS, most, columns, keep_repeated=True))
    return chain.from_iterable(map_forked(work, batches, jobs, chunk=1))


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, bytes]]:
    """Batches as bytes, each with the number of its first row."""
    number = 1
    for batch in batches:
        yield number, to_bytes(batch)
        number += batch.num_rows


class _RowJudge:
    """Judges one batch of rows after another."""

    def __init__(self, path: Path, task: Task) -> None:
        self.path = path
        self.vocabulary = task.policy.vocabulary
        self.one_by_one = Judge(task)
        codes = [self.one_by_one.code, *([self.one_by_one.other] if self.one_by_one.other else [])]
        self.unpackers = [Unpacker(code.policy.vocabulary, code.intake) for code in codes]
        self.is_short = task.options.as_of is None and not task.options.evidence_required

    def judge(self, numbered: tuple[int, bytes]) -> list[Judged]:
        """Judge the rows of a batch, of which the first has this number."""
        first, content = numbered
        with uncollected():
            return self._judged(first, from_bytes(content))

    def _judged(self, first: int, batch: pa.RecordBatch) -> list[Judged]:
        rows = batch.num_rows
        unpackers = self.unpackers if self.is_short else []
        worlds: Iterator[tuple[World | None, ...]] = (
            zip(*(unpacker.worlds(batch) for unpacker in unpackers), strict=True)
            if unpackers
            else repeat((None,), rows)
        )
        names = _names(batch)
        judged, texts = [], None
        # Each world is judged as soon as it is made, while it is in the processor's cache.
        for row, (name, found) in enumerate(zip(names, worlds, strict=True)):
            known = [world for world in found if world]
            if len(known) == len(self.unpackers):
                called = str(name or f"{self.path}:{first + row}")
                judged.append(self.one_by_one.judge_world(called, *known))
            else:
                if texts is None:
                    texts = with_texts(batch)
                design = row_design(self.path, first + row, texts.slice(row, 1), self.vocabulary)
                judged.append(self.one_by_one.judge(design))
        return judged


def _names(batch: pa.RecordBatch) -> list[str | None]:
    """What the rows are called that have a name which can be read."""
    try:
        return _texts(batch.column("name"))
    except (KeyError, pa.ArrowException, ArithmeticError, ValueError):
        return [None] * batch.num_rows


class Unpacker:
    """Makes records of rows in the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, intake: Intake) -> None:
        self.vocabulary = vocabulary
        self.intake = intake
        self.columns = columns_of(vocabulary)
        self.schema = schema(vocabulary)

    def worlds(self, batch: pa.RecordBatch) -> Iterator[World | None]:
        """The records of each row; `None` for one that must go the long way."""
        if any(misfits(batch.schema, self.schema)):
            return repeat(None, batch.num_rows)
        try:
            columns = [fitted(batch.column(of.name), of.type) for of in self.schema]
            return self._worlds(pa.RecordBatch.from_arrays(columns, names=self.schema.names))
        except (pa.ArrowException, ArithmeticError, ValueError):
            return repeat(None, batch.num_rows)

    def _worlds(self, batch: pa.RecordBatch) -> Iterator[World | None]:
        """The same, of columns of the right types.

        Raises:
            ArithmeticError, ValueError: Python cannot hold a value, such as a day beyond the year 9999.
        """
        rows = _Rows(self.vocabulary, batch.column("as-of").to_pylist())
        entities = [
            rows.entities(
                layout.entity, self.intake.records[name], batch.column(self.columns.types[name])
            )
            for name, layout in self.intake.layouts.items()
        ]
        titles, drafts = _texts(batch.column("title")), batch.column("draft").to_pylist()
        # that a name is there twice in a row is marked as its entities are given, and so before it is looked at
        return (
            None
            if title is None or number in rows.odd
            else self.intake.of_records(title, as_of, found, is_draft=draft is True)
            for number, (title, as_of, draft, *found) in enumerate(
                zip(titles, rows.as_of, drafts, *entities, strict=True)
            )
        )


class _Doubts(dict[tuple[str | None, date | None, date | None], str | None]):
    """Why what is attested does not count, by who answers for it, from when, and the date of judging."""

    def __missing__(self, stated: tuple[str | None, date | None, date | None]) -> str | None:
        by, on, as_of = stated
        found = self[stated] = doubt_of_attestation(by or "", on, as_of)
        return found


class _Rows:
    """Reads the columns of a batch, and keeps in mind which rows may have a mistake."""

    def __init__(self, vocabulary: Vocabulary, as_of: Sequence[date | None]) -> None:
        self.vocabulary = vocabulary
        self.as_of = as_of
        self.odd: set[int] = set()
        self.column: pa.ListArray | None = None
        """The entities of the type that is read, a list for each row."""
        self.days: list[date | None] = []
        """For each of them the date of judging."""
        self.doubts = _Doubts()

    def entities(
        self, type_: EntityType, record: type[Record], column: pa.ListArray
    ) -> Iterator[Any]:
        """For each row the entities of a type: records to be filled in, by name; of a single one, the record.

        The columns are read now. Records are made row by row, so that each is in the processor's cache when it is
        filled in and judged.
        """
        structs, self.column = column.flatten(), column
        self.days = [self.as_of[row] for row in self.owners()]
        lengths = pc.list_value_length(column).fill_null(0).to_pylist()
        self._mark_null(structs)
        members = structs.flatten()
        names = pa.nulls(len(structs)) if type_.single else members.pop(0)
        cells = [self._values(*of) for of in zip(type_.fields.values(), members, strict=True)]
        records = map(record, *cells)
        if type_.single:
            self.odd.update(row for row, length in enumerate(lengths) if length > 1)
            return _first_of(records, lengths)
        self._mark_null(names)
        return self._by_name(iter(_texts(names)), records, lengths)

    def _by_name(
        self, names: Iterator[str], records: Iterator[Record], lengths: Iterable[int]
    ) -> Iterator[dict[str, Record]]:
        """The records of each row by name. A row that has a name twice is marked before it is given."""
        for row, length in enumerate(lengths):
            found = dict(zip(islice(names, length), islice(records, length), strict=True))
            if len(found) < length:
                self.odd.add(row)
            yield found

    def owners(self) -> list[int]:
        """The row of each entity of the type that is read."""
        found: list[int] = pc.list_parent_indices(self.column).to_pylist()
        return found

    def _mark_null(self, values: pa.Array) -> None:
        if values.null_count:
            self._mark(i for i, is_null in enumerate(values.is_null().to_pylist()) if is_null)

    def _mark(self, places: Iterable[int]) -> None:
        if marked := [*places]:
            owners = self.owners()
            self.odd.update(owners[place] for place in marked)

    def _values(self, field: Field, cells: pa.Array) -> list[Any]:
        """The values of a field that count."""
        if not has_parts(field):
            return self._plain(field, cells)
        parts = dict(zip((of.name for of in cells.type), cells.flatten(), strict=True))
        values = self._plain(field, parts["value"])
        evidence = parts.get("evidence")
        if evidence is not None and evidence.flatten().null_count:
            files = enumerate(evidence.to_pylist())
            self._mark(i for i, stated in files if stated and None in stated)
        if field.kind != "judgement":
            return values
        stated = zip(_texts(parts["by"]), parts["on"].to_pylist(), self.days, strict=True)
        doubts = list(map(self.doubts.__getitem__, stated))
        if UNDATED in doubts:  # records cannot say so
            self._mark(i for i, doubt in enumerate(doubts) if doubt == UNDATED)
        if not (field.has_terms or field.shape == "number"):  # what does not count may be a mistake
            uncounted = (i for i, doubt in enumerate(doubts) if doubt or field.by_two)
            self._mark(i for i in uncounted if values[i] is not None)
        if field.by_two:  # a table holds what one person says
            return [None] * len(values)
        return [None if doubt else value for value, doubt in zip(values, doubts, strict=True)]

    def _plain(self, field: Field, cells: pa.Array) -> list[Any]:
        """Values as JSON has them."""
        if cells.null_count == len(cells):
            return [None] * len(cells)
        if field.is_many:
            return self._lists(field, cells)
        if field.has_terms and field.shape == "one of":
            return self._terms(field, cells)
        match field.shape:
            case "number":
                return self._numbers(cells)
            case "one of" | "text" if field.may_be_none:
                return [[] if value == "" else value for value in _texts(cells)]
            case "duration" | "date" | "ages":
                return [v if v is None else written(field, v) for v in cells.to_pylist()]
            case "one of" | "text" | "yes-no" | "any of" | "some of":
                return _texts(cells)
            case _:
                assert_never(field.shape)

    def _terms(self, field: Field, cells: pa.StringArray) -> list[Any]:
        texts, values = _shared(cells)
        none = {""} if field.may_be_none else set()
        if wrong := self._no_terms(field, texts) - none:
            self._mark(i for i, value in enumerate(values) if value in wrong)
        return [[] if value == "" else value for value in values] if none else values

    def _numbers(self, cells: pa.Array) -> list[Any]:
        """Whole numbers. Others go the long way, in JSON too."""
        try:
            numbers: list[Any] = cells.cast(pa.int64()).to_pylist()
        except pa.ArrowInvalid:  # one has a fraction, or is too large
            numbers = cells.to_pylist()
            self._mark(i for i, number in enumerate(numbers) if number is not None)
        return numbers

    def _lists(self, field: Field, cells: pa.ListArray) -> list[Any]:
        """Lists; one that goes on has `None` at its end, and one of which nothing is known is `None`."""
        texts, members = _shared(cells.flatten())
        values = _cut(cells, tuple(members))
        if field.has_terms and (wrong := self._no_terms(field, texts)):
            self._mark(i for i, names in enumerate(values) if wrong.intersection(names or ()))
        if None in members:  # which may stand at the end alone
            self._mark(i for i, names in enumerate(values) if names and None in names[:-1])
            values = [None if names == (None,) else names for names in values]
        if field.shape == "some of":
            self._mark(i for i, names in enumerate(values) if names is not None and not names)
        return values

    def _no_terms(self, field: Field, texts: Iterable[str]) -> set[str]:
        """What is stated and no term. Entities are looked for when references are filled in."""
        return {*texts}.difference(self.vocabulary.taxonomy_of(field).parents)


def _first_of(records: Iterator[Record], lengths: Iterable[int]) -> Iterator[Record | None]:
    """The first record of each row. All that a row has are taken, for behind them come those of the next."""
    for length in lengths:
        own = [*islice(records, length)]
        yield own[0] if own else None


def _texts(cells: pa.Array) -> list[Any]:
    """What cells hold, which are mostly texts."""
    if pa.types.is_dictionary(cells.type):
        return _shared(cells)[1]
    found: list[Any] = cells.to_pylist()
    return found


def _shared(cells: pa.Array) -> tuple[list[str], list[Any]]:
    """The different texts, and each cell's: one object for equal ones, so that its hash is worked out once."""
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    places = encoded.indices.fill_null(len(texts)).to_pylist()
    return texts, list(map([*texts, None].__getitem__, places))


def _cut(lists: pa.ListArray, members: tuple[Any, ...]) -> list[Any]:
    """The lists of an array, made of the values of all their members."""
    lengths = pc.list_value_length(lists).to_pylist()
    ends = accumulate(length or 0 for length in lengths)
    return [
        None if length is None else members[end - length : end]
        for length, end in zip(lengths, ends, strict=True)
    ]
