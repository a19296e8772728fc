"""Designs that were found, made small: as few facts as the judge needs to confirm what they show.

Each is judged as it is, and once more as whoever copies it will have it: printed, parsed and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from clausewise.dsl.models.deployment import AS_OF, Deployment, Fact, FactName, Terms
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.halving import without_needless
from clausewise.engine.backends.solver.proving.by_outcomes import ByOutcomes, is_of_outcomes
from clausewise.engine.backends.solver.proving.search import SearchResult, Wanted
from clausewise.engine.backends.solver.reading_again import NotConfirmedError, read_again
from clausewise.engine.core.conditions import Condition
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.explain import deciding_facts
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
        return RecordedJudge(policy, design, self._readings_of(policy), self.by_a_law)

    def _readings_of(self, policy: Policy) -> Mapping[str, str]:
        is_same = policy is self.policy or self.same_readings
        return self.readings if is_same else choose_readings(policy, {})

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

    def deciding(self, design: Deployment, wanted: Sequence[Wanted]) -> list[FactName]:
        """The facts by which the judge says that a design fulfils all that is wanted: all it takes, perhaps more.

        Raises:
            NotConfirmedError: the judge does not say so.
        """
        judges: dict[int, RecordedJudge] = {}
        found: list[FactName] = []
        for each in wanted:
            if each.condition:
                judge = judges.setdefault(id(each.policy), self.judge(each.policy, design))
                step = judge.evaluate(each.condition)
                if step.truth is not Truth.TRUE:
                    raise NotConfirmedError
                found += deciding_facts(step, search=judge.search)
        return found

    def quickly(self, wanted: Sequence[Wanted]) -> Callable[[Deployment], bool]:
        """The same as `fulfils`, by generated code where outcomes of clauses alone decide: many times as fast.

        It is for smaller designs that are tried. What is shown in the end is judged by the judge itself.
        """
        if self.by_a_law:  # which generated code cannot suppose
            return lambda design: self.fulfils(design, wanted)
        by_policy: dict[int, tuple[Policy, list[Condition]]] = {}
        others = []
        for each in wanted:
            if each.condition and is_of_outcomes(each.condition):
                by_policy.setdefault(id(each.policy), (each.policy, []))[1].append(each.condition)
            else:
                others.append(each)
        quick = [
            ByOutcomes(policy, self._readings_of(policy), conditions)
            for policy, conditions in by_policy.values()
        ]

        def fulfils(design: Deployment) -> bool:
            return all(each.hold(design) for each in quick) and self.fulfils(design, others)

        return fulfils


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

    design = found.completion.deployment()
    small = reduced(design, beside.quickly(wanted), beside.deciding(design, wanted))
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
    design: Deployment,
    confirms: Callable[[Deployment], bool],
    deciding: Iterable[FactName],
    keep: Fact | None = None,
) -> Deployment:
    """A design without the entities and facts that nothing needs.

    Args:
        deciding: facts of which few can be left out. They are tried first: most often all others can.
        keep: a fact that is to change, whose entity stays, and what is stated of it.

    Raises:
        NotConfirmedError: the whole is not confirmed.
    """
    staying = [AS_OF, *([keep.name] if keep else [])]
    start = with_only(design, [*deciding, *staying])
    is_near = confirms(start)
    if not is_near and not confirms(design):
        raise NotConfirmedError
    design = start if is_near else design
    for name, entity in list(design.entities.items()):
        if not entity.type.single and (keep is None or name != keep.entity):
            others = {n: e for n, e in design.entities.items() if n != name}
            without = _unnamed(replace(design, entities=others), name)
            design = without if confirms(without) else design
    facts = [fact.name for entity in design.entities.values() for fact in entity.facts.values()]

    def only(kept: Sequence[str]) -> Deployment:
        return with_only(design, [*kept, *staying])

    may_go = [name for name in facts if name not in staying]
    at_once = 1 if is_near else len(may_go)
    return only(without_needless(may_go, lambda kept: confirms(only(kept)), at_once=at_once))


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
