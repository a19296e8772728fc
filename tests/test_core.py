"""What stands in tables is whole: traits by the class of a node, what a field holds by its shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from clausewise.dsl.json.design import parse_json
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Shape
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.planes import Atom, Joined
from clausewise.engine.core import conditions
from clausewise.engine.core.conditions import (
    Condition,
    FieldOf,
    Hop,
    Node,
    Not,
    Path as PathNode,
    Quantifier,
)
from clausewise.engine.core.traits import NODES, TRAITS
from clausewise.engine.core.walk import HELD, variables, walk
from clausewise.intake.load import load_policy
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


def test_the_variables_of_a_node_are_those_that_were_noted() -> None:
    """So a node is looked through once, however many ask for those of a node above it."""
    noted: dict[int, frozenset[str]] = {}
    whole = list(load_policy("face-code-of-conduct").conditions())
    for condition in whole:
        variables(condition, noted)
    below = [node for condition in whole for node in walk(condition) if id(node) in noted]
    assert len(below) > 1000
    assert all(noted[id(node)] == variables(node) == variables(node, noted) for node in below)


MEANING = {"engine/judging/evaluate.py", "engine/backends/planes.py"}
"""Where it is said when a condition is true, false or open, kind by kind."""
TESTS = {
    "engine/backends/python/conditions.py",
    "engine/backends/python/reasons.py",
    "engine/backends/solver/demands.py",
    "engine/backends/solver/ground.py",
    "engine/backends/sql/conditions.py",
}
"""Where each backend writes the tests of facts in its language."""
UNIONS = ("Joined", "Quantifier")
PICKING = {
    "app/formats/report/alike.py": "Some",  # the bindings of a clause
    "app/formats/report/tree.py": "And Not Or",  # the words for them
    "app/intake/relinked.py": "Or",  # of `policy of law is prohibited`
    "app/testing/coverage.py": "Not",  # it turns round what its part would change
    "app/testing/supposing.py": "Or",  # of `policy of law is prohibited`
    "engine/advice/because.py": "And Or",  # the tests below them
    "engine/backends/planes.py": "Not Or",  # it is one of the two that may
    "engine/backends/python/clause_loops.py": "And",  # the parts that a loop can test early
    "engine/backends/python/lacking.py": "Joined Quantifier",  # by `by_all` of planes
    "engine/backends/python/reasons.py": "And",  # which parts the recorded judge may leave out
    "engine/backends/python/steps/nests.py": "Quantifier",  # the loops
    "engine/backends/solver/bound.py": "And",  # what is kept of each part
    "engine/backends/solver/ground.py": "Or",  # of `policy of law is prohibited`
    "engine/backends/solver/proving/by_outcomes.py": "Joined Not",  # by `by_all` of planes
    "engine/backends/solver/proving/search.py": "Joined Not Or",  # by `by_all` of planes; what it remembers
    "engine/backends/sql/rules.py": "Not",  # of which no column of its own is made
    "engine/core/clauses.py": "And",  # the dates among the parts of a `when`
    "engine/core/policy.py": "Or Violation",  # whether it speaks of other clauses alone; a clause's bindings
    "engine/core/traits.py": "And Every Not Or Some Violation",  # the table with a row for each kind
    "engine/judging/evaluate.py": "Some",  # it is one of the two that may
    "engine/judging/explain.py": "Violation",  # of which it takes `when` alone
    "engine/judging/judge.py": "Violation",  # whether its `when` holds
    "engine/judging/record.py": "Violation",  # its parts by their names
}
"""Who asks for some kinds of what is composed of conditions, and passes over the others."""


def test_what_a_construct_means_is_said_in_two_places() -> None:
    """Beside these two, backends write tests of facts; nobody else goes through the kinds of conditions.

    CONTRIBUTING.md says what to do in each of these places, and which others a construct may need.
    """
    of_facts = {class_.__name__ for class_ in get_args(Atom)}
    composed = {class_.__name__ for class_ in (Not, *get_args(Joined), *get_args(Quantifier))}
    readers = {
        path.relative_to(ROOT).as_posix(): path
        for folder in ("engine", "app", "desk")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"core\.conditions|backends\.planes", path.read_text(encoding="utf-8"))
    }
    named = {name: set().union(*map(matched, matches(path))) for name, path in readers.items()}
    asked = {name: sorted(asked_for(path) & {*composed, *UNIONS}) for name, path in readers.items()}
    assert {name for name, found in named.items() if found & composed} == MEANING
    assert {name for name, found in named.items() if found & of_facts} == MEANING | TESTS
    assert {name: " ".join(found) for name, found in asked.items() if found} == PICKING
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [path for path in sorted(MEANING | TESTS) if path not in page] == []


def asked_for(path: Path) -> set[str]:
    """The classes, by their names alone, that a module asks for by `isinstance`, or by the keys of a table."""
    found: set[str] = set()
    for node in nodes(path):
        asked: list[ast.expr | None] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            asked = [node.args[1]]
        elif isinstance(node, ast.Dict):
            asked = [key for key in node.keys if isinstance(key, ast.Name)]
        found |= {
            name.id
            for each in asked
            if each
            for name in ast.walk(each)
            if isinstance(name, ast.Name)
        }
    return found


def matches(path: Path) -> Iterator[ast.Match]:
    """The match statements of a module."""
    return (node for node in nodes(path) if isinstance(node, ast.Match))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module's tree."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


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
