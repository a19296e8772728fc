"""What conditions and sets read."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import (
    AsOf,
    Condition,
    Defined,
    DefinedSet,
    EntitySet,
    FieldOf,
    Lookup,
    Path,
    Prohibited,
    ReadingIs,
    Violated,
)
from clausewise.engine.core.walk import walk

Key = tuple[str, str]
"""What can be read: its kind (`clause`, `definition`, `table`, `reading`, `field`, `policy`) and its name."""


def reads(body: Condition | EntitySet) -> Iterator[tuple[Key, Span]]:
    """What a condition or a set reads directly, with the places."""
    for node in walk(body):
        match node:
            case Defined(name) | DefinedSet(name):
                yield ("definition", name), node.span
            case Lookup(name):
                yield ("table", name), node.span
            case ReadingIs(name):
                yield ("reading", name), node.span
            case Violated(name):
                yield ("clause", name), node.span
            case Prohibited(name):
                yield ("policy", name), node.span
            case FieldOf(_, field):
                yield ("field", f"{field.owner}.{field.name}"), node.span
            case Path(_, _, hops):
                for hop in hops:
                    yield ("field", f"{hop.field.owner}.{hop.field.name}"), node.span
            case AsOf():
                yield ("field", "as-of"), node.span
