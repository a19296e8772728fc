"""Files of strangers: accepted by kind and size, looked through for viruses, and kept under their digest.

They are never run and never shown: they are hashed, kept, and handed out to be downloaded.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import dropwhile
from pathlib import Path
from typing import BinaryIO

from django.utils.translation.trans_null import gettext_noop  # which needs no settings

from clausewise.dsl.files.papers import KINDS, ending_of, is_of_kind
from clausewise.dsl.files.writing import write_new
from clausewise.dsl.startup.lean import lean_dataclass

MIB = 1024**2
SECONDS_TO_SCAN = 60
MOST_NAME = 60
"""Characters of a file's name in a design: with all that goes with it, no more bytes than a file system takes."""
WORDS = "LMN"
"""The categories of characters that stay in it: letters of any script, what stands above or below them, digits."""
FOLDER = "evidence"
"""In a design, and beside it, evidence lies in a folder that is called so."""


class RefusedFileError(Exception):
    """A file that is not kept.

    Attributes:
        why: a sentence for whoever sent it, which pages translate, with places for the values.
    """

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why % values)
        self.why, self.values = why, values


@lean_dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept: what it was called, its SHA-256 and its size in bytes."""

    name: str
    sha256: str
    size: int


@lean_dataclass(frozen=True, slots=True)
class Store:
    """Where files are kept.

    Attributes:
        folder: each lies in it under its digest, so the same one lies there once.
        most: bytes of a file.
        scan: a command that looks through a file for viruses, and ends with 0 if it found none; empty for none.
    """

    folder: Path
    most: int
    scan: Sequence[str] = ()

    def path_of(self, sha256: str) -> Path:
        """Where a file lies."""
        return self.folder / sha256[:2] / sha256

    def forget(self, sha256: str, before: float) -> bool:
        """Take a file out; whether it was there.

        Args:
            before: what was written since then (in seconds, as of `time`) stays, for it may be named in a moment.
        """
        path = self.path_of(sha256)
        is_there = _written_before(path, before)
        if is_there:
            path.unlink(missing_ok=True)
        return is_there

    @contextmanager
    def keeping(self, name: str, content: BinaryIO) -> Iterator[KeptFile]:
        """Look through a file, and keep it; in the block a row can name it, for it lies there already.

        A mark beside it says so until the block has come to its end. If that fails, or its process is killed,
        `sweep` finds the mark, and takes the file out if nobody names it: who sent the same meanwhile may have.

        Args:
            name: what whoever sent it calls it.

        Raises:
            RefusedFileError: it is of no kind that is accepted, is empty, too large or infected.
            OSError: it cannot be written.
        """
        kind = ending_of(name)
        if kind not in KINDS:
            accepted = ", ".join(KINDS)
            raise RefusedFileError(
                gettext_noop("it is of a kind that is not accepted: send one of %(accepted)s"),
                accepted=accepted,
            )
        found = content.read(self.most + 1)
        if len(found) > self.most:
            raise RefusedFileError(
                gettext_noop("it is larger than %(most)s MiB"), most=self.most // MIB
            )
        if not found:
            raise RefusedFileError(gettext_noop("it is empty"))
        if not is_of_kind(kind, found):
            raise RefusedFileError(
                gettext_noop("it is called .%(kind)s, and is something else"), kind=kind
            )
        kept = KeptFile(name, hashlib.sha256(found).hexdigest(), len(found))
        target = self.path_of(kept.sha256)
        for folder in (self.folder, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        mark = target.with_name(f".{kept.sha256}.{os.urandom(8).hex()}")
        beside = mark.with_name(f"{mark.name}.part")
        try:
            write_new(beside, found, 0o600)
            self._scanned(beside)
            write_new(mark, b"", 0o600)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        yield kept
        mark.unlink(missing_ok=True)

    def sweep(self, named: Collection[str], before: float) -> int:
        """Take out what was not kept to the end, and that alone; how many files it was.

        Args:
            named: the SHA-256 of all files that somebody names.
            before: what was written since then (in seconds, as of `time`) stays, for it may be named in a moment.
        """
        old = [one for one in self.folder.glob("*/.*") if _written_before(one, before)]
        digests = {mark.name.split(".")[1] for mark in old} - {*named}
        left = [path for one in digests if _written_before(path := self.path_of(one), before)]
        for path in (*left, *old):
            path.unlink(missing_ok=True)
        return len(left)

    def _scanned(self, path: Path) -> None:
        if not self.scan:
            return
        try:
            ended = subprocess.run(
                [*self.scan, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS_TO_SCAN,
                check=False,
            ).returncode
        except (OSError, subprocess.TimeoutExpired):
            ended = None
        if ended == 1:
            raise RefusedFileError(gettext_noop("something in it looks like a virus"))
        if ended != 0:
            raise RefusedFileError(
                gettext_noop(
                    "it could not be looked through for viruses: try again later, or tell the desk"
                )
            )


def _written_before(path: Path, before: float) -> bool:
    """Whether a file is there and was written before a time; another process may take it out meanwhile."""
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def type_of(name: str) -> str:
    """The type of a file that was accepted, by its name."""
    return KINDS[ending_of(name)][0]


def name_in_design(name: str, taken: Collection[str]) -> str:
    """What a design calls a file: `evidence/release-form.pdf`, and with a number what is called as another one.

    Args:
        name: what whoever sent it calls it, of a kind that is accepted.
        taken: names of others.
    """
    stem = unicodedata.normalize("NFC", name.rpartition(".")[0].lower())
    words = "".join(c if unicodedata.category(c)[0] in WORDS else " " for c in stem).split()
    joined = "".join(dropwhile(_is_mark, "-".join(words)))
    plain = joined[:MOST_NAME].strip("-") or "file"
    ending = ending_of(name)
    number = 1
    while (found := f"{FOLDER}/{plain}{f'-{number}' if number > 1 else ''}.{ending}") in taken:
        number += 1
    return found


def _is_mark(character: str) -> bool:
    """Whether it stands above or below the one before it."""
    return unicodedata.category(character).startswith("M")
