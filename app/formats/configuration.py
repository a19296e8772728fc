"""What is in force, and who says so, for people: written as in `clausewise.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausewise.configuration.find import CONFIG_VARIABLE
from clausewise.configuration.keys import KEYS, Said
from clausewise.configuration.read import Configuration, unknown_variables
from clausewise.dsl.files.reading import shown
from clausewise.dsl.text.names import NAME
from clausewise.formats.escaping import as_json
from clausewise.formats.screen.sheet import Sheet


def print_configuration(configuration: Configuration, sheet: Sheet) -> None:
    """Print where the configuration comes from, and each key with its value and who says so."""
    sheet.line((_file(configuration), "bold"))
    sheet.line(f"project's folder: {shown(configuration.root)}")
    sheet.line()
    for name in KEYS:
        setting = configuration.settings[name]
        sheet.unwrapped((name, "bold"), f" = {_written(setting.value)}")
        sheet.unwrapped((f"  # {shown(setting.origin)}", "dim"))
    unknown = [] if configuration.is_isolated else unknown_variables()
    if unknown:
        sheet.line()
        sheet.line(
            ("These variables of the environment mean nothing: ", "yellow"), ", ".join(unknown)
        )


def _file(configuration: Configuration) -> str:
    if configuration.is_isolated:
        return "no configuration (--isolated)"
    if configuration.file is None:
        return "no configuration: no clausewise.toml, and no [tool.clausewise], here or in a folder above"
    return f"configured by {shown(configuration.file)} (the nearest; --config or {CONFIG_VARIABLE} name another)"


def _written(value: Said) -> str:
    match value:
        case None:
            return "all of the packs, and those in the project's folder"
        case tuple():
            return as_json(list(map(shown, value)))
        case Mapping():
            return _table(value)
        case _:
            return as_json(value)


def _table(value: Mapping[str, Any]) -> str:
    """A table in one line, whose values are texts, lists of texts, or such tables."""
    lines = (
        f"{name if NAME.fullmatch(name) else as_json(name)} = "
        f"{as_json(held) if isinstance(held, str | list) else _table(held)}"
        for name, held in value.items()
    )
    return f"{{ {', '.join(lines)} }}" if value else "{}"
