"""Sets of entities to SQL: whether somebody is in one of which no member is known."""

from __future__ import annotations

from typing import assert_never

from clausewise.engine.backends.sql.conditions import SqlConditions, types_of
from clausewise.engine.backends.sql.dialects import (
    FALSE,
    TRUE,
    Sql,
    both,
    column,
    either,
    is_null,
    negated,
)
from clausewise.engine.backends.sql.frames import VariableKeys
from clausewise.engine.core.conditions import All, DefinedSet, EntitySet, Path, Union


def inhabited(conditions: SqlConditions, node: EntitySet, scope: VariableKeys) -> Sql:
    """An expression: whether somebody is in a set of which no member is known."""
    if _is_never_empty(node):
        return TRUE  # no table is made of where another part of it leads
    match node:
        case All(type_):
            return _of_type(conditions, type_)
        case Union(parts):
            return either(*(inhabited(conditions, part, scope) for part in parts))
        case DefinedSet():
            return _defined(conditions, node, scope)
        case Path():
            assert node.optional  # else it is never empty
            return _led_to(conditions, node.optional, scope)
        case _:
            assert_never(node)


def _is_never_empty(node: EntitySet) -> bool:
    """Whether a path that always leads to somebody is a part of a set."""
    if isinstance(node, Union):
        return any(map(_is_never_empty, node.parts))
    return isinstance(node, Path) and not node.optional


def _of_type(conditions: SqlConditions, type_: str) -> Sql:
    rules, frame = conditions.rules, conditions.frame
    vocabulary = rules.policy.vocabulary
    sources = [vocabulary.entities[source] for source in vocabulary.ensuring(type_)]
    if any(source.required or source.single for source in sources):
        return TRUE
    found: list[Sql] = [FALSE]
    for source in sources:
        if source.name != type_:
            alias = frame.attach(rules.sets.listed(source.name), [("design", frame.design)])
            found.append(negated(is_null(column(alias, "design"))))
    return either(*found)


def _defined(conditions: SqlConditions, node: DefinedSet, scope: VariableKeys) -> Sql:
    body = conditions.rules.policy.definitions[node.definition].body
    assert isinstance(body, EntitySet)
    given = conditions.inner(node, conditions.arguments(node, scope))
    return both(conditions.there(node.arguments, scope), inhabited(conditions, body, given))


def _led_to(conditions: SqlConditions, path: Path, scope: VariableKeys) -> Sql:
    """Whether a path leads to a listed entity."""
    relation = conditions.rules.sets.occupied(path, types_of(scope))
    keys = [(name, scope[key].id) for key, name in relation.keys.items()]
    alias = conditions.frame.attach(relation.table, keys or [("design", conditions.frame.design)])
    return negated(is_null(column(alias, "design")))
