"""Entities that no policy can tell apart: what is found out of one of them holds of the others.

Two entities are *twins* if they are of one type, the same is stated of both, and nobody names either. To swap them
changes nothing of a deployment but their names, which policies do not look at.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from clausewise.dsl.models.deployment import Deployment, Terms, Value
from clausewise.dsl.models.vocabulary import Field


class Twins:
    """Which entities of a deployment are twins."""

    def __init__(self, deployment: Deployment) -> None:
        facts = [fact for entity in deployment.entities.values() for fact in entity.facts.values()]
        named = {name for fact in facts if fact.field.is_reference for name in _names(fact.value)}
        firsts: dict[Hashable, str] = {}
        self.first: Mapping[str, str] = {
            name: name
            if name in named
            else firsts.setdefault(
                (entity.type.name, frozenset((f, x.value) for f, x in entity.facts.items())), name
            )
            for name, entity in deployment.entities.items()
        }
        """By each entity the first of its twins."""

    def like(self, entity: str, field: Field, value: Value) -> Hashable:
        """What is the same of all answers that cannot be told apart, about twins or naming twins."""
        if not field.is_reference:
            return self.first[entity], field.name, value
        named = [(self.first.get(name, name), name == entity) for name in _names(value)]
        return self.first[entity], field.name, *named


def _names(value: Value | None) -> tuple[str, ...]:
    return value.names if isinstance(value, Terms) else ()
