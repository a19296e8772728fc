"""Deployments as trees, for those that nobody has written: a solver found them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms, Value
from clausewise.dsl.syntax import (
    Block,
    Day,
    Design,
    Duration,
    Item,
    More,
    Name,
    Number,
    Range,
    SecondNode,
    Statement,
    Text,
)


def design_of(deployment: Deployment, judged_by: tuple[str, ...] = ()) -> Design:
    """A deployment as a design says it. Entities of which nothing is known are left out if they are single."""
    blocks = [_block(entity) for entity in deployment.entities.values()]
    return Design(
        Name(deployment.vocabulary.subject),
        Text(deployment.title),
        deployment.draft,
        tuple(map(Name, judged_by or deployment.judged_by)),
        Day(deployment.as_of) if deployment.as_of else None,
        tuple([block for block in blocks if block.name or block.statements]),
    )


def _block(entity: Entity) -> Block:
    facts = [fact for fact in entity.facts.values() if fact.value is not None]
    name = None if entity.type.single else Name(entity.name)
    return Block(Name(entity.type.name), name, tuple(map(_statement, facts)))


def _statement(fact: Fact) -> Statement:
    evidence = tuple(map(Text, fact.evidence))
    second = SecondNode(None, fact.second.attestation) if fact.second else None
    imported = tuple(map(Text, fact.imported))
    return Statement(
        Name(fact.field.name), items_of(fact.value), evidence, fact.attestation, second, imported
    )


def items_of(value: Value | None) -> tuple[Item, ...]:
    """A value as a design states it."""
    match value:
        case None:
            return (Name("unknown"),)
        case Terms(names, more):
            items: list[Item] = [*map(Name, names), *([More()] if more else [])]
            return tuple(items) or (Name("none"),)
        case Decimal():
            return (Number(value),)
        case date():
            return (Day(value),)
        case str():
            return (Text(value),)
        case Range() | Duration():
            return (value,)
