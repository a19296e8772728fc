"""Judging a deployment by a policy: an outcome for every clause, a verdict on the whole."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from clausewise.dsl.models.deployment import (
    AS_OF,
    UNLISTED,
    Deployment,
    FactName,
    Gap,
    MayGrow,
    Missing,
    NoEntity,
    place_of,
)
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.engine.core.conditions import Or, Violation
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Clause, Policy, choose_readings
from clausewise.engine.core.truth import Truth, disjunction
from clausewise.engine.judging.evaluate import Evaluator
from clausewise.engine.judging.explain import Search, deciding_facts, missing_facts, only_when
from clausewise.engine.judging.record import (
    Instance,
    Step,
    ViolationParts,
    chain_facts,
    known,
    names_of,
    negated,
    record_of,
    renamed,
    violation_parts,
)


class NothingToJudgeError(Exception):
    """The design lists nothing of which the policy speaks: no clause could apply to it."""


@lean_dataclass(frozen=True, eq=False)
class Finding:
    """What a clause came to for one binding.

    Attributes:
        bound: the entities bound. What is below one that another was judged in the place of names that other.
        judged: the record below the bindings, of these entities or of others that are alike.
    """

    clause: Clause
    outcome: Outcome
    bound: tuple[Instance, ...] = field(repr=False)
    judged: Step = field(repr=False)

    @property
    def bindings(self) -> dict[str, str]:
        """The clause's variables with entities' names; an empty name stands for an entity that is not listed."""
        return {instance.variable: instance.entity for instance in self.bound}

    @property
    def chains(self) -> tuple[FactName, ...]:
        """The facts that put the bound entities into their sets."""
        names: dict[str, str] = {}
        found: list[FactName] = []
        for instance in self.bound:
            found += known(renamed(chain_facts(instance.chain), names))
            names |= names_of(instance)
        return tuple(found)

    @cached_property
    def step(self) -> Step:
        """The record below the bindings."""
        names: dict[str, str] = {}
        for instance in self.bound:
            names |= names_of(instance)
        return record_of(self.judged, names)

    @cached_property
    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides this finding; empty for an open one."""
        if self.outcome.is_open:
            return ()
        if self.outcome is Outcome.NOT_APPLICABLE:
            return deciding_facts(self.parts.when)
        if self.outcome is Outcome.MET:
            return deciding_facts(self.step)
        return deciding_facts(self.step, self.chains)

    @property
    def parts(self) -> ViolationParts:
        """The records of whether the clause applies here, is broken, and is excused."""
        return violation_parts(self.step)

    @property
    def rule(self) -> Step:
        """The record of what the clause prohibits or requires, as it is written."""
        broken = self.parts.rule
        return broken if self.clause.word == "prohibits" else negated(broken)

    @property
    def exceptions(self) -> Iterator[tuple[str, Truth]]:
        """Each exception of the clause: whether it holds here, does not, or is open."""
        for exemption, step in zip(self.clause.exceptions, self.parts.exceptions, strict=True):
            yield exemption.name, step.truth


@lean_dataclass(frozen=True, eq=False)
class ClauseJudgement:
    """What a clause came to, with the record of how."""

    clause: Clause
    outcome: Outcome
    step: Step = field(repr=False)
    waits_for: tuple[Gap, ...] = field(repr=False)
    """All that is missing, and that a draft may grow."""
    search: Search = field(default_factory=Search, repr=False)
    """Shared by the clauses that were judged together, since some read others."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The clause's findings, one a binding, in the order of the design."""
        return tuple(_findings(self.clause, self.step))

    @cached_property
    def alike(self) -> tuple[tuple[Finding, ...], ...]:
        """The findings, those together that one record is about: it is the same but for the names of entities."""
        groups: dict[tuple[Step, Outcome], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault((finding.judged, finding.outcome), []).append(finding)
        return tuple(map(tuple, groups.values()))

    @cached_property
    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides the outcome; empty if it is open."""
        if self.is_open:
            return ()
        if self.outcome is Outcome.NOT_APPLICABLE:
            return deciding_facts(only_when(self.step), search=self.search)
        return deciding_facts(self.step, search=self.search)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """The unknown facts that keep the outcome open."""
        return tuple(fact for fact in self.waits_for if not isinstance(fact, MayGrow))

    @property
    def is_open(self) -> bool:
        """Whether more facts, or a person, could still settle it."""
        return self.outcome.is_open


@lean_dataclass(frozen=True, eq=False)
class Judgement:
    """The whole record: what was judged, by what, and every clause's outcome."""

    policy: Policy
    deployment: Deployment
    readings: Mapping[str, str]
    clauses: tuple[ClauseJudgement, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return verdict_of((j.outcome for j in self.clauses), draft=self.deployment.draft)

    def clause(self, name: str) -> ClauseJudgement:
        """A clause's judgement by the clause's name or number.

        Raises:
            KeyError: the policy has no such clause.
        """
        wanted = self.policy.clause(name)
        for judged in self.clauses:
            if judged.clause is wanted:
                return judged
        raise KeyError(name)


def judge(
    policy: Policy,
    deployment: Deployment,
    readings: Mapping[str, str] | None = None,
    *,
    settled: Mapping[str, ClauseJudgement] | None = None,
) -> Judgement:
    """Judge a deployment, of which only admitted facts are known, by a policy.

    Args:
        policy: the linked policy.
        deployment: the facts.
        readings: alternatives by reading, where not the default.
        settled: judgements of clauses that need not be judged again, by name.

    Raises:
        NothingToJudgeError: no clause applies, and the design lists nothing to which one could.
        KeyError: `readings` names a reading or an alternative that the policy does not have.
    """
    chosen = choose_readings(policy, readings or {})
    known = settled or {}
    steps = {name: judged.step for name, judged in known.items()}
    _judge_steps(policy, deployment, chosen, policy.order, steps)
    search = Search()
    judged = tuple(
        known.get(name) or _judged(clause, steps[name], deployment, search)
        for name, clause in policy.clauses.items()
    )
    if all(j.outcome is Outcome.NOT_APPLICABLE for j in judged) and not policy.speaks_of(
        {entity.type.name for entity in deployment.entities.values()}
    ):
        raise NothingToJudgeError
    return Judgement(policy, deployment, chosen, judged)


def judge_clause(
    policy: Policy, deployment: Deployment, clause: str, readings: Mapping[str, str] | None = None
) -> ClauseJudgement:
    """One clause by name, judged with those it depends on, also where no clause applies to anything.

    Raises:
        KeyError: there is no such clause, reading or alternative.
    """
    wanted = policy.clauses[clause]
    needed = [
        name
        for name in policy.order
        if name == clause or clause in policy.readers.get(("clause", name), ())
    ]
    steps: dict[str, Step] = {}
    _judge_steps(policy, deployment, choose_readings(policy, readings or {}), needed, steps)
    return _judged(wanted, steps[clause], deployment, Search())


def _judge_steps(
    policy: Policy,
    deployment: Deployment,
    readings: Mapping[str, str],
    names: Iterable[str],
    steps: dict[str, Step],
) -> None:
    """Add to `steps` the record of each named clause's violation, where it is not there yet."""
    prohibitions = {
        name: _prohibition(other, deployment) for name, other in policy.policies.items()
    }
    evaluator = Evaluator(policy, deployment, readings, steps, prohibitions)
    with _uncollected():
        for name in names:
            if name not in steps:
                steps[name] = evaluator.evaluate(policy.clauses[name].violation, {})


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


def _prohibition(policy: Policy, deployment: Deployment) -> Step:
    """Whether any clause of another policy is violated, as one step."""
    steps: dict[str, Step] = {}
    _judge_steps(policy, deployment, choose_readings(policy, {}), policy.order, steps)
    parts = tuple(steps.values())
    condition = Or(tuple(part.condition for part in parts))
    return Step(condition, disjunction(part.truth for part in parts), parts=parts)


def _judged(clause: Clause, step: Step, deployment: Deployment, search: Search) -> ClauseJudgement:
    """The outcome of a clause from the record of its violation."""
    missing: tuple[Gap, ...] = ()
    if step.truth is Truth.TRUE:
        outcome = Outcome.VIOLATED
    elif step.truth is Truth.UNKNOWN:
        missing = missing_facts(step)
        outcome = _open_outcome(missing, deployment)
    elif _applies(step):
        outcome = Outcome.MET
    else:
        outcome = Outcome.NOT_APPLICABLE
    return ClauseJudgement(clause, outcome, step, missing, search)


def _applies(step: Step) -> bool:
    """Whether a clause applies, or may, to a binding whose record this is or lies below this."""
    if isinstance(step.condition, Violation):
        return violation_parts(step).when.truth is not Truth.FALSE
    return any(map(_applies, dict.fromkeys(part for part, _ in _instances(step))))


def _open_outcome(missing: Iterable[Gap], deployment: Deployment) -> Outcome:
    kinds = {_kind(fact, deployment) for fact in missing}
    return Outcome.REVIEW if kinds == {"judgement"} else Outcome.UNDETERMINED


def _kind(gap: Gap, deployment: Deployment) -> str:
    if isinstance(gap, NoEntity | MayGrow) or gap == AS_OF:
        return "world"
    entity, field_name = place_of(gap)
    return deployment.entities[entity].type.fields[field_name].kind


def _leaves(clause: Clause, root: Step) -> Iterator[tuple[Step, tuple[Instance, ...]]]:
    """The steps below a clause's bindings, with the entities bound."""
    level: list[tuple[Step, tuple[Instance, ...]]] = [(root, ())]
    for _ in clause.bindings:
        level = [
            (part, (*bound, instance))
            for step, bound in level
            for part, instance in _instances(step)
        ]
    return iter(level)


def _instances(step: Step) -> Iterator[tuple[Step, Instance]]:
    yield from zip(step.parts, step.instances, strict=True)
    if step.is_open and step.anyway:
        yield step.anyway, Instance(getattr(step.condition, "variable", ""), UNLISTED)


def _findings(clause: Clause, root: Step) -> Iterator[Finding]:
    for step, bound in _leaves(clause, root):
        listed = all(instance.is_listed for instance in bound)
        if step.truth is Truth.FALSE:
            outcome = Outcome.MET if _applies(step) else Outcome.NOT_APPLICABLE
        elif step.truth is Truth.TRUE and listed:
            outcome = Outcome.VIOLATED
        else:
            outcome = Outcome.UNDETERMINED
        yield Finding(clause, outcome, bound, step)
