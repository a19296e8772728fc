"""Rows of the Parquet that SQL reads, straight to records: the short way, for rows as most are.

Like the short way for JSON it decides nothing: whatever may be a mistake is left to the long way, by which a row
becomes a design in JSON (`design_of`), and is judged or reported as any design is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from clausewise.dsl.models.admission import doubt_of_attestation
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.python.from_json import Intake, Values
from clausewise.engine.backends.python.records import World
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts, schema, written
from clausewise.portfolio.judge import Judge, Judged, Task
from clausewise.portfolio.sources import batches_of, row_design
from clausewise.workers.forked import map_forked


def judge_rows(path: Path, task: Task, jobs: int | None = None) -> Iterator[Judged]:
    """Judge the rows of a Parquet file with a column for each entity type, in their order, as they come.

    Args:
        jobs: how many processes; one for each processor by default.
    """
    work = _RowJudge(path, task).judge
    return chain.from_iterable(map_forked(work, batches_of(path), jobs, chunk=1))


class _RowJudge:
    """Judges one batch of rows after another."""

    def __init__(self, path: Path, task: Task) -> None:
        self.path = path
        self.vocabulary = task.policy.vocabulary
        self.one_by_one = Judge(task)
        codes = [self.one_by_one.code, *([self.one_by_one.other] if self.one_by_one.other else [])]
        self.unpackers = [Unpacker(code.policy.vocabulary, code.intake) for code in codes]
        self.is_short = task.options.as_of is None and not task.options.evidence_required

    def judge(self, numbered: tuple[int, pa.RecordBatch]) -> list[Judged]:
        """Judge the rows of a batch, of which the first has this number."""
        first, batch = numbered
        rows = batch.num_rows
        worlds = [unpacker.worlds(batch) for unpacker in self.unpackers] if self.is_short else []
        names = batch.column("name").to_pylist() if "name" in batch.schema.names else [None] * rows
        judged = []
        for row, name in enumerate(names):
            known = [found for of_rows in worlds if (found := of_rows[row])]
            if len(known) == len(self.unpackers):
                called = str(name or f"{self.path}:{first + row}")
                judged.append(self.one_by_one.judge_world(called, *known))
            else:
                (cells,) = batch.slice(row, 1).to_pylist()
                design = row_design(self.path, first + row, cells, self.vocabulary)
                judged.append(self.one_by_one.judge(design))
        return judged


class Unpacker:
    """Makes records of rows in the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, intake: Intake) -> None:
        self.vocabulary = vocabulary
        self.intake = intake
        self.columns = columns_of(vocabulary)
        self.schema = schema(vocabulary)

    def worlds(self, batch: pa.RecordBatch) -> list[World | None]:
        """The records of each row; `None` for one that must go the long way."""
        if any(name not in batch.schema.names for name in self.schema.names):
            return [None] * batch.num_rows
        try:
            batch = batch.select(self.schema.names).cast(self.schema)
        except pa.ArrowException:
            return [None] * batch.num_rows
        rows = _Rows(self.vocabulary, batch.column("as-of").to_pylist())
        entities = [
            rows.entities(type_, batch.column(self.columns.types[name]))
            for name, type_ in self.vocabulary.entities.items()
        ]
        titles, drafts = batch.column("title").to_pylist(), batch.column("draft").to_pylist()
        return [
            None
            if title is None or number in rows.odd
            else self.intake.of_values(Values(title, as_of, draft is True, list(found)))
            for number, (title, as_of, draft, *found) in enumerate(
                zip(titles, rows.as_of, drafts, *entities, strict=True)
            )
        ]


class _Rows:
    """Reads the columns of a batch, and keeps in mind which rows may have a mistake."""

    def __init__(self, vocabulary: Vocabulary, as_of: Sequence[date | None]) -> None:
        self.vocabulary = vocabulary
        self.as_of = as_of
        self.odd: set[int] = set()
        self.owners: list[int] = []
        """The row of each entity of the type that is read."""

    def entities(self, type_: EntityType, column: pa.ListArray) -> Iterator[list[tuple[Any, ...]]]:
        """The entities of a type, by row: their fields' values as JSON has them, and their names."""
        structs = column.flatten()
        ends = [0]
        self.owners = []
        for row, length in enumerate(pa.compute.list_value_length(column).to_pylist()):
            ends.append(ends[-1] + (length or 0))
            self.owners += [row] * (length or 0)
        members = structs.flatten()  # a struct that is NULL has no name
        names = [None] * len(structs) if type_.single else members.pop(0).to_pylist()
        self._mark(i for i, is_known in enumerate(structs.is_valid().to_pylist()) if not is_known)
        cells = (self._values(*of) for of in zip(type_.fields.values(), members, strict=True))
        rows = list(zip(*cells, names, strict=True))
        return (rows[start:end] for start, end in pairwise(ends))

    def _mark(self, places: Iterable[int]) -> None:
        self.odd.update(self.owners[place] for place in places)

    def _values(self, field: Field, cells: pa.Array) -> list[Any]:
        """The values of a field that count."""
        if not has_parts(field):
            return self._plain(field, cells.to_pylist())
        parts = dict(zip((of.name for of in cells.type), cells.flatten(), strict=True))
        values = self._plain(field, parts["value"].to_pylist())
        if "evidence" in parts:
            evidence = parts["evidence"].to_pylist()
            self._mark(i for i, stated in enumerate(evidence) if stated and None in stated)
        if field.kind != "judgement":
            return values
        by, on = parts["by"].to_pylist(), parts["on"].to_pylist()
        stated = zip(by, on, self.owners, strict=True)
        doubts = [doubt_of_attestation(who or "", day, self.as_of[row]) for who, day, row in stated]
        if not (
            field.has_terms or field.shape == "number"
        ):  # a mistake is one even if it does not count
            self._mark(i for i, doubt in enumerate(doubts) if doubt and values[i] is not None)
        return [None if doubt else value for value, doubt in zip(values, doubts, strict=True)]

    def _plain(self, field: Field, cells: list[Any]) -> list[Any]:
        """Values as JSON has them."""
        match field.shape:
            case "any of" | "some of":
                return self._lists(field, cells)
            case "one of" | "text":
                none = (
                    [i for i, cell in enumerate(cells) if cell == ""] if field.may_be_none else []
                )
                self._check(field, set(cells).difference({""} if none else ()), cells)
                for place in none:
                    cells[place] = []
            case "number" | "duration" | "date" | "ages":
                cells = [None if cell is None else written(field, cell) for cell in cells]
                self._mark(i for i, cell in enumerate(cells) if isinstance(cell, float))
            case "yes-no":
                pass
        return cells

    def _lists(self, field: Field, cells: list[Any]) -> list[Any]:
        """Lists; one that goes on has `None` at its end, and one of which nothing is known is `None`."""
        self._mark(i for i, names in enumerate(cells) if names and None in names[:-1])
        if field.shape == "some of":
            self._mark(i for i, names in enumerate(cells) if names == [])
        self._check(field, set(chain.from_iterable(filter(None, cells))), cells)
        return [None if names is None or names == [None] else tuple(names) for names in cells]

    def _check(self, field: Field, stated: set[Any], cells: list[Any]) -> None:
        """Mark what is no term. Entities are looked for when references are filled in."""
        if field.has_terms:
            wrong = stated.difference(self.vocabulary.taxonomy_of(field).parents, {None})
            if wrong and field.is_many:
                self._mark(i for i, names in enumerate(cells) if wrong.intersection(names or ()))
            elif wrong:
                self._mark(i for i, name in enumerate(cells) if name in wrong)
