"""Ways through the trees of the core language: what lies below a node, how deep, and which variables it uses."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.engine.core.conditions import (
    And,
    Bound,
    Compare,
    Defined,
    DefinedSet,
    Empty,
    Every,
    FieldOf,
    Lookup,
    Meet,
    Node,
    Not,
    Or,
    Overlaps,
    Path,
    Same,
    Some,
    Union,
    Violation,
    Within,
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Union(parts):
            return parts
        case Not(part):
            return (part,)
        case Overlaps(left, right) | Within(left, right):
            return (left, right)
        case Compare(_, left, right):
            return (left, right)
        case Same(left, right):
            return (left, right)
        case Meet(left, right):
            return (left, right)
        case Some(_, range_, body) | Every(_, range_, body):
            return (range_, body)
        case Defined(_, arguments) | DefinedSet(_, arguments):
            return arguments
        case Empty(of) | Bound(of):
            return (of,)
        case Violation(when, rule, exceptions):
            return (when, rule, *exceptions)
        case Lookup(_, key):
            return (key,)
        case FieldOf(path):
            return (path,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, from left to right."""
    todo: list[Node] = [node]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(children(node)))


def depth(node: Node) -> int:
    """How many nodes lie on the longest way down, the node itself included."""
    return 1 + max((depth(child) for child in children(node)), default=0)


def variables(node: Node) -> frozenset[str]:
    """The variables that a node uses and does not bind itself."""
    found = frozenset[str]().union(*(variables(child) for child in children(node)))
    match node:
        case Path(root, single) if not single:
            return found | {root}
        case Some(variable, range_, body) | Every(variable, range_, body):
            return variables(range_) | (variables(body) - {variable})
        case _:
            return found
