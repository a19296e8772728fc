"""Designs that were found, made small: as few facts as the judge needs to confirm what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clausewise.dsl.models.deployment import AS_OF, Deployment, Fact, Terms
from clausewise.dsl.startup.lean import replace
from clausewise.engine.backends.solver.halving import without_needless
from clausewise.engine.backends.solver.proving.search import SearchResult, Wanted
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judge import RecordedJudge
from clausewise.engine.judging.sufficient import with_only


class NotConfirmedError(Exception):
    """The judge does not say of a design what it was found for. That is a bug of ours."""


def shown(found: SearchResult, wanted: Sequence[Wanted], readings: Mapping[str, str]) -> Deployment:
    """A design that was found, which the judge confirms.

    Args:
        readings: of the first policy of the search.

    Raises:
        NotConfirmedError: the judge does not confirm it.
    """
    assert found.completion is not None
    design = found.completion.deployment()
    if not fulfils(found.designs.ground.policy, design, readings, wanted):
        raise NotConfirmedError
    return design


def fulfils(
    policy: Policy, design: Deployment, readings: Mapping[str, str], wanted: Sequence[Wanted]
) -> bool:
    """Whether the judge says of a design that it fulfils all that is wanted.

    Args:
        policy: that to which the readings belong; for others, the default ones are chosen.
    """
    judges: dict[int, RecordedJudge] = {}
    for each in wanted:
        if each.condition is None:
            continue
        about = each.policy
        if id(about) not in judges:
            chosen = readings if about is policy else choose_readings(about, {})
            judges[id(about)] = RecordedJudge(about, design, chosen)
        if judges[id(about)].evaluate(each.condition).truth is not Truth.TRUE:
            return False
    return True


def reduced(
    design: Deployment,
    confirms: Callable[[Deployment], bool],
    keep: Fact | None = None,
) -> Deployment:
    """A design without the entities and facts that nothing needs.

    Args:
        keep: a fact that is to change, whose entity stays, and what is stated of it.
    """
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
    """A design in which no reference names an entity."""
    entities = {}
    for name, entity in design.entities.items():
        facts = dict(entity.facts)
        for key, fact in entity.facts.items():
            if (
                fact.field.is_reference
                and isinstance(fact.value, Terms)
                and gone in fact.value.names
            ):
                rest = tuple([other for other in fact.value.names if other != gone])
                facts[key] = replace(fact, value=Terms(rest))
        entities[name] = replace(entity, facts=facts)
    return replace(design, entities=entities)
