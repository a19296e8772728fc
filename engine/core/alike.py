"""What tells the members of a set apart.

A design may list a thousand uses that differ in nothing that a clause reads. Such members are alike: one is judged
for all of them, and its facts are theirs, but for the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.engine.core.conditions import (
    Condition,
    Defined,
    DefinedSet,
    EntitySet,
    FieldOf,
    Node,
    Path,
    Quantifier,
)
from clausewise.engine.core.traits import traits
from clausewise.engine.core.walk import walk

_ANOTHER_WAY = ""
"""Stands among the fields for entities of the type that are read by another name than the variable's."""

Parameters = tuple[tuple[str, str], ...]
"""A definition's parameters, with their types."""


def told_apart_by(
    quantifier: Quantifier, definitions: Mapping[str, tuple[Parameters, Condition | EntitySet]]
) -> tuple[str, ...] | None:
    """The fields in which members must differ for a quantifier's body to come out otherwise for them.

    `None` if the body may read entities of their type in any other way than by its variable. An example is
    `some v in use has (v.by is u.by)` for a variable `u` of the type `use`: there each member counts by its name.
    """
    type_ = quantifier.range.type
    found: set[str] = set()
    start = (quantifier.body, frozenset({quantifier.variable}))
    todo: list[tuple[Node, frozenset[str]]] = [start]
    called: set[tuple[str, frozenset[str]]] = set()
    for body, names in todo:
        for node in walk(body):
            found.update(_fields(node, names, type_))
            if isinstance(node, Defined | DefinedSet):
                parameters, inner = definitions[node.definition]
                pairs = zip(parameters, node.arguments, strict=True)
                own = frozenset(p for (p, _), path in pairs if _is_bare(path, names))
                if (node.definition, own) not in called:
                    called.add((node.definition, own))
                    todo.append((inner, own))
    return None if _ANOTHER_WAY in found else tuple(sorted(found))


def _fields(node: Node, names: frozenset[str], type_: str) -> Iterator[str]:
    """What a node itself reads of the entity that `names` stand for."""
    if traits(node).names in ("clause", "policy"):
        yield _ANOTHER_WAY
    bound, _ = traits(node).binds or ("", "")
    if bound and getattr(node, bound) in names:
        yield _ANOTHER_WAY
    if isinstance(node, FieldOf) and _is_bare(node.path, names):
        yield node.field.name
    if isinstance(node, EntitySet) and not _is_bare(node, names):
        if node.type == type_:
            yield _ANOTHER_WAY
        if isinstance(node, Path):
            yield from _along(node, names, type_)


def _along(path: Path, names: frozenset[str], type_: str) -> Iterator[str]:
    """What following a path reads: the entity's own reference, if it starts there."""
    is_own = not path.single and path.root in names
    for index, hop in enumerate(path.hops):
        if is_own and index == 0:
            yield hop.field.name
        elif hop.field.owner == type_:
            yield _ANOTHER_WAY


def _is_bare(node: EntitySet, names: frozenset[str]) -> bool:
    """Whether a set is the entity itself that `names` stand for."""
    return isinstance(node, Path) and not node.hops and not node.single and node.root in names
