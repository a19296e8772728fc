"""The command line: every command, in the order in which the help lists them."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version as installed
from typing import Annotated

import typer

from clausewise.commands import authoring, describing, judging
from clausewise.commands.portfolio import pack, portfolio

COMMANDS: dict[str, Callable[..., None]] = {
    "check": judging.check,
    "ask": judging.ask,
    "explain": judging.explain,
    "portfolio": portfolio,
    "pack": pack,
    "new": describing.new,
    "test": authoring.run_cases,
    "mutate": authoring.mutate,
    "trace": authoring.trace,
    "fmt": authoring.fmt,
    "clause": describing.clause,
    "graph": describing.graph,
    "schema": describing.schema,
    "vocabulary": describing.vocabulary,
    "compile": describing.compile_,
}

app = typer.Typer(
    name="clausewise",
    help="Judges designs against a code of conduct, clause by clause, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in COMMANDS.items():
    app.command(name)(command)


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"clausewise {installed('clausewise')}")
        raise typer.Exit
