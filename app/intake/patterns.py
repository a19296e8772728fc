"""Patterns as in .gitignore.

Source: git's manual, gitignore(5), "PATTERN FORMAT", and where that leaves something open, git's `wildmatch.c`.

Names and patterns are bytes, as they are for git: `?` is a byte. A part of a path is matched at a time, and
only the last asterisk is tried again, since a .gitignore may come from a stranger: libraries that make one
regular expression of a pattern take minutes for `a*a*a*a*a*a*a*b` (docs/decisions/0009).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from clausewise.dsl.startup.lean import lean_dataclass

MOST_PATTERNS = 10_000
MOST_BYTES = 500
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CLASSES: Mapping[bytes, Callable[[str], bool]] = {
    b"alnum": str.isalnum,
    b"alpha": str.isalpha,
    b"blank": lambda c: c in " \t",
    b"cntrl": lambda c: not c.isprintable(),
    b"digit": str.isdigit,
    b"graph": lambda c: c.isprintable() and c != " ",
    b"lower": str.islower,
    b"print": str.isprintable,
    b"punct": lambda c: c.isprintable() and not c.isalnum() and c != " ",
    b"space": lambda c: c in " \t\n\r",
    b"upper": str.isupper,
    b"xdigit": lambda c: c in "0123456789abcdefABCDEF",
}
"""What `[:alpha:]` and the like stand for between square brackets, among the characters of ASCII."""
_ANY = frozenset(range(256))

AllowedBytes = frozenset[int] | None
"""The bytes of which one stands there; `None` is `*`: any number of any bytes."""
NamePattern = tuple[AllowedBytes, ...]


class _NeverError(Exception):
    """A pattern that means nothing, such as one with a bracket that is not closed."""


@lean_dataclass(frozen=True, slots=True)
class Pattern:
    """One line.

    Attributes:
        parts: what each part of a path must be, from the folder of the file on; `None` is any number of parts.
        takes: whether it leaves out; a line that begins with `!` takes back in.
        only_folders: whether it ends in `/`.
    """

    parts: tuple[NamePattern | None, ...]
    takes: bool
    only_folders: bool

    def matches(self, path: Sequence[bytes], *, is_folder: bool) -> bool:
        """Whether a path, in its parts, is meant."""
        return (is_folder or not self.only_folders) and _matches(self.parts, path)


def patterns_in(content: bytes) -> list[Pattern]:
    """The patterns of a .gitignore, in order. Blank lines and comments are none."""
    lines = content.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    found = (_pattern(line.removesuffix(b"\r")) for line in lines)
    return [pattern for pattern in found if pattern][:MOST_PATTERNS]


def patterns_of(lines: Iterable[str]) -> list[Pattern]:
    """The patterns of lines, in order."""
    return patterns_in(b"\n".join(map(os.fsencode, lines)))


def is_left_out(
    patterns: Sequence[Pattern], path: Sequence[str], *, is_folder: bool
) -> bool | None:
    """What the last pattern says that means a path; `None` if none does."""
    names = [os.fsencode(name) for name in path] if patterns else []
    for pattern in reversed(patterns):
        if pattern.matches(names, is_folder=is_folder):
            return pattern.takes
    return None


# what a line says


def _pattern(line: bytes) -> Pattern | None:
    text = _trimmed(line).partition(b"\0")[0]
    if not text or text.startswith(b"#") or len(text) > MOST_BYTES:
        return None
    takes = not text.startswith(b"!")
    text = text.removeprefix(b"!")
    only_folders = text.endswith(b"/")
    text = text.removesuffix(b"/")
    try:
        parts = [*_parts(text.removeprefix(b"/"))]
    except _NeverError:
        return None
    if () in parts:  # no name is empty, so `a//b` means nothing
        return None
    if b"/" not in text:
        parts = [None, *parts]
    if parts[-1] is None:  # all that is inside, but not the folder itself
        parts = [*parts, (None,)]
    return Pattern(tuple(parts), takes, only_folders)


def _trimmed(line: bytes) -> bytes:
    """A line without the blanks at its end, but for one behind a `\\`."""
    bare = line.rstrip(b" ")
    slashes = len(bare) - len(bare.rstrip(b"\\"))
    return line[: len(bare) + (slashes % 2)]


def _parts(text: bytes) -> Iterator[NamePattern | None]:
    """What stands between the slashes; `None` for two asterisks or more alone."""
    part: list[AllowedBytes] = []
    for token in _tokens(text):
        if token != frozenset(b"/"):
            part.append(token)
            continue
        yield _part(part)
        part = []
    yield _part(part)


def _part(tokens: Sequence[AllowedBytes]) -> NamePattern | None:
    return None if len(tokens) > 1 and set(tokens) == {None} else tuple(tokens)


def _tokens(text: bytes) -> Iterator[AllowedBytes]:
    at = 0
    while at < len(text):
        byte = text[at]
        at += 1
        if byte == ord("["):
            at, members = _brackets(text, at)
            yield members
        elif byte == ord("\\"):
            yield frozenset((_byte(text, at),))
            at += 1
        else:
            yield {ord("*"): None, ord("?"): _ANY}.get(byte, frozenset((byte,)))


def _brackets(text: bytes, at: int) -> tuple[int, frozenset[int]]:
    """Where a pair of brackets ends, which begins before a place, and the bytes that it means."""
    is_not = _byte(text, at) in b"!^"
    at += is_not
    members, before, is_first = set[int](), 0, True
    while is_first or _byte(text, at) != ord("]"):
        is_first = False
        at, before = _member(text, at, before, members)
    meant = _ANY - members if is_not else members
    return at + 1, frozenset(meant) - {ord("/")}  # which stands between names only


def _member(text: bytes, at: int, before: int, members: set[int]) -> tuple[int, int]:
    """Add what stands at a place between brackets; gives where it ends, and with what a range can begin.

    Args:
        before: the byte before, if a range can begin with it, else 0.
    """
    byte = _byte(text, at)
    after = text[at + 1 : at + 2]
    if byte == ord("-") and before and after and after != b"]":
        at += 1 + (after == b"\\")
        members.update(range(before, _byte(text, at) + 1))
        return at + 1, 0
    if byte == ord("[") and after == b":":
        end = text.find(b"]", at + 2)
        if end < 0:
            raise _NeverError
        if text[end - 1 : end] == b":" and end > at + 2:
            members.update(_class(text[at + 2 : end - 1]))
            return end + 1, 0
    if byte == ord("\\"):
        at += 1
        byte = _byte(text, at)
    members.add(byte)
    return at + 1, byte


@cache
def _class(name: bytes) -> frozenset[int]:
    if name not in _CLASSES:
        raise _NeverError
    return frozenset(code for code in range(128) if _CLASSES[name](chr(code)))


def _byte(text: bytes, at: int) -> int:
    if at >= len(text):
        raise _NeverError
    return text[at]


# what fits


def _matches(parts: Sequence[NamePattern | None], path: Sequence[bytes]) -> bool:
    """Whether the parts of a path fit, with `None` for any number of them. No place is tried twice."""
    reached = {0}
    for name in path:
        places = _past(parts, reached)
        stays = {place for place in places if parts[place] is None}
        goes_on = {place + 1 for place in places - stays if _fits(name, parts[place] or ())}
        reached = stays | goes_on
    return len(parts) in reached


def _past(parts: Sequence[NamePattern | None], places: Iterable[int]) -> set[int]:
    """The places at which a part is still wanted, and those behind a `None` that stands for nothing."""
    found = set[int]()
    for place in places:
        while place < len(parts):
            found.add(place)
            if parts[place] is not None:
                break
            place += 1
    return found


def _fits(name: bytes, part: NamePattern) -> bool:
    """Whether a name is as a part says. Only the last `*` is tried again, for one byte more."""
    at = place = 0
    star, taken = -1, 0
    while at < len(name):
        token = part[place] if place < len(part) else frozenset[int]()
        if token is None:
            star, taken = place, at
            place += 1
        elif name[at] in token:
            at, place = at + 1, place + 1
        elif star >= 0:
            taken += 1
            at, place = taken, star + 1
        else:
            return False
    return all(token is None for token in part[place:])
