"""Reads well-formed command lines by the signatures of the commands, without Typer.

Typer takes longer to import than a design takes to judge. What is not as simple as here, above all every mistake,
is left to it: then `read` gives nothing, and Typer reads the same signature (docs/decisions/0013). What a
signature says is kept: to work out what its annotations mean takes as long as to judge a design.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path

from clausewise.commands.table import (
    COMMANDS,
    Command,
    Option,
    command,
    together,
)
from clausewise.dsl.startup import store
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Any

EXPANDED = "*?[~$%"
"""Where shells leave it to the command to expand these characters, Typer does."""


@lean_dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter of a command.

    Attributes:
        name: of the function's parameter.
        is_option: whether it is told by name rather than by place.
        names: what an option is called. A switch that has two names, one for off, is left to Typer.
        type: that of one value.
        many: whether it takes several.
        required: whether it must be given.
        limits: `min` and `max` of a number, and `formats` of a date.
    """

    name: str
    is_option: bool
    names: tuple[str, ...]
    type: Any
    many: bool
    required: bool
    limits: Mapping[str, Any]

    def value(self, text: str) -> Any:
        """What a text stands for.

        Raises:
            ValueError: nothing, or that is left to Typer.
        """
        if not text or text.startswith("-"):
            raise ValueError(text)
        if self.type in (str, Path):
            return self.type(text)
        if self.type is int and text.isdecimal():
            low, high = (self.limits.get(bound) for bound in ("min", "max"))
            if (low is None or int(text) >= low) and (high is None or int(text) <= high):
                return int(text)
        if self.type is datetime:
            return datetime.strptime(text, *self.limits["formats"])
        if issubclass(self.type, Enum):
            return self.type(text)
        raise ValueError(text)


def read(words: Sequence[str]) -> tuple[Command, dict[str, Any]] | None:
    """The command and what it is given, or `None` if the line is not simple, or wrong."""
    name, *rest = words or [""]
    is_expanded = os.name == "nt" and any(set(EXPANDED) & set(word) for word in rest)
    if name not in COMMANDS or is_expanded:
        return None
    found = command(name)
    said, grouped = _signature(name, found)
    try:
        return found, together(grouped, _read(said, rest))
    except ValueError:
        return None


def given_twice(words: Sequence[str]) -> str:
    """The first option of a line that stands there twice and has one value; empty if none does.

    Typer takes the last of them, and passes over the others in silence.
    """
    name, *rest = words or [""]
    if name not in COMMANDS:
        return ""
    parameters, _ = _signature(name, command(name))
    options = {name: parameter for parameter in parameters for name in parameter.names}
    given = set[str]()
    left = iter(rest)
    for word in left:
        if word == "--":
            break
        called, sign, _ = word.partition("=")
        if not word.startswith("--"):
            called, sign = word[:2], word[2:]
        option = options.get(called)
        if option is None or option.type is bool:
            continue
        if option.name in given and not option.many:
            return called
        given.add(option.name)
        if not sign:
            next(left, "")
    return ""


def _signature(name: str, function: Command) -> tuple[tuple[_Parameter, ...], dict[str, Any]]:
    """What a command takes, and which of its parameters stand for several options."""
    key = store.key_of("signature", name)
    kept = store.load(key)
    if isinstance(kept, tuple):
        return kept
    from clausewise.commands.signatures import groups  # seldom needed, and takes `typing`

    made = tuple(_parameters(function)), groups(function)
    store.keep(key, made)
    return made


def _parameters(function: Any) -> Iterator[_Parameter]:
    from typing import get_args, get_origin

    from clausewise.commands.signatures import REQUIRED, parameters

    for name, hint, default in parameters(function):
        type_, said = get_args(hint)
        inner = [one for one in get_args(type_) if one is not type(None)]
        if inner and get_origin(type_) is not list:
            type_ = inner[0]
        many = get_origin(type_) is list
        one = get_args(type_)[0] if many else type_
        limits = {k: v for k, v in said.settings.items() if k in ("min", "max", "formats")}
        is_option = isinstance(said, Option)
        names = said.names if is_option else ()
        if is_option and not names and one is not bool:
            names = ("--" + name.replace("_", "-"),)
        yield _Parameter(name, is_option, names, one, many, default is REQUIRED, limits)


def _read(parameters: Sequence[_Parameter], words: Sequence[str]) -> dict[str, Any]:
    options = {name: parameter for parameter in parameters for name in parameter.names}
    given: dict[str, Any] = {}
    placed = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            placed.append(word)
            continue
        name, sign, text = word.partition("=") if word.startswith("--") else (word, "", "")
        option = options.get(name)
        if option is None or (option.name in given and not option.many):
            raise ValueError(word)
        if option.type is bool and not sign:
            value: Any = True
        else:
            value = option.value(text if sign else next(rest, ""))
        given[option.name] = [*given.get(option.name, ()), value] if option.many else value
    _place(parameters, placed, given)
    return given


def _place(parameters: Sequence[_Parameter], words: list[str], given: dict[str, Any]) -> None:
    """Give the words without a name to the arguments, in order."""
    for parameter in parameters:
        if parameter.is_option:
            continue
        taken, words = (words, []) if parameter.many else (words[:1], words[1:])
        if taken:
            values = [parameter.value(word) for word in taken]
            given[parameter.name] = values if parameter.many else values[0]
    missing = any(parameter.required and parameter.name not in given for parameter in parameters)
    if words or missing:
        raise ValueError
