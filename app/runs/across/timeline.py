"""`clausewise timeline`: how a design's verdict changes with the law, printed."""

from __future__ import annotations

from pathlib import Path

from clausewise.checking.options import Options
from clausewise.checking.timeline import timeline
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.texts import DESIGNS, read
from clausewise.runs.output import fail_with
from clausewise.runs.renderers import TIMELINES


def show_timeline(path: Path, options: Options, format_: str, output: Path | None) -> int:
    """Print the timeline of a design, and give the exit code 0, whatever the verdicts are.

    Args:
        format_: a key of `TIMELINES`.
    """
    access = options.access
    try:
        source = read(path, DESIGNS, access.around(path), access.max_bytes)
        found = timeline(source, options)
    except InvalidError as error:
        fail_with(error.diagnostics)
    TIMELINES[format_](found, output)
    return 0
