"""Commands about all designs: prove, diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import configured, options_of, readings_of
from clausewise.commands.options.shared import (
    ConfigOption,
    IsolatedOption,
    OutputOption,
    ReadingOption,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with, sheet_for


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
    directions: Annotated[
        bool,
        Option(
            "--directions",
            help="Print instead which way each value pushes each clause of the policies, over all designs.",
        ),
    ] = False,
    output: OutputOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Prove laws over all designs, or print the design that refutes one.

    Exits 0 if all hold, 1 if one is refuted, 2 if a file could not be used, 3 if of one it is not known.
    """
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.reasoning.prove import directions_of_files, prove_files

    access = configured(config, isolated=isolated).access
    try:
        with sheet_for(output) as sheet:
            if directions:
                return directions_of_files(paths or [Path()], access, sheet)
            return prove_files(paths or [Path()], access, sheet, only=law, sound=not laws_only)
    except InvalidError as error:
        fail_with(error.diagnostics)


def diff(
    old: Annotated[
        str, Argument(metavar="OLD", help="A policy's name or path; or a vocabulary's path.")
    ],
    new: Annotated[str, Argument(metavar="NEW", help="The same, newer.")],
    on: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Option("--on", metavar="PATH", help="Judge these designs by both instead. Repeatable."),
    ] = None,
    reading: ReadingOption = None,
    old_reading: Annotated[
        Optional[list[str]],  # noqa: UP045
        Option(
            "--old-reading",
            metavar="NAME=ALTERNATIVE",
            help="Choose a reading of OLD; `--reading` is of NEW. Repeatable.",
        ),
    ] = None,
    clause: Annotated[
        Optional[list[str]],  # noqa: UP045
        Option(
            "--clause",
            metavar="OLD=NEW",
            help="Compare only this clause of OLD with that one of NEW, by names or numbers. Repeatable.",
        ),
    ] = None,
    everything: Annotated[
        bool, Option("--all", help="Print a design for each way in which a clause changes.")
    ] = False,
    output: OutputOption = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Compare two policies by meaning: which clauses are stricter, laxer, or as they were.

    Exits 0 if nothing changes, 1 if something does (of vocabularies: breaks designs), 2 if it could not compare.
    """
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.reasoning.diff import diff_on, diff_policies, diff_vocabularies

    options = options_of(configured(config, isolated=isolated), None, reading)
    try:
        with sheet_for(output) as sheet:
            if old.endswith(".vocabulary"):
                return diff_vocabularies(Path(old), Path(new), sheet)
            if on:
                return diff_on(on, old, new, options, sheet)
            old_readings = readings_of(old_reading)
            clauses = _pairs(clause or [])
            return diff_policies(
                old, new, options, sheet, old_readings, clauses, everything=everything
            )
    except InvalidError as error:
        fail_with(error.diagnostics)


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    """The clauses that are to be compared. Exits if a text names no two."""
    found = []
    for text in texts:
        old, _, new = text.partition("=")
        if not (old and new):
            fail(f"`--clause {text}` names no two clauses", "write `--clause OLD=NEW`")
        found.append((old, new))
    return found
