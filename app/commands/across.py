"""Commands that look at one design across time, and across policies: timeline, compare."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from clausewise.commands.options.found import configured, options_of
from clausewise.commands.options.how_to_judge import Judging
from clausewise.commands.options.shared import (
    AsOfOption,
    ConfigOption,
    DesignArgument,
    ExactOption,
    IsolatedOption,
    OutputOption,
)
from clausewise.commands.table import Option


class TimelineFormat(StrEnum):
    """How `timeline` prints."""

    TEXT = "text"
    JSON = "json"


def timeline(
    file: DesignArgument,
    judging: Judging,
    exact: ExactOption = False,
    format_: Annotated[
        TimelineFormat, Option("--format", "-f", help="How to print.")
    ] = TimelineFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Show how the verdict on a design changes with the law: by the dates that the policies name.

    Exits 0 whatever the verdicts are, 2 if it could not be judged.
    """
    from clausewise.dsl.startup.lean import replace
    from clausewise.runs.across.timeline import show_timeline

    return show_timeline(file, replace(judging.options(), exact=exact), format_, output)


class Across(StrEnum):
    """Which policies `compare` puts side by side."""

    JUDGES = "judges"
    PACKS = "packs"


class CompareFormat(StrEnum):
    """How `compare` prints."""

    TEXT = "text"
    HTML = "html"


def compare(
    file: DesignArgument,
    across: Annotated[
        Across,
        Option(
            help="The policies that the design names (`judges`), or all that may judge (`packs`)."
        ),
    ] = Across.JUDGES,
    format_: Annotated[
        CompareFormat, Option("--format", "-f", help="How to print.")
    ] = CompareFormat.TEXT,
    as_of: AsOfOption = None,
    output: OutputOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Put side by side what several policies say of one design: a row for each thing that clauses are about.

    Exits 0 whatever the verdicts are, 2 if none could judge it.
    """
    from clausewise.runs.across.compare import show_side_by_side

    options = options_of(configured(config, isolated=isolated), as_of=as_of)
    return show_side_by_side(file, options, format_, output, packs=across is Across.PACKS)
