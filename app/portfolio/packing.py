"""Designs to the Parquet that SQL reads (engine/backends/sql/portfolio_table.py), by worker processes.

Most designs are JSON that states values alone. Their values are collected by field, and become columns at once.
All others go through the parser and the checker, and become rows one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, groupby
from typing import IO, Any

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from clausewise.dsl.models.vocabulary import EntityType, Field
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.values import range_of
from clausewise.engine.backends.python.field_readers import reader_of
from clausewise.engine.backends.python.from_json import DesignValues, Intake
from clausewise.engine.backends.python.records import layouts_of
from clausewise.engine.backends.sql.portfolio_table import has_parts, row_of, schema
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.portfolio.judge import Given, in_a_line, portions_of
from clausewise.workers.forked import map_forked, uncollected

PORTION = 1_000
"""How many designs a worker is given at a time."""
ROW_GROUP = 50_000
"""How many rows are written at a time."""

Mistake = tuple[str, str]
"""The name of a design that cannot be a row, and why."""


def pack(
    designs: Iterable[Given],
    policy: Policy,
    stream: IO[bytes],
    jobs: int | None = None,
    access: Access | None = None,
) -> Iterator[Mistake | None]:
    """Write designs as a Parquet file with a column for each entity type, in their order.

    Args:
        jobs: how many processes; one for each processor by default.
        access: where files of designs may lie.

    Yields:
        for each design, why it was left out; `None` if it was not.
    """
    packer = Packer(policy, access)
    waiting: list[pa.RecordBatch] = []
    with ParquetWriter(stream, packer.schema) as writer:
        for content, mistakes in map_forked(
            packer.packed, portions_of(designs, PORTION), jobs, chunk=1
        ):
            waiting += pa.ipc.open_stream(content)
            if sum(batch.num_rows for batch in waiting) >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
            yield from mistakes
        writer.write_table(pa.Table.from_batches(waiting, packer.schema))


class Packer:
    """Makes rows of designs in the words of a policy's vocabulary."""

    def __init__(self, policy: Policy, access: Access | None = None) -> None:
        self.vocabulary = policy.vocabulary
        self.access = access
        self.schema = schema(self.vocabulary)
        self.intake = Intake(self.vocabulary, layouts_of(self.vocabulary))

    def packed(self, designs: Sequence[Given]) -> tuple[bytes, list[Mistake | None]]:
        """The rows of some designs in Arrow's stream format; and for each design, why it has none."""
        with uncollected():
            return self._packed(designs)

    def _packed(self, designs: Sequence[Given]) -> tuple[bytes, list[Mistake | None]]:
        mistakes: list[Mistake | None] = []
        sink = pa.BufferOutputStream()
        read = ((design, self._values(design)) for design in designs)
        with pa.ipc.new_stream(sink, self.schema) as writer:
            for is_plain, some in groupby(read, key=lambda found: found[1] is not None):
                if is_plain:
                    pairs = [(design.name, values) for design, values in some if values]
                    writer.write_batch(self._batch(pairs))
                    mistakes += [None] * len(pairs)
                    continue
                for design, _ in some:
                    row, mistake = self._row(design)
                    mistakes.append(mistake)
                    if row:
                        writer.write_batch(row)
        return sink.getvalue().to_pybytes(), mistakes

    def _values(self, design: Given) -> DesignValues | None:
        return self.intake.values(design.content) if design.content else None

    def _batch(self, designs: Sequence[tuple[str, DesignValues]]) -> pa.RecordBatch:
        """Rows of designs that state values alone."""
        header = {
            "name": [name for name, _ in designs],
            "title": [values.title for _, values in designs],
            "as-of": [values.as_of for _, values in designs],
            "draft": [values.draft for _, values in designs],
        }
        columns = [pa.array(header[field.name], field.type) for field in list(self.schema)[:4]]
        for index, type_ in enumerate(self.vocabulary.entities.values()):
            given = [values.entities[index] for _, values in designs]
            if type_.single:  # always there, even if nothing is known of it
                given = [rows or [(None,) * (len(type_.fields) + 1)] for rows in given]
            columns.append(_entities(type_, given, self.schema.field(len(columns)).type))
        return pa.record_batch(columns, schema=self.schema)

    def _row(self, design: Given) -> tuple[pa.RecordBatch | None, Mistake | None]:
        """The row of any design."""
        try:
            if design.mistake:
                raise InvalidError([design.mistake])
            stated = read_design(design.source(self.access)).stated(self.vocabulary)
            return pa.RecordBatch.from_pylist([row_of(stated, design.name)], self.schema), None
        except InvalidError as error:
            return None, (design.name, in_a_line(error.diagnostics))
        except pa.ArrowException as error:
            found = Diagnostic("E527", f"a value does not fit a row: {error}")
            return None, (design.name, in_a_line([found]))
        except Exception as error:
            return None, (design.name, in_a_line([fault_of(error)]))


def _entities(type_: EntityType, given: Sequence[list[Any]], column: pa.ListType) -> pa.Array:
    """The column of a type: for each design, the rows of its entities (`DesignValues`)."""
    ends = pa.array(accumulate(map(len, given), initial=0), pa.int32())
    cells = list(zip(*chain.from_iterable(given), strict=True)) or [()] * len(column.value_type)
    members = list(column.value_type)
    own = members if type_.single else members[1:]
    arrays = [] if type_.single else [pa.array(cells[-1], pa.string())]
    for field, values, member in zip(type_.fields.values(), cells, own, strict=False):
        arrays.append(_cells(field, values, member.type))
    return pa.ListArray.from_arrays(ends, pa.StructArray.from_arrays(arrays, fields=members))


def _cells(field: Field, values: Sequence[Any], member: pa.DataType) -> pa.Array:
    """What a field holds of each entity; `None` is unknown."""
    if field.kind == "judgement":
        return pa.nulls(len(values), member)  # one that counts has somebody beside it
    if not has_parts(field):
        return _plain(field, values, member)
    value = _plain(field, values, member.field("value").type)
    evidence = pa.array([[]] * len(values), member.field("evidence").type)
    return pa.StructArray.from_arrays([value, evidence], fields=list(member), mask=value.is_null())


def _plain(field: Field, values: Sequence[Any], member: pa.DataType) -> pa.Array:
    """Values as they are in JSON to an array."""
    if field.shape == "number":
        return pa.array(values, pa.int64()).cast(member)
    read = _ages if field.shape == "ages" else reader_of(field)
    return pa.array([None if v is None else read(v) for v in values] if read else values, member)


@lru_cache(maxsize=4096)
def _ages(text: str) -> dict[str, int | None]:
    """The struct of ages that were read before, and so fit."""
    return dict(zip(("youngest", "oldest"), range_of(text) or (), strict=True))
