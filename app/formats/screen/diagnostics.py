"""Mistakes, shown at their places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

from clausewise.dsl.files.reading import from_here
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.screen.snippet import print_snippet

MOST_SHOWN = 50
MOST_ALIKE = 3
"""Of the warnings about a file that differ in names alone; the others are counted."""


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], sheet: Sheet, *, whole: bool = False
) -> None:
    """Print each diagnostic with its code, sentence, place, underlined text and next step.

    Args:
        whole: whether to print all, however many there are and however much alike.
    """
    found = list(diagnostics)
    folded = [(one, 0) for one in found] if whole else [*_folded(found)]
    most = len(found) if whole else MOST_SHOWN
    for diagnostic, more_alike in folded[:most]:
        _print(diagnostic, sheet)
        if more_alike:
            sheet.line((f"... and {more_alike} more like it", "bold"))
            sheet.line()
    if rest := sum(1 + more_alike for _, more_alike in folded[most:]):
        sheet.line((f"... and {rest} more", "bold"))
        sheet.line()


def _folded(found: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, int]]:
    """What is shown, and how many warnings like the last of its kind are left out."""
    alike = Counter(map(_kind, found))
    seen: Counter[Hashable] = Counter()
    for diagnostic in found:
        seen[kind := _kind(diagnostic)] += 1
        if diagnostic.is_error or seen[kind] < MOST_ALIKE:
            yield diagnostic, 0
        elif seen[kind] == MOST_ALIKE:
            yield diagnostic, alike[kind] - MOST_ALIKE


def _kind(diagnostic: Diagnostic) -> Hashable:
    """What is the same of those that are alike."""
    texts = re.sub("`[^`]*`", "``", f"{diagnostic.message} {diagnostic.hint}")
    return diagnostic.path, diagnostic.code, texts


def print_failure(message: str, hint: str, sheet: Sheet) -> None:
    """Print what is wrong with a command line, and what to do: no code stands for that, and no place."""
    sheet.line(("error", "bold red"), f": {message}")
    _print_hint(hint, sheet)


def _print_hint(hint: str, sheet: Sheet) -> None:
    sheet.line(("hint: ", "bold cyan"), hint, indent=2, hang=4)


def _print(diagnostic: Diagnostic, sheet: Sheet) -> None:
    style = "red" if diagnostic.is_error else "yellow"
    word = "error" if diagnostic.is_error else "warning"
    sheet.line((f"{word}[{diagnostic.code}]", f"bold {style}"), f": {diagnostic.message}")
    if diagnostic.source and diagnostic.span:
        line, column = diagnostic.position
        sheet.unwrapped((f"  {from_here(diagnostic.path)}:{line}:{column}", "cyan"))
        print_snippet(diagnostic.source, diagnostic.span, style, sheet)
        for label in diagnostic.labels:
            print_snippet(label.source, label.span, "cyan", sheet, label.text)
    elif diagnostic.source and from_here(diagnostic.path) not in diagnostic.message:
        sheet.unwrapped((f"  {from_here(diagnostic.path)}", "cyan"))
    if diagnostic.hint:
        _print_hint(diagnostic.hint, sheet)
    sheet.line()
