"""Files as they are in a commit of git, read without anything of the repository being run.

Only commands are used that show what is stored. None of them looks at the files of the working folder, and so none
runs a hook, a filter of `.gitattributes` or a monitor of files. They are started without a shell, and a revision
is never taken for an option. Source: git's manual, git-cat-file(1), git-ls-tree(1), git-rev-parse(1).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Timer

from clausewise.dsl.files.reading import size_shown
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, shortened

MOST_SECONDS = 60
MOST_BYTES = 64 * 1024**2
"""Of what git prints at once: some 600,000 paths. A commit of a few kilobytes can hold billions of them."""
MOST_OF_HEAD = 200
"""Bytes before what a file holds: its hash, of at most 64 characters, its kind and its size."""
MOST_SAID = 1_000
_SETTINGS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "safe.bareRepository=explicit")
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_NOT_HANDED_ON = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_TRACE")
"""A hook that starts us has some of them, and they would lead elsewhere."""


@lean_dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the repository in a folder.

    Attributes:
        top: the repository's own folder.
        name: the hash of the commit.
    """

    top: Path
    name: str

    def files(self, suffixes: tuple[str, ...]) -> dict[str, str]:
        """The hashes of regular files whose names end so, by their paths from `top` on."""
        listed = _git(self.top, "ls-tree", "-r", "-z", "--full-tree", self.name)
        found = {}
        for row in listed.split(b"\0"):
            about, _, path = row.partition(b"\t")
            mode, _, blob = about.partition(b" blob ")
            if mode.startswith(b"100") and path.lower().endswith(
                tuple(suffix.encode() for suffix in suffixes)
            ):
                found[os.fsdecode(path)] = blob.decode()
        return found

    def sizes(self, blobs: Iterable[str]) -> list[int | None]:
        """How many bytes files hold, by their hashes, in order; `None` for one that is not there."""
        rows = _git(self.top, "cat-file", "--batch-check", given=_lines(blobs)).splitlines()
        about = ((*row.split(), b"", b"")[:3] for row in rows)
        return [int(size) if kind == b"blob" else None for _, kind, size in about]

    def contents(self, blobs: Iterable[str], limit: int) -> Iterator[bytes | None]:
        """What files hold, by their hashes, in order; `None` for one that is larger or cannot be read.

        Git is asked for sizes first, and then for no more at a time than `limit`, so that little is held at once.
        """
        listed = list(blobs)
        portion: list[tuple[str, int]] = []
        for blob, size in zip(listed, self.sizes(listed), strict=True):
            is_read = size is not None and size <= limit
            if portion and (not is_read or sum(s for _, s in portion) + (size or 0) > limit):
                yield from self._whole(portion)
                portion = []
            if size is not None and is_read:
                portion.append((blob, size))
            else:
                yield None
        yield from self._whole(portion)

    def _whole(self, portion: Sequence[tuple[str, int]]) -> Iterator[bytes]:
        """What a few files hold of which the sizes are known."""
        if not portion:
            return
        most = sum(size + MOST_OF_HEAD for _, size in portion)
        given = _lines(blob for blob, _ in portion)
        answer = memoryview(_git(self.top, "cat-file", "--batch", given=given, most=most))
        for _, size in portion:
            start = bytes(answer[:MOST_OF_HEAD]).index(b"\n") + 1
            yield bytes(answer[start : start + size])
            answer = answer[start + size + 1 :]


def commit_of(revision: str, folder: Path) -> Commit:
    """The commit that a revision names, in the repository that a folder is part of.

    Raises:
        InvalidError: there is no git, no repository, or no such commit (E112).
    """
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise _cannot(
            f"`{revision}` names no commit", "give a branch, a tag or a hash: `--diff main`"
        )
    top = _git(folder, "rev-parse", "--show-toplevel", why="there is no repository of git here")
    named = f"{revision}^{{commit}}"
    why = f"there is no commit `{revision}` here"
    name = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", named, why=why)
    return Commit(Path(os.fsdecode(top.rstrip(b"\r\n"))), name.decode().split()[-1])


def _lines(blobs: Iterable[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in blobs).encode()


def _git(
    folder: Path,
    *words: str,
    given: bytes = b"",
    most: int = MOST_BYTES,
    why: str = "git cannot show it",
) -> bytes:
    """What a command of git prints, which is read up to a number of bytes, and for a number of seconds.

    Raises:
        InvalidError: it fails, or prints more, or takes longer (E112).
    """
    settings = (word for setting in _SETTINGS for word in ("-c", setting))
    line = ["git", "--no-pager", "--literal-pathspecs", *settings, *words]
    environment = {n: v for n, v in os.environ.items() if n not in _NOT_HANDED_ON} | _ENVIRONMENT
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told:
        asked.write(given)
        asked.seek(0)
        try:
            git = subprocess.Popen(
                line, cwd=folder, env=environment, stdin=asked, stdout=subprocess.PIPE, stderr=told
            )
        except FileNotFoundError:
            raise _cannot("git is not installed", "install it, or leave `--diff` out") from None
        with git, _ended_after(git, MOST_SECONDS) as is_late:
            printed = git.stdout.read(most + 1) if git.stdout else b""
            if len(printed) > most:
                git.kill()
        if is_late.is_set():
            raise _cannot(f"git took longer than {MOST_SECONDS} s", "try it by hand")
        if len(printed) > most:
            raise _cannot(
                f"git shows more than {size_shown(most)} of what the commit holds",
                "judge a folder of fewer files, or leave `--diff` out",
            )
        if git.returncode:
            told.seek(0)
            said = told.read(MOST_SAID).decode(errors="replace").strip().splitlines()
            hint = "in CI, fetch the history: `fetch-depth: 0` of actions/checkout, or `git fetch origin main`"
            raise _cannot(why, f"git says: {said[0]}" if said else hint)
        return printed


@contextmanager
def _ended_after(git: subprocess.Popen[bytes], seconds: float) -> Iterator[Event]:
    """End a process that takes longer; the event is set if it did. It is ended after an error, too."""
    is_late = Event()

    def end() -> None:
        is_late.set()
        git.kill()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
        git.wait()
    except BaseException:
        git.kill()
        raise
    finally:
        timer.cancel()


def _cannot(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E112", shortened(message), hint=shortened(hint))])
