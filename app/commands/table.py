"""All commands, in the order in which the help lists them, and how their signatures say what they take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

TYPE_CHECKING = False  # `typing` would cost more than all else that is imported here
if TYPE_CHECKING:
    from typing import Any

Command = Callable[..., int]
"""A command's function, which gives the exit code.

Its signature is the only description of what it takes: each parameter is `Annotated` by an `Option` or an
`Argument`.
"""

COMMANDS: Mapping[str, str] = {
    "check": "judging.check",
    "ask": "judging.ask",
    "explain": "judging.explain",
    "report": "dossier.report",
    "attest": "dossier.attest",
    "verify": "dossier.verify",
    "fix": "judging.fix",
    "portfolio": "portfolio.portfolio",
    "pack": "portfolio.pack",
    "packs": "installed.packs",
    "new": "describing.new",
    "test": "authoring.run_cases",
    "mutate": "authoring.mutate",
    "prove": "proving.prove",
    "diff": "proving.diff",
    "trace": "authoring.trace",
    "fmt": "authoring.fmt",
    "clause": "describing.clause",
    "graph": "describing.graph",
    "schema": "describing.schema",
    "vocabulary": "describing.vocabulary",
    "compile": "describing.compile_",
    "config": "describing.config",
    "lsp": "editing.lsp",
}
"""The module and the function of each command. Only the module of the one that runs is imported."""


class Argument:
    """What is told by its place on the command line. The settings are those of `typer.Argument`."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings


class Option:
    """What is told by name; without names, by that of its parameter. The settings are those of `typer.Option`."""

    def __init__(self, *names: str, **settings: Any) -> None:
        self.names = names
        self.settings = settings


def command(name: str) -> Command:
    """The function of a command."""
    module, function = COMMANDS[name].split(".")
    name = f"clausewise.commands.{module}"
    __import__(name)  # `importlib` takes longer to import than such a module
    found: Command = getattr(sys.modules[name], function)
    return found
