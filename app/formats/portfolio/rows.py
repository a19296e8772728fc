"""The results of a portfolio, a row for each design: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any, TextIO

from clausewise.engine.core.policy import Policy
from clausewise.formats.escaping import as_json, csv_cell
from clausewise.intake.judges import origin_of
from clausewise.portfolio.judge import Judged

BATCH = 5_000
"""How many rows are written to a Parquet file at a time."""


def columns_of(policy: Policy) -> list[str]:
    """The columns: what it is, what came of it, an outcome for each clause, why, and what flips."""
    own = ["name", "title", "verdict", "mistake"]
    clauses = [name if name not in own else f"{name}_" for name in policy.clauses]
    return [*own, *clauses, "facts", "missing", "against", "flips", "unreached", "judged_by"]


def judge_of(policy: Policy) -> dict[str, str]:
    """Which policy judged, in every row: rows are cut out of tables, and put into others."""
    return {
        "policy": policy.name,
        "version": policy.version,
        "origin": origin_of(policy),
        "sha256": policy.source.sha256,
    }


def judge_in_words(policy: Policy) -> str:
    """The same in one cell."""
    by = judge_of(policy)
    return f"{by['policy']} {by['version']}, from {by['origin']}, sha256 {by['sha256']}"


def write_csv(results: Iterable[Judged], policy: Policy, stream: TextIO) -> None:
    """Write CSV as of RFC 4180. A text that a spreadsheet would take for a formula gets a `'` before it."""
    writer = csv.writer(stream)
    writer.writerow(columns_of(policy))
    by = judge_in_words(policy)
    for judged in results:
        writer.writerow([csv_cell(cell) for cell in (*cells_of(judged, policy), by)])


def write_jsonl(results: Iterable[Judged], policy: Policy, stream: TextIO) -> None:
    """Write a line of JSON for each design."""
    by = judge_of(policy)
    for judged in results:
        stream.write(as_json(_object(judged) | {"judged_by": by}) + "\n")


def write_parquet(results: Iterable[Judged], policy: Policy, stream: IO[bytes]) -> None:
    """Write a Parquet file of texts, NULL where there is nothing to say."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    columns = columns_of(policy)
    schema = pa.schema([(name, pa.string()) for name in columns])
    remaining, by = iter(results), judge_in_words(policy)
    with ParquetWriter(stream, schema) as writer:
        while rows := [(*cells_of(judged, policy), by) for judged in islice(remaining, BATCH)]:
            values = {name: [row[i] or None for row in rows] for i, name in enumerate(columns)}
            writer.write_table(pa.table(values, schema))


def cells_of(judged: Judged, policy: Policy) -> list[str]:
    """A row's texts, in the order of `columns_of`, but for the last."""
    return [
        judged.name,
        judged.title,
        judged.verdict or "",
        judged.mistake,
        *(judged.outcomes.get(clause, "") for clause in policy.clauses),
        _listed(judged.facts),
        _listed(judged.missing),
        judged.other_verdict or "",
        "; ".join(f"{clause}: {before} → {after}" for clause, before, after in judged.flips),
        ", ".join(judged.unreached),
    ]


def _listed(facts: Mapping[str, Iterable[str]]) -> str:
    return "; ".join(f"{clause}: {', '.join(names)}" for clause, names in facts.items())


def _object(judged: Judged) -> dict[str, Any]:
    found: dict[str, Any] = {"name": judged.name, "title": judged.title, "verdict": judged.verdict}
    if judged.mistake:
        return found | {"mistake": judged.mistake}
    found["clauses"] = dict(_clauses(judged))
    if judged.unreached:
        found["unreached"] = list(judged.unreached)
    if judged.other_verdict:
        found["against"] = judged.other_verdict
        found["flips"] = {clause: [before, after] for clause, before, after in judged.flips}
    return found


def _clauses(judged: Judged) -> Iterator[tuple[str, dict[str, Any]]]:
    for clause, outcome in judged.outcomes.items():
        told: dict[str, Any] = {"outcome": outcome}
        for what, facts in (("facts", judged.facts), ("missing", judged.missing)):
            if clause in facts:
                told[what] = list(facts[clause])
        yield clause, told
