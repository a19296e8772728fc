"""What is wrong with a command line, in our words rather than those of the library that reads it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from clausewise.commands.line import given_twice
from clausewise.commands.table import COMMANDS
from clausewise.dsl.text.names import did_you_mean, hint_for, is_name
from clausewise.runs.output import fail

USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
"""What all mistakes of a line are. Typer brings it along in some versions, and has it from Click in others."""


class Commands(TyperGroup):
    """The commands. A line that is wrong gets a sentence and a next step."""

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command line, and exit with its code."""
        line = args[0] if args else settings.get("args") or sys.argv[1:]
        if twice := given_twice(line):
            fail(f"`{twice}` is given twice, and has one value", _ONCE.get(twice, "give it once"))
        try:
            code = super().main(*args, **{**settings, "standalone_mode": False})
        except USAGE_ERROR as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show()
                sys.exit(error.exit_code)
            params = error.ctx.command.params if error.ctx else ()
            options = [name for parameter in params for name in parameter.opts]
            # of an option without its value the library names no command
            named = " ".join(["clausewise", *(word for word in line[:1] if word in COMMANDS)])
            command = error.ctx.command_path if error.ctx else named
            fail(*said_of(error.format_message(), command, options))
        except typer.Abort:
            sys.exit(1)
        sys.exit(code or 0)


def said_of(message: str, command: str, options: Sequence[str]) -> tuple[str, str]:
    """What is wrong with a line, and what to do, by the message of the library."""
    see = f"`{command} --help` lists what there is"
    for pattern, say in _SAID:
        if found := pattern.search(message):
            said, hint = say(found)
            near = did_you_mean(found[1], options) if pattern is _NO_OPTION else None
            is_file = pattern is _EXTRA and re.fullmatch(r"\S+\.design", found[1])
            if is_file and "--output" in options:
                near = f"did you mean `--output {found[1]}`?"
            elif pattern is _EXTRA and is_name(found[1]) and "--policy" in options:
                near = f"did you mean `--policy {found[1]}`?"
            return said, near or hint or see
    return message[:1].lower() + message[1:].rstrip("."), see


_ONCE = {"--policy": "a design may name several policies: `judged by A, B` below its title"}
_NO_OPTION = re.compile(r"No such option:? '?(-[\w-]+)")
_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)")
_VALUE = r"Invalid value for '([\w-]+)'.*?: (?:Value error, )?"
_SAID: list[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]]] = [
    (_NO_OPTION, lambda m: (f"there is no option `{m[1]}`", "")),
    (
        re.compile(r"No such command '(.*?)'"),
        lambda m: (f"there is no command `{m[1]}`", hint_for(m[1], COMMANDS, "commands")),
    ),
    (
        re.compile(_VALUE + r"'(.*?)' is not one of (.*)\."),
        lambda m: (
            f"`{m[2]}` is not a value of `{m[1]}`",
            hint_for(m[2], values := re.findall(r"'(.*?)'", m[3]), "values", len(values)),
        ),
    ),
    (
        re.compile(_VALUE + r"'(.*?)' does not match the formats?"),
        lambda m: (f"`{m[2]}` is not a day, which `{m[1]}` wants", f"write `{m[1]} 2026-11-23`"),
    ),
    (
        re.compile(_VALUE + r".*valid integer"),
        lambda m: (f"`{m[1]}` wants a whole number", f"write `{m[1]} 2`"),
    ),
    (
        re.compile(_VALUE + r".*(greater|less) than or equal to (\d+)"),
        lambda m: (
            f"`{m[1]}` is {m[3]} at {'least' if m[2] == 'greater' else 'most'}",
            f"write `{m[1]} {m[3]}`",
        ),
    ),
    (
        re.compile(_VALUE + r".*not in the range (\d+)<=x(?:<=(\d+))?"),
        lambda m: (
            f"`{m[1]}` is {m[2]} at least" + (f", and {m[3]} at most" if m[3] else ""),
            f"write `{m[1]} {m[2]}`",
        ),
    ),
    (re.compile(r"Missing argument '(.*?)'"), lambda m: (f"`{m[1]}` is not given", "")),
    (re.compile(r"Missing option '(.*?)'"), lambda m: (f"`{m[1]}` is not given", "")),
    (re.compile(r"Option '(.*?)' requires an argument"), lambda m: (f"`{m[1]}` has no value", "")),
    (
        _EXTRA,
        lambda m: (f"nothing is known to do with `{m[1]}`", ""),
    ),
]
"""Messages of Typer and Click, in several versions, with what we say. One that is not here is passed on."""
