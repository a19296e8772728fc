"""How long it takes to judge one design by several packs together, in a warm process and from the start.

The designs are `policies/face/patrol.design`, which one pack prohibits, and `access.design`, of which all is
open: answers are tried, and other readings. Each number of packs is measured in turn, again and again. Writes
`packs.md` beside this file, and prints it.

    python -m benchmarks.packs [--quick]
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.dsl.text.source import Source

RESULTS = Path(__file__).parent / "packs.md"
FACE = Path(__file__).parent.parent / "policies" / "face"
DESIGNS = ("patrol.design", "access.design")
FIRST = "face-code-of-conduct"
LAWS = ("eu-ai-act", "gdpr-biometrics", "us-il-bipa", "us-tx-cubi", "us-wa-mhmda", "us-or-portland")
COUNTS = (1, 2, 4, 7)


def judged_by(design: str, count: int) -> Source:
    """A design, judged by the Face code and so many further packs that there are `count` in all."""
    names = ", ".join((FIRST, *LAWS[: count - 1]))
    text = (FACE / design).read_text(encoding="utf-8")
    return Source(design, text.replace(f"judged by {FIRST}", f"judged by {names}"))


def measure(design: str, rounds: int) -> dict[int, list[float]]:
    """Milliseconds of the processor of each check in this process, by the number of packs."""
    sources = {count: judged_by(design, count) for count in COUNTS}
    found: dict[int, list[float]] = {count: [] for count in COUNTS}
    for number in range(rounds + 2):
        for count, source in sources.items():
            start = time.process_time()
            reports = check_source(source, Options())
            taken = (time.process_time() - start) * 1000
            assert len(reports) == count
            if number > 1:  # the first two make it warm
                found[count].append(taken)
    return found


def measure_cold(design: str, rounds: int) -> dict[int, list[float]]:
    """Milliseconds of the processor of each `clausewise check`, a process of its own, by the number of packs."""
    found: dict[int, list[float]] = {count: [] for count in COUNTS}
    with TemporaryDirectory() as folder:
        paths = {count: Path(folder, f"{count}.design") for count in COUNTS}
        for count, path in paths.items():
            path.write_text(judged_by(design, count).text, encoding="utf-8")
        for number in range(rounds + 1):
            for count, path in paths.items():
                before = os.times()
                command = [sys.executable, "-m", "clausewise", "check", str(path)]
                subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
                after = os.times()
                taken = after.children_user + after.children_system
                taken -= before.children_user + before.children_system
                if number > 0:  # the first fills the cache
                    found[count].append(taken * 1000)
    return found


def table(title: str, found: dict[int, list[float]]) -> list[str]:
    """The results of one design, as lines."""
    one = median(found[1])
    rows = [
        f"| {count} | {median(taken):.1f} | {min(taken):.1f} to {max(taken):.1f} | {median(taken) / one:.1f} |"
        for count, taken in found.items()
    ]
    head = ["| packs | median ms | spread ms | ratio to one |", "| --- | --- | --- | --- |"]
    return [f"## {title}", "", *head, *rows, ""]


def page(rounds: int, cold: int) -> str:
    """The results as a page."""
    tables: list[str] = []
    for design in DESIGNS:
        tables += table(f"`{design}`, in a process that is warm", measure(design, rounds))
        tables += table(f"`{design}`, from the start", measure_cold(design, cold))
    return "\n".join(
        [
            "# Several packs on one design",
            "",
            "Designs of `policies/face`, checked with all questions, the answers that settle the verdict, and",
            "other readings: `patrol.design`, which the code of conduct prohibits, and `access.design`, of which",
            "all is open. Times are those of the processor, from the start those of `python -m clausewise check`.",
            "Only the ratios mean anything.",
            "",
            f"Python {platform.python_version()}, {platform.machine()}; {rounds} rounds, {cold} from the start.",
            "",
            *tables,
        ]
    )


if __name__ == "__main__":
    text = page(5, 3) if "--quick" in sys.argv else page(41, 15)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
