"""`clausewise report`, `attest` and `verify`: a design in; a dossier, an attestation, or whether one holds out."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, exit_code
from clausewise.dossier.dossier import dossier_of
from clausewise.dsl.files.inputs import remember
from clausewise.dsl.files.reading import UnreadableError, read_bytes, shown
from clausewise.dsl.files.writing import write_new
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.runs.check import STANDARD_INPUT, STDIN_NAME, check_standard_input, keep_code
from clausewise.runs.output import fail, say, show_diagnostics, write
from clausewise.runs.renderers import DOSSIERS

SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".md": "markdown",
    ".markdown": "markdown",
}
"""The formats of a dossier by how a file's name ends."""
A_KEY_REPLACES_NOTHING = "a key never replaces a file: choose another name"
MOST_UNSEEN = 5
MOST_OF_A_KEY = 64 * 1024
"""Bytes of a file that holds a key."""


def report(file: Path, options: Options, format_: str | None, output: Path | None) -> int:
    """Judge a design, write its dossier, and give the exit code of its verdict.

    Args:
        file: the design; `-` is standard input.
        format_: that of the dossier; by default what the name of `output` says, else Markdown.
        output: the file to write.

    Raises:
        InvalidError: the design cannot be judged, or what writes the format is not installed.
    """
    chosen = format_ or _format_of(output)
    checked = _checked(file, options)
    dossier = dossier_of(checked, options.access, evidence_required=options.evidence_required)
    DOSSIERS[chosen](dossier, output)
    return _code(checked, options)


def attest(file: Path, options: Options, key: Path, output: Path | None) -> int:
    """Judge a design, sign what came of it, and give the exit code of its verdict.

    Raises:
        InvalidError: the design cannot be judged, or the key cannot be used.
    """
    from clausewise.dossier.signing import private_key
    from clausewise.dossier.statement import as_payload, statement_of

    signer = private_key(_key(key), _password)
    checked = _checked(file, options)
    remember([f"{key}.pub"])
    dossier = dossier_of(checked, options.access, evidence_required=options.evidence_required)
    write(signer.signed(as_payload(statement_of(dossier, version("clausewise")))).decode(), output)
    unseen = [one.name for one in dossier.fingerprints if not one.sha256]
    if unseen:
        told = ", ".join(unseen[:MOST_UNSEEN]) + (
            " and others" if len(unseen) > MOST_UNSEEN else ""
        )
        say(f"attested without the digest of evidence that was not seen: {told}", stream=sys.stderr)
    return _code(checked, options)


def make_key(file: Path) -> int:
    """Write a new key: its private half, which nobody else can read, and its public half beside it (`.pub`).

    Raises:
        InvalidError: what makes it is not installed.
    """
    from clausewise.dossier.signing import new_key, public_key

    private, public = new_key()
    beside = Path(f"{file}.pub")
    if os.path.lexists(
        file
    ):  # nor is a public key laid beside a private one to which it does not belong
        fail(f"`{shown(file)}` is there already", A_KEY_REPLACES_NOTHING)
    for path, content, mode in ((beside, public, 0o644), (file, private, 0o600)):
        try:
            write_new(path, content, mode)
        except OSError as error:
            fail(
                f"cannot write `{shown(path)}`: {error.strerror}",
                A_KEY_REPLACES_NOTHING,
            )
    say(
        f"{shown(file)}: the private key. Whoever has it signs in your name: keep it to yourself.",
        f"{shown(beside)}: the public key, {public_key(public).id}. Give it to those who verify.",
    )
    return 0


def verify(file: Path, key: Path, design: Path | None, options: Options) -> int:
    """Look whether an attestation holds, say so, and give the exit code of the verdict; 2 if it does not hold.

    Raises:
        InvalidError: it does not hold, or cannot be looked at.
    """
    from clausewise.dossier.signing import public_key
    from clausewise.dossier.verify import verify as verified
    from clausewise.formats.dossier.verified import print_verified
    from clausewise.formats.screen.sheet import terminal

    trusted = public_key(_key(key))
    try:
        found = verified(file, trusted, design, options, version("clausewise"))
    except InvalidError:
        say(f"NOT VERIFIED  {shown(file)}", stream=sys.stderr)
        raise
    print_verified(found, trusted.id, terminal())
    checked = Checked(found.design, found.dossier.reports)
    return _code(checked, options)


def _format_of(output: Path | None) -> str:
    if output is None:
        return "markdown"
    found = SUFFIXES.get(output.suffix.lower())
    if found is None:
        fail(
            f"`{output}` does not say which format is wanted",
            "end it in .html, .pdf or .md, or give `--format`",
        )
    return found


def _checked(file: Path, options: Options) -> Checked:
    """What came of a design that every policy could judge. A dossier is of a whole verdict, or there is none."""
    if file == STANDARD_INPUT:
        checked = check_standard_input(STDIN_NAME, options, try_answers=True)
    else:
        checked = check_file(file, options)
    if not checked.is_whole:
        raise InvalidError(checked.diagnostics)
    show_diagnostics(checked.diagnostics)
    keep_code([checked])
    return checked


def _code(checked: Checked, options: Options) -> int:
    return exit_code([checked.exit_code], options.fail_on)


def _key(path: Path) -> bytes:
    try:
        return read_bytes(path, limit=MOST_OF_A_KEY)
    except UnreadableError as error:
        hint = "give the file of a key in PEM"
        raise InvalidError([Diagnostic("E100", f"`{shown(path)}` {error}", hint=hint)]) from None


def _password() -> str:
    from getpass import getpass

    if not sys.stdin.isatty():
        fail("the key has a password, and nobody is there to give it", "run it in a terminal")
    return getpass("password of the key: ")
