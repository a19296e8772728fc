"""What came of cases, for people: what differs, at the line of the expectation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.formats.escaping import shell_word
from clausewise.formats.screen.diagnostics import print_diagnostics
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.screen.snippet import print_snippet
from clausewise.testing.cases import CaseResult


def print_cases(path: Path, results: Sequence[CaseResult], sheet: Sheet) -> None:
    """Print the cases of a file that failed, and how many passed."""
    failed = [result for result in results if not result.passed]
    for result in failed:
        print_failed(result, sheet)
    count = f"{len(results) - len(failed)} of {len(results)} cases passed"
    sheet.unwrapped((count, "red" if failed else "green"), f"  {path}")


def print_failed(result: CaseResult, sheet: Sheet) -> None:
    """Print what differs in a case, and how to see its design."""
    sheet.line(("✗ ", "red"), (result.title, "bold red"))
    for difference in result.differences:
        line, column = result.source.position(difference.span.start)
        sheet.unwrapped((f"  {result.source.path}:{line}:{column}", "cyan"))
        print_snippet(result.source, difference.span, "red", sheet)
        sheet.line(difference.message, indent=4)
    if result.diagnostics:
        print_diagnostics(result.diagnostics, sheet)
    else:
        command = (
            f"clausewise test {shell_word(result.source.path)} --print {shell_word(result.title)}"
        )
        sheet.unwrapped(("  its design: ", "dim"), (command, "dim"))
        sheet.line()
