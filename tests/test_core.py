"""What stands in tables is whole: traits by the class of a node, what a field holds by its shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from clausewise.dsl.json.design import parse_json
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Shape
from clausewise.dsl.text.source import Source
from clausewise.engine.core import conditions
from clausewise.engine.core.conditions import (
    Condition,
    FieldOf,
    Hop,
    Node,
    Path as PathNode,
    Quantifier,
)
from clausewise.engine.core.traits import NODES, TRAITS
from clausewise.engine.core.walk import HELD
from tests.conftest import ROOT
from tests.generated import read_design, read_vocabulary

CONDITIONS: tuple[type[Node], ...] = get_args(Condition)


def test_every_class_of_nodes_has_traits() -> None:
    declared = {c for c in vars(conditions).values() if isinstance(c, type)}
    of_core = {c for c in declared if c.__module__ == conditions.__name__} - {Hop}
    assert set(TRAITS) == set(NODES) == of_core


@pytest.mark.parametrize("class_", NODES)
def test_the_children_of_a_node_are_all_the_nodes_in_its_fields(class_: type[Node]) -> None:
    hints = get_type_hints(class_, vars(conditions))
    assert set(HELD[class_]) == {name for name, hint in hints.items() if parts(hint) & set(NODES)}


@pytest.mark.parametrize("class_", NODES)
def test_traits_say_what_the_fields_say(class_: type[Node]) -> None:
    traits, hints = TRAITS[class_], get_type_hints(class_, vars(conditions))
    is_quantifier = class_ in get_args(Quantifier)
    assert (traits.binds is not None) == ("variable" in hints) == is_quantifier
    if traits.binds:
        assert hints[traits.binds[0]] is str
        assert traits.binds[1] in HELD[class_]
    if traits.names:
        assert hints[traits.names] is str
    holds_conditions = any(parts(hints[name]) & set(CONDITIONS) for name in HELD[class_])
    if class_ in CONDITIONS:
        refers = traits.names in ("definition", "reading")
        assert traits.is_test == (not holds_conditions and not refers)


def test_only_fields_and_paths_read_fields() -> None:
    hints = {class_: get_type_hints(class_, vars(conditions)) for class_ in (*NODES, Hop)}
    held = {c for c, h in hints.items() if any(Field in parts(hint) for hint in h.values())}
    assert held == {FieldOf, Hop}
    assert {c for c in NODES if any(Hop in parts(hint) for hint in hints[c].values())} == {PathNode}


def parts(hint: Any) -> set[Any]:
    """The types of which a type is made."""
    return {hint}.union(*(parts(inner) for inner in get_args(hint)))


def test_every_shape_says_what_it_holds() -> None:
    assert set(SHAPES) == set(get_args(Shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_examples_of_a_shape_fit_it(shape: Shape) -> None:
    type_ = f"{shape} letters" if shape.endswith(" of") else shape
    vocabulary = read_vocabulary(VOCABULARY.replace("TYPE", type_))
    written = read_design(DESIGN.replace("VALUE", SHAPES[shape].example), vocabulary)
    design, problems = parse_json(
        Source("x.json", JSON_DESIGN.replace("VALUE", SHAPES[shape].json))
    )
    assert design, problems
    tree, problems = design.tree(vocabulary)
    assert tree, problems
    read, problems = check_design(tree, design.source, vocabulary)
    assert problems == []
    assert written.entities["x"].value("field") is not None
    assert read.entities["x"].value("field") is not None


VOCABULARY = """
vocabulary words
subject deployment
taxonomy letters { a-name  another }
entity thing "a thing" {
  field  TYPE  choice  ask "Which?"
}
"""
DESIGN = """
deployment "One"
judged by code
thing x {
  field VALUE
}
"""
JSON_DESIGN = '{"deployment": "One", "thing": {"x": {"field": VALUE}}}'


def test_whoever_matches_nodes_names_them_all() -> None:
    """The type checker finds a node that a `match` lacks (`exhaustive-match`), unless there is a default."""
    names = {class_.__name__ for class_ in NODES}
    found = [
        f"{path.relative_to(ROOT)}:{match.lineno}"
        for folder in ("engine", "app")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for match in matches(path)
        if matched(match) & names and has_default(match)
    ]
    assert found == []


def matches(path: Path) -> Iterator[ast.Match]:
    """The match statements of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Match))


def matched(match: ast.Match) -> set[str]:
    """The classes, by their names alone, that a match statement's patterns name."""
    patterns = [node for case in match.cases for node in ast.walk(case.pattern)]
    classes = [node.cls for node in patterns if isinstance(node, ast.MatchClass)]
    return {class_.id for class_ in classes if isinstance(class_, ast.Name)}


def has_default(match: ast.Match) -> bool:
    """Whether a match statement does something with what none of its cases names."""
    defaults = [
        case
        for case in match.cases
        for pattern in (
            case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        )
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and case.guard is None
    ]
    return any(not ast.unparse(case.body[0]).startswith("assert_never(") for case in defaults)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ("case And(): pass", False),
        ("case And(): pass\n  case _: assert_never(x)", False),
        ("case And(): pass\n  case _: pass", True),
        ("case And(): pass\n  case other: print(other)", True),
        ("case And() | _: pass", True),
        ("case And(parts): pass", False),
    ],
)
def test_a_default_is_found(cases: str, expected: bool) -> None:
    (match,) = ast.parse(f"match x:\n  {cases}").body
    assert isinstance(match, ast.Match)
    assert matched(match) == {"And"}
    assert has_default(match) == expected


def test_the_type_checker_looks_for_what_a_match_lacks() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'enable_error_code = ["exhaustive-match"]' in text
