"""Ways through the trees of the core language: what lies below a node, how deep, and which variables it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.engine.core.conditions import Node, Path
from clausewise.engine.core.traits import NODES, traits

VariableTypes = Mapping[str, str]
"""Variables, each with its entity type."""

_UNIONS = ("Condition", "EntitySet", "Operand", "TermOperand")


def _held(class_: type[Node]) -> tuple[str, ...]:
    """The fields of a class that hold nodes, or tuples of them: those that are declared so."""
    names = {*_UNIONS, *(node.__name__ for node in NODES)}
    declared: dict[str, str] = class_.__annotations__
    plain = {name: d.removeprefix("tuple[").removesuffix(", ...]") for name, d in declared.items()}
    return tuple(name for name, held in plain.items() if held in names)


HELD: Mapping[type[Node], tuple[str, ...]] = {class_: _held(class_) for class_ in NODES}
"""For each class of nodes, its fields that hold nodes, or tuples of them."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    found: list[Node] = []
    for name in HELD[type(node)]:
        found += _nodes(node, name)
    return tuple(found)


def _nodes(node: Node, name: str) -> tuple[Node, ...]:
    """The nodes in one of a node's fields."""
    value = getattr(node, name)
    return value if isinstance(value, tuple) else (value,)


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


def variables(node: Node, noted: dict[int, frozenset[str]] | None = None) -> frozenset[str]:
    """The variables that a node uses and does not bind itself.

    Args:
        noted: those of nodes for which this was asked before, by their identity, so that no node is looked through
            twice. Those of this node and of all below it are added, but for paths. Who asks keeps the nodes alive.
    """
    if isinstance(node, Path):
        return frozenset() if node.single else frozenset({node.root})
    if noted and id(node) in noted:
        return noted[id(node)]
    bound, where = traits(node).binds or ("", "")
    found: set[str] = set()
    for name in HELD[type(node)]:
        used = {variable for below in _nodes(node, name) for variable in variables(below, noted)}
        found |= used - {getattr(node, bound)} if name == where else used
    result = frozenset(found)
    if noted is not None:
        noted[id(node)] = result
    return result
