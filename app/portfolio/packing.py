"""Designs to the Parquet that SQL reads (engine/backends/sql/portfolio_table.py), by worker processes.

Most designs are JSON that states values alone, and become columns together (collecting.py).
All others go through the parser and the checker, and become rows one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.engine.backends.sql.portfolio_table import HEADER, row_of
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.portfolio.collecting import Collector
from clausewise.portfolio.judge import Given, in_a_line
from clausewise.workers.forked import map_forked, uncollected

ROW_GROUPS = 10_000, 50_000
"""How many rows are written at a time: few at first, for while the last are written no worker is at work."""

Mistake = tuple[str, str]
"""The name of a design that cannot be a row, and why."""


def pack(
    portions: Iterable[Iterable[Given]],
    policy: Policy,
    stream: IO[bytes],
    jobs: int | None = None,
    access: Access | None = None,
) -> Iterator[Mistake | None]:
    """Write designs as a Parquet file with a column for each entity type, in their order.

    Args:
        portions: the designs, as many at a time as a worker is given.
        jobs: how many processes; one for each processor by default.
        access: where files of designs may lie.

    Yields:
        for each design, why it was left out; `None` if it was not.
    """
    packer = Packer(policy, access)
    waiting: list[pa.RecordBatch] = []
    written, (few, many) = 0, ROW_GROUPS
    with ParquetWriter(stream, packer.schema, write_statistics=[*HEADER]) as writer:
        for content, mistakes in map_forked(packer.packed, portions, jobs, chunk=1):
            waiting += pa.ipc.open_stream(content)
            rows = sum(batch.num_rows for batch in waiting)
            if rows >= min(many, max(few, written // 10)):
                writer.write_table(pa.Table.from_batches(waiting))
                waiting, written = [], written + rows
            yield from mistakes
        writer.write_table(pa.Table.from_batches(waiting, packer.schema))


class Packer:
    """Makes rows of designs in the words of a policy's vocabulary."""

    def __init__(self, policy: Policy, access: Access | None = None) -> None:
        self.vocabulary = policy.vocabulary
        self.access = access
        self.collector = Collector(self.vocabulary)
        self.schema = self.collector.schema

    def packed(self, designs: Iterable[Given]) -> tuple[bytes, list[Mistake | None]]:
        """The rows of some designs in Arrow's stream format; and for each design, why it has none."""
        with uncollected():
            return self._packed(list(designs))

    def _packed(self, designs: Sequence[Given]) -> tuple[bytes, list[Mistake | None]]:
        mistakes: list[Mistake | None] = [None] * len(designs)
        sink = pa.BufferOutputStream()
        plain, others = self._collected(designs)
        with pa.ipc.new_stream(sink, self.schema) as writer:
            done = 0
            for number, place in enumerate(others):
                before = place - number  # the rows of those before it that are plain
                writer.write_batch(plain.slice(done, before - done))
                done = before
                row, mistakes[place] = self._row(designs[place])
                if row:
                    writer.write_batch(row)
            writer.write_batch(plain.slice(done))
        return sink.getvalue().to_pybytes(), mistakes

    def _collected(self, designs: Sequence[Given]) -> tuple[pa.RecordBatch, list[int]]:
        """The rows of designs that state values alone, and the places of all others."""
        decoded = self.collector.decoder.decoded
        found = [decoded(design.content) if design.content else None for design in designs]
        plain = [place for place, values in enumerate(found) if values is not None]
        stated = [(designs[at].name, designs[at].content or b"", found[at]) for at in plain]
        try:
            batch, odd = self.collector.batch(stated)
        except (pa.ArrowException, ArithmeticError, ValueError):  # one takes no others with it
            return self.collector.batch([])[0], [*range(len(designs))]
        if odd:
            batch = batch.filter(pa.array([number not in odd for number in range(len(plain))]))
        taken = {at for number, at in enumerate(plain) if number not in odd}
        return batch, [at for at in range(len(designs)) if at not in taken]

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
            fitting = "a number has at most 29 digits before its point and 9 behind it"
            found = Diagnostic("E527", f"a value does not fit a row ({fitting}): {error}")
            return None, (design.name, in_a_line([found]))
        except Exception as error:
            return None, (design.name, in_a_line([fault_of(error)]))
