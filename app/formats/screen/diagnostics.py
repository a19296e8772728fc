"""Mistakes, shown at their places."""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.screen.snippet import print_snippet

MOST_SHOWN = 50


def print_diagnostics(diagnostics: Iterable[Diagnostic], sheet: Sheet) -> None:
    """Print each diagnostic with its code, sentence, place, underlined text and next step."""
    found = list(diagnostics)
    for diagnostic in found[:MOST_SHOWN]:
        _print(diagnostic, sheet)
    if len(found) > MOST_SHOWN:
        sheet.line((f"... and {len(found) - MOST_SHOWN} more", "bold"))
        sheet.line()


def print_failure(message: str, hint: str, sheet: Sheet) -> None:
    """Print what is wrong with a command line, and what to do: no code stands for that, and no place."""
    sheet.line(("error", "bold red"), f": {message}")
    _print_hint(hint, sheet)


def _print_hint(hint: str, sheet: Sheet) -> None:
    sheet.line(("hint: ", "bold cyan"), hint, indent=2, hang=0)


def _print(diagnostic: Diagnostic, sheet: Sheet) -> None:
    style = "red" if diagnostic.is_error else "yellow"
    word = "error" if diagnostic.is_error else "warning"
    sheet.line((f"{word}[{diagnostic.code}]", f"bold {style}"), f": {diagnostic.message}")
    if diagnostic.source and diagnostic.span:
        line, column = diagnostic.position
        sheet.unwrapped((f"  {diagnostic.path}:{line}:{column}", "cyan"))
        print_snippet(diagnostic.source, diagnostic.span, style, sheet)
        for label in diagnostic.labels:
            print_snippet(label.source, label.span, "cyan", sheet, label.text)
    elif diagnostic.source and diagnostic.path not in diagnostic.message:
        sheet.unwrapped((f"  {diagnostic.path}", "cyan"))
    if diagnostic.hint:
        _print_hint(diagnostic.hint, sheet)
    sheet.line()
