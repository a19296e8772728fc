"""`clausewise new --interactive`: from nothing to a design with its first entities, and on to its questions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.dsl.files.reading import shown
from clausewise.dsl.models.deployment import show_value
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.formats.interview.text import print_effects
from clausewise.formats.policy.packs import print_choice
from clausewise.formats.screen.sheet import Sheet, terminal
from clausewise.intake.access import Access, is_path
from clausewise.intake.judges import DEFAULT, MOST_POLICIES, named_policy, names_allowed
from clausewise.intake.load import asked_for
from clausewise.intake.texts import DESIGN_SUFFIXES
from clausewise.interview.answers import Refusal
from clausewise.interview.words import command_in
from clausewise.runs.interview import INTERRUPTED, interview
from clausewise.runs.output import COULD_NOT_JUDGE, fail_with, write
from clausewise.runs.typed import typed

Draw = Callable[[Policy, str], str]
"""Draws the text of a design with a title, by a policy."""


HELP = (
    "Enter takes what is offered, `back` goes to the question before, `quit` ends; nothing is written before the"
    " file has a name."
)


class _EndedError(Exception):
    """Nobody answers any more."""


class _BackError(Exception):
    """The question before is to be asked again."""


def begin_design(
    policy: str, title: str, output: Path | None, options: Options, draw: Draw | None = None
) -> int:
    """Ask for what is not given, write a design, and go on with its questions.

    Args:
        policy: a policy's name or path; asked for if it is empty.
        title: the design's title; asked for if it is empty.
        output: the file of the design, which must not be there yet; asked for if it is not given.
        options: how to judge.
        draw: draws the design to begin with; a header alone if it is not given.

    Returns:
        The exit code, as of `ask --interactive`; 2 if no design was begun.
    """
    sheet = terminal()
    try:
        most = 1 if draw else MOST_POLICIES
        chosen, title, path = _begun(policy, title, output, most, options, sheet)
    except InvalidError as error:
        fail_with(error.diagnostics)
    except _EndedError:
        sheet.line("Nothing is written.")
        return COULD_NOT_JUDGE
    except KeyboardInterrupt:
        sheet.line()
        return INTERRUPTED
    write(draw(chosen[0], title) if draw else _header(chosen, title), path)
    if is_path(policy):
        options = replace(options, policy=policy)
    return interview(path, options, list_first=draw is None)


def _header(policies: Sequence[Policy], title: str) -> str:
    judges = ", ".join(asked_for(policy) for policy in policies)
    return f"{policies[0].vocabulary.subject} {show_value(title)}\njudged by {judges}\n"


def _begun(
    name: str, title: str, output: Path | None, most: int, options: Options, sheet: Sheet
) -> tuple[list[Policy], str, Path]:
    """The policies, the title and the file of a new design: what is given, and what somebody answers.

    Raises:
        InvalidError: there is no policy, or one cannot be used.
    """
    names = names_allowed(options.access) or [DEFAULT]
    is_asked = not name and len(names) > 1
    while True:
        if is_asked:
            chosen = _policies(names, most, options, sheet)
        else:
            chosen = [named_policy(name or names[0], options.access)]
        subject = chosen[0].vocabulary.subject
        with suppress(_BackError):
            return chosen, *_called(title, output, subject, sheet, is_first=not is_asked)


def _called(
    title: str, output: Path | None, subject: str, sheet: Sheet, *, is_first: bool
) -> tuple[str, Path]:
    """The title and the file of a new design.

    Args:
        is_first: whether nothing was asked before.

    Raises:
        _BackError: what was asked before is to be asked again.
    """
    while True:
        called = title or _title(subject, sheet, is_first=is_first)
        try:
            return called, output or _file(called, sheet, is_first=is_first and bool(title))
        except _BackError:
            if title:
                raise


def _policies(names: list[str], most: int, options: Options, sheet: Sheet) -> list[Policy]:
    """The policies that somebody chooses among all that may judge.

    Raises:
        InvalidError: one cannot be used.
    """
    names.sort(key=lambda one: one != DEFAULT)
    offered = [(one, _usable(one, options.access)) for one in names]
    print_choice(offered, several=most > 1, sheet=sheet)
    while True:
        line = _line(sheet, names[0], names, is_first=True)
        chosen = [_chosen(word.strip(), names) for word in line.split(",")]
        if wrong := [word for word in chosen if isinstance(word, Refusal)]:
            print_effects(wrong[:1], sheet)
        elif len(set(chosen)) > most:
            only = "a use case is judged by one policy" if most == 1 else f"at most {most} judge"
            print_effects([Refusal(only)], sheet)
        else:
            return [named_policy(str(one), options.access) for one in dict.fromkeys(chosen)]


def _usable(name: str, access: Access) -> Policy | InvalidError:
    try:
        return named_policy(name, access)
    except InvalidError as error:
        return error


def _chosen(word: str, names: list[str]) -> str | Refusal:
    """The policy that is meant by a number of the list, a name, or a part of one."""
    numbered = {str(number): name for number, name in enumerate(names, 1)}
    if word in numbered or word in names:
        return numbered.get(word, word)
    found = [name for name in names if word.lower() in name]
    if len(found) == 1:
        return found[0]
    return Refusal(f"`{word}` names {len(found) or 'none'} of them")


def _title(subject: str, sheet: Sheet, *, is_first: bool) -> str:
    while True:
        sheet.line((f"What is the {subject} called?", "bold"), " (a title, in a few words)")
        title = _line(sheet, f"My {subject}", is_first=is_first)
        if title.isprintable():
            return title.strip('"')
        sheet.line(("a title is one line of characters that are seen", "red"), indent=2)


def _file(title: str, sheet: Sheet, *, is_first: bool) -> Path:
    """A file that is not there yet, in which the design goes."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    offered = f"{'-'.join(words[:5]) or 'my'}.design"
    while True:
        sheet.line(("In which file is it written?", "bold"))
        path = Path(_line(sheet, offered, is_first=is_first))
        if refused := refused_as_new(path):
            sheet.line((refused, "red"), indent=2, hang=4)
        else:
            return path


def refused_as_new(path: Path) -> str:
    """Why a new design cannot be written into a file; empty if it can."""
    name = shown(path)
    if not path.name.lower().endswith(DESIGN_SUFFIXES[0]) or not name.isprintable():
        return f"the name of a design ends in `{DESIGN_SUFFIXES[0]}`"
    if os.path.lexists(path):
        return f"`{name}` is there already; `clausewise ask --interactive {name}` goes on with it"
    return "" if os.path.isdir(os.path.dirname(path) or ".") else "there is no such folder"


def _line(
    sheet: Sheet, offered: str, words: list[str] | None = None, *, is_first: bool = False
) -> str:
    """What somebody types; what is offered if it is nothing.

    Args:
        is_first: whether nothing was asked before.

    Raises:
        _BackError: it is `back`.
        _EndedError: it is `quit`, or nobody types any more.
    """
    while True:
        sheet.line((f"Enter: {offered}", "dim"), indent=2)
        line = typed(words or ())
        command = command_in(line or "")
        if line is None or command == "quit":
            raise _EndedError
        sheet.line()
        if command == "back" and not is_first:
            raise _BackError
        if command not in ("back", "help"):
            return line.strip() or offered
        sheet.line("No question comes before this one." if command == "back" else HELP, indent=2)
