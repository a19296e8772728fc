"""`check --watch`: judges again when a file changes that has a part in it.

Files are looked at again and again (docs/decisions/0023-watching-by-looking.md), and judged once two looks in a
row have seen the same: editors write a file in several steps.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.dsl.files.inputs import remembered_inputs
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.texts import DESIGN_SUFFIXES
from clausewise.intake.walk import find_files
from clausewise.runs.check import STANDARD_INPUT, CheckRequest, check_paths
from clausewise.runs.output import fail, say, show_diagnostics

INTERVAL = 0.3
"""Seconds between two looks. Where looking takes long, ten times as long as that."""
BESIDE = (".policy", ".vocabulary")
"""How the names of files end that have a part in judging, in the project's folder and beside designs."""
Seen = frozenset[tuple[str, int, int, int]]
"""Files, each with when it was changed, its size and its number on the disk."""


def watch(request: CheckRequest, read_options: Callable[[], Options]) -> int:
    """Judge, and judge again whenever something changes, until Ctrl-C ends it.

    Args:
        read_options: reads the configuration, again each time. It may exit.
    """
    if STANDARD_INPUT in request.paths:
        fail("standard input cannot be watched", "give files or folders")
    options = Options()
    while True:
        with suppress(SystemExit):  # said already; the file may be mended
            options = read_options()
        before = look(request, options)
        _check(request, options)
        say(f"watching {len(before):,} files; Ctrl-C ends this", stream=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        _wait_for_change(before, request, options)
        say(time.strftime("changed at %H:%M:%S"), stream=sys.stderr)


def _check(request: CheckRequest, options: Options) -> None:
    with suppress(SystemExit), remembered_inputs():  # said already
        try:
            check_paths(request, options)
        except InvalidError as error:
            show_diagnostics(error.diagnostics)


def _wait_for_change(before: Seen, request: CheckRequest, options: Options) -> None:
    last = before
    while True:
        began = time.monotonic()
        now = look(request, options)
        if now != before and now == last:
            return
        last = now
        time.sleep(max(INTERVAL, 10 * (time.monotonic() - began)))


def look(request: CheckRequest, options: Options) -> Seen:
    """The files that have a part in a run, as they are now."""
    return frozenset(filter(None, map(_seen, set(_files(request, options)))))


def _files(request: CheckRequest, options: Options) -> Iterator[str]:
    designs = find_files(request.paths, DESIGN_SUFFIXES, options.access).files
    yield from map(os.fspath, designs)
    home = options.access.home
    for folder in {home, *(Path(os.path.dirname(design) or ".") for design in designs)}:
        yield from (os.path.join(folder, n) for n in _names(folder) if n.endswith(BESIDE))
    named = [options.waivers, options.baseline, *map(Path, options.access.policies or ())]
    yield from (os.fspath(path) for path in named if path)
    yield from (os.path.join(home, name) for name in ("clausewise.toml", "pyproject.toml"))


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _seen(path: str) -> tuple[str, int, int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return path, found.st_mtime_ns, found.st_size, found.st_ino
