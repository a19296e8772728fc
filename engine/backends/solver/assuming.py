"""A deployment with further facts, and all that a fact of it can be."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.models.deployment import Deployment, FactName, Value, place_of
from clausewise.engine.backends.solver.completion import assumed
from clausewise.engine.backends.solver.values import values_to_state
from clausewise.engine.backends.solver.world import OpenWorld


def given(deployment: Deployment, facts: Mapping[FactName, Value]) -> Deployment:
    """A deployment with further facts."""
    for name, value in facts.items():
        entity, field_name = place_of(name)
        field = deployment.entities[entity].type.fields[field_name]
        deployment = deployment.with_fact(assumed(entity, field, value))
    return deployment


def all_values(fact: FactName, world: OpenWorld) -> tuple[Value, ...]:
    """All that a fact can be (`values_to_state`)."""
    place = place_of(fact)
    return values_to_state(world, place[0], world.field(place))
