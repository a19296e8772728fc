"""Recorded calls: HAR, or JSON in lines, read as a stream. The one door to ijson.

Of a call its method and its address are read, and nothing else: no header, body, key or picture. A call is an
object that has both, `{"method": "POST", "url": "https://.../detect"}`, where recordings have their calls: what
looks like one within a body is none. Texts are cut before they are read (`cutting`), so that a picture within a
body is never held; of an address that was cut, no parameter is known.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from clausewise.dsl.files.reading import UnreadableError, open_regular, shown
from clausewise.importing.cutting import CUT, CutReader, LongWordError
from clausewise.importing.opening import MAX_NESTING, problem
from clausewise.importing.seen import Described, See, Survey
from clausewise.intake.access import Access
from clausewise.intake.extras import lacking

MAX_BYTES = 1024**3
"""Of a recording."""
METHODS = frozenset({"method", "requestmethod"})
ADDRESSES = frozenset({"url", "uri", "requesturi"})
"""Keys of a call, in lower case: in HAR, in lines, and in the recordings of Azure's client libraries."""
PLACES = frozenset({("",), ("", "log", "entries", "", "request"), ("", "entries", "")})
"""Where calls stand, by the keys that lead there: in a line, in HAR, and in the recordings of client libraries."""
ENTRIES = frozenset({("", "log", "entries"), ("", "entries")})
"""The keys that lead to lists of which each value is a record."""
ENTRIES_DEEP = frozenset(map(len, ENTRIES))
MOST_PARAMETERS = 100
TOO_LONG = "the address is too long for its parameters to be known"
RECORD = "give a HAR, as browsers and proxies export it, or a line of JSON for each call"


def look(path: Path, access: Access, see: See) -> Survey:
    """See the calls of a recording.

    Raises:
        InvalidError: it cannot be read, holds no call, or ijson is not installed.
    """
    try:
        import ijson
    except ImportError:
        raise lacking("recordings of calls need", "import") from None
    name = shown(path)
    try:
        with open_regular(path, access.around(path)) as file:
            if file.seek(0, 2) > MAX_BYTES:
                raise UnreadableError(f"is larger than {MAX_BYTES // 1024**3} GiB")
            _to_its_text(file)
            mistakes = (ijson.JSONError, LongWordError, UnicodeDecodeError, ValueError)
            looking = _Looking(name, see)
            try:
                looking.at(ijson.basic_parse(CutReader(file), multiple_values=True))
            except mistakes:
                _to_its_text(file)
                lines = _RecordedLines(file)
                with suppress(*mistakes):
                    for _ in _calls(ijson.basic_parse(CutReader(lines), multiple_values=True)):
                        pass
                raise problem(path, "E114", looking.ended(lines.number), RECORD) from None
    except UnreadableError as error:
        raise problem(path, "E100", f"`{name}` {error}", RECORD) from None
    if not looking.counted:
        raise problem(path, "E114", f"`{name}` holds no call", RECORD)
    return Survey((name,), looking.counted, looking.passed_over())


def _to_its_text(file: BinaryIO) -> None:
    """Go back to where the text begins: behind the mark of its order of bytes, which some proxies write."""
    file.seek(0)
    if file.read(len(BOM_UTF8)) != BOM_UTF8:
        file.seek(0)


class _Looking:
    """Sees the calls of a recording, one after the other, and counts what of them is not known."""

    def __init__(self, name: str, see: See) -> None:
        self.name = name
        self.see = see
        self.counted = 0
        self._unknown: dict[str, tuple[str, int]] = {}
        """By what is not known: where it is so first, and how often."""

    def at(self, events: Iterator[tuple[str, Any]]) -> None:
        """See the calls that events of a reader of JSON tell of.

        Raises:
            ValueError: brackets nest too deeply, or the reader finds that something is no JSON.
        """
        for call in _calls(events):
            if isinstance(call, int):
                self._lacks(
                    f"record {call}", "it has no method and no address of a call, or several"
                )
                continue
            self.counted += 1
            seen, why = _call(*call, self.name, self.counted)
            if seen is not None:
                self.see(seen)
            if why:
                self._lacks(address_of(self.counted), why)

    def _lacks(self, where: str, why: str) -> None:
        first, many = self._unknown.get(why, (where, 0))
        self._unknown[why] = (first, many + 1)

    def passed_over(self) -> tuple[str, ...]:
        """What was not looked into."""
        more = {
            why: f" and {many - 1:,} more" * (many > 1) for why, (_, many) in self._unknown.items()
        }
        return tuple([f"{first}{more[why]}: {why}" for why, (first, _) in self._unknown.items()])

    def ended(self, line: int) -> str:
        """Where the recording ceases to be JSON."""
        after = f", after {address_of(self.counted)}" if self.counted else ""
        return f"`{self.name}` is not JSON in line {line}{after}, or ends there too early"


class _RecordedLines:
    """A file that gives one line at a time, or a part of one, and knows in which it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ended = True
        self.number = 0

    def read(self, size: int = -1) -> bytes:
        """The rest of the line, or the next one, `size` bytes at most; none at the end."""
        part = self._file.readline(size)
        self.number += bool(part) and self._ended
        self._ended = part.endswith(b"\n") if part else self._ended
        return part


def address_of(number: int) -> str:
    """How a design names a call of a recording, by its number from 1 on."""
    return f"call {number}"


def is_call(address: str) -> bool:
    """Whether an address is that of a call, perhaps with more behind it."""
    return re.match(r"call \d+\b", address) is not None


def _calls(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, str] | int]:
    """The method and the address of each object that has both, and the number of each record without any.

    Of what lists its entries, each entry is a record.

    Raises:
        ValueError: brackets nest too deeply.
    """
    open_: list[dict[str, str]] = []
    """For each bracket that is open, what is known of the call in it."""
    keys: list[str] = []
    """The key before each of these brackets; empty in a list, and of the outermost."""
    key = ""
    records, holds_call, has_entries = 0, False, False
    for event, value in events:
        if event == "map_key":
            key = value.lower()
            continue
        if event in ("start_map", "start_array"):
            if len(open_) >= MAX_NESTING:
                raise ValueError("too deep")
            open_.append({})
            keys.append(key)
            key = ""
            continue
        if event in ("end_map", "end_array"):
            held = open_.pop()
            if event == "end_map" and len(held) == 2 and tuple(keys) in PLACES:
                holds_call = True
                yield held["method"], held["address"]
            keys.pop()
            key = ""
        elif event == "string" and open_ and key in METHODS | ADDRESSES:
            what = "method" if key in METHODS else "address"
            if open_[-1].setdefault(what, value) != value:
                open_[-1]["another"] = value
        is_entry = not key and len(keys) in ENTRIES_DEEP and tuple(keys) in ENTRIES
        if is_entry or not open_:
            records += is_entry or not has_entries
            if not holds_call and (is_entry or not has_entries):
                yield records
            holds_call, has_entries = False, is_entry


def _call(method: str, address: str, file: str, number: int) -> tuple[Described | None, str]:
    """A call as it is seen, if it can be, and what is not known of it, in words."""
    is_cut = address.endswith(CUT)
    try:
        parts = urlsplit(address)
    except ValueError:
        return None, "the address is none"
    if is_cut and not parts.query:
        return None, "the address is too long"
    try:
        given = {} if is_cut else parse_qs(parts.query, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return None, f"the address has more than {MOST_PARAMETERS} parameters"
    attributes = {
        name.lower(): [one.strip() for value in values for one in value.split(",")]
        for name, values in given.items()
    }
    called = f"{method.upper()} {unquote(parts.path)}"
    open_ = {TOO_LONG: True} if is_cut else {}
    return Described("call", called, file, address_of(number), attributes, open_), TOO_LONG * is_cut
