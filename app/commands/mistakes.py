"""What is wrong with a command line, in our words rather than those of the library that reads it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import EnumMeta
from pathlib import Path
from typing import Any, get_args

import typer
from typer.core import TyperGroup

from clausewise.commands.line import given_twice
from clausewise.commands.signatures import REQUIRED, parameters
from clausewise.commands.table import COMMANDS, Option, command
from clausewise.dsl.parsing.meaning.days import days_meant
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import did_you_mean, hint_for, is_policy
from clausewise.intake.access import Access
from clausewise.intake.judges import names_allowed
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
            # of an option without its value the library names no command
            name = next((word for word in line[:1] if word in COMMANDS), "")
            fail(*said_of(error.format_message(), name, line))
        except typer.Abort:
            sys.exit(1)
        sys.exit(code or 0)


@lean_dataclass(frozen=True, slots=True)
class _Taken:
    """What a command takes in one place.

    Attributes:
        names: what an option is called; none for what is told by its place.
        value: what stands there, as the help calls it.
        choices: the values that there are, if they can be listed.
        required: whether it must be given.
    """

    names: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    required: bool


def _taken(name: str) -> list[_Taken]:
    """What a command takes; without one, what the whole does."""
    if not name:
        return [_Taken(("--version",), "", (), required=False)]
    return [_taken_as(*each) for each in parameters(command(name))]


def _taken_as(name: str, annotation: Any, default: Any) -> _Taken:
    type_, said = get_args(annotation)
    types = [type_, *get_args(type_)]
    choices = next((tuple(map(str, one)) for one in types if isinstance(one, EnumMeta)), ())
    shown = said.settings.get("metavar") or ("FILE" if Path in types else name.upper())
    dashed = f"--{name.replace('_', '-')}"
    names = (said.names or (dashed,)) if isinstance(said, Option) else ()
    return _Taken(names, shown.strip("[]") if not names else shown, choices, default is REQUIRED)


def said_of(message: str, name: str, line: Sequence[str]) -> tuple[str, str]:
    """What is wrong with a line, and what to do.

    Args:
        message: what the library says of it.
        name: the command that the line names, or an empty text.
        line: its words.
    """
    for pattern, say in _SAID:
        if found := pattern.search(message):
            said, hint = say(found)
            return said, _meant(pattern, found[1], name, line) or hint or _see(name)
    return message[:1].lower() + message[1:].rstrip("."), _see(name)


def _see(name: str) -> str:
    return f"`{f'clausewise {name}'.strip()} --help` lists what there is"


def _meant(pattern: re.Pattern[str], word: str, name: str, line: Sequence[str]) -> str | None:
    """What was meant by a word that is wrong, or what the command takes where one is missing."""
    if pattern is _NO_COMMAND:
        return command_meant(word, line)
    if pattern is _NO_OPTION:
        return _option_meant(word, _taken(name))
    if pattern is _EXTRA:
        return _extra_meant(word, name, _taken(name))
    if pattern is _MISSING:
        return f"write `{_usage(name, _taken(name))}`; {_see(name)}"
    if pattern is _NO_VALUE:
        value = next((one.value for one in _taken(name) if word in one.names), "VALUE")
        return f"write `{word} {value}`; {_see(name)}"
    return None


def command_meant(word: str, line: Sequence[str]) -> str | None:
    """What was meant by a word that is no command: another word for one, or a file to judge."""
    if word == "help":
        named = [one for one in line[1:2] if one in COMMANDS]
        return f"write `{' '.join(['clausewise', *named])} --help`"
    if word == "version":
        return "write `clausewise --version`"
    if Path(word).exists() or word.endswith((".design", ".design.json")):
        return f"write `clausewise check {word}`"
    found = next((name for name, words in OTHER_WORDS.items() if word.lower() in words), None)
    return f"did you mean `{found}`?" if found else None


OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "check": ("validate", "lint", "run", "eval", "evaluate", "judge", "scan", "analyze", "apply"),
    "new": ("init", "create", "generate", "add"),
    "fmt": ("format", "pretty"),
    "packs": ("list", "ls", "policies", "laws"),
    "explain": ("why", "show"),
    "report": ("export", "render", "dossier"),
    "attest": ("sign", "approve"),
    "vocabulary": ("fields", "terms", "words"),
    "config": ("settings", "configuration"),
    "fix": ("repair", "suggest", "remediate"),
    "compare": ("versus",),
}
"""What other tools call what a command does."""

OTHER_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "--brief": ("--quiet", "-q", "--silent", "--short", "--summary"),
    "--all": ("--verbose", "-v", "-vv", "--full", "--details", "--debug"),
    "--output": ("--out", "--outfile", "--output-file", "--dest"),
    "--format": ("--output-format", "--reporter", "--style", "--type"),
    "--policy": ("--policies", "--rules", "--ruleset", "--bundle", "--law", "-p"),
    "--as-of": ("--date", "--on", "--when"),
    "--config": ("--config-file", "-c"),
    "--check": ("--dry-run", "--diff"),
    "--fail-on": ("--severity", "--error-on"),
    "--version": ("-V", "-v"),
    "--key": ("--public-key", "--private-key", "-k"),
}
"""What other tools call an option."""


def _option_meant(word: str, taken: Sequence[_Taken]) -> str | None:
    """An option that was meant: by a word for it, by one of its values, or by a name that is near."""
    names = [name for one in taken for name in one.names]
    for name, words in OTHER_OPTIONS.items():
        if word in words and name in names:
            return f"did you mean `{name}`?"
    for one in taken:
        if word.lstrip("-") in one.choices and one.names:
            return f"write `{one.names[0]} {word.lstrip('-')}`"
    return did_you_mean(word, names)


def _extra_meant(word: str, name: str, taken: Sequence[_Taken]) -> str:
    """What was meant by a word more than a command takes: a file to write, a policy, or nothing."""
    names = [option for one in taken for option in one.names]
    if re.fullmatch(r"\S+\.design", word) and "--output" in names:
        return f"did you mean `--output {word}`?"
    if "--policy" in names and is_policy(word) and word in names_allowed(Access()):
        return f"did you mean `--policy {word}`?"
    return f"write `{_usage(name, taken)}`; {_see(name)}"


def _usage(name: str, taken: Sequence[_Taken]) -> str:
    """A command with what it takes by place, and with the options that it must have."""
    words = ["clausewise", name]
    for one in taken:
        if not one.names:
            words.append(one.value if one.required else f"[{one.value}]")
        elif one.required:
            words.append(f"{one.names[0]} {one.value}")
    return " ".join(words)


def _day(option: str, text: str) -> str:
    """An option with the day that was meant, or with each that may be: `02/11/2026` is two."""
    return " or ".join(f"`{option} {day}`" for day in days_meant(text) or ["2026-11-23"])


_ONCE = {"--policy": "a design may name several policies: `judged by A, B` below its title"}
_NO_OPTION = re.compile(r"No such option:? '?(-[\w-]+)")
_NO_COMMAND = re.compile(r"No such command '(.*?)'")
_MISSING = re.compile(r"Missing (?:argument|option) '(.*?)'")
_NO_VALUE = re.compile(r"Option '(.*?)' requires an argument")
_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)")
_VALUE = r"Invalid value for '([\w-]+)'.*?: (?:Value error, )?"
_SAID: list[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]]] = [
    (_NO_OPTION, lambda m: (f"there is no option `{m[1]}`", "")),
    (
        _NO_COMMAND,
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
        lambda m: (
            f"`{m[2]}` is not a day, which `{m[1]}` wants",
            f"write {_day(m[1], m[2])}",
        ),
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
    (_MISSING, lambda m: (f"`{m[1]}` is not given", "")),
    (_NO_VALUE, lambda m: (f"`{m[1]}` has no value", "")),
    (
        _EXTRA,
        lambda m: (f"nothing is known to do with `{m[1]}`", ""),
    ),
]
"""Messages of Typer and Click, in several versions, with what we say. One that is not here is passed on."""
