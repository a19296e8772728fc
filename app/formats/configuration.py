"""What is in force, and who says so, for people: written as in `clausewise.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.configuration.keys import KEYS, Said
from clausewise.configuration.read import CONFIG_VARIABLE, Configuration, unknown_variables
from clausewise.dsl.files.reading import shown
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
            tables = (
                f"{policy} = {{ {', '.join(f'{n} = {as_json(a)}' for n, a in chosen.items())} }}"
                for policy, chosen in value.items()
            )
            return f"{{ {', '.join(tables)} }}" if value else "{}"
        case _:
            return as_json(value)
