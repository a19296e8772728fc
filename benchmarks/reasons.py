"""How long the Face pack's reasons and missing facts take, beside its outcomes alone: in a process that is warm.

The designs are those of the pack's cases. Of each, all clauses are judged; then again, and of each violated clause
the reason is asked for, of each open one what is missing. Writes `reasons.md` beside this file, and prints it.

    python -m benchmarks.reasons [--quick]
"""

from __future__ import annotations

import gc
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.reasoning import Why
from clausewise.engine.backends.python.records import World, world_of
from clausewise.engine.core.outcomes import Outcome
from clausewise.intake.load import load_policy
from clausewise.testing.cases import run_cases

RESULTS = Path(__file__).with_suffix(".md")
POLICY = "face-code-of-conduct"
CASES = Path(__file__).parent.parent / "policies" / "face" / f"{POLICY}.cases"


def worlds_of_cases(code: CompiledPolicy) -> list[World]:
    """The records of all designs of the pack's cases that generated code judges by itself."""
    judgements = [result.judgement for result in run_cases(CASES)]
    deployments = [found.deployment for found in judgements if found]
    ours = [found for found in deployments if found.vocabulary is code.policy.vocabulary]
    worlds = [world_of(deployment, code.layouts) for deployment in ours]
    return [world for world in worlds if not world.undated]


def outcomes(code: CompiledPolicy, world: World) -> None:
    """Judge all clauses."""
    world.remembered.clear()
    code.outcomes_of(world)


def reasons(code: CompiledPolicy, world: World) -> None:
    """Judge them, and say why those that are violated are, and what those lack that are open."""
    world.remembered.clear()
    found, why = code.outcomes_of(world), Why(code, world)
    for clause, outcome in found.items():
        if outcome is Outcome.VIOLATED:
            why.facts(clause)
        elif outcome in (Outcome.UNDETERMINED, Outcome.REVIEW):
            why.missing(clause)


def measure(code: CompiledPolicy, worlds: list[World], rounds: int) -> dict[str, list[float]]:
    """Microseconds of the processor a design, of each way in turn."""
    ways: dict[str, Callable[[CompiledPolicy, World], None]] = {
        "outcomes": outcomes,
        "outcomes, reasons and missing facts": reasons,
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = process_time()
            for world in worlds:
                way(code, world)
            taken = (process_time() - start) * 1e6 / len(worlds)
            if number:  # the first compiles
                found[name].append(taken)
    return found


def main() -> None:
    """Measure, write and print."""
    code = compiled(load_policy(POLICY))
    worlds = worlds_of_cases(code)
    gc.collect()
    gc.freeze()  # what the cases left behind is not looked through meanwhile
    found = measure(code, worlds, 2 if "--quick" in sys.argv else 30)
    alone, whole = found.values()
    more = [one - other for one, other in zip(whole, alone, strict=True)]
    rows = [
        f"| {name} | {median(taken):.1f} | {min(taken):.1f} to {max(taken):.1f} |"
        for name, taken in {**found, "what the reasons and missing facts add": more}.items()
    ]
    lines = [
        "# Reasons and missing facts of the Face pack",
        "",
        f"The {len(worlds)} designs of the pack's cases as records, in a process that is warm: microseconds of",
        f"processor time a design. Python {platform.python_version()}, {platform.machine()}; {len(alone)} rounds.",
        "",
        "| | median µs | spread µs |",
        "| --- | --- | --- |",
        *rows,
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
