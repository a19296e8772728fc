"""On what mutants of a policy are tried: its cases, and what becomes of them as one fact is taken away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from clausewise.dsl.models.deployment import Deployment, Fact
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.records import RecordLayout, World, layouts_of, world_of
from clausewise.engine.backends.results import OUTCOMES
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judge import judge_clause
from clausewise.testing.cases import CaseResult
from clausewise.testing.expectations import NOT_WARNED, WARNED, breaches_of

Readings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A deployment on which a policy and its mutants are judged.

    Attributes:
        words: a case's title, and what is taken from its design.
        readings: those that the case chooses, where they are not the default.
        results: those that the policy gives, of all clauses or warnings (`backends/results.py`).
        named: those of them whose outcome must stay: all, or those that a case names.
        verdict: the verdict that the policy gives, if the case names it.
        breaches: by clause, the breaches by which it must stay violated, if the case names them.
    """

    words: str
    readings: Readings
    deployment: Deployment
    records: World
    results: Mapping[str, int]
    named: Collection[str]
    verdict: Verdict | None = None
    breaches: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trials:
    """All that mutants are tried on: the clauses of a policy, or its warnings, each as a clause.

    Attributes:
        of_warnings: whether they are warnings. Of those, what must stay is whether they are given.
        expected: the cases, with the outcomes that they name.
        further: the cases, and what becomes of them as one fact is taken away, with all outcomes.
    """

    of_warnings: bool
    layouts: Mapping[str, RecordLayout]
    expected: tuple[Trial, ...]
    further: tuple[Trial, ...]

    def rules(self, policy: Policy) -> Policy | None:
        """What of a policy is tried; `None` if it has no such thing."""
        return policy.cautions if self.of_warnings else policy

    def said(self, result: int | None) -> str:
        """What of a result must stay."""
        if result is None:
            return "gone"
        outcome = OUTCOMES[result]
        if self.of_warnings:
            return WARNED if outcome is Outcome.VIOLATED else NOT_WARNED
        return str(outcome)


def trials_of(policy: Policy, results: Sequence[CaseResult], *, of_warnings: bool) -> Trials:
    """What mutants of a policy are tried on, by cases that pass.

    Args:
        policy: its clauses are tried; of warnings, they are those.
        results: what came of the cases.
        of_warnings: whether they are.
    """
    layouts = layouts_of(policy.vocabulary)
    code = compiled(policy, None, layouts)
    expected, further = [], []
    for result in results:
        judgement = result.judgement
        assert judgement is not None
        readings = _chosen(policy, judgement.readings)
        chosen = code.under(dict(readings))
        variations: list[Trial] = []
        for change, deployment in _variations(judgement.deployment):
            records = world_of(deployment, layouts)
            known = dict(zip(policy.clauses, chosen.judge_world(records), strict=True))
            words = f"case `{result.title}` {change}"
            variations.append(Trial(words, readings, deployment, records, known, policy.clauses))
        expects = result.expects_warnings if of_warnings else result.expects
        named = [name for name in policy.clauses if name in expects]
        verdict = judgement.verdict if result.expects_verdict and not of_warnings else None
        by = {} if of_warnings else result.expects_breaches
        expected.append(
            replace(variations[0], words=result.title, named=named, verdict=verdict, breaches=by)
        )
        further += variations
    return Trials(of_warnings, layouts, tuple(expected), tuple(further))


def _chosen(policy: Policy, readings: Mapping[str, str]) -> Readings:
    """The readings other than the default: a mutant may have another default."""
    return tuple((n, found) for n, found in readings.items() if found != policy.readings[n].default)


def _variations(deployment: Deployment) -> Iterator[tuple[str, Deployment]]:
    yield "as it is", deployment
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            if fact.value is not None:
                unknown = Fact(entity.name, fact.field, None)
                yield f"without {fact.name}", deployment.with_fact(unknown)


def code_of(mutant: Policy, trials: Trials) -> CompiledPolicy | None:
    """What judges a mutant in trials; `None` if nothing is left that could be tried."""
    rules = trials.rules(mutant)
    return compiled(rules, None, trials.layouts) if rules else None


def changed_by(policy: Policy, part: str) -> frozenset[str]:
    """The clauses, or warnings, whose outcome can be another if a part of a policy is."""
    part = part.removeprefix("warning ")
    keys = [(kind, part) for kind in ("clause", "definition", "table", "reading")]
    return frozenset({part}).union(*[policy.readers.get(key, ()) for key in keys])


def difference(
    trials: Trials, code: CompiledPolicy | None, changed: frozenset[str], tried: Iterable[Trial]
) -> str:
    """The first trial whose outcomes are others under a mutant, in words; empty if there is none.

    Args:
        code: the mutant's (`code_of`).
        tried: some of the trials.
        changed: the clauses of which the outcome can be another. Nothing else is compiled, nor judged: to compile
            takes longer than all else.
    """
    known = code.functions.numbers if code else {}
    judge = _judge(code, changed) if code else None
    for trial in tried:
        if trial.verdict is None and changed.isdisjoint(trial.named):
            continue
        results = judge(trial) if judge else []
        for name in trial.named:
            if name not in changed:
                continue
            result = results[known[name]] if name in known else None
            if result != trial.results[name]:
                before, now = (trials.said(one) for one in (trial.results[name], result))
                if now != before:
                    return f"{trial.words}: {name} is {before}, then {now}"
        for name in changed & trial.breaches.keys():
            found = ", ".join(sorted(_breaches(code, trial, name))) if code else ""
            before = ", ".join(sorted(trial.breaches[name]))
            if found != before:
                return f"{trial.words}: {name} is violated by {before}, then by {found}"
        if trial.verdict:
            outcomes = map(OUTCOMES.__getitem__, results)
            verdict = verdict_of(outcomes, draft=trial.records.draft) if results else "gone"
            if verdict is not trial.verdict:
                return f"{trial.words}: the verdict is {trial.verdict}, then {verdict}"
    return ""


def _judge(code: CompiledPolicy, changed: frozenset[str]) -> Callable[[Trial], list[int]]:
    """What gives the results of a mutant, in the order of its clauses."""
    under = cache(lambda readings: code.under(dict(readings)))

    def results(trial: Trial) -> list[int]:
        return under(trial.readings).judge_again(trial.records.again(), changed, trial.results)

    return results


def _breaches(code: CompiledPolicy, trial: Trial, clause: str) -> frozenset[str]:
    judged = judge_clause(code.policy, trial.deployment, clause, dict(trial.readings))
    return breaches_of(judged)
