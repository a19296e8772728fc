"""`clausewise ask --interactive`: a session at a terminal, or over a pipe; each answer is written at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.checking.report import COULD_NOT_JUDGE, Checked, exit_code
from clausewise.dsl.files.reading import UnreadableError, is_within, resolved, shown
from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.formats.interview.text import (
    print_effects,
    print_end,
    print_help,
    print_opening,
    print_options,
    print_prompt,
)
from clausewise.formats.screen.sheet import Sheet, terminal
from clausewise.intake.access import Access
from clausewise.intake.texts import DESIGNS, read
from clausewise.interview.look import looker
from clausewise.interview.session import (
    Event,
    FactChanged,
    Interview,
    Save,
    SessionEffect,
    begin,
    step,
)
from clausewise.interview.words import meaning_of
from clausewise.runs.check import keep_code
from clausewise.runs.output import fail_with, show_diagnostics
from clausewise.runs.typed import typed

INTERRUPTED = 130


def interview(path: Path, options: Options, *, list_first: bool = False) -> int:
    """Ask one question after another, and write each answer into the design.

    Args:
        path: the design, in text.
        options: how to judge; `as_of` is also the day offered for attestations.
        list_first: whether to ask for entities before anything else.

    Returns:
        The exit code of the verdict at the end, 2 if nothing can be judged yet, 130 after Ctrl-C.
    """
    sheet = terminal()
    try:
        session = begin(
            _read(path, options.access), looker(options), options.as_of, list_first=list_first
        )
    except InvalidError as error:
        fail_with(error.diagnostics)
    print_opening(session, sheet)
    session, interrupted = _talk(session, path, options.access, sheet)
    print_end(session, sheet)
    if interrupted:
        return INTERRUPTED
    looked = session.looked
    if not looked.reports:
        return COULD_NOT_JUDGE
    found = Checked(str(path), looked.reports, (), looked.together)
    keep_code([found])
    return exit_code([found.exit_code], options.fail_on)


def _talk(session: Interview, path: Path, access: Access, sheet: Sheet) -> tuple[Interview, bool]:
    """The session at its end, with all that was answered in it; and whether Ctrl-C ended it."""
    again = False
    try:
        while not session.ended:
            print_prompt(session, sheet, again=again)
            line = typed(session.asked.question.options if session.asked else ())
            if line is None:
                break
            before, session = session, _answered(session, line, path, access, sheet)
            again = session is before
    except KeyboardInterrupt:
        sheet.line()
        return session, True
    return session, False


def _answered(session: Interview, line: str, path: Path, access: Access, sheet: Sheet) -> Interview:
    """The session after a line; the same one after a line that only wants to be told something."""
    meant = meaning_of(line, session)
    if meant == "help":
        print_help(sheet)
    elif meant == "list":
        if session.asked:
            print_options(session.asked, sheet)
    else:
        return _after(session, meant, path, access, sheet)
    return session


def _after(session: Interview, event: Event, path: Path, access: Access, sheet: Sheet) -> Interview:
    """The session after an event, with all written that it writes; or after what somebody else has written."""
    try:
        now = _read(path, access)
        if not now.is_as(session.looked.source):
            event = FactChanged(now)
        after, effects = step(session, event)
        _write(effects, path, access)
    except InvalidError as error:
        show_diagnostics(error.diagnostics)
        raise SystemExit(COULD_NOT_JUDGE) from None
    print_effects(effects, sheet)
    return after


def _read(path: Path, access: Access) -> Source:
    return read(path, DESIGNS, access.around(path), access.max_bytes)


def _write(effects: Sequence[SessionEffect], path: Path, access: Access) -> None:
    """Write the design whole, where it may be read, or not at all.

    Raises:
        InvalidError: it cannot be written.
    """
    for effect in effects:
        if not isinstance(effect, Save):
            continue
        source = effect.source
        content = source.text.encode() if source.content is None else source.content
        try:
            if not is_within(resolved(path), access.around(path)):
                raise PermissionError("it leads to a place to which nothing is written")
            with written_whole(path) as file:
                file.write(content)
        except (OSError, UnreadableError) as error:
            said = (getattr(error, "strerror", None) or str(error)).lower()
            message = f"`{shown(path)}` cannot be written: {said}"
            raise InvalidError([Diagnostic("E105", message, Source(shown(path), ""))]) from None
