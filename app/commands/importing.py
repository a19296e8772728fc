"""The command `import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import configured, options_of
from clausewise.commands.options.shared import (
    ConfigOption,
    IsolatedOption,
    MaxSizeOption,
    PolicyInstead,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail_with


class ImportKind(StrEnum):
    """What `import` reads."""

    TERRAFORM = "terraform"
    ARM = "arm"
    CALLS = "calls"


def import_(
    kind: Annotated[
        ImportKind,
        Argument(
            metavar="KIND",
            help="What FILE is: terraform (a plan or state in JSON, .tf files), arm, calls.",
        ),
    ],
    file: Annotated[Path, Argument(metavar="FILE", help="The file; of Terraform, also a folder.")],
    into: Annotated[
        Optional[Path],  # noqa: UP045  (Typer reads the annotation)
        Option(
            "--into",
            metavar="DESIGN",
            help="The design to bring up to date, or to begin. Else a draft is printed.",
        ),
    ] = None,
    entity: Annotated[
        str,
        Option(
            "--entity", metavar="NAME", help="What the file is about, of several: a use, for calls."
        ),
    ] = "",
    new: Annotated[
        bool,
        Option("--new", help="The entity is another one than that of the design with a like name."),
    ] = False,
    policy: PolicyInstead = None,
    max_size: MaxSizeOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Draft a design from infrastructure code or recorded calls, or bring one up to date. Exits 0, or 2."""
    import sys

    from clausewise.dsl.files.reading import shown
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.formats.escaping import terminal_lines
    from clausewise.formats.importing.text import print_imported
    from clausewise.formats.screen.sheet import terminal
    from clausewise.runs.importing import import_files

    options = options_of(configured(config, isolated=isolated), policy, max_size=max_size)
    try:
        run = import_files(kind, file, into, entity, options, new=new)
    except InvalidError as error:
        fail_with(error.diagnostics)
    if into is None:
        sys.stdout.write(terminal_lines(run.updated.source.text))
    name = "draft" if into is None else shown(into)
    print_imported(run.imported, run.updated, run.things, name, terminal(stderr=into is None))
    return 0
