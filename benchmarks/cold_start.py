"""How long commands take on a 60-line design, each in a fresh process, beside `python -c pass`.

Writes medians and ratios of alternating runs, and what the imports cost, to `cold_start.md` beside this file, and
prints them. Run it by `make bench`. The cache is warm and byte code is kept, as on a machine that is used.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.intake.judges import policies_for
from tests.test_compiled import as_json

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "cold_start.md"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
RUNS = 15
FILES = 200
"""How many further designs there are in the folder."""
MAIN = "import sys; sys.modules['interegular'] = None; from clausewise.start import main; main()"
"""`interegular` is a tool of developers, which parsers of lark import where it is there; users do not have it."""
DESIGN = ROOT / "examples" / "case-19-office-access.design"
BASE = "python -c pass"
ONE, MANY = "check, a folder of 1 design", f"check, a folder of {FILES + 1}"
LINES = {
    "--version": ["--version"],
    "--help": ["--help"],
    "check --help": ["check", "--help"],
    "check, text": ["check", str(DESIGN)],
    "check -f json, text": ["check", "-f", "json", str(DESIGN)],
    "check, a design in JSON": ["check", "office.json"],
    "ask": ["ask", str(DESIGN)],
    "explain": ["explain", str(DESIGN)],
    ONE: ["check", "one"],
    MANY: ["check", "many"],
}
Run = tuple[float, float]
"""The seconds of a run, and of a run of `BASE` right before it."""
SHOWN = 16
"""How many imports are listed, the longest first."""


def write_designs(folder: Path) -> None:
    """The design in JSON, and in two folders."""
    source = texts.read(DESIGN)
    written = read_design(source)
    (policy,) = policies_for(written, None, Access())
    deployment = written.stated(policy.vocabulary)
    (folder / "office.json").write_text(json.dumps(as_json(deployment)), encoding="utf-8")
    for name, count in (("one", 1), ("many", FILES + 1)):
        (folder / name).mkdir()
        for number in range(count):
            (folder / name / f"{number}.design").write_text(source.text, encoding="utf-8")


def once(command: list[str], folder: Path) -> float:
    """Seconds that one run takes.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def import_costs() -> dict[str, float]:
    """Milliseconds that the import of each module takes in one check, without what it imports."""
    command = [sys.executable, "-X", "importtime", "-c", MAIN, *LINES["check, text"]]
    costs: dict[str, float] = {}
    for _ in range(RUNS):
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        for line in done.stderr.splitlines()[1:]:
            own, _, name = line.removeprefix("import time:").split("|")
            millis = int(own) / 1000
            costs[name.strip()] = min(costs.get(name.strip(), millis), millis)
    return costs


def measured(folder: Path) -> dict[str, list[Run]]:
    """The runs of each command, in turn; the first of each, which warms the cache, does not count."""
    commands = {BASE: ["pass"], "import clausewise": ["import clausewise"]}
    commands |= {name: [MAIN, *line] for name, line in LINES.items()}
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for round_ in range(RUNS + 1):
        for name, line in commands.items():
            base = once([sys.executable, "-c", "pass"], folder)
            seconds = once([sys.executable, "-c", *line], folder)
            if round_:
                runs[name].append((seconds, base))
    return runs


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        write_designs(Path(folder))
        runs = measured(Path(folder))
    further = [
        (many - one) / FILES * 1000
        for (one, _), (many, _) in zip(runs[ONE], runs[MANY], strict=True)
    ]
    bare = statistics.median(seconds for seconds, _ in runs[BASE]) * 1000
    costs = import_costs()
    ours = [cost for name, cost in costs.items() if name.startswith("clausewise")]
    longest = sorted(costs.items(), key=lambda item: -item[1])[:SHOWN]
    lines = [
        "# Cold start",
        "",
        "A fresh process each, and a design of 60 lines. Only the ratios mean anything: that of a run to a run of",
        f"`{BASE}` right before it, the median of all.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, {RUNS} runs in turn.",
        "",
        "| command | median ms | spread ms | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for name, found in runs.items():
        millis = [seconds * 1000 for seconds, _ in found]
        ratio = statistics.median(seconds / base for seconds, base in found)
        spread = f"{min(millis):.0f} to {max(millis):.0f}"
        lines.append(f"| {name} | {statistics.median(millis):.0f} | {spread} | {ratio:.1f} |")
    lines += [
        "",
        f"Each further design of the folder takes {statistics.median(further):.1f} ms, "
        f"{statistics.median(further) / bare:.2f} times as long as `{BASE}`.",
        "",
        f"What importing takes in one check of a text, at least: {sum(costs.values()):.0f} ms, of which "
        f"our own {len(ours)} modules take {sum(ours):.0f}. Each without what it imports itself:",
        "",
        "| import | ms |",
        "| --- | --- |",
        *(f"| {name} | {cost:.1f} |" for name, cost in longest),
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
