"""Jobs in processes of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.peers.protocol import Job, Result
from benchmarks.peers.roster import ROOT, Contestant, environment

WORKER = ("-m", "benchmarks.peers.worker")


class FailedError(Exception):
    """A job that did not end as it should; the text says how, without paths."""


def do(contestant: Contestant, job: Job, limit: float) -> tuple[Result, float]:
    """Do a job in a new process.

    Args:
        contestant: whose job it is.
        job: what to do.
        limit: seconds after which the process is ended.

    Returns:
        The result, and the seconds from the process's start to its end.

    Raises:
        FailedError: it took too long, or ended with an error.
    """
    start = perf_counter()
    try:
        done = subprocess.run(
            [str(contestant.python), *WORKER],
            input=job.dump(),
            cwd=ROOT,
            env=contestant.environment(),
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FailedError(f"over {limit:.0f} s") from None
    if done.returncode:
        raise FailedError(_why(done.stderr) or f"ended with {done.returncode}")
    return Result.load(done.stdout), perf_counter() - start


def _why(stderr: str) -> str:
    """The error that a process ended with; an engine's own stack may follow it."""
    named = [line for line in stderr.splitlines() if re.match(r"[\w.]+(Error|Exception):", line)]
    return named[-1].partition(": ")[2].replace(str(ROOT), ".")[:200] if named else ""


def bare_process() -> float:
    """Seconds that `python -c pass` takes."""
    start = perf_counter()
    command = [sys.executable, "-c", "pass"]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    return perf_counter() - start


def write_deployments(path: Path, deployments: list[bytes]) -> Path:
    """A file with a deployment a line."""
    path.write_bytes(b"\n".join(deployments) + b"\n")
    return path
