"""Entities that a design lists and to which nothing leads: what it says of them changes no outcome."""

from __future__ import annotations

from clausewise.dsl.models.deployment import Deployment, Entity, Terms
from clausewise.engine.core.policy import Policy


def unreached(policy: Policy, deployment: Deployment) -> tuple[Entity, ...]:
    """The listed entities to which nothing leads from those with which the policy's clauses begin.

    For example, clauses begin with doors, and a door names the people who pass it: people whom no door names
    are not reached. Where a clause goes through all actors, one that names a reached one is reached, too.
    Those of which nothing is stated yet are left out while the design may still name them: of a draft, which says
    itself that it is unfinished, and where a fact that could name one is unknown, as in a new design.
    """
    entities = deployment.entities
    names = {entity.name: _named_by(entity) for entity in entities.values()}
    namers: dict[str, list[str]] = {}
    for name, others in names.items():
        if entities[name].type.name in policy.gone_through:
            for other in others:
                namers.setdefault(other, []).append(name)
    begun = [e.name for e in entities.values() if e.type.single or e.type.name in policy.starts]
    reached = set(begun)
    while begun:
        name = begun.pop()
        new = [n for n in (*names[name], *namers.get(name, ())) if n not in reached]
        reached.update(new)
        begun += new
    awaited = _awaited(deployment)
    return tuple(
        entity
        for entity in entities.values()
        if entity.name not in reached and (entity.facts or entity.type.name not in awaited)
    )


def _awaited(deployment: Deployment) -> set[str | None]:
    """The types whose entities the design may still name."""
    types = deployment.vocabulary.entities
    if deployment.draft:
        return {*types}
    return {
        field.target
        for entity in deployment.entities.values()
        for field in entity.type.current
        if field.is_reference and entity.value(field.name) is None
    }


def _named_by(entity: Entity) -> tuple[str, ...]:
    """The entities that an entity's facts name."""
    values = [fact.value for fact in entity.facts.values() if fact.field.is_reference]
    return tuple(name for value in values if isinstance(value, Terms) for name in value.names)
