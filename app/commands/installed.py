"""The command that shows what is installed: packs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import configured, options_of
from clausewise.commands.options.shared import (
    AsOfOption,
    ConfigOption,
    IsolatedOption,
    OutputOption,
)
from clausewise.commands.table import Argument


def packs(
    design: Annotated[
        Optional[Path],  # noqa: UP045
        Argument(metavar="[DESIGN]", help="Also tell which of them could apply to this design."),
    ] = None,
    as_of: AsOfOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
    output: OutputOption = None,
) -> int:
    """List the policies that may judge: what each covers, where it is the law, and which could apply."""
    from clausewise.runs.packs import list_packs

    day: datetime | None = as_of
    return list_packs(design, options_of(configured(config, isolated=isolated), as_of=day), output)
