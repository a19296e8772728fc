"""The recorded evaluation: what was judged, how it came out, and on which facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausewise.engine.core.conditions import Condition, Violation
from clausewise.engine.core.truth import Truth

Chain = tuple[str, "Chain | None", int]
"""The facts through which an entity came into a set, from the last to the first, with their number."""


@dataclass(slots=True, eq=False)
class Step:
    """One evaluation of a condition. It is never changed; freezing it would take most of the time of judging.

    Attributes:
        facts: the known facts that this step itself read and rests on, as `entity.field`.
        missing: the unknown facts that this step itself read and that leave it open.
        parts: the steps it is made of. Those of a quantifier are its instances.
        instances: for a quantifier, the members that the parts are about.
        is_open: for a quantifier, whether its set may have members that the design does not list.
        anyway: for a settled quantifier, the step of its body for the unlisted entity, of which nothing is known,
            if that settles it: then who is in the set does not matter, and the reason need not say so.
    """

    condition: Condition
    truth: Truth
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[Step, ...] = ()
    instances: tuple[Instance, ...] = ()
    is_open: bool = False
    anyway: Step | None = None


@dataclass(slots=True, eq=False)
class Instance:
    """A member of a quantifier's set. `entity` is empty for one that the design does not list."""

    variable: str
    entity: str
    chain: Chain | None = None


@dataclass(frozen=True, slots=True)
class ViolationParts:
    """The record of a clause's violation for one binding, by what its parts are about.

    Attributes:
        when: the clause applies.
        rule: the rule is broken.
        exceptions: each exception holds.
    """

    when: Step
    rule: Step
    exceptions: tuple[Step, ...]


def violation_parts(step: Step) -> ViolationParts:
    """The parts of a step whose condition is a `Violation`: they are recorded in the order of its `parts`."""
    assert isinstance(step.condition, Violation)
    when, rule, *refused = step.parts
    return ViolationParts(when, rule, tuple(negated(part) for part in refused))


def negated(step: Step) -> Step:
    """The record of what a `Not` negates."""
    (part,) = step.parts
    return part


DRAFT = "draft"
"""Stands among the missing facts for the entities that a draft may still list."""


def chain_facts(chain: Chain | None) -> Iterator[str]:
    """The facts of a chain."""
    while chain is not None:
        fact, chain, _ = chain
        yield fact


def longer(fact: str, chain: Chain | None) -> Chain:
    """A chain with one more fact at its end."""
    return (fact, chain, length(chain) + 1)


def length(chain: Chain | None) -> int:
    """How many facts a chain has."""
    return chain[2] if chain else 0
