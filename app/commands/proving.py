"""Commands that take the solver: prove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options import (
    ConfigOption,
    IsolatedOption,
    OutputOption,
    configured,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail_with, sheet_for


def prove(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Argument(metavar="[FILES or folders]", help="Laws (.laws), or folders that hold some. [.]"),
    ] = None,
    law: Annotated[str, Option("--law", metavar="NAME", help="Prove only this law.")] = "",
    laws_only: Annotated[
        bool,
        Option("--laws-only", help="Do not look for what does nothing in the policies."),
    ] = False,
    output: OutputOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Prove laws over all designs, or print the design that refutes one.

    Exits 0 if all hold, 1 if one is refuted, 2 if a file could not be used, 3 if of one it is not known.
    """
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.prove import prove_files

    access = configured(config, isolated=isolated).access
    try:
        with sheet_for(output) as sheet:
            return prove_files(paths or [Path()], access, sheet, only=law, sound=not laws_only)
    except InvalidError as error:
        fail_with(error.diagnostics)
