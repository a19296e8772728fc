"""The recorded evaluation: what was judged, how it came out, and on which facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.dsl.models.deployment import (
    UNLISTED,
    FactName,
    Gap,
    MayGrow,
    NoEntity,
)
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.conditions import Condition, Violation
from clausewise.engine.core.truth import Truth

Chain = tuple[FactName, "Chain | None", int]
"""The facts through which an entity came into a set, from the last to the first, with their number."""


@lean_dataclass(slots=True, eq=False)
class Step:
    """One evaluation of a condition. It is never changed; freezing it would take most of the time of judging.

    Attributes:
        facts: the known facts that this step itself read and rests on, as `entity.field`.
        missing: the unknown facts that this step itself read and that leave it open.
        parts: the steps it is made of. Those of a quantifier are its instances.
        by_one: the truth that it has as soon as one of its parts has that; the other it has only if all of them
            have. `None`: it is no step of several parts.
        instances: for a quantifier, the members that the parts are about.
        is_open: for a quantifier, whether its set may have members that the design does not list.
        anyway: for a settled quantifier, the step of its body for the unlisted entity, of which nothing is known,
            if that settles it: then who is in the set does not matter, and the reason need not say so.
        witness: the facts that say that somebody is in the set, if that is needed beside `anyway`.
    """

    condition: Condition
    truth: Truth
    facts: tuple[Read, ...] = ()
    missing: tuple[Read, ...] = ()
    parts: tuple[Step, ...] = ()
    by_one: Truth | None = None
    instances: tuple[Instance, ...] = ()
    is_open: bool = False
    anyway: Step | None = None
    witness: Chain | None = None


@lean_dataclass(slots=True, eq=False)
class Instance:
    """A member of a quantifier's set.

    Attributes:
        entity: its name; `UNLISTED` for one that the design does not list.
        chain: the facts that put it into the set; of one that is not listed, those that say that it is there.
        is_there: whether it is certain that there is such a member.
    """

    variable: str
    entity: str
    chain: Chain | None = None
    is_there: bool = True

    @property
    def is_listed(self) -> bool:
        """Whether the design lists the member."""
        return self.entity != UNLISTED


@lean_dataclass(slots=True, eq=False)
class Bundle:
    """The facts that bound the set of all entities of a type, or leave it open.

    There may be thousands, and thousands of steps that rest on them: so they are held once, and spelled out last.
    """

    facts: tuple[Gap, ...]


Read = Gap | Bundle
"""What a step can read, or miss: most often one fact."""
_NO_FACT = Bundle, NoEntity, MayGrow


def spelled(facts: Iterable[Read]) -> Iterator[Gap]:
    """Facts with those of bundles written out."""
    for fact in facts:
        if isinstance(fact, str) or not isinstance(
            fact, Bundle
        ):  # most are texts: that is asked first
            yield fact
        else:
            yield from fact.facts


def known(facts: Iterable[Read]) -> Iterator[FactName]:
    """The facts of what is settled, of which nothing is missing."""
    for fact in spelled(facts):
        assert not isinstance(fact, _NO_FACT)
        yield fact


@lean_dataclass(frozen=True, slots=True)
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


def chain_facts(chain: Chain | None) -> Iterator[FactName]:
    """The facts of a chain."""
    while chain is not None:
        fact, chain, _ = chain
        yield fact


def longer(fact: FactName, chain: Chain | None) -> Chain:
    """A chain with one more fact at its end."""
    return (fact, chain, chain[2] + 1 if chain else 1)


def length(chain: Chain | None) -> int:
    """How many facts a chain has."""
    return chain[2] if chain else 0
