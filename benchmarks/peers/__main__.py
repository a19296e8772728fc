"""Measure Clausewise and its peers, and write down what came of it.

    python -m benchmarks.peers            all of it, some half an hour
    python -m benchmarks.peers --quick    a small run, under two minutes once the peers are installed
    python -m benchmarks.peers --portfolio  only the portfolio, again; the other results stay
    python -m benchmarks.peers --tables   only write the tables again, from the results that there are

Results are written to `benchmarks/results/`, and as tables between the markers of `docs/performance.md`; those
of a small run to `benchmarks/results/quick.json` and the terminal only. It ends with 1 if engines disagree.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import table
from benchmarks.peers.clauses import measure_clauses
from benchmarks.peers.growth import measure_growth
from benchmarks.peers.machine import machine
from benchmarks.peers.one_shot import measure_one_shot
from benchmarks.peers.portfolio import measure_portfolio
from benchmarks.peers.roster import LEFT_OUT, ROOT, ROSTER, Contestant

RESULTS = ROOT / "benchmarks" / "results"
WORK = ROOT / "benchmarks" / "peers" / "encodings"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as asked; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run")
    parser.add_argument("--tables", action="store_true", help="write the tables again")
    parser.add_argument("--portfolio", action="store_true", help="measure the portfolio again")
    options = parser.parse_args(arguments)
    path = RESULTS / ("quick.json" if options.quick else "full.json")
    if not options.tables:
        found = again(path) if options.portfolio else measure(quick=options.quick)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    results = json.loads(path.read_text(encoding="utf-8"))
    if options.quick:
        sys.stdout.write(table.tables(results))
    else:
        table.write(results)
    return 1 if disagreements(results) else 0


def measure(*, quick: bool) -> dict[str, Any]:
    """All measurements."""
    absent = {c.title: why for c in ROSTER if (why := c.install())}
    here = [c for c in ROSTER if c.title not in absent]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count, runs, shots = (200, 1, 2) if quick else (1_000, 5, 9)
        return {
            "machine": machine(),
            "absent": LEFT_OUT | absent,
            "cannot": {c.title: c.cannot for c in here},
            "says": {c.title: list(c.says) for c in here},
            "clauses": measure_clauses(here, WORK, folder, count, runs),
            "growth": measure_growth(
                grown(here, quick=quick), WORK, folder, 1 if quick else 3, quick=quick
            ),
            "portfolio": measure_portfolio(
                next(c for c in ROSTER if c.module == "regorus"),
                WORK,
                folder,
                5_000 if quick else 100_000,
                runs,
            ),
            "one_shot": measure_one_shot(here, WORK, folder, shots),
        }


def again(path: Path) -> dict[str, Any]:
    """The results that there are, with the portfolio measured anew."""
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    regorus = next(c for c in ROSTER if c.module == "regorus")
    if why := regorus.install():
        raise SystemExit(why)
    with tempfile.TemporaryDirectory() as name:
        count, runs = results["portfolio"]["designs"], results["portfolio"]["runs"]
        measured = measure_portfolio(regorus, WORK, Path(name), count, runs)
    return {**results, "portfolio": {**measured, "machine": machine()}}


def grown(contestants: list[Contestant], *, quick: bool) -> list[Contestant]:
    """Who takes part in the larger works."""
    return [c for c in contestants if c.grows and not (quick and c.module == "recorded")]


def disagreements(results: dict[str, Any]) -> int:
    """How often an engine says otherwise, or gives facts that do not suffice."""
    main: list[int] = [sum((row["differs"] or {}).values()) for row in results["clauses"]["rows"]]
    larger: list[int] = [row["differs"] or 0 for row in results["growth"]["rows"]]
    portfolio: int = results["portfolio"]["differs"]
    why: list[int] = [
        row["reasons"]["not_sufficient"] for row in results["clauses"]["rows"] if row["reasons"]
    ]
    return sum(main) + sum(larger) + sum(why) + portfolio


if __name__ == "__main__":
    sys.exit(main())
