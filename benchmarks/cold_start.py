"""How long `clausewise check` takes on a 60-line design, in a fresh process, beside `python -c pass`.

Writes medians and ratios of alternating runs, and what the imports cost, to `cold_start.md` beside this file, and
prints them. Run it by `make bench`. The cache is warm and byte code is kept, as on a machine that is used.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "cold_start.md"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
RUNS = 15
MAIN = "import sys; sys.modules['interegular'] = None; from clausewise.start import main; main()"
"""`interegular` is a tool of developers, which parsers of lark import where it is there; users do not have it."""
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import clausewise": [sys.executable, "-c", "import clausewise"],
    "clausewise --version": [sys.executable, "-c", MAIN, "--version"],
    "clausewise check, text": [
        sys.executable,
        "-c",
        MAIN,
        "check",
        "examples/case-19-office-access.design",
    ],
    "clausewise check, json": [
        *(sys.executable, "-c", MAIN, "check", "-f", "json"),
        "examples/case-19-office-access.design",
    ],
}
SHOWN = (
    "clausewise.dsl.parsing.parser",
    "dataclasses",
    "clausewise.dsl.syntax",
    "clausewise.engine.core.conditions",
    "clausewise.checking.check",
    "rich",
    "typer",
    "pydantic",
    "networkx",
)


def once(command: list[str]) -> float:
    """Seconds that one run takes.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def import_costs() -> dict[str, float]:
    """Milliseconds that the import of each takes in one check, all it imports included."""
    command = [sys.executable, "-X", "importtime", *COMMANDS["clausewise check, text"][1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    rows = [line.split("|") for line in done.stderr.splitlines() if line.count("|") == 2]
    costs = {name.strip(): int(total) / 1000 for _, total, name in rows[1:]}
    return {name: costs[name] for name in SHOWN if name in costs}


def main() -> None:
    """Measure and print."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for round_ in range(RUNS + 1):
        for name, command in COMMANDS.items():
            seconds = once(command)
            if round_:
                times[name].append(seconds)
    base = statistics.median(times["python -c pass"])
    lines = [
        "# Cold start",
        "",
        "A fresh process each, and a design of 60 lines. Only the ratios mean anything.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, {RUNS} runs in turn.",
        "",
        "| command | median ms | spread ms | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for name, found in times.items():
        median = statistics.median(found)
        spread = f"{min(found) * 1000:.0f} to {max(found) * 1000:.0f}"
        lines.append(f"| {name} | {median * 1000:.0f} | {spread} | {median / base:.1f} |")
    lines += [
        "",
        "What importing takes in one such check, all that is imported with it included:",
        "",
    ]
    lines += ["| import | ms |", "| --- | --- |"]
    for name, cost in sorted(import_costs().items(), key=lambda item: -item[1]):
        lines.append(f"| {name} | {cost:.0f} |")
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
