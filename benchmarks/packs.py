"""How long it takes, in a process that is warm, to judge one design by several packs together.

The design is `policies/face/patrol.design`, which leaves much open: answers are tried, and other readings. Each
number of packs is measured in turn, again and again. Writes `packs.md` beside this file, and prints it.

    python -m benchmarks.packs [--quick]
"""

from __future__ import annotations

import platform
import sys
import time
from pathlib import Path
from statistics import median

from clausewise.checking.check import Options, check_source
from clausewise.dsl.text.source import Source

RESULTS = Path(__file__).parent / "packs.md"
DESIGN = Path(__file__).parent.parent / "policies" / "face" / "patrol.design"
FIRST = "face-code-of-conduct"
LAWS = ("eu-ai-act", "gdpr-biometrics", "us-il-bipa", "us-tx-cubi", "us-wa-mhmda", "us-or-portland")
COUNTS = (1, 2, 4, 7)


def judged_by(count: int) -> Source:
    """The design, judged by the Face code and so many further packs that there are `count` in all."""
    names = ", ".join((FIRST, *LAWS[: count - 1]))
    text = DESIGN.read_text(encoding="utf-8")
    return Source("patrol.design", text.replace(f"judged by {FIRST}", f"judged by {names}"))


def measure(rounds: int) -> dict[int, list[float]]:
    """Milliseconds of the processor of each check, by the number of packs."""
    sources = {count: judged_by(count) for count in COUNTS}
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


def page(found: dict[int, list[float]]) -> str:
    """The results as a page."""
    one = median(found[1])
    rows = [
        f"| {count} | {median(taken):.1f} | {min(taken):.1f} to {max(taken):.1f} | {median(taken) / one:.1f} |"
        for count, taken in found.items()
    ]
    return "\n".join(
        [
            "# Several packs on one design",
            "",
            "`policies/face/patrol.design`, checked in a process that is warm, with all questions, the answers",
            "that settle the verdict, and other readings. Times are those of the processor. Only the ratios mean",
            "anything.",
            "",
            f"Python {platform.python_version()}, {platform.machine()}, {len(found[1])} rounds in turn.",
            "",
            "| packs | median ms | spread ms | ratio to one |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    text = page(measure(5 if "--quick" in sys.argv else 41))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
