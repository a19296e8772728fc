"""How long it takes to read a design in JSON into records, beside decoding the same bytes into dictionaries.

Run it by `python -m benchmarks.intake`. It takes a few seconds, and writes medians of alternating runs to
`intake.md` beside this file.
"""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.peers.deployments import deployments
from clausewise.engine.backends.python.compiled import compiled
from clausewise.intake.load import load_policy

RESULTS = Path(__file__).with_suffix(".md")
POLICY = Path(__file__).parent / "peers" / "encodings" / "bench.policy"
COUNT = 1_000
RUNS = 25


def with_evidence(design: bytes) -> bytes:
    """The same design with evidence beside a fact."""
    stated = json.loads(design)
    stated["law"] = {"unlawful": {"value": False, "evidence": ["opinion.pdf"]}}
    return json.dumps(stated).encode()


def seconds(work: Callable[[bytes], object], designs: Sequence[bytes]) -> float:
    """Seconds for each design."""
    start = perf_counter()
    for design in designs:
        work(design)
    return (perf_counter() - start) / len(designs)


def main() -> None:
    """Measure and write the table."""
    code = compiled(load_policy(str(POLICY)))
    values = list(deployments(COUNT))
    facts = [with_evidence(design) for design in values]
    assert all(code.intake.world(design) for design in [*values, *facts])
    ways: dict[str, tuple[Callable[[bytes], object], Sequence[bytes]]] = {
        "JSON to dictionaries": (msgspec.json.decode, values),
        "JSON to records": (code.intake.world, values),
        "JSON to records, evidence beside a fact": (code.intake.world, facts),
        "JSON to outcomes": (code.outcomes_of_json, values),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(RUNS):
        for way, (work, designs) in ways.items():
            times[way].append(seconds(work, designs))
    RESULTS.write_text(table(times), encoding="utf-8")
    print(table(times))


def table(times: dict[str, list[float]]) -> str:
    """The figures as a page."""
    lines = [
        "# JSON to records",
        "",
        f"{COUNT:,} generated deployments of 2.5 KB, one after another; {RUNS} runs in turn. "
        f"msgspec {msgspec.__version__}, Python {platform.python_version()}, {platform.machine()}. "
        "The last column is the median of ratios, turn by turn.",
        "",
        "| way | median µs | least | to dictionaries |",
        "| --- | --- | --- | --- |",
    ]
    first = next(iter(times.values()))
    for way, found in times.items():
        ratio = statistics.median(one / other for one, other in zip(found, first, strict=True))
        median, least = statistics.median(found) * 1e6, min(found) * 1e6
        lines.append(f"| {way} | {median:.1f} | {least:.1f} | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
