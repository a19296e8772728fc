"""Commands that look at one design across time, and across all packs: timeline."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from clausewise.commands.options import DesignArgument, Judging, OutputOption
from clausewise.commands.table import Option


class TimelineFormat(StrEnum):
    """How `timeline` prints."""

    TEXT = "text"
    JSON = "json"


def timeline(
    file: DesignArgument,
    judging: Judging,
    format_: Annotated[
        TimelineFormat, Option("--format", "-f", help="How to print.")
    ] = TimelineFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Show how the verdict on a design changes with the law: by the dates that the policies name.

    Exits 0 whatever the verdicts are, 2 if it could not be judged.
    """
    from clausewise.runs.across.timeline import show_timeline

    return show_timeline(file, judging.options(), format_, output)
