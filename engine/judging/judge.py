"""Judging by the recorded evaluation. This is what outcomes and reasons mean; generated code is held to it."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial

from clausewise.dsl.models.deployment import UNLISTED, Deployment, FactName, Gap
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.clauses import Breach, Clause
from clausewise.engine.core.conditions import Condition, Or, Violated, Violation
from clausewise.engine.core.outcomes import Outcome, open_outcome
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.truth import Truth, disjunction
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.evaluate import Evaluator
from clausewise.engine.judging.explain import (
    BroadFacts,
    Search,
    deciding_facts,
    missing_facts,
    only_when,
)
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Finding,
    Judgement,
    NothingToJudgeError,
    can_be_judged,
)
from clausewise.engine.judging.operands import Operands
from clausewise.engine.judging.record import Instance, Step, chain_facts, violation_parts


@lean_dataclass(frozen=True, eq=False)
class RecordedJudge:
    """The recorded evaluation of one policy's clauses, each evaluated when it is first asked for.

    Attributes:
        by_a_law: whether some law prohibits the deployment, beside those that the policy reads. It is known of no
            design that is judged, but supposed in proofs.
    """

    policy: Policy
    deployment: Deployment
    readings: Mapping[str, str]
    by_a_law: bool = False

    @cached_property
    def search(self) -> Search:
        """Shared by the clauses, since some read others."""
        return Search(BroadFacts(self.deployment).count, self.policy.fields_in)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {}

    @cached_property
    def _evaluator(self) -> Evaluator:
        others = self.policy.policies.items()
        prohibitions = {
            name: _prohibition(other, self.deployment, by_a_law=self.by_a_law)
            for name, other in others
        }
        operands = Operands(self.policy, self.deployment)
        return Evaluator(
            self.policy,
            operands,
            self.readings,
            self._steps,
            prohibitions,
            by_a_law=self.by_a_law,
        )

    def step(self, clause: str) -> Step:
        """The record of a clause's violation; of those that it reads, too."""
        if clause not in self._steps:
            evaluator = self._evaluator
            with _uncollected():
                for name in self._needed(clause):
                    if name not in self._steps:
                        violation = self.policy.clauses[name].violation
                        self._steps[name] = evaluator.evaluate(violation, {})
        return self._steps[clause]

    def evaluate(self, condition: Condition) -> Step:
        """The record of a condition in words of the policy."""
        for node in walk(condition):
            if isinstance(node, Violated):
                self.step(node.clause)
        with _uncollected():
            return self._evaluator.evaluate(condition, {})

    def _needed(self, clause: str) -> Iterator[str]:
        """The clauses that a clause reads, directly or not, and last itself."""
        for name in self.policy.order:
            if name == clause or clause in self.policy.readers.get(("clause", name), ()):
                yield name

    def judged(self, name: str) -> ClauseJudgement:
        """What a clause came to."""
        clause, step = self.policy.clauses[name], self.step(name)
        return ClauseJudgement(clause, self._outcome(step), _Recorded(self, clause, step))

    def _outcome(self, step: Step) -> Outcome:
        if step.truth is Truth.TRUE:
            return Outcome.VIOLATED
        if step.truth is Truth.FALSE:
            return Outcome.MET if _applies(step) else Outcome.NOT_APPLICABLE
        return open_outcome(map(self.deployment.kind_of, missing_facts(step)))


@lean_dataclass(frozen=True, slots=True)
class _Recorded:
    """Why a clause came to its outcome, read off its record."""

    record: RecordedJudge
    clause: Clause
    root: Step

    def facts(self) -> tuple[FactName, ...]:
        decisive = self.root
        if self.root.truth is Truth.FALSE and not _applies(self.root):
            decisive = only_when(self.root) or self.root
        return deciding_facts(decisive, search=self.record.search)

    def gaps(self, *, own: bool) -> tuple[Gap, ...]:
        return missing_facts(self.root, own=own)

    def step(self) -> Step:
        return self.root

    def findings(self) -> Iterator[Finding]:
        for step, bound in _leaves(self.clause, self.root):
            names = {instance.variable: instance.entity for instance in bound}
            outcome = Outcome.UNDETERMINED
            if step.truth is Truth.FALSE:
                outcome = Outcome.MET if _applies(step) else Outcome.NOT_APPLICABLE
            elif step.truth is Truth.TRUE and all(instance.is_there for instance in bound):
                outcome = Outcome.VIOLATED
            found = _RecordedFinding(self.record.deployment, self.clause, outcome, bound, step)
            yield Finding(self.clause, outcome, names, found)


@lean_dataclass(frozen=True, slots=True)
class _RecordedFinding:
    """Why a clause came to its outcome for one binding, read off its record."""

    deployment: Deployment
    clause: Clause
    outcome: Outcome
    bound: tuple[Instance, ...]
    root: Step

    def chains(self) -> tuple[FactName, ...]:
        is_violated = self.outcome is Outcome.VIOLATED
        told = [instance for instance in self.bound if instance.is_listed or is_violated]
        return tuple(fact for instance in told for fact in chain_facts(instance.chain))

    def facts(self) -> tuple[FactName, ...]:
        if self.outcome is Outcome.NOT_APPLICABLE:
            return deciding_facts(violation_parts(self.root).when, search=self._search())
        always = self.chains() if self.outcome is Outcome.VIOLATED else ()
        return deciding_facts(self.root, always, self._search())

    def _search(self) -> Search:
        """One of its own: to keep those of all findings would take more memory than time."""
        return Search(BroadFacts(self.deployment).count)

    def breaches(self) -> tuple[Breach, ...]:
        parts = zip(self.clause.breaches, violation_parts(self.root).rule.parts, strict=True)
        return tuple(breach for breach, step in parts if step.truth is Truth.TRUE)

    def step(self) -> Step:
        return self.root

    def shown(self) -> Step:
        return self.root


def judge(
    policy: Policy, deployment: Deployment, readings: Mapping[str, str] | None = None
) -> Judgement:
    """Judge a deployment, of which only admitted facts are known, by a policy.

    Args:
        policy: the linked policy.
        deployment: the facts.
        readings: alternatives by reading, where not the default.

    Raises:
        NothingToJudgeError: no clause applies, and the design lists nothing to which one could.
        KeyError: `readings` names a reading or an alternative that the policy does not have.
    """
    chosen = choose_readings(policy, readings or {})
    record = RecordedJudge(policy, deployment, chosen)
    judged = tuple([record.judged(name) for name in policy.clauses])
    if not can_be_judged(policy, deployment, (j.outcome for j in judged)):
        raise NothingToJudgeError
    return Judgement(policy, deployment, chosen, judged, partial(_outcomes, policy))


def _outcomes(
    policy: Policy, deployment: Deployment, readings: Mapping[str, str]
) -> dict[str, Outcome]:
    record = RecordedJudge(policy, deployment, readings)
    return {name: record.judged(name).outcome for name in policy.clauses}


def judge_clause(
    policy: Policy, deployment: Deployment, clause: str, readings: Mapping[str, str] | None = None
) -> ClauseJudgement:
    """One clause by name, judged with those it depends on, also where no clause applies to anything.

    Raises:
        KeyError: there is no such clause, reading or alternative.
    """
    return RecordedJudge(policy, deployment, choose_readings(policy, readings or {})).judged(clause)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: to search the growing record again and again takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _prohibition(policy: Policy, deployment: Deployment, *, by_a_law: bool) -> Step:
    """Whether any clause of another policy is violated, as one step."""
    record = RecordedJudge(policy, deployment, choose_readings(policy, {}), by_a_law)
    parts = tuple([record.step(name) for name in policy.order])
    condition = Or(tuple(part.condition for part in parts))
    truth = disjunction(part.truth for part in parts)
    return Step(condition, truth, parts=parts, by_one=Truth.TRUE)


def _applies(step: Step) -> bool:
    """Whether a clause applies, or may, to a binding whose record this is or lies below this."""
    if isinstance(step.condition, Violation):
        return violation_parts(step).when.truth is not Truth.FALSE
    return any(_applies(part) for part, _ in _instances(step))


def _leaves(clause: Clause, root: Step) -> Iterable[tuple[Step, tuple[Instance, ...]]]:
    """The steps below a clause's bindings, with the entities bound."""
    level: list[tuple[Step, tuple[Instance, ...]]] = [(root, ())]
    for _ in clause.bindings:
        level = [
            (part, (*bound, instance))
            for step, bound in level
            for part, instance in _instances(step)
        ]
    return level


def _instances(step: Step) -> Iterator[tuple[Step, Instance]]:
    yield from zip(step.parts, step.instances, strict=True)
    if step.is_open and step.anyway:
        variable = getattr(step.condition, "variable", "")
        is_there = not step.instances  # else it may be one of those
        yield step.anyway, Instance(variable, UNLISTED, step.witness, is_there)
