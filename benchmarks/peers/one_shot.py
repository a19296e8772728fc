"""One deployment in a new process: from its start to its end, with what it takes to load everything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.peers.deployments import deployments
from benchmarks.peers.protocol import Job
from benchmarks.peers.roster import ROOT, Contestant, environment
from benchmarks.peers.runner import FailedError, bare_process, do, write_deployments

LIMIT = 60.0
"""Seconds that one process may take."""

CHECK = "clausewise check"
VERDICTS = (0, 1, 3, 4)
"""The exit codes of `clausewise check` that are verdicts."""


def measure_one_shot(
    contestants: Sequence[Contestant], work: Path, folder: Path, runs: int
) -> dict[str, Any]:
    """Milliseconds of each process, in turn, after one turn that does not count."""
    (deployment,) = deployments(1)
    path = write_deployments(folder / "one.design.json", [deployment])
    times: dict[str, list[float]] = {"python -c pass": [], CHECK: []}
    failed: dict[str, str] = {}
    for turn in range(runs + 1):
        found = {"python -c pass": bare_process(), CHECK: _check(path, work)}
        for contestant in contestants:
            mode = contestant.modes[0]
            job = Job(contestant.module, mode, work, path, seconds=0, warm=False)
            name = f"{contestant.title} ({mode})"
            try:
                found[name] = do(contestant, job, LIMIT)[1]
            except FailedError as error:
                failed[name] = str(error)
        for name, seconds in found.items() if turn else ():
            times.setdefault(name, []).append(round(seconds * 1000, 1))
    rows = [{"process": name, "millis": millis} for name, millis in times.items()]
    return {"runs": runs, "rows": rows, "failed": failed}


def _check(design: Path, work: Path) -> float:
    """Seconds that the command line takes for a design in JSON.

    Raises:
        FailedError: it gave no verdict.
    """
    command = [sys.executable, "-c", "from clausewise.start import main; main()", "check"]
    start = perf_counter()
    done = subprocess.run(
        [*command, str(design), "--policy", str(work / "bench.policy")],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=False,
    )
    if done.returncode not in VERDICTS:
        raise FailedError(f"clausewise check ended with {done.returncode}")
    return perf_counter() - start
