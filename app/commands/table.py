"""All commands, in the order in which the help lists them, and how one is run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

TYPE_CHECKING = False  # `typing` would cost more than all else that is imported here
if TYPE_CHECKING:
    from typing import Any

Command = Callable[..., int]
"""A command's function, which gives the exit code.

Its signature is the only description of what it takes: each parameter is `Annotated` by an `Option` or an
`Argument`, or stands for several options that commands share: then it is a lean class of such (`Judging`).
"""

SERVERS = frozenset({"desk", "lsp", "mcp"})
"""Commands that run for months: what they read is not remembered, and they write no file that somebody names."""

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
    "timeline": "across.timeline",
    "compare": "across.compare",
    "new": "describing.new",
    "import": "importing.import_",
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
    "mcp": "assisting.mcp",
    "desk": "desk.desk",
    "submit": "desk.submit",
}
"""The module and the function of each command. Only the module of the one that runs is imported."""


PHRASES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("desk", "audit", "verify"): ("desk", "--verify-audit"),
}
"""What can be written in words as well, and what it stands for."""


def in_options(words: Sequence[str]) -> list[str]:
    """A command line in which a phrase at its beginning is written as what it stands for."""
    for phrase, stands_for in PHRASES.items():
        if (*words[: len(phrase)],) == phrase:
            return [*stands_for, *words[len(phrase) :]]
    return [*words]


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


def run(function: Command, given: Mapping[str, Any]) -> int:
    """Run a command, and give its exit code. Nothing that it writes takes the place of what it has read."""
    import os

    from clausewise.configuration.find import CONFIG_VARIABLE
    from clausewise.dsl.files.inputs import remember, remembered_inputs

    if function.__name__ in SERVERS:
        return function(**given)
    with remembered_inputs():
        remember(filter(None, [os.environ.get(CONFIG_VARIABLE)]))
        return function(**given)


def together(groups: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a command is given, with those in one that one parameter stands for."""
    rest = dict(given)
    for name, made in groups.items():
        rest[name] = made(**{f: rest.pop(f) for f in made.__lean_fields__ if f in rest})
    return rest
