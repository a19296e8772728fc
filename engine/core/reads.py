"""What conditions and sets read."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.models.deployment import AS_OF
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import AsOf, Condition, EntitySet, FieldOf, Path
from clausewise.engine.core.traits import traits
from clausewise.engine.core.walk import walk

RuleKey = tuple[str, str]
"""What can be read: its kind (`field`, or one of `traits.Named`) and its name; a field's is `type.field`."""


def reads(body: Condition | EntitySet) -> Iterator[tuple[RuleKey, Span]]:
    """What a condition or a set reads directly, with the places."""
    for node in walk(body):
        if isinstance(node, FieldOf):
            yield field_key(node.field), node.span
        elif isinstance(node, Path):
            yield from ((field_key(hop.field), node.span) for hop in node.hops)
        elif isinstance(node, AsOf):
            yield ("field", AS_OF), node.span
        elif kind := traits(node).names:
            yield (kind, getattr(node, kind)), node.span


def field_key(field: Field) -> RuleKey:
    """What a field is called as something that can be read: of all entities of its type."""
    return "field", f"{field.owner}.{field.name}"
