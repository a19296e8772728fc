"""The process in which one engine judges: `python -m benchmarks.peers.worker`, a job on stdin, a result on stdout.

It runs in the engine's own virtual environment, so it and the engines' modules import nothing of Clausewise.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.peers.protocol import Answer, Engine, Job, Result, Said


def run(job: Job) -> Result:
    """Do a job."""
    deployments = job.deployments.read_bytes().splitlines()
    start = perf_counter()
    engine: Engine = import_module(f"benchmarks.peers.engines.{job.engine}").load(
        job.mode, job.work
    )
    setup = perf_counter() - start
    if job.warm:
        judge_all(engine, deployments)
    passes: list[float] = []
    while not passes or sum(passes) < job.seconds:
        start = perf_counter()
        answers = judge_all(engine, deployments)
        passes.append(perf_counter() - start)
    peak = peak_mb()
    read = [written(engine.read(answer)) for answer in answers]
    return Result(engine.version, setup, median(passes), peak, read)


def peak_mb() -> float:
    """The most memory that this process has held, in megabytes. Only Linux tells it so."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return round(int(peak) / 1024, 1)


def judge_all(engine: Engine, deployments: list[bytes]) -> list[object]:
    """The engine's answers, in its own form."""
    return [engine.judge(deployment) for deployment in deployments]


def written(answer: Answer) -> Said:
    """An answer as a result holds it."""
    reasons = {clause: sorted(facts) for clause, facts in answer.reasons.items()}
    missing = {clause: sorted(facts) for clause, facts in answer.missing.items()}
    return sorted(answer.violated), sorted(answer.possible), reasons, missing


if __name__ == "__main__":
    sys.stdout.write(run(Job.load(sys.stdin.read())).dump())
