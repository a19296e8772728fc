"""A judgement by generated code: as the recorded judge's, many times as fast.

Only what shows how a condition was judged step by step is recorded, for one binding at a time and when it is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from clausewise.dsl.models.deployment import Deployment, Fact, FactName, Gap
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.reasoning import Why
from clausewise.engine.backends.python.records import (
    Record,
    RecordLayout,
    World,
    opened_by,
    possible_in,
    put,
    records_of,
    second_slot,
    world_of,
)
from clausewise.engine.backends.results import OUTCOMES
from clausewise.engine.core.clauses import Breach, Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.reads import RuleKey, field_key
from clausewise.engine.judging.explain import Search, deciding_facts
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Finding,
    Judgement,
    NothingToJudgeError,
    can_be_judged,
)
from clausewise.engine.judging.record import Step, chain_facts, violation_parts

if TYPE_CHECKING:
    from clausewise.engine.judging.evaluate import Evaluator


def judge(code: CompiledPolicy, deployment: Deployment, records: World | None = None) -> Judgement:
    """Judge a deployment, of which only admitted facts are known, under the readings of the code.

    Args:
        records: the deployment as records, if they are there already.

    Raises:
        NothingToJudgeError: no clause applies, and the design lists nothing to which one could.
    """

    def outcomes_of(other: Deployment, readings: Mapping[str, str]) -> Mapping[str, Outcome]:
        chosen, changed = code, list[RuleKey]()
        if readings is not code.readings:
            chosen = code.under(readings)
            before = code.readings
            changed = [("reading", n) for n, way in chosen.readings.items() if way != before[n]]
        if other is deployment:
            results = chosen.results_after(world.again(), world, changed)
            return outcomes if results == world.results else chosen.by_clause(results)
        fact = _only_difference(deployment, other)
        if fact is None:
            return chosen.outcomes_of(world_of(other, code.layouts))
        with _instead(world, fact, other, code.layouts) as again:
            if fact.field.is_reference:  # who may be there can be otherwise for any clause
                return chosen.outcomes_of(again)
            keys = [*changed, field_key(fact.field)]
            is_new = deployment.entities[fact.entity].value(fact.field.name) is None
            results = chosen.results_after(again, world, keys, only_open=is_new and not changed)
            return chosen.by_clause(results)

    if deployment.waits_for_date:  # records cannot say so
        from clausewise.engine.judging.judge import judge as recorded

        return recorded(code.policy, deployment, code.readings)
    world = records or records_of(deployment, code.layouts)
    looked_at = _LookedAt(code.readings)
    outcomes = replace(code, readings=looked_at).outcomes_of(world)
    if not can_be_judged(code.policy, deployment, outcomes.values()):
        raise NothingToJudgeError
    why = Why(code, world, deployment)
    judged = tuple(
        [
            ClauseJudgement(clause, outcomes[name], _Generated(why, clause))
            for name, clause in code.policy.clauses.items()
        ]
    )
    return Judgement(
        code.policy, deployment, code.readings, judged, outcomes_of, looked_at=looked_at
    )


class _LookedAt(dict[str, str]):
    """Readings as a judgement looks at them: only those at which it did are there, and may matter for it."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        self._readings = readings

    def __missing__(self, name: str) -> str:
        self[name] = chosen = self._readings[name]
        return chosen


def _only_difference(deployment: Deployment, other: Deployment) -> Fact | None:
    """The only fact in which another deployment differs, if it stands there and is dated."""
    before = deployment.entities
    changed = [entity for name, entity in other.entities.items() if entity is not before.get(name)]
    if (
        len(changed) != 1
        or other.entities.keys() != before.keys()
        or (other.title, other.draft, other.as_of)
        != (deployment.title, deployment.draft, deployment.as_of)
    ):
        return None
    held = before[changed[0].name].facts
    facts = [fact for name, fact in changed[0].facts.items() if fact is not held.get(name)]
    if len(facts) != 1 or not held.keys() <= changed[0].facts.keys():
        return None
    return None if facts[0].undated else facts[0]


@contextmanager
def _instead(
    world: World, fact: Fact, changed: Deployment, layouts: Mapping[str, RecordLayout]
) -> Iterator[World]:
    """The same entities, to be judged with another fact until it is left.

    Args:
        world: the entities.
        fact: the other one.
        changed: the whole deployment with it.
        layouts: those of the records.
    """
    layout = layouts[fact.field.owner]
    slot = layout.slots[fact.field.name]
    slots = [slot, second] if (second := second_slot(fact.field, slot)) else [slot]
    record = next(found for found in world.listed[layout.number] if found.name == fact.entity)
    held = [getattr(record, name) for name in slots]
    again = world.again()
    targets: dict[str, dict[str, Record]] = {}
    if fact.field.is_reference:
        target = fact.field.target or ""
        listed = world.listed[layouts[target].number]
        targets = {target: {found.name: found for found in listed}}
        again.possible = possible_in(world.listed, layouts, opened_by(changed, layouts))
    put(record, fact.field, fact.value, layouts, targets)
    try:
        yield again
    finally:
        for name, value in zip(slots, held, strict=True):
            setattr(record, name, value)


@lean_dataclass(frozen=True, slots=True)
class _Generated:
    """Why a clause came to its outcome."""

    why: Why
    clause: Clause

    def facts(self) -> tuple[FactName, ...]:
        return self.why.facts(self.clause.name)

    def gaps(self, *, own: bool) -> tuple[Gap, ...]:
        return self.why.gaps(self.clause.name, own=own)

    def step(self) -> Step:
        return self.why.record.step(self.clause.name)

    def findings(self) -> Iterator[Finding]:
        code = self.why.code
        bindings = code.functions.get(f"findings_{code.numbers[self.clause.name]}")
        variables = [binding.variable for binding in self.clause.bindings]
        for bound, result in bindings(self.why.world):
            outcome = OUTCOMES[result]
            names = dict(zip(variables, [record.name for record in bound], strict=True))
            found = _GeneratedFinding(self.why, self.clause, outcome, bound)
            yield Finding(self.clause, outcome, names, found)


@lean_dataclass(frozen=True, slots=True)
class _GeneratedFinding:
    """Why a clause came to its outcome for one binding."""

    why: Why
    clause: Clause
    outcome: Outcome
    bound: tuple[Record, ...]

    def chains(self) -> tuple[FactName, ...]:
        known: dict[str, Record] = {}
        found: list[FactName] = []
        for binding, record in zip(self.clause.bindings, self.bound, strict=True):
            members = self.why.sets.members(binding.range, known)
            if record.name:
                found += chain_facts(members.known[record])
            elif self.outcome is Outcome.VIOLATED:
                found += chain_facts(members.witness)
            known[binding.variable] = record
        return tuple(found)

    def facts(self) -> tuple[FactName, ...]:
        always = self.chains() if self.outcome is Outcome.VIOLATED else ()
        found = self.why.facts_for(self.clause.name, self.outcome, self.bound, always)
        if found is None:
            step = self.step()
            is_outside = self.outcome is Outcome.NOT_APPLICABLE
            decisive = violation_parts(step).when if is_outside else step
            found = deciding_facts(decisive, always, Search(self.why.view.count_broad))
        return found

    def breaches(self) -> tuple[Breach, ...]:
        code = self.why.code
        tests = code.functions.get(f"breaches_{code.numbers[self.clause.name]}")
        found = tests(self.why.world, *self.bound)
        return tuple(b for b, is_so in zip(self.clause.breaches, found, strict=True) if is_so)

    def step(self) -> Step:
        return self._evaluated(self.why.evaluator)

    def shown(self) -> Step:
        return self._evaluated(self.why.shown)

    def _evaluated(self, evaluator: Evaluator) -> Step:
        variables = [binding.variable for binding in self.clause.bindings]
        bound = self.why.view.entities(dict(zip(variables, self.bound, strict=True)))
        return evaluator.evaluate(self.clause.violation_for_one, bound)
