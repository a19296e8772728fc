"""How `clausewise check` and `explain` grow with a design, in fresh processes, beside `python -c pass`.

The design is `examples/lobby.design` with its use written many times under different names. In the varied one each
use also has people and a camera of its own. Writes medians and ratios of alternating runs, the most memory that a
process held, and the power by which the time grows, to `large_designs.md` beside this file, and prints them. It is
part of `make bench`; `--quick` leaves out the largest designs.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "large_designs.md"
LOBBY = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
SIZES = (1, 100, 1_000, 10_000)
RUNS = 5
MAIN = "import sys; sys.modules['interegular'] = None; from clausewise.start import main; main()"
"""`interegular` is a tool of developers, which parsers of lark import where it is there; users do not have it."""
COMMANDS = {"check": ["check"], "explain": ["explain"]}
BASE = "python -c pass"
Measured = tuple[float, float]
"""Seconds of the processor, and megabytes."""


def design(uses: int, *, varied: bool) -> str:
    """The lobby with so many uses."""
    start = LOBBY.index("camera turnstile" if varied else "use check-in")
    end = LOBBY.index("safeguards {")
    names = ("check-in", "employees", "turnstile") if varied else ("check-in",)
    blocks = []
    for number in range(1, uses + 1):
        block = LOBBY[start:end]
        for name in names:
            block = block.replace(name, f"{name}-{number}")
        blocks.append(block)
    return LOBBY[:start] + "".join(blocks) + LOBBY[end:]


def once(command: list[str]) -> Measured:
    """What one run takes.

    Raises:
        AssertionError: it failed, or came to another verdict than that the lobby needs information.
    """
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == (3 if MAIN in command else 0), command
    scale = 1024 if sys.platform != "darwin" else 1024**2
    return used.ru_utime + used.ru_stime, used.ru_maxrss / scale


def commands(folder: Path, sizes: tuple[int, ...]) -> Iterator[tuple[str, int, list[str]]]:
    """The name, the number of uses, and the words of each command."""
    for varied in (False, True):
        for uses in sizes if not varied else [size for size in sizes if size <= 1_000]:
            path = folder / f"{'varied' if varied else 'alike'}-{uses}.design"
            path.write_text(design(uses, varied=varied), encoding="utf-8")
            for name, words in COMMANDS.items():
                title = f"{name}, varied" if varied else name
                yield title, uses, [sys.executable, "-c", MAIN, *words, str(path)]


def measure(sizes: tuple[int, ...]) -> dict[tuple[str, int], list[Measured]]:
    """All runs of each command, in turn; the first round warms the cache and does not count."""
    with TemporaryDirectory() as folder:
        todo = list(commands(Path(folder), sizes))
        found: dict[tuple[str, int], list[Measured]] = {}
        for round_ in range(RUNS + 1):
            for name, uses, words in [(BASE, 0, [sys.executable, "-c", "pass"])] * 5 + todo:
                taken = once(words)
                if round_:
                    found.setdefault((name, uses), []).append(taken)
                elif name != BASE:
                    print(f"{name} {uses}: {taken[0]:.1f} s", file=sys.stderr)
    return found


def exponent(curve: dict[int, float]) -> float:
    """The power of the size by which the time above that of the smallest size grows: 1 is linear, 2 square."""
    least, *sizes = sorted(curve)
    above = {size: curve[size] - curve[least] for size in sizes}
    points = [(math.log(size), math.log(more)) for size, more in above.items() if more > 0]
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def page(found: dict[tuple[str, int], list[Measured]]) -> str:
    """The results as a page."""
    base = statistics.median(seconds for seconds, _ in found.pop((BASE, 0)))
    lines = [
        "# Large designs",
        "",
        "`examples/lobby.design`, judged by the Face code of 23 clauses, with its use written many times under",
        "different names. *Varied*: each use has people and a camera of its own, so that no two are alike for",
        "clauses that follow these references. A fresh process each. Times are those of the processor. Only the",
        "ratios mean anything: how many times as long it takes as `python -c pass` in the same run.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, {RUNS} runs in turn; "
        f"`python -c pass` took {base * 1000:.0f} ms.",
        "",
        "| command | uses | median ms | spread ms | ratio | most MB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    curves: dict[str, dict[int, float]] = {}
    for (name, uses), runs in found.items():
        times = [seconds for seconds, _ in runs]
        median = curves.setdefault(name, {})[uses] = statistics.median(times)
        spread = f"{min(times) * 1000:,.0f} to {max(times) * 1000:,.0f}"
        memory = max(size for _, size in runs)
        cells = (name, f"{uses:,}", f"{median * 1000:,.0f}", spread, f"{median / base:,.1f}")
        lines.append(f"| {' | '.join(cells)} | {memory:,.0f} |")
    lines += [
        "",
        "What comes on top of a single use grows by this power of the number of uses (1 is linear, 2 its square):",
        "",
        "| command | power |",
        "| --- | --- |",
        *(f"| {name} | {exponent(curve):.2f} |" for name, curve in curves.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    sizes = SIZES[:-1] if "--quick" in sys.argv else SIZES
    text = page(measure(sizes))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
