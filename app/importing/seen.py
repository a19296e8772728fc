"""What an importer sees in a file: resources and calls, with attributes that are known, unknown, or not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Literal

from clausewise.dsl.json.places import too_deep
from clausewise.dsl.startup.lean import field, lean_dataclass

Vendor = Literal["terraform", "arm", "call"]
"""In whose words a thing is described."""
MOST_VALUES = 100
"""Of one attribute: no rule needs more, and a list in a plan may hold a hundred thousand."""
MOST_ENCODED, MOST_DEEP = 64 * 1024, 32
"""Characters, and brackets within brackets, of JSON within a text; of more nothing is known."""
MOST_CHARACTERS = 200
"""Of one value."""


class Open(Enum):
    """Stands for a value that the file leaves open."""

    OPEN = "open"


OPEN = Open.OPEN
DescribedValues = tuple[str, ...] | Open | None
"""What an attribute holds: values as text, `OPEN`, or `None` if it is not there."""


@lean_dataclass(frozen=True, slots=True)
class Described:
    """One resource, or one call.

    Attributes:
        vendor: in whose words it is described.
        kind: the type of a resource; of a call its method and path, `POST /face/v1.0/detect`.
        file: the path of its file, as it was given.
        address: where in the file it stands.
        attributes: by name, values within values as in JSON; `OPEN` may stand in place of any.
        open: marks of what is not known yet, in the same form: `True` in place of a value.
        certain: whether the file says for certain that it is there.
    """

    vendor: Vendor
    kind: str
    file: str
    address: str
    attributes: Any = field(repr=False)
    open: Any = field(default=None, repr=False)
    certain: bool = True

    def values(self, path: str) -> DescribedValues:
        """What an attribute holds; a dot leads to one within another, through lists as well."""
        if any(mark is True for mark in _within(self.open, path, mark=True)):
            return OPEN
        found: list[str] = []
        for value in _within(self.attributes, path, mark=OPEN):
            if isinstance(value, Open):
                return value
            if (text := _text(value)) is not None and len(found) < MOST_VALUES:
                found.append(text)
        return tuple(found) or None


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


def _within(value: Any, path: str, *, mark: object) -> Iterator[Any]:
    """The values at a path; where a mark stands in place of what would be within it, the mark."""
    todo = [value]
    for name in path.split("."):
        below: list[Any] = []
        for one in todo:
            for held in one if isinstance(one, list) else [one]:
                if isinstance(held, str) and mark is OPEN:
                    held = _object_in(held)
                if held is mark:
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
        return OPEN
    try:
        return json.loads(text)
    except ValueError:
        return OPEN


def _text(value: Any) -> str | None:
    """A plain value as text; `None` for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:MOST_CHARACTERS] if isinstance(value, str | int | float) else None
