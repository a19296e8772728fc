"""What conditions and sets read."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import AsOf, Condition, EntitySet, FieldOf, Path
from clausewise.engine.core.traits import traits
from clausewise.engine.core.walk import walk

Key = tuple[str, str]
"""What can be read: its kind (`field`, or one of `traits.Named`) and its name; a field's is `type.field`."""


def reads(body: Condition | EntitySet) -> Iterator[tuple[Key, Span]]:
    """What a condition or a set reads directly, with the places."""
    for node in walk(body):
        if isinstance(node, FieldOf):
            yield _key(node.field), node.span
        elif isinstance(node, Path):
            yield from ((_key(hop.field), node.span) for hop in node.hops)
        elif isinstance(node, AsOf):
            yield ("field", "as-of"), node.span
        elif kind := traits(node).names:
            yield (kind, getattr(node, kind)), node.span


def _key(field: Field) -> Key:
    return "field", f"{field.owner}.{field.name}"
