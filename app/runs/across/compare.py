"""`clausewise compare`: what several policies say of one design, side by side."""

from __future__ import annotations

from pathlib import Path

from clausewise.checking.options import Options
from clausewise.comparing.side_by_side import side_by_side
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.judges import names_allowed
from clausewise.intake.texts import DESIGNS, read
from clausewise.runs.output import fail_with
from clausewise.runs.renderers import SIDE_BY_SIDE


def show_side_by_side(
    path: Path, options: Options, format_: str, output: Path | None, *, packs: bool
) -> int:
    """Print the table of a design, and give the exit code 0, whatever the verdicts are.

    Args:
        format_: a key of `SIDE_BY_SIDE`.
        packs: whether all policies are compared that may judge, and not only those that the design names.
    """
    access = options.access
    try:
        source = read(path, DESIGNS, access.around(path), access.max_bytes)
        found = side_by_side(source, options, names_allowed(access) if packs else ())
    except InvalidError as error:
        fail_with(error.diagnostics)
    SIDE_BY_SIDE[format_](found, output)
    return 0
