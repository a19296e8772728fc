"""What the signature of a command says that it takes."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from clausewise.commands.options import shared

REQUIRED = object()
"""In place of a default: there is none."""


def parameters(function: Any) -> Iterator[tuple[str, Any, Any]]:
    """What a command takes, those that stand for several spelled out: name, annotation and default of each."""
    function = getattr(function, "__wrapped__", function)
    hints = {name: hint for name, hint in _hints_of(function).items() if name != "return"}
    defaults = function.__defaults__ or ()
    required = len(hints) - len(defaults)
    for index, (name, hint) in enumerate(hints.items()):
        if fields := getattr(hint, "__lean_fields__", {}):
            of_each = _hints_of(hint)
            yield from ((f, of_each[f], fields[f].options["default"]) for f in fields)
        else:
            yield name, hint, REQUIRED if index < required else defaults[index - required]


@cache
def _hints_of(described: Any) -> dict[str, Any]:
    """What the annotations of a function or a class mean. Each is compiled, which should happen once.

    They may name what `typing` and `shared.py` hold without importing it: a command runs without these.
    """
    known = vars(typing) | vars(shared) | vars(sys.modules[described.__module__])
    return typing.get_type_hints(described, localns=known, include_extras=True)


def groups(function: Any) -> dict[str, Any]:
    """The parameters of a command that stand for several options, each with the class of what it is given."""
    hints = _hints_of(getattr(function, "__wrapped__", function))
    return {name: hint for name, hint in hints.items() if hasattr(hint, "__lean_fields__")}
