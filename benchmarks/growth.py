"""How time and memory grow with a design, up to 100,000 uses and 10,000 groups of people, in fresh processes.

The design is `examples/lobby.design` with its use written many times, every ten of them with people of their own.
The bounds of size and of steps are raised, which a user would do by the same flags. Writes `growth.md` beside this
file, and prints it; `--quick` leaves out the largest size.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.large_designs import LOBBY, MAIN, Measured, exponent, once

RESULTS = Path(__file__).parent / "growth.md"
SIZES = (100, 1_000, 10_000, 100_000)
USES_OF_PEOPLE = 10
RAISED = ("--max-size", "256", "--max-steps", "1000000000")
COMMANDS = {
    "check": ["check", *RAISED],
    "portfolio": ["portfolio", "--jobs", "1", *RAISED],
    "portfolio, without reasons": ["portfolio", "--no-reasons", "--jobs", "1", *RAISED],
}


def design(uses: int) -> str:
    """The lobby with so many uses, and a tenth of that many groups of people."""
    start, use = LOBBY.index("people employees"), LOBBY.index("use check-in")
    end = LOBBY.index("safeguards {")
    groups, written = [], []
    for number in range(uses):
        group = f"employees-{number // USES_OF_PEOPLE}"
        if number % USES_OF_PEOPLE == 0:
            groups.append(LOBBY[start:use].replace("employees", group))
        block = LOBBY[use:end].replace("check-in", f"check-in-{number}")
        written.append(block.replace("employees", group))
    return "".join([LOBBY[:start], *groups, *written, LOBBY[end:]])


def measure(sizes: tuple[int, ...]) -> dict[str, dict[int, Measured]]:
    """What each command takes for each size."""
    found: dict[str, dict[int, Measured]] = {name: {} for name in COMMANDS}
    with TemporaryDirectory() as folder:
        for uses in (sizes[0], *sizes):  # the first run fills the cache
            path = Path(folder, f"{uses}.design")
            path.write_text(design(uses), encoding="utf-8")
            for name, words in COMMANDS.items():
                found[name][uses] = once([sys.executable, "-c", MAIN, *words, str(path)])
                print(f"{name} {uses}: {found[name][uses][0]:.1f} s", file=sys.stderr)
    return found


def page(found: dict[str, dict[int, Measured]]) -> str:
    """The results as a page."""
    lines = [
        "# How a design's cost grows",
        "",
        "`examples/lobby.design`, judged by the Face code of 23 clauses, with its use written many times, every",
        f"ten of them with people of their own. One run each, in a fresh process, with `{' '.join(RAISED)}`.",
        "Times are of the processor; only how they grow means anything. Made by `python -m benchmarks.growth`.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}.",
        "",
        "| command | uses | people | s | most MB | ms a use | KB a use |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, curve in found.items():
        for uses, (seconds, memory) in curve.items():
            cells = (
                name,
                f"{uses:,}",
                f"{uses // USES_OF_PEOPLE:,}",
                f"{seconds:.1f}",
                f"{memory:,.0f}",
            )
            each = f"{1000 * seconds / uses:.2f} | {1000 * memory / uses:.1f}"
            lines.append(f"| {' | '.join(cells)} | {each} |")
    lines += [
        "",
        "What comes on top of the smallest grows by this power of the size (1 is linear):",
        "",
    ]
    lines += ["| command | time | memory |", "| --- | --- | --- |"]
    for name, curve in found.items():
        powers = [exponent({uses: taken[n] for uses, taken in curve.items()}) for n in (0, 1)]
        lines.append(f"| {name} | {powers[0]:.2f} | {powers[1]:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    text = page(measure(SIZES[:-1] if "--quick" in sys.argv else SIZES))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
