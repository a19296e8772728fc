"""The larger works: more clauses, a longer chain, more uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers.agreement import differences
from benchmarks.peers.deployments import deployments, long_chain, many_uses
from benchmarks.peers.protocol import CLAUSES, Job, Mode, Result
from benchmarks.peers.roster import Contestant
from benchmarks.peers.runner import FailedError, do, write_deployments
from benchmarks.peers.variants import enlarge

LIMIT = 120.0
"""Seconds that one process may take."""

VERSIONS = 179
"""Of each clause: fourteen times as many clauses in all."""


@dataclass(frozen=True, slots=True)
class Load:
    """A larger work; without Python written by hand where the clauses are not written for it."""

    title: str
    work: Path
    deployments: Path
    count: int = 1
    clauses: int = len(CLAUSES)
    hand_written: bool = True


@dataclass(slots=True)
class Row:
    """What was measured of an engine: milliseconds a deployment, and memory, one figure a process."""

    load: str
    engine: str
    mode: Mode
    millis: list[float] = field(default_factory=list)
    setup_ms: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    differs: int | None = None
    failed: str = ""


def loads(work: Path, folder: Path, *, quick: bool) -> list[Load]:
    """The larger works, written to a folder."""
    chains, uses = ((1_000,), (1_000,)) if quick else ((1_000, 10_000), (1_000, 100_000))
    count = 2 if quick else 5
    large = folder / "large"
    large.mkdir()
    clauses = enlarge(work, large, VERSIONS)
    few = write_deployments(folder / "few.jsonl", list(deployments(count)))
    found = [Load(f"{clauses:,} clauses", large, few, count, clauses, hand_written=False)]
    for length in chains:
        path = write_deployments(folder / f"chain-{length}.jsonl", [long_chain(length)])
        found.append(Load(f"a chain of {length:,}", work, path))
    for number in uses:
        path = write_deployments(folder / f"uses-{number}.jsonl", [many_uses(number)])
        found.append(Load(f"{number:,} uses", work, path))
    return found


def measure_growth(
    contestants: Sequence[Contestant], work: Path, folder: Path, runs: int, *, quick: bool
) -> dict[str, Any]:
    """Judge each larger work by each engine that grows, in the modes `false` and `three`."""
    rows: list[Row] = []
    for load in loads(work, folder, quick=quick):
        rows += _measured(load, contestants, runs)
    return {"runs": runs, "limit_s": LIMIT, "rows": [asdict(row) for row in rows]}


def _measured(load: Load, contestants: Sequence[Contestant], runs: int) -> list[Row]:
    entries = [
        (contestant, Row(load.title, contestant.title, mode))
        for contestant in contestants
        if contestant.grows and (load.hand_written or contestant.module != "python")
        for mode in contestant.modes
        if mode in (Mode.FALSE, Mode.THREE)
    ]
    results: dict[tuple[str, Mode], Result] = {}
    for _ in range(runs):
        for contestant, row in entries:
            if not row.failed:
                found = _timed(contestant, load, row)
                results |= {(contestant.module, row.mode): found} if found else {}
    ours = results.get(("compiled", Mode.THREE))
    for contestant, row in entries:
        result = results.get((contestant.module, row.mode))
        if result and ours:
            says = {
                name for violated, possible, _, _ in ours.answers for name in (*violated, *possible)
            }
            says |= {name for _, possible, _, _ in result.answers for name in possible}
            differs = differences(row.mode, result.answers, ours.answers, None, says)
            row.differs = sum(differs.values())
    return [row for _, row in entries]


def _timed(contestant: Contestant, load: Load, row: Row) -> Result | None:
    job = Job(contestant.module, row.mode, load.work, load.deployments)
    try:
        result, _ = do(contestant, job, LIMIT)
    except FailedError as error:
        row.failed = str(error)
        return None
    row.millis.append(round(result.seconds / load.count * 1000, 2))
    row.setup_ms.append(round(result.setup * 1000, 1))
    row.peak_mb.append(result.peak_mb)
    return result
