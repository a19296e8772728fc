"""Which file configures a run. A run without one must not pay for it, so this imports next to nothing."""

from __future__ import annotations

import os
import re
import stat

OWN = "clausewise.toml"
SHARED = "pyproject.toml"
"""Configures a run if it has a table `[tool.clausewise]`."""
CONFIG_VARIABLE = "CLAUSEWISE_CONFIG"
"""The variable that names a configuration file, as `--config` does."""
NOT_ABOUT_JUDGING = ("CLAUSEWISE_CACHE", "CLAUSEWISE_TRACEBACK")
"""The variables that say nothing of how to judge."""
MOST_SAID = 10**12
"""The largest number that a configuration or an option takes: what is counted by it fits into 64 bits."""
_TABLE = re.compile(
    rb"tool[\"' \t]*\.[\"' \t]*clausewise|^[ \t]*\[[ \t]*tool[ \t]*\]", re.MULTILINE
)


def nearest(start: str) -> str | None:
    """The configuration of a run that starts in a folder: of this folder, or of the nearest one above.

    A folder above that everybody may write to, such as `/tmp`, ends the search.
    """
    folder = start
    while True:
        own, shared = os.path.join(folder, OWN), os.path.join(folder, SHARED)
        if os.path.lexists(
            own
        ):  # a link that leads nowhere, too: it must not be passed over in silence
            return own
        if os.path.isfile(shared) and _speaks_of_us(shared):
            return shared
        above = os.path.dirname(folder)
        if above == folder or _is_for_all(above):
            return None
        folder = above


def _speaks_of_us(path: str) -> bool:
    """Whether a `pyproject.toml` may have the table; whether it does is known once it is read as TOML."""
    from clausewise.dsl.files.reading import UnreadableError, read_bytes

    try:
        return bool(_TABLE.search(read_bytes(path)))
    except UnreadableError:
        return True  # who reads it will say what is wrong with it


def _is_for_all(folder: str) -> bool:
    if not hasattr(os, "geteuid"):
        return False
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True
