"""Commands for authors: fmt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clausewise.output import fail_with


def fmt(
    paths: Annotated[list[Path], typer.Argument(metavar="FILES or folders")],
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file is not formatted.")
    ] = False,
) -> None:
    """Format files of the language in place."""
    from clausewise.formatting import format_files

    changed, diagnostics = format_files(paths, write=not check_only)
    for path in changed:
        print(f"{'would format' if check_only else 'formatted'} {path}")
    if diagnostics:
        fail_with(diagnostics)
    raise typer.Exit(1 if check_only and changed else 0)
