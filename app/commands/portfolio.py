"""The command for many designs at once: portfolio."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from clausewise.commands.options.found import configured, options_of
from clausewise.commands.options.how_to_judge import Judging
from clausewise.commands.options.shared import (
    ConfigOption,
    IsolatedOption,
    OutputOption,
    PolicyInstead,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail_with


class Engine(StrEnum):
    """What judges a portfolio."""

    PYTHON = "python"
    SQL = "sql"


class PortfolioFormat(StrEnum):
    """How `portfolio` prints: a summary as text or HTML, or a row for each design."""

    TEXT = "text"
    HTML = "html"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def portfolio(
    path: Annotated[
        Path, Argument(metavar="FOLDER|FILE", help="Designs: a folder, .jsonl or .parquet.")
    ],
    judging: Judging,
    against: Annotated[
        str,
        Option(
            metavar="NAME=ALTERNATIVE or POLICY",
            help="Show what would come out otherwise by another reading, or another policy or version.",
        ),
    ] = "",
    reasons: Annotated[
        bool,
        Option(help="Deciding and missing facts. Without them it is several times as fast."),
    ] = True,
    engine: Annotated[
        Engine, Option(help="`sql`: on DuckDB, from Parquet by entity type; no reasons.")
    ] = Engine.PYTHON,
    jobs: Annotated[
        int, Option("--jobs", "-j", min=0, help="Processes; one for each processor by default.")
    ] = 0,
    format_: Annotated[
        PortfolioFormat,
        Option("--format", "-f", help="A summary (text, html), or a row a design."),
    ] = PortfolioFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Judge many designs by one policy, and count. Exits as `check` does for the worst of them."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.portfolio import Request, run

    options = judging.options()
    request = Request(
        path=path,
        options=options,
        against=against,
        with_reasons=reasons,
        engine=engine,
        jobs=jobs or None,
        format=format_,
        output=output,
    )
    try:
        code = run(request)
    except InvalidError as error:
        fail_with(error.diagnostics)
    return code


def pack(
    path: Annotated[
        Path, Argument(metavar="FOLDER|FILE", help="Designs: a folder, .jsonl or .parquet.")
    ],
    output: Annotated[
        Path, Option("--output", "-o", metavar="FILE.parquet", help="The file to write.")
    ],
    policy: PolicyInstead = None,
    jobs: Annotated[
        int, Option("--jobs", "-j", min=0, help="Processes; one for each processor by default.")
    ] = 0,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Write many designs as the Parquet of `portfolio --engine sql`. Exits with 2 if one was left out."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.pack import run

    options = options_of(configured(config, isolated=isolated), policy)
    try:
        code = run(path, output, options, jobs or None)
    except InvalidError as error:
        fail_with(error.diagnostics)
    return code
