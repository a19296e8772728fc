"""A summary in Markdown for the page of a build: a table of all designs, then those that fail or are waived.

Source of the bound: GitHub Docs, "Workflow commands for GitHub Actions", step isolation and limits: 1 MiB a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clausewise.checking.report import Checked
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.engine.core.outcomes import Verdict
from clausewise.formats.escaping import markdown, markdown_code_in_cell
from clausewise.formats.report.markdown import closing, sections
from clausewise.intake.walk import LeftOut

MOST_BYTES = 1024**2
_ROOM_FOR_REST = 200
"""Bytes kept for the line that says what is not shown."""
_PASSING = (Verdict.PERMITTED, Verdict.NOT_APPLICABLE)


def render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    said: Iterable[Diagnostic] = (),
    most: int = MOST_BYTES,
) -> str:
    """The summary, of at most so many bytes. What is not shown is counted."""
    found = sorted(results, key=_passes)
    rows = [_row(one) for one in found]
    parts = [_heading(found), *closing(left_out, said), *_told(found)]
    head = "\n| design | verdict |\n| --- | --- |\n"
    return _bounded([parts[0] + head, *rows, "\n", *(f"{part}\n" for part in parts[1:])], most)


def _passes(result: Checked) -> bool:
    return result.is_whole and result.counted in _PASSING


def _heading(results: Sequence[Checked]) -> str:
    counts = Counter(one.verdict_shown or "not judged" for one in results)
    told = ", ".join(f"{count:,} {markdown(verdict)}" for verdict, count in counts.items())
    return f"## Clausewise: {told or 'no design'}\n"


def _row(result: Checked) -> str:
    told = result.verdict_told if result.is_whole else "not judged"
    return f"| {markdown_code_in_cell(result.path)} | {markdown(told)} |\n"


def _told(results: Sequence[Checked]) -> Iterator[str]:
    for result in results:
        accepted = [
            one for report in result.reports if report.accepted for one in report.accepted.problems
        ]
        if not _passes(result) or any(one.waiver for one in accepted):
            yield sections(result, whole=False)


def _bounded(parts: Iterable[str], most: int) -> str:
    """As many parts, from the first on, as fit."""
    kept: list[str] = []
    room = most - _ROOM_FOR_REST
    left = 0
    for part in parts:
        size = len(part.encode(errors="backslashreplace"))
        if left or size > room:
            left += 1
            continue
        kept.append(part)
        room -= size
    if left and most > _ROOM_FOR_REST:
        kept.append(f"\n... and {left:,} more parts, for which there is no room here.\n")
    return "".join(kept)
