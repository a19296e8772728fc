"""Files as they are in a commit of git, read without anything of the repository being run.

Only commands are used that show what is stored. None of them looks at the files of the working folder, and so none
runs a hook, a filter of `.gitattributes` or a monitor of files. They are started without a shell, and a revision
is never taken for an option. Source: git's manual, git-cat-file(1), git-ls-tree(1), git-rev-parse(1).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, shortened

MOST_SECONDS = 60
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

    def contents(self, blobs: Iterable[str], limit: int) -> Iterator[bytes | None]:
        """What files hold, by their hashes, in order; `None` for one that is larger or cannot be read."""
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        answer = memoryview(_git(self.top, "cat-file", "--batch", given=asked))
        while answer:
            head, _, _ = bytes(answer[:200]).partition(b"\n")
            answer = answer[len(head) + 1 :]
            _, kind, size = (*head.split(), b"", b"")[:3]
            if kind != b"blob":
                yield None
                continue
            content, answer = answer[: int(size)], answer[int(size) + 1 :]
            yield bytes(content) if len(content) <= limit else None


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


def _git(folder: Path, *words: str, given: bytes = b"", why: str = "git cannot show it") -> bytes:
    settings = (word for setting in _SETTINGS for word in ("-c", setting))
    environment = {n: v for n, v in os.environ.items() if n not in _NOT_HANDED_ON}
    try:
        done = subprocess.run(
            ["git", "--no-pager", "--literal-pathspecs", *settings, *words],
            cwd=folder,
            env=environment | _ENVIRONMENT,
            input=given,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise _cannot("git is not installed", "install it, or leave `--diff` out") from None
    except subprocess.TimeoutExpired:
        raise _cannot(f"git took longer than {MOST_SECONDS} s", "try it by hand") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        hint = "in CI, fetch the history: `fetch-depth: 0` of actions/checkout, or `git fetch origin main`"
        if said:
            hint = f"git says: {said[0]}"
        raise _cannot(why, hint)
    return done.stdout


def _cannot(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E112", shortened(message), hint=shortened(hint))])
