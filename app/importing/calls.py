"""Recorded calls: HAR, or JSON in lines, read as a stream. The one door to ijson.

Of a call its method and its address are read, and nothing else: no header, body, key or picture. A call is an
object that has both, `{"method": "POST", "url": "https://.../detect"}`, where recordings have their calls: what
looks like one within a body is none. Texts are cut before they are read (`cutting`), so that a picture within a
body is never held; of an address that was cut, no parameter is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

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
MOST_PARAMETERS = 100
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
    counted = 0
    unknown: dict[str, tuple[int, int]] = {}
    """Of what is not known of calls, in which it is so first, and in how many."""
    try:
        with open_regular(path, access.around(path)) as file:
            if file.seek(0, 2) > MAX_BYTES:
                raise UnreadableError(f"is larger than {MAX_BYTES // 1024**3} GiB")
            file.seek(0)
            events = ijson.basic_parse(CutReader(file), multiple_values=True)
            for method, address in _calls(events):
                counted += 1
                call, why = _call(method, address, name, counted)
                if call is not None:
                    see(call)
                if why:
                    first, many = unknown.get(why, (counted, 0))
                    unknown[why] = (first, many + 1)
    except UnreadableError as error:
        raise problem(path, "E100", f"`{name}` {error}", RECORD) from None
    except (ijson.JSONError, LongWordError, UnicodeDecodeError, ValueError):
        raise problem(path, "E114", f"`{name}` is not JSON, or ends too early", RECORD) from None
    if not counted:
        raise problem(path, "E114", f"`{name}` holds no call", RECORD)
    passed_over = [
        f"call {first}{f' and {many - 1:,} more' if many > 1 else ''}: {why}"
        for why, (first, many) in unknown.items()
    ]
    return Survey((name,), counted, tuple(passed_over))


def address_of(number: int) -> str:
    """How a design names a call of a recording, by its number from 1 on."""
    return f"call {number}"


def is_call(address: str) -> bool:
    """Whether an address is that of a call, perhaps with more behind it."""
    return re.match(r"call \d+\b", address) is not None


def _calls(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """The method and the address of each object that has both.

    Raises:
        ValueError: brackets nest too deeply.
    """
    open_: list[dict[str, str]] = []
    """For each bracket that is open, what is known of the call in it."""
    keys: list[str] = []
    """The key before each of these brackets; empty in a list, and of the outermost."""
    key = ""
    for event, value in events:
        if event == "map_key":
            key = value.lower()
        elif event in ("start_map", "start_array"):
            if len(open_) >= MAX_NESTING:
                raise ValueError("too deep")
            open_.append({})
            keys.append(key)
            key = ""
        elif event in ("end_map", "end_array"):
            held = open_.pop()
            if event == "end_map" and len(held) == 2 and tuple(keys) in PLACES:
                yield held["method"], held["address"]
            keys.pop()
            key = ""
        elif event == "string" and open_ and key in METHODS | ADDRESSES:
            open_[-1]["method" if key in METHODS else "address"] = value


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
        name.lower(): [one for value in values for one in value.split(",")]
        for name, values in given.items()
    }
    called = f"{method.upper()} {parts.path}"
    seen = Described("call", called, file, address_of(number), attributes, is_cut or None)
    return seen, "the address is too long for its parameters to be known" if is_cut else ""
