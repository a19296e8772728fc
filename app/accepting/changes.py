"""What was so before a change: the same designs as they are in a commit, judged by the same policies as now.

So a policy that has changed changes nothing here. Evidence is looked at where it lies now.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from clausewise.accepting.baseline import KnownProblems, known_of
from clausewise.accepting.git import Commit, commit_of
from clausewise.accepting.problems import problems_of
from clausewise.checking.check import check_each
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.designs import source_of
from clausewise.intake.texts import DESIGN_SUFFIXES, DESIGNS

ALIKE = 0.5
"""Which part of their lines two files share if one is the other under a new name, as git has it."""
MOST_COMPARED = 1_000
"""Pairs of files whose lines are compared; beyond that only equal files are the same under a new name."""
MOST_BYTES = 16 * 1024**2
"""Of files whose lines are compared; the same holds beyond that."""


def before_change(results: Sequence[Checked], revision: str, options: Options) -> KnownProblems:
    """The problems that the designs had in a commit, by their paths now.

    Raises:
        InvalidError: the commit cannot be read (E112).
    """
    commit = commit_of(revision, options.access.home)
    limit = options.access.max_bytes
    now = {os.path.realpath(r.path): r for r in results if r.reports}
    stored = commit.files(DESIGNS)
    paths = {path: _stored_path(path, commit) for path in now}
    same = {path: old for path, old in paths.items() if old in stored}
    renamed = _renamed([path for path in now if path not in same], stored, commit, now, limit)
    olds = {**same, **renamed}
    contents = commit.contents([stored[old] for old in olds.values()], limit)
    judged = [
        (path, _judged(now[path], content, options))
        for path, content in zip(olds, contents, strict=True)
        if content is not None
    ]
    return known_of(
        (path, problem, report)
        for path, reports in judged
        for report in reports
        for problem in problems_of(report, reports)
    )


def _stored_path(path: str, commit: Commit) -> str:
    return Path(os.path.relpath(path, os.path.realpath(commit.top))).as_posix()


def _judged(now: Checked, content: bytes, options: Options) -> tuple[Report, ...]:
    """What came of a design before. What has not changed is not judged again."""
    try:
        source = source_of(now.path, content, options.access.max_bytes)
        if source.is_as(now.reports[0].source) and now.is_whole:
            return now.reports
        return check_each(source, options, try_answers=False).reports
    except InvalidError:
        return ()


def _renamed(
    paths: Sequence[str],
    stored: Mapping[str, str],
    commit: Commit,
    now: Mapping[str, Checked],
    limit: int,
) -> dict[str, str]:
    """What new files were called before, if they are files that are no longer there."""
    gone = [
        old
        for old in stored
        if old.lower().endswith(DESIGN_SUFFIXES) and not os.path.lexists(commit.top / old)
    ]
    if not paths or not gone:
        return {}
    listed = [stored[old] for old in gone]
    held = sum(size or 0 for size in commit.sizes(listed))
    contents = zip(gone, commit.contents(listed, limit), strict=True)
    before = ((old, content) for old, content in contents if content is not None)
    after = {path: now[path].reports[0].source for path in paths}
    held += sum(len(source.text) for source in after.values())
    if len(after) * len(gone) <= MOST_COMPARED and held <= MOST_BYTES:
        return _alike(after, before)
    return _equal(after, before, limit)


def _alike(after: Mapping[str, Source], before: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """What files were called before, by the lines that are in both."""
    then = {old: Counter(held.decode(errors="replace").splitlines()) for old, held in before}
    lines = {path: Counter(source.text.splitlines()) for path, source in after.items()}
    pairs = ((_likeness(lines[path], then[old]), path, old) for path in lines for old in then)
    found: dict[str, str] = {}
    for likeness, path, old in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= ALIKE and path not in found and old not in found.values():
            found[path] = old
    return found


def _equal(
    after: Mapping[str, Source], before: Iterable[tuple[str, bytes]], limit: int
) -> dict[str, str]:
    """What files were called before that hold the same, byte for byte."""
    free: dict[str, list[str]] = {}
    for old, held in before:
        with suppress(InvalidError):
            free.setdefault(source_of(old, held, limit).sha256, []).append(old)
    found = ((path, free.get(source.sha256)) for path, source in after.items())
    return {path: olds.pop(0) for path, olds in found if olds}


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Which part of the lines of two files is in both, from 0 to 1."""
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)
