"""Patterns as in .gitignore. Source: git's manual, gitignore(5), "PATTERN FORMAT".

They are matched by `fnmatch`, a part of a path at a time, since a .gitignore may come from a stranger: libraries
that make one regular expression of a pattern take minutes for `a*a*a*a*a*a*a*b` (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from clausewise.dsl.startup.lean import lean_dataclass

MOST_PATTERNS = 10_000
MOST_CHARACTERS = 500
BYTE_ORDER_MARK = "\ufeff"
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \t",
    "digit": "0-9",
    "lower": "a-z",
    "space": " \t\v\f",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""What `[:alpha:]` and the like stand for between square brackets."""


@lean_dataclass(frozen=True, slots=True)
class Pattern:
    """One line.

    Attributes:
        parts: what each part of a path must be like, from the folder of the file on; `**` is any number of parts.
        takes: whether it leaves out; a line that begins with `!` takes back in.
        only_folders: whether it ends in `/`.
    """

    parts: tuple[str, ...]
    takes: bool
    only_folders: bool

    def matches(self, path: Sequence[str], *, is_folder: bool) -> bool:
        """Whether a path, in its parts, is meant."""
        return (is_folder or not self.only_folders) and _matches(self.parts, path)


def patterns_of(lines: Iterable[str]) -> list[Pattern]:
    """The patterns in lines, in order. Blank lines and comments are none."""
    found = (
        _pattern(line if number else line.removeprefix(BYTE_ORDER_MARK))
        for number, line in enumerate(lines)
    )
    return [pattern for pattern in found if pattern][:MOST_PATTERNS]


def is_left_out(
    patterns: Sequence[Pattern], path: Sequence[str], *, is_folder: bool
) -> bool | None:
    """What the last pattern says that means a path; `None` if none does."""
    for pattern in reversed(patterns):
        if pattern.matches(path, is_folder=is_folder):
            return pattern.takes
    return None


def _pattern(line: str) -> Pattern | None:
    text = line.rstrip("\r\n")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#") or len(text) > MOST_CHARACTERS:
        return None
    takes = not text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    is_anchored = "/" in text
    parts = [_any_number(part) for part in text.removeprefix("/").split("/")]
    if not all(parts):  # no name is empty, so `a//b` means nothing
        return None
    if not is_anchored:
        parts = ["**", *parts]
    if parts[-1] == "**":  # all that is inside, but not the folder itself
        parts = [*parts, "*"]
    return Pattern(tuple(map(_for_fnmatch, parts)), takes, only_folders)


def _any_number(part: str) -> str:
    """The part, or `**` for any number of asterisks but one, as git reads them."""
    return "**" if len(part) > 1 and set(part) == {"*"} else part


def _for_fnmatch(part: str) -> str:
    """A part in which `\\` takes the next character as it is, as `fnmatch` writes that: in square brackets."""
    found, characters = "", iter(part)
    for character in characters:
        literal = next(characters, "") if character == "\\" else ""
        found += f"[{literal}]" if literal in ("*", "?", "[") and literal else literal or character
    for name, characters_of in _CLASSES.items():
        found = found.replace(f"[:{name}:]", characters_of)
    return found.replace("[^", "[!")


def _matches(parts: Sequence[str], path: Sequence[str]) -> bool:
    """Whether the parts of a path fit, with `**` for any number of them. No place is tried twice."""
    reached = {0}
    for name in path:
        places = _past(parts, reached)
        stays = {place for place in places if parts[place] == "**"}
        goes_on = {place + 1 for place in places - stays if fnmatchcase(name, parts[place])}
        reached = stays | goes_on
    return len(parts) in reached


def _past(parts: Sequence[str], places: Iterable[int]) -> set[int]:
    """The places at which a part is still wanted, and those behind a `**` that stands for nothing."""
    found = set[int]()
    for place in places:
        while place < len(parts):
            found.add(place)
            if parts[place] != "**":
                break
            place += 1
    return found
