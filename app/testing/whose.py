"""Whether a file called `*.cases` is one of ours: in a project that uses Clausewise for nothing, it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, read_bytes
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.names import versioned
from clausewise.intake.access import Access
from clausewise.intake.judges import names_allowed
from clausewise.intake.texts import DESIGNS

_CASE = re.compile(r'^[ \t]*+case[ \t]++"', re.MULTILINE)
_FILE = re.compile(r'^[ \t]*+design[ \t]++"([^"\n]++)"', re.MULTILINE)
_JUDGED = re.compile(r"^[ \t]*+judged[ \t]++by[ \t]++([A-Za-z0-9., \t-]++)", re.MULTILINE)
_IN_JSON = re.compile(r'"judged-by"\s*+:\s*+\[([^\]]{0,1000}+)\]')


class Whose(Enum):
    """`UNKNOWN`: they are cases as ours are, and name only policies that may not judge here."""

    OURS = auto()
    UNKNOWN = auto()
    FOREIGN = auto()


def whose(path: Path, access: Access) -> Whose:
    """Whether a file holds cases of ours, by its name or its words: ours may have mistakes, and is still ours.

    Args:
        path: the file.
        access: which policies may judge; where no configuration says so, those in the folder of the file, too.
    """
    allowed = names_allowed(replace(access, beside=path.parent))
    known = {versioned(name)[0] for name in allowed}
    if path.stem in known:
        return Whose.OURS
    text = _text(path, path.parent)
    if not _CASE.search(text):
        return Whose.FOREIGN
    named = set(_named(text, path.parent))
    if named & known:
        return Whose.OURS
    return Whose.UNKNOWN if named else Whose.FOREIGN


def _named(text: str, folder: Path) -> Iterator[str]:
    """The policies that designs name, in the text or in the files that it names."""
    designs = (name for name in _FILE.findall(text) if name.lower().endswith(DESIGNS))
    for words in (text, *(_text(folder / name, folder) for name in dict.fromkeys(designs))):
        for names in _JUDGED.findall(words):
            yield from re.split(r"[, \t]+", names)
        for names in _IN_JSON.findall(words):
            yield from re.findall(r'"([A-Za-z0-9-]++)(?: [0-9.]++)?"', names)


def _text(path: Path, folder: Path) -> str:
    try:
        return read_bytes(path, [folder]).decode("utf-8", "replace")
    except UnreadableError:
        return ""
