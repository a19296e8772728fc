"""What tells the members of a set apart.

A design may list a thousand uses that differ in nothing that a clause reads. Such members are alike: one is judged
for all of them, and its facts are theirs, but for the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.engine.core.conditions import (
    All,
    Condition,
    Defined,
    DefinedSet,
    EntitySet,
    Every,
    FieldOf,
    Node,
    Path,
    Prohibited,
    Some,
    Violated,
)
from clausewise.engine.core.walk import walk

_ANOTHER_WAY = ""
"""Stands among the fields for entities of the type that are read by another name than the variable's."""

Signature = tuple[tuple[str, str], ...]
"""A definition's parameters, with their types."""


def told_apart_by(
    quantifier: Some | Every, definitions: Mapping[str, tuple[Signature, Condition | EntitySet]]
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
                own = frozenset(p for (p, _), path in pairs if _is_own(path, names) and not path.hops)
                if (node.definition, own) not in called:
                    called.add((node.definition, own))
                    todo.append((inner, own))
    return None if _ANOTHER_WAY in found else tuple(sorted(found))


def _fields(node: Node, names: frozenset[str], type_: str) -> Iterator[str]:
    """What a node itself reads of the entity that `names` stand for."""
    match node:
        case Violated() | Prohibited():
            yield _ANOTHER_WAY
        case All(all_of) if all_of == type_:
            yield _ANOTHER_WAY
        case Some(variable) | Every(variable) if variable in names:
            yield _ANOTHER_WAY
        case FieldOf(path, field) if _is_own(path, names) and not path.hops:
            yield field.name
        case Path(_, _, hops):
            if _is_own(node, names):
                yield from (hop.field.name for hop in hops[:1])
            elif _start(node) == type_:
                yield _ANOTHER_WAY
            if any(hop.field.target == type_ for hop in hops):
                yield _ANOTHER_WAY


def _is_own(path: Path, names: frozenset[str]) -> bool:
    return not path.single and path.root in names


def _start(path: Path) -> str:
    """The type of the entity at which a path starts."""
    return path.hops[0].field.owner if path.hops else path.type
