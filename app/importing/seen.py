"""What an importer sees in a file: resources and calls, with attributes that are known, unknown, or not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from clausewise.dsl.json.places import once, too_deep
from clausewise.dsl.startup.lean import field, lean_dataclass

Vendor = Literal["terraform", "arm", "call"]
"""In whose words a thing is described."""
MOST_VALUES = 100
"""Of one attribute: no rule needs more, and a list in a plan may hold a hundred thousand."""
MOST_ENCODED, MOST_DEEP = 64 * 1024, 32
"""Characters, and brackets within brackets, of JSON within a text; of more nothing is known."""
MOST_CHARACTERS = 200
"""Of one value."""


@lean_dataclass(frozen=True, slots=True)
class Open:
    """Stands for a value that the file leaves open, and says why, in a few words."""

    why: str


UNREAD = Open("JSON within a text that cannot be read")
DescribedValues = tuple[str, ...] | Open | None
"""What an attribute holds: values as text, that it is open, or `None` if it is not there."""


@lean_dataclass(frozen=True, slots=True)
class Described:
    """One resource, or one call.

    Attributes:
        vendor: in whose words it is described.
        kind: the type of a resource; of a call its method and path, `POST /face/v1.0/detect`.
        file: the path of its file, as it was given.
        address: where in the file it stands.
        attributes: by name, values within values as in JSON; `Open` may stand in place of any.
        open: by why something is not known, marks of what it is, in the same form: `True` in place of a value.
        perhaps: by what it is there or not, in a few words; empty if the file says for certain that it is.
        unsaid: why attributes that are not there are open, in a few words; empty if these are not set.
    """

    vendor: Vendor
    kind: str
    file: str
    address: str
    attributes: Any = field(repr=False)
    open: Mapping[str, Any] = field(default_factory=dict, repr=False)
    perhaps: str = ""
    unsaid: str = ""

    def values(self, path: str) -> DescribedValues:
        """What an attribute holds; a dot leads to one within another, through lists as well."""
        for why, marks in self.open.items():
            if any(mark is True for mark in _within(marks, path, lambda held: held is True)):
                return Open(why)
        found: list[str] = []
        for value in _within(self.attributes, path, lambda held: isinstance(held, Open)):
            if isinstance(value, Open):
                return value
            if (text := _text(value)) is not None and len(found) < MOST_VALUES:
                found.append(text)
        return tuple(found) or (Open(self.unsaid) if self.unsaid else None)


See = Callable[[Described], None]
"""Takes what is seen, one after the other: a recording may hold a million calls."""


@lean_dataclass(frozen=True, slots=True)
class Survey:
    """What was looked at.

    Attributes:
        files: the paths of all files that were read.
        counted: how many resources or calls there were, whether or not they are of any interest.
        passed_over: what was not looked into, each in a few words.
    """

    files: tuple[str, ...]
    counted: int
    passed_over: tuple[str, ...] = ()


def folded(value: str, vendor: Vendor) -> str:
    """A value as it is compared: that of a parameter of a call in any case."""
    return value.lower() if vendor == "call" else value


def in_a_line(text: str, most: int) -> str:
    """A stranger's text as a part of one line, and no longer than `most` characters."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return cut if cut.isprintable() else "".join(s if s.isprintable() else "?" for s in cut)


def _within(value: Any, path: str, is_mark: Callable[[Any], bool]) -> Iterator[Any]:
    """The values at a path; where a mark stands in place of what would be within it, the mark."""
    todo = [value]
    for name in path.split("."):
        below: list[Any] = []
        for one in todo:
            for held in one if isinstance(one, list) else [one]:
                if isinstance(held, str):
                    held = _object_in(held)
                if is_mark(held):
                    yield held
                elif isinstance(held, dict) and name in held:
                    below.append(held[name])
        todo = below
    for one in todo:
        yield from one if isinstance(one, list) else [one]


def _object_in(text: str) -> object:
    """The object that a text holds, as by Terraform's `jsonencode`; the text if it holds none.

    It is open what a text holds that begins like an object and cannot be read.
    """
    if not text.lstrip().startswith("{"):
        return text
    if len(text) > MOST_ENCODED or too_deep(text, MOST_DEEP):
        return UNREAD
    try:
        return json.loads(text, object_pairs_hook=once)
    except ValueError:
        return UNREAD


def _text(value: Any) -> str | None:
    """A plain value as text; `None` for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:MOST_CHARACTERS] if isinstance(value, str | int | float) else None
