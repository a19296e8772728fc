"""The commands for the desk, where applications are made, reviewed and decided: desk, submit."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from clausewise.commands.options.found import readings_of
from clausewise.commands.options.shared import ReadingOption
from clausewise.commands.table import Argument, Option
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.extras import lacking, missing
from clausewise.runs.output import fail, fail_with, say

PORT = 8100
MOST_TOLD = 20


def desk(
    folder: Annotated[
        Path,
        Argument(metavar="[FOLDER]", help="Where all of the desk lies; made if it is not there."),
    ] = Path("desk-data"),
    port: Annotated[int, Option("--port", min=1, max=65535, help="The port on 127.0.0.1.")] = PORT,
    prepare_only: Annotated[
        bool,
        Option(
            "--prepare",
            help="Only make what is missing, and bring the tables up to date: another server serves it.",
        ),
    ] = False,
    work: Annotated[
        bool,
        Option("--work", help="Only do what takes long, beside another server that serves it."),
    ] = False,
    verify_audit: Annotated[
        bool,
        Option(
            "--verify-audit",
            help="Only look whether the audit trail is whole, as `clausewise desk audit verify FOLDER` does.",
        ),
    ] = False,
    heads: Annotated[
        Path | None,
        Option(
            "--heads",
            metavar="FOLDER",
            help="With --verify-audit: signed heads that were kept elsewhere, in place of the desk's.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        Option(
            "--key",
            metavar="FILE or FOLDER",
            help="With --verify-audit: the public key that signed them, or a folder of such, not the desk's.",
        ),
    ] = None,
    sign_head: Annotated[
        bool,
        Option("--sign-head", help="Only sign the newest digest of the audit trail, into `heads`."),
    ] = False,
    erase: Annotated[
        int | None,
        Option("--erase", min=1, help="Only erase the details of an event, by its number."),
    ] = None,
    erase_old: Annotated[
        bool,
        Option(
            "--erase-old", help="Only erase what names people, as long ago as `keep-days` says."
        ),
    ] = False,
    judge_again: Annotated[
        bool,
        Option("--judge-again", help="Only judge again what was decided, by the newest policies."),
    ] = False,
    send_mail: Annotated[
        bool,
        Option("--send-mail", help="Only send the mail that waits; run it each minute."),
    ] = False,
    new_key: Annotated[
        bool,
        Option("--new-key", help="Only let another key sign letters from now on."),
    ] = False,
    move_to: Annotated[
        str | None,
        Option(
            "--move-to",
            metavar="ADDRESS",
            help="Only copy all of it into an empty database of PostgreSQL.",
        ),
    ] = None,
    reading: ReadingOption = None,
) -> int:
    """Serve the desk in a browser: applications from the interview to the signed letter (docs/desk.md)."""
    if missing("desk"):
        fail_with(lacking("the desk needs", "desk").diagnostics)
    from clausewise.desk.serving import FIRST, mail_by_itself, prepare, serve

    if (heads or key) and not verify_audit:
        fail("`--heads` and `--key` are for `--verify-audit`", "add it, or leave them out")
    if verify_audit or erase is not None:
        return _audit(folder, erase, heads, key)
    if work:
        return _work(folder)
    if reading and not judge_again:
        fail(
            "`--reading` is for `--judge-again`",
            "leave it out: applications are judged by the defaults",
        )
    if judge_again:
        return _judge_again(folder, readings_of(reading))
    if move_to:
        return _move(folder, move_to)
    acts = (
        (erase_old, _erase_old),
        (send_mail, _mail),
        (new_key, _new_key),
        (sign_head, _sign_head),
    )
    for is_asked, act in acts:
        if is_asked:
            return act(folder)
    if not prepare_only and (reason := _refused(port)):
        fail(f"the desk cannot be served on port {port}: {reason}", "choose another `--port`")
    try:
        found = prepare(folder, port)
        kept = "all of it" if found.is_all_there else "all of it but its database"
        end = "" if prepare_only else " Ctrl-C ends it."
        say(f"The desk is at {found.address}, and {kept} in {found.folder}.{end}")
        if found.password:
            say(
                f"Sign in as {FIRST} with the password {found.password}",
                "It is shown this once. Enter the reviewers there; applicants register themselves.",
            )
        if not prepare_only:
            mail_by_itself()
            serve(folder, port)
    except InvalidError as error:
        fail_with(error.diagnostics)
    except OSError as error:
        fail(
            f"the desk cannot be served: {error.strerror or error}",
            "choose another folder or `--port`",
        )
    return 0


def submit(
    design: Annotated[Path, Argument(metavar="DESIGN", help="The design that is submitted.")],
    desk: Annotated[str, Option("--desk", metavar="ADDRESS", help="The address of the desk.")],
    form: Annotated[
        str, Option("--form", help="The form with which a new application begins.")
    ] = "face-registration",
    application: Annotated[
        str | None,
        Option(
            "--application",
            metavar="REFERENCE",
            help="A draft that there is, such as LA-2026-0013, instead of a new one.",
        ),
    ] = None,
    replaces: Annotated[
        Path | None,
        Option(
            "--replaces",
            metavar="FILE",
            help="With --application: the design as downloaded from the desk, if it was changed there.",
        ),
    ] = None,
    declare: Annotated[
        bool,
        Option(
            "--declare",
            help="What the design states is true as far as you know, and you may speak for your organisation.",
        ),
    ] = False,
    draft: Annotated[
        bool, Option("--draft", help="Only save it, to look at it at the desk.")
    ] = False,
) -> int:
    """Send a design to a desk as an application, with the evidence that it names (docs/desk.md).

    The token that the desk made for you stands in the environment variable CLAUSEWISE_DESK_TOKEN.
    """
    import os
    import re
    import sys

    from clausewise.configuration.options import options_here
    from clausewise.runs.submitting import TOKEN, DeskClient, application_of, send

    token = os.environ.get(TOKEN, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        fail(f"there is no token in {TOKEN}", "make one at the desk, under Organisation")
    if not declare and not draft:
        fail(
            "it is not declared that what the design states is true",
            "add `--declare`, or `--draft`",
        )
    number = re.fullmatch(r"(?:LA-\d{4}-)?0*([1-9]\d{0,17})", application or "", re.IGNORECASE)
    if application is not None and number is None:
        fail(f"`{application}` is no reference", "give one such as LA-2026-0013")
    if replaces is not None and application is None:
        fail("a new application replaces nothing", "add `--application`, or leave out `--replaces`")
    try:
        key = int(number[1]) if number else None
        client = DeskClient(desk, token)
        application_sent = application_of(design, options_here().access)
        say(*(f"sending {name}" for name in application_sent.files))
        say(*(f"not sent: {one}, an address" for one in application_sent.kept_elsewhere))
        sys.stdout.flush()  # before anything is sent
        sent = send(application_sent, client, form, key, replaces, is_draft=draft)
    except InvalidError as error:
        fail_with(error.diagnostics)
    say(f"{sent.reference} {sent.state}: {sent.verdict}")
    say(*(f"  {one}" for one in sent.told))
    if sent.files:
        say(f"  {sent.files} file{'s' * (sent.files > 1)} of evidence sent")
    say(f"  {sent.link}")
    return 0


MOVING = "bring it up to date by `--prepare`, and give the address of an empty database"
LOOK = "look at its desk.toml, and serve it once: that brings an older one up to date"


@contextmanager
def _of_a_desk(folder: Path, hint: str = LOOK) -> Iterator[None]:
    """What is done with a desk that is there; what cannot be done ends with a message.

    Args:
        hint: what helps where its folder or database cannot be used.
    """
    from clausewise.desk.serving import there_is

    try:
        if not there_is(folder):
            fail(f"there is no desk in `{folder}`", "give the folder of a desk")
        yield
    except InvalidError as error:
        fail_with(error.diagnostics)
    except OSError as error:
        fail(f"{error}", hint)


def _erase_old(folder: Path) -> int:
    """Erase what is old."""
    from clausewise.desk.serving import erased_old

    with _of_a_desk(folder):
        found = erased_old(folder)
    say(
        f"erased: {found.details:,} details of events, {found.files:,} files, "
        f"names and addresses of {found.people:,} people"
    )
    return 0


def _judge_again(folder: Path, readings: dict[str, str]) -> int:
    """Judge again what was decided, by these readings."""
    from clausewise.desk.serving import judged_again

    with _of_a_desk(folder):
        found = judged_again(folder, readings)
    for one in found:
        say(
            f"{one.policy}: {one.judged:,} judged again, {one.otherwise:,} come out otherwise, "
            f"{one.failed:,} cannot be judged"
        )
    return 0


def _work(folder: Path) -> int:
    """Do what takes long, until somebody ends it."""
    from clausewise.desk.serving import work

    with _of_a_desk(folder, "prepare it by `--prepare`: that brings an older one up to date"):
        work(folder)
    return 0


def _mail(folder: Path) -> int:
    """Send what waits: 0 if all was sent that is due, else 2, so that whoever runs it by a timer hears of it."""
    from clausewise.desk.serving import mailed

    with _of_a_desk(folder):
        found = mailed(folder)
    told = f"mail: {found.sent:,} sent, {found.failed:,} could not be sent, {found.waiting:,} wait"
    say(told, stream=sys.stderr if found.failed else sys.stdout)
    return 2 if found.failed else 0


def _new_key(folder: Path) -> int:
    """Let another key sign from now on."""
    from clausewise.desk.serving import renewed_key

    with _of_a_desk(folder, "look at who may write in the folder"):
        found = renewed_key(folder)
    say(f"letters are signed with the key {found} from now on")
    return 0


def _sign_head(folder: Path) -> int:
    """Sign the newest digest of the audit trail."""
    from clausewise.desk.serving import head_signed

    with _of_a_desk(folder, "look at who may write in the folder"):
        found = head_signed(folder)
    say(f"signed: {found}" if found else "signed already: nothing was done since")
    return 0


def _move(folder: Path, address: str) -> int:
    """Copy all of a desk into another database, and look at the audit trail there."""
    from clausewise.desk.moving import moved

    with _of_a_desk(folder, MOVING):
        found = moved(folder, address)
    say(f"{found.rows:,} rows copied")
    trail = found.trail
    state = _told_of(trail.broken, trail.events, trail.erased, None, trail.head)
    if state == 0:
        say(f'Now write into its desk.toml: database = "{address}"')
    return state


def _refused(port: int) -> str:
    """Why nothing can listen on a port of this machine, before anything is made or said; empty if it can."""
    import socket

    with socket.socket() as tried:
        if sys.platform != "win32":  # where it would let two listen
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _audit(folder: Path, erase: int | None, heads: Path | None, key: Path | None) -> int:
    """Erase details if that is asked for, and say what the audit trail of a desk comes to: 0 if whole, else 2."""
    from clausewise.desk.serving import audited, erased

    hint = "look at the number" if erase else "serve it once: that brings an older one up to date"
    if heads and not any(heads.glob("*.json")):
        fail(f"there is no signed head in `{heads}`", "give the folder in which they are kept")
    if key and key.is_dir() and not any(key.glob("*.pub")):
        fail(f"there is no public key in `{key}`", "give the folder in which they are kept")
    with _of_a_desk(folder, hint):
        if erase is not None:
            erased(folder, erase)
        found = audited(folder, heads, key)
    return _told_of(found.broken, found.events, found.erased, found.heads, found.head)


def _told_of(broken: Sequence[str], events: int, erased: int, heads: int | None, head: str) -> int:
    """Say what an audit trail comes to: 0 if it is whole, else 2."""
    if broken:
        say("BROKEN", *(f"  {one}" for one in broken[:MOST_TOLD]), stream=sys.stderr)
        return 2
    say(f"whole: {events:,} events, {erased:,} of them with details erased")
    if heads is not None:  # where they were compared, be it with none
        say(f"  signed heads to which it leads: {heads:,}")
    say(f"  {head}")
    return 0
