"""Mistakes, shown at their places."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from clausewise.dsl.diagnostic import Diagnostic
from clausewise.formats.snippet import snippet

MOST_SHOWN = 50


def print_diagnostics(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print each diagnostic with its code, sentence, place, underlined text and next step."""
    found = list(diagnostics)
    for diagnostic in found[:MOST_SHOWN]:
        _print(diagnostic, console)
    if len(found) > MOST_SHOWN:
        console.print(Text(f"... and {len(found) - MOST_SHOWN} more\n", "bold"))


def _print(diagnostic: Diagnostic, console: Console) -> None:
    style = "red" if diagnostic.is_error else "yellow"
    word = "error" if diagnostic.is_error else "warning"
    head = Text()
    head.append(f"{word}[{diagnostic.code}]", f"bold {style}").append(f": {diagnostic.message}")
    console.print(head)
    if diagnostic.source and diagnostic.span:
        line, column = diagnostic.position
        console.print(Text(f"  {diagnostic.path}:{line}:{column}", "cyan"), soft_wrap=True)
        console.print(snippet(diagnostic.source, diagnostic.span, style))
        for label in diagnostic.labels:
            console.print(snippet(label.source, label.span, "cyan", label.text))
    if diagnostic.hint:
        console.print(Text("  hint: ", "bold cyan").append(diagnostic.hint, "not bold default"))
    console.print()
