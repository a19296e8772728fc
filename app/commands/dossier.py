"""Commands about what a reviewer signs: report, attest, verify."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import configured, options_of
from clausewise.commands.options.how_to_judge import Judging
from clausewise.commands.options.shared import (
    ConfigOption,
    DesignArgument,
    FailOnOption,
    IsolatedOption,
    MaxSizeOption,
    MaxStepsOption,
    OutputOption,
    PolicyInstead,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with


class DossierFormat(StrEnum):
    """How `report` writes a dossier."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "markdown"


def report(
    file: DesignArgument,
    judging: Judging,
    format_: Annotated[
        Optional[DossierFormat],  # noqa: UP045  (Typer reads the annotation)
        Option("--format", "-f", help="By default what the name of --output says; else markdown."),
    ] = None,
    output: OutputOption = None,
) -> int:
    """Write the dossier of a design, to read, to file and to sign. Exits as `check` does."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.dossier import report

    options = judging.options()
    try:
        code = report(file, options, format_, output)
    except InvalidError as error:
        fail_with(error.diagnostics)
    return code


def attest(
    judging: Judging,
    file: Annotated[
        Optional[Path],  # noqa: UP045
        Argument(metavar="[FILE]", help="A design (.design or .json)."),
    ] = None,
    key: Annotated[
        Optional[Path],  # noqa: UP045
        Option("--key", metavar="FILE", help="The private key to sign with (Ed25519, PEM)."),
    ] = None,
    new_key: Annotated[
        Optional[Path],  # noqa: UP045
        Option("--new-key", metavar="FILE", help="Make a key: FILE, and FILE.pub to give away."),
    ] = None,
    output: OutputOption = None,
) -> int:
    """Sign the verdict on a design, with the digests of all files that took part. Exits as `check` does."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.dossier import attest, make_key

    if (new_key is None) is (key is None) or (file is None) is (key is not None):
        fail(
            "`attest` signs a design with a key, or makes a key",
            "write `attest DESIGN --key FILE -o FILE`, or `attest --new-key FILE`",
        )
    options = judging.options()
    try:
        code = attest(file, options, key, output) if file and key else make_key(new_key or Path())
    except InvalidError as error:
        fail_with(error.diagnostics)
    return code


def verify(
    file: Annotated[
        Path,
        Argument(metavar="FILE", help="What `attest` wrote, the folder that holds it, or a PDF."),
    ],
    key: Annotated[
        Path, Option("--key", metavar="FILE", help="The public key of whoever is trusted to sign.")
    ],
    design: Annotated[
        Optional[Path],  # noqa: UP045
        Argument(
            metavar="[DESIGN]", help="The design; by default the one of its name beside FILE."
        ),
    ] = None,
    policy: PolicyInstead = None,
    fail_on: FailOnOption = None,
    max_size: MaxSizeOption = None,
    max_steps: MaxStepsOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Look whether an attestation holds: its signature, all files, and the verdict, judged again.

    Exits with the code of the verdict if it holds, and else with 2.
    """
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.dossier import verify

    options = options_of(
        configured(config, isolated=isolated),
        policy,
        fail_on=fail_on,
        max_size=max_size,
        max_steps=max_steps,
    )
    try:
        code = verify(file, key, design, options)
    except InvalidError as error:
        fail_with(error.diagnostics)
    return code
