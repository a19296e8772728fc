"""One word a thing, in code too; and nothing that lasts from one call to the next but caches."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("dsl", "engine", "app", "desk")
MODULES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts  # each holds a class that Django wants to be called alike
)
CHANGES = {
    *("append", "extend", "insert", "add", "update", "setdefault"),
    *("pop", "popitem", "remove", "discard", "clear", "sort", "reverse"),
}
"""The methods that change a list, a set or a dictionary."""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def classes_and_aliases(tree: ast.Module) -> Iterator[str]:
    """The names of a module that are written like those of classes: classes, and other names for types."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from (
                name for name in names if name.strip("_")[:1].isupper() and not name.isupper()
            )


def test_no_class_or_alias_has_the_name_of_another() -> None:
    defined: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for name in set(classes_and_aliases(tree_of(path))):
            defined[name].append(path.relative_to(ROOT).as_posix())
    assert len(defined) > 250, "the names are found"
    assert {name: paths for name, paths in defined.items() if len(paths) > 1} == {}


def kept_by(tree: ast.Module) -> set[str]:
    """The names of a module's own values."""
    stores = [
        node.targets if isinstance(node, ast.Assign) else [node.target]
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    ]
    return {target.id for targets in stores for target in targets if isinstance(target, ast.Name)}


def changed_in(function: ast.AST) -> Iterator[str]:
    """The names that a function does not make itself and yet assigns, or whose contents it changes."""
    own = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        match node:
            case ast.Global(names):
                yield from names
            case ast.Call(ast.Attribute(ast.Name(name), method)) if method in CHANGES:
                yield from {name} - own
            case ast.Subscript(ast.Name(name), ctx=ast.Store() | ast.Del()):
                yield from {name} - own
            case _:
                pass


def mutated(tree: ast.Module) -> set[str]:
    """The values of a module that one of its functions changes."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    return kept_by(tree) & {name for function in functions for name in changed_in(function)}


def test_no_module_keeps_what_changes() -> None:
    """A cache of a pure function (`lru_cache`) is no such thing: without it, results are the same."""
    assert {path: found for path in MODULES if (found := mutated(tree_of(path)))} == {}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("global KEPT\n KEPT = 1", {"KEPT"}),
        ("KEPT.append(1)", {"KEPT"}),
        ("KEPT[1] = 2", {"KEPT"}),
        ("del KEPT[1]", {"KEPT"}),
        ("KEPT = []\n KEPT.append(1)", set()),
        ("return KEPT[1]", set()),
    ],
)
def test_what_changes_is_found(body: str, expected: set[str]) -> None:
    assert mutated(ast.parse(f"KEPT = []\ndef f():\n {body}")) == expected
