"""Designs that were found, made small: as few facts as the judge needs to confirm what they show.

Each is judged as it is, and once more as whoever copies it will have it: printed, parsed and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clausewise.dsl.models.deployment import AS_OF, Deployment, Fact, Terms
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.halving import without_needless
from clausewise.engine.backends.solver.proving.search import SearchResult, Wanted
from clausewise.engine.backends.solver.reading_again import NotConfirmedError, read_again
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judge import RecordedJudge
from clausewise.engine.judging.sufficient import with_only


@lean_dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed of a design beside its facts.

    Attributes:
        policy: the first policy of the search.
        readings: the alternatives of its readings.
        same_readings: whether other policies have the same readings; else they are read by their defaults.
        by_a_law: whether some law prohibits it, whichever that is (`policy of law is prohibited`).
    """

    policy: Policy
    readings: Mapping[str, str]
    same_readings: bool = False
    by_a_law: bool = False

    def judge(self, policy: Policy, design: Deployment) -> RecordedJudge:
        """The judge of a design by one of the policies of the search."""
        is_same = policy is self.policy or self.same_readings
        readings = self.readings if is_same else choose_readings(policy, {})
        return RecordedJudge(policy, design, readings, self.by_a_law)

    def fulfils(self, design: Deployment, wanted: Sequence[Wanted]) -> bool:
        """Whether the judge says of a design that it fulfils all that is wanted."""
        judges: dict[int, RecordedJudge] = {}
        for each in wanted:
            if each.condition is None:
                continue
            judge = judges.setdefault(id(each.policy), self.judge(each.policy, design))
            if judge.evaluate(each.condition).truth is not Truth.TRUE:
                return False
        return True


def supposed(found: SearchResult) -> Supposed:
    """What is supposed of a design that was found."""
    assert found.completion is not None
    designs, completion = found.designs, found.completion
    return Supposed(
        designs.ground.policy,
        designs.readings(completion),
        designs.same_readings,
        designs.world.asks_for_law and completion.holds(designs.world.by_a_law),
    )


def shown(found: SearchResult, wanted: Sequence[Wanted]) -> tuple[Deployment, Supposed]:
    """A small design that was found, which the judge confirms, and what is supposed of it beside.

    Raises:
        NotConfirmedError: the judge does not confirm it.
    """
    assert found.completion is not None
    beside = supposed(found)

    def confirms(design: Deployment) -> bool:
        return beside.fulfils(design, wanted)

    small = reduced(found.completion.deployment(), confirms)
    return confirmed(small, beside, confirms), beside


def counted(found: SearchResult, wanted: Sequence[Wanted]) -> tuple[Deployment, Supposed]:
    """A design that was found, as it is, which the judge confirms: it is told of, and nobody reads it.

    Raises:
        NotConfirmedError: the judge does not confirm it.
    """
    assert found.completion is not None
    design, beside = found.completion.deployment(), supposed(found)
    if not beside.fulfils(design, wanted):
        raise NotConfirmedError
    return design, beside


def confirmed(
    design: Deployment, beside: Supposed, confirms: Callable[[Deployment], bool]
) -> Deployment:
    """A design that is confirmed in the words in which it will be shown.

    Raises:
        NotConfirmedError: it is not confirmed.
    """
    if not confirms(read_again(design, beside.policy.name)):
        raise NotConfirmedError
    return design


def reduced(
    design: Deployment, confirms: Callable[[Deployment], bool], keep: Fact | None = None
) -> Deployment:
    """A design without the entities and facts that nothing needs.

    Args:
        keep: a fact that is to change, whose entity stays, and what is stated of it.

    Raises:
        NotConfirmedError: the whole is not confirmed.
    """
    if not confirms(design):
        raise NotConfirmedError
    for name, entity in list(design.entities.items()):
        if not entity.type.single and (keep is None or name != keep.entity):
            others = {n: e for n, e in design.entities.items() if n != name}
            without = _unnamed(replace(design, entities=others), name)
            design = without if confirms(without) else design
    staying = [AS_OF, *([keep.name] if keep else [])]
    facts = [fact.name for entity in design.entities.values() for fact in entity.facts.values()]

    def only(kept: Sequence[str]) -> Deployment:
        return with_only(design, [*kept, *staying])

    may_go = [name for name in facts if name not in staying]
    return only(without_needless(may_go, lambda kept: confirms(only(kept))))


def _unnamed(design: Deployment, gone: str) -> Deployment:
    """A design in which no reference names an entity. Where none is left, `none` is said only if it may be."""
    entities = {}
    for name, entity in design.entities.items():
        facts = dict(entity.facts)
        for key, fact in entity.facts.items():
            if not fact.field.is_reference or not isinstance(fact.value, Terms):
                continue
            rest = tuple([other for other in fact.value.names if other != gone])
            if rest or fact.field.may_be_none:
                facts[key] = replace(fact, value=Terms(rest))
            else:
                del facts[key]
        entities[name] = replace(entity, facts=facts)
    return replace(design, entities=entities)
