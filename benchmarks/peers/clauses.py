"""The main measurement: a thousand deployments against fourteen clauses, in every mode that an engine has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.agreement import Answers, differences, reasons_checked, silent
from benchmarks.peers.deployments import deployments
from benchmarks.peers.protocol import Job, Mode, Result
from benchmarks.peers.roster import Contestant
from benchmarks.peers.runner import FailedError, do, write_deployments

LIMIT = 600.0
"""Seconds that one process may take."""

OURS = {
    Mode.FALSE: ("compiled", Mode.THREE),
    Mode.THREE: ("compiled", Mode.THREE),
    Mode.REASONS: ("compiled", Mode.THREE),
    Mode.BINDINGS: ("compiled", Mode.BINDINGS),
    Mode.MISSING: ("compiled", Mode.MISSING),
}
"""By mode, against whose answers an engine's are held."""
PLAIN = ("python", Mode.FALSE)

Entry = tuple[str, Mode]


@dataclass(slots=True)
class Row:
    """What was measured of an engine in a mode; microseconds a deployment, one figure a process."""

    engine: str
    mode: Mode
    version: str = ""
    clauses: int = 0
    micros: list[float] = field(default_factory=list)
    setup_ms: list[float] = field(default_factory=list)
    differs: dict[str, int] | None = None
    reasons: dict[str, Any] | None = None
    failed: str = ""


def measure_clauses(
    contestants: Sequence[Contestant], work: Path, folder: Path, count: int, runs: int
) -> dict[str, Any]:
    """Judge the deployments by each engine in turn, that turn several times over.

    Args:
        contestants: those that are installed.
        work: the folder with the clauses.
        folder: where to write the deployments.
        count: how many deployments.
        runs: how many processes for each engine and mode.
    """
    made = list(deployments(count))
    paths = {
        number: write_deployments(folder / f"deployments-{number}.jsonl", made[:number])
        for number in {min(c.at_most, count) for c in contestants}
    }
    entries = {(c.module, mode): (c, Row(c.title, mode)) for c in contestants for mode in c.modes}
    results: dict[Entry, Result] = {}
    for _ in range(runs):
        for key, (contestant, row) in entries.items():
            if not row.failed:
                number = min(contestant.at_most, count)
                job = Job(contestant.module, row.mode, work, paths[number])
                found = _timed(contestant, job, row, number)
                results |= {key: found} if found else {}
    rows = _compared(entries, results)
    for key, (contestant, row) in entries.items():
        if row.mode in (Mode.REASONS, Mode.MISSING) and key in results:
            judged = made[: min(contestant.at_most, count)]
            row.reasons = reasons_checked(results[key], judged, work)
    return {
        "deployments": count,
        "runs": runs,
        "rows": [asdict(row) for row in rows],
        "ratios": ratios(rows),
        "silence": silent(results[OURS[Mode.THREE]].answers, results[PLAIN].answers),
    }


def _timed(contestant: Contestant, job: Job, row: Row, count: int) -> Result | None:
    try:
        result, _ = do(contestant, job, LIMIT)
    except FailedError as error:
        row.failed = str(error)
        return None
    row.version = result.version
    row.micros.append(round(result.seconds / count * 1e6, 1))
    row.setup_ms.append(round(result.setup * 1000, 1))
    return result


def _compared(
    entries: dict[Entry, tuple[Contestant, Row]], results: dict[Entry, Result]
) -> list[Row]:
    plain: Answers = results[PLAIN].answers
    for key, (contestant, row) in entries.items():
        row.clauses = len(contestant.says)
        if key in results:
            answers = results[key].answers
            ours: Answers = results[OURS[row.mode]].answers
            row.differs = differences(row.mode, answers, ours, plain, contestant.says)
    return [row for _, row in entries.values()]


def ratios(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """How many times as long each takes as regorus and OPA in the same mode, from figures of the same turn."""
    found = []
    for row in rows:
        for base in ("regorus", "OPA"):
            other = next((r for r in rows if (r.engine, r.mode) == (base, row.mode)), None)
            if other and other.micros and row.micros:
                each = [a / b for a, b in zip(row.micros, other.micros, strict=False)]
                found.append(_ratio(row, base, each))
    return found


def _ratio(row: Row, base: str, each: list[float]) -> dict[str, Any]:
    figures = {"min": min(each), "median": median(each), "max": max(each)}
    rounded = {name: round(value, 3) for name, value in figures.items()}
    return {"engine": row.engine, "mode": row.mode, "to": base, **rounded}
