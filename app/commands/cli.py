"""The command line as Typer reads it, which also gives help and completion, and says what is wrong with a line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.metadata import version as installed
from typing import Annotated, Any, get_args

import typer

from clausewise.commands.mistakes import Commands
from clausewise.commands.signatures import REQUIRED, groups, parameters
from clausewise.commands.table import (
    COMMANDS,
    Argument,
    Command,
    command,
    run,
    together,
)
from clausewise.runs.output import end_with_pipe

app = typer.Typer(
    name="clausewise",
    cls=Commands,
    help="Judges designs against a code of conduct, clause by clause, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _for_typer(function: Command) -> Callable[..., None]:
    """A command with Typer's own descriptions in its signature, which raises its exit code."""

    def run_it(**given: Any) -> None:
        try:
            raise typer.Exit(run(function, together(groups(function), given)))
        except BrokenPipeError:  # for which Typer would exit with 1
            end_with_pipe()

    found = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if default is REQUIRED else default,
            annotation=_annotation(annotation),
        )
        for name, annotation, default in parameters(function)
    ]
    run_it.__doc__ = function.__doc__
    run_it.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    return run_it


def _annotation(annotation: Any) -> Any:
    type_, said = get_args(annotation)
    if isinstance(said, Argument):
        return Annotated[type_, typer.Argument(**said.settings)]
    return Annotated[type_, typer.Option(*said.names, **said.settings)]


for name in COMMANDS:
    app.command(name)(_for_typer(command(name)))


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"clausewise {installed('clausewise')}")
        raise typer.Exit
