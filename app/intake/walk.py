"""Which files of folders are judged, by rules that people know, and what is left out by them.

A hidden folder, a folder of what is built or installed, and what a `.gitignore` or the configuration names is left
out, and said to be; so is a file that is nearly called as those that are looked for (`x.desing`). Links are
followed as long as they stay in the folder given or the project's, and each file counts once. What may hide a file
of a kind that is looked for (a folder that cannot be read, a link that leads elsewhere, a pipe called `x.design`)
is a mistake, with a diagnostic.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, is_within, read_bytes, resolved, shown
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.patterns import Pattern, is_left_out, patterns_in, patterns_of

BUILT = {"build": "built", "node_modules": "installed", "__pycache__": "built"}
"""Folders that are left out by their names, and why."""
IGNORE = ".gitignore"
IGNORE_BYTES = 1024**2


@lean_dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that was not looked at, and by which rule."""

    path: str
    why: str


@lean_dataclass(frozen=True, slots=True)
class Found:
    """What was found in paths, in order.

    Attributes:
        files: each once.
        left_out: what was not looked at, by a rule.
        problems: what could not be looked at, by its path, so that something may be hidden there.
        empty: the folders that hold no such file, and no problem.
    """

    files: list[Path] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[tuple[str, Diagnostic]] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)


def find_files(paths: Iterable[Path], suffixes: tuple[str, ...], access: Access) -> Found:
    """The files named, and those in the folders named whose names end so, in lower or upper case.

    Args:
        paths: a file that is named counts however it is called, unless the configuration excludes it.
        suffixes: in lower case.
        access: into which folders links may lead, and what is left out.
    """
    found = Found()
    seen: dict[str, Path] = {}
    exclude = patterns_of(access.exclude)
    for path in paths:
        if is_excluded(path, exclude, access):
            found.left_out.append(LeftOut(shown(path), "excluded by the configuration"))
        elif os.path.isdir(path):
            before = len(found.files) + len(found.problems)
            _Walk(path, suffixes, access, exclude, found, seen).run()
            if before == len(found.files) + len(found.problems):
                found.empty.append(path)
        else:
            _add(path, found, seen)
    return found


def is_excluded(path: Path, exclude: Sequence[Pattern], access: Access) -> bool:
    """Whether the configuration leaves out a file, or a folder that it lies in."""
    if not exclude:
        return False
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute, access.home)
    parts = (absolute if relative.startswith(os.pardir) else relative).split(os.sep)
    folder = os.path.isdir(path)
    ends = range(1, len(parts) + 1)
    return any(
        is_left_out(exclude, parts[:end], is_folder=folder or end < len(parts)) for end in ends
    )


def _add(path: Path, found: Found, seen: dict[str, Path]) -> None:
    try:
        real = resolved(path)
    except UnreadableError:
        real = os.path.abspath(path)
    if real in seen:
        found.left_out.append(LeftOut(shown(path), f"the same file as {shown(seen[real])}"))
    else:
        seen[real] = path
        found.files.append(path)


def _ending_meant(name: str, suffixes: Iterable[str]) -> str | None:
    """The suffix that the end of a name is in another order of letters, or but for one or two of them.

    For example, `lobby.desing` may be a design, and nobody would notice that it is not judged. For `did_you_mean`
    `.css` is near to `.cases`, too.
    """
    ending = name[name.rfind(".") :].lower()
    for suffix in suffixes:
        if ending[:2] == suffix[:2] and abs(len(ending) - len(suffix)) <= 1:
            letters, others = Counter(ending), Counter(suffix)
            if ((letters - others) + (others - letters)).total() <= 2:
                return suffix
    return None


class _Walk:
    """A walk through one folder."""

    def __init__(
        self,
        top: Path,
        suffixes: tuple[str, ...],
        access: Access,
        exclude: Sequence[Pattern],
        found: Found,
        seen: dict[str, Path],
    ) -> None:
        self.top = top
        self.suffixes = suffixes
        self.access = access
        self.exclude = exclude
        self.found = found
        self.seen = seen
        self.within = (top, access.home, *access.designs)
        self.walked: set[str] = set()

    def run(self) -> None:
        """Go through the folder; what is found is added."""
        above = self._ignored_above() if self.access.gitignore else ()
        todo = [(str(self.top), above)]
        while todo:
            path, ignoring = todo.pop()
            if not self._enter(path):
                continue
            try:
                with os.scandir(path) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self._problem(path, f"cannot be looked through: {reason}")
                continue
            if self.access.gitignore:
                ignoring = (*ignoring, *_ignored_by(path))
            todo += [(folder, ignoring) for folder in reversed(list(self._files(inside, ignoring)))]

    def _enter(self, path: str) -> bool:
        """Whether a folder is to be gone through: not twice, by whatever links."""
        real = os.path.realpath(path)
        is_new = real not in self.walked
        self.walked.add(real)
        return is_new

    def _files(
        self, entries: Sequence[os.DirEntry[str]], ignoring: Sequence[_Ignoring]
    ) -> Iterator[str]:
        """Add the files among entries; yields the folders."""
        for entry in entries:
            path = os.path.normpath(entry.path)
            is_ours = entry.name.lower().endswith(self.suffixes)
            try:
                is_folder = entry.is_dir()
            except OSError:
                is_folder = False
            if not is_folder and not is_ours:
                if meant := _ending_meant(entry.name, self.suffixes):
                    why = f"its name does not end in `{meant}`"
                    self.found.left_out.append(LeftOut(shown(path), why))
                continue
            if why := self._why_left_out(entry, path, ignoring, is_folder=is_folder):
                self.found.left_out.append(LeftOut(shown(path), why))
            elif entry.is_symlink() and not self._stays(path):
                self._problem(path, "leads to a place from which nothing is read")
            elif is_folder:
                yield path
            else:
                _add(Path(path), self.found, self.seen)

    def _why_left_out(
        self,
        entry: os.DirEntry[str],
        path: str,
        ignoring: Sequence[_Ignoring],
        *,
        is_folder: bool,
    ) -> str:
        """The rule by which something is left out; empty if none does."""
        if is_excluded(Path(path), self.exclude, self.access):
            return "excluded by the configuration"
        if is_folder:
            if entry.name.startswith("."):
                return "hidden"
            if entry.name in BUILT:
                return BUILT[entry.name]
            if os.path.lexists(os.path.join(path, "pyvenv.cfg")):
                return "a virtual environment"
        absolute = os.path.abspath(path)
        for place in reversed(ignoring):
            taken = place.takes(absolute, is_folder=is_folder)
            if taken is not None:
                return f"ignored by {shown(place.file)}" if taken else ""
        return ""

    def _stays(self, path: str) -> bool:
        try:
            return is_within(resolved(path), self.within)
        except UnreadableError:
            return True  # who reads it says what is wrong with it

    def _problem(self, path: str, reason: str) -> None:
        path = shown(path)
        message = f"`{path}` {reason}"
        hint = (
            "name its folder under `design-roots`, or leave it out by `exclude`, in clausewise.toml"
        )
        problem = Diagnostic("E100", message, Source(path, ""), None, hint)
        self.found.problems.append((path, problem))

    def _ignored_above(self) -> tuple[_Ignoring, ...]:
        """What the repository ignores in which the folder lies, by the files above it."""
        folders = [Path(os.path.abspath(self.top))]
        while not (folders[-1] / ".git").exists():
            if folders[-1].parent == folders[-1]:
                return ()
            folders.append(folders[-1].parent)
        above = reversed(folders[1:])
        return tuple(one for folder in above for one in _ignored_by(str(folder)))


@lean_dataclass(frozen=True, slots=True)
class _Ignoring:
    """What a `.gitignore` says of all below its folder."""

    file: str
    folder: str
    patterns: Sequence[Pattern]

    def takes(self, absolute: str, *, is_folder: bool) -> bool | None:
        parts = os.path.relpath(absolute, self.folder).split(os.sep)
        return is_left_out(self.patterns, parts, is_folder=is_folder)


def _ignored_by(folder: str) -> Iterator[_Ignoring]:
    path = os.path.join(folder, IGNORE)
    if not os.path.isfile(path):
        return
    try:
        content = read_bytes(path, [Path(folder)], IGNORE_BYTES)
    except UnreadableError:
        return  # then nothing is left out by it
    yield _Ignoring(path, os.path.abspath(folder), patterns_in(content))
