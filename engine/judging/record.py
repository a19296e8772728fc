"""The recorded evaluation: what was judged, how it came out, and on which facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clausewise.dsl.models.deployment import (
    UNLISTED,
    FactName,
    Gap,
    MayGrow,
    NoEntity,
    fact_name,
    place_of,
)
from clausewise.dsl.startup.lean import lean_dataclass, replace
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
        parts: the steps it is made of. Those of a quantifier are its instances; members that are alike
            share one.
        instances: for a quantifier, the members that the parts are about.
        is_open: for a quantifier, whether its set may have members that the design does not list.
        anyway: for a settled quantifier, the step of its body for the unlisted entity, of which nothing is known,
            if that settles it: then who is in the set does not matter, and the reason need not say so.
    """

    condition: Condition
    truth: Truth
    facts: tuple[Read, ...] = ()
    missing: tuple[Read, ...] = ()
    parts: tuple[Step, ...] = ()
    instances: tuple[Instance, ...] = ()
    is_open: bool = False
    anyway: Step | None = None


@lean_dataclass(slots=True, eq=False)
class Instance:
    """A member of a quantifier's set.

    Attributes:
        entity: its name; `UNLISTED` for one that the design does not list.
        chain: the facts that put it into the set.
        judged_as: the name of the member that was judged in its place, being alike.
            The part names that one's facts: `use-1.purpose`, where this is `use-2`.
    """

    variable: str
    entity: str
    chain: Chain | None = None
    judged_as: str | None = None

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


def renamed(facts: Iterable[Read], names: Mapping[str, str]) -> Iterator[Read]:
    """Facts with other entities in the place of some. Bundles are about all of a type, and stay."""
    if not names:
        yield from facts
        return
    for fact in facts:
        if isinstance(fact, _NO_FACT):
            yield fact
        else:
            entity, field = place_of(fact)
            yield fact_name(names[entity], field) if field and entity in names else fact


def names_of(instance: Instance | None) -> dict[str, str]:
    """What is to be renamed in the part of an instance that another was judged in the place of."""
    return (
        {instance.judged_as: instance.entity} if instance and instance.judged_as is not None else {}
    )


def record_of(step: Step, names: Mapping[str, str]) -> Step:
    """The record of a member, from that of the one that was judged in its place."""
    if not names:
        return step
    done: dict[int, Step] = {}
    chains: dict[int, Chain] = {}

    def copy(one: Step) -> Step:
        if id(one) not in done:
            done[id(one)] = replace(
                one,
                facts=tuple(renamed(one.facts, names)),
                missing=tuple(renamed(one.missing, names)),
                parts=tuple(map(copy, one.parts)),
                instances=tuple(instance_of(i, names, chains) for i in one.instances),
                anyway=one.anyway and copy(one.anyway),
            )
        return done[id(one)]

    return copy(step)


def instance_of(instance: Instance, names: Mapping[str, str], done: dict[int, Chain]) -> Instance:
    """An instance below a member, from one below the member that was judged in its place.

    `done` holds the chains renamed so far, by the identity of the old ones: long chains have their ends in common.
    """
    if not names or not instance.chain:
        return instance
    chain: Chain | None = instance.chain
    todo = []
    while chain is not None and id(chain) not in done:
        todo.append(chain)
        chain = chain[1]
    found = None if chain is None else done[id(chain)]
    for old in reversed(todo):
        (fact,) = known(renamed(old[:1], names))
        found = done[id(old)] = longer(fact, found)
    return replace(instance, chain=found)


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
    return (fact, chain, length(chain) + 1)


def length(chain: Chain | None) -> int:
    """How many facts a chain has."""
    return chain[2] if chain else 0
