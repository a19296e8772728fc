"""A judgement made exact: what is open for the judge and settled in truth is settled, with an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import combinations, product

from clausewise.dsl.models.deployment import (
    AS_OF,
    Deployment,
    FactName,
    Gap,
    NoEntity,
    Value,
    fact_name,
)
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.assuming import all_values, given
from clausewise.engine.backends.solver.exact import GIVEN_UP, WORK, Exact
from clausewise.engine.backends.solver.halving import without_needless
from clausewise.engine.backends.solver.meter import Meter, share_of
from clausewise.engine.backends.solver.together import MOST_CASES, MOST_SPLIT, why_prohibited
from clausewise.engine.core.clauses import Breach
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    ExactArgument,
    Finding,
    FindingGrounds,
    Judgement,
    Outcomes,
    VerdictArgument,
)
from clausewise.engine.judging.record import Step
from clausewise.engine.judging.sufficient import with_only

MOST_TRIES = 100
"""So often it is tried whether some stated facts can be left out of the reason."""
QUICK = 20_000
"""Of a larger circuit that is not tried: it is built anew each time."""


def distinctions_of(policy: Policy) -> Distinctions:
    """What a policy tells apart, found once."""
    found = policy.kept.get("distinctions")
    if not isinstance(found, Distinctions):
        found = policy.kept["distinctions"] = Distinctions([policy])
    return found


def exactly(judgement: Judgement, sharing: int = 1) -> Judgement:
    """The same judgement, in which no clause is open that is settled however the unknown facts turn out.

    Args:
        sharing: how many judgements of a design share the work that may be done.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    policy, deployment = judgement.policy, judgement.deployment
    meter = Meter(share_of(WORK, sharing))
    exact = Exact(policy, deployment, judgement.readings, distinctions_of(policy), meter)
    clauses = tuple([_settled(judged, judgement, exact) for judged in judgement.clauses])
    again = _JudgedExactly(judgement, exact)
    judged = replace(judgement, clauses=clauses, outcomes_of=again, whole_of=again.whole)
    found = replace(judged, exact=True, looked_at=None)  # a solver looks further
    return replace(found, together=_together(found, exact)) if found.verdict.is_open else found


def _together(judgement: Judgement, exact: Exact) -> VerdictArgument | None:
    """Why it is prohibited by several clauses together, or why that is not known; nothing if it is not."""
    outcomes_of = plainly(judgement)
    missing = [fact for clause in judgement.clauses for fact in clause.missing]

    def violated(facts: Mapping[FactName, Value]) -> list[str]:
        outcomes = outcomes_of(given(judgement.deployment, facts), judgement.readings)
        return [name for name, outcome in outcomes.items() if outcome is Outcome.VIOLATED]

    return why_prohibited(exact, missing, violated)


def verdict_by(
    judgement: Judgement,
    deployment: Deployment,
    *,
    unless_open: bool = False,
    only: Collection[str] = (),
) -> tuple[Verdict, dict[str, Outcome]]:
    """The verdict on another deployment, exactly if the judgement is exact; and what clauses come to, as far as
    the verdict took to find out.

    Args:
        unless_open: whether to look no further once a clause is open, which is then what the verdict is, too: if
            it is known that nothing prohibits the deployment for certain.
        only: clauses of which alone it is asked whether they are settled in truth, if it is known that no other
            is violated for certain; all, if none are named.
    """
    outcomes = {**plainly(judgement)(deployment, judgement.readings)}
    verdict = verdict_of(outcomes.values(), draft=deployment.draft)
    if not verdict.is_open or not isinstance(judgement.outcomes_of, _JudgedExactly):
        return verdict, outcomes
    exact = judgement.outcomes_of.again(deployment, judgement.readings)
    for name in [name for name, outcome in outcomes.items() if outcome.is_open]:
        if name in (only or outcomes):
            outcomes[name] = _outcome(name, exact) or outcomes[name]
        if unless_open and outcomes[name].is_open:
            return verdict, outcomes
        if outcomes[name] is Outcome.VIOLATED:
            return Verdict.PROHIBITED, outcomes
    if unless_open:
        return verdict_of(outcomes.values(), draft=deployment.draft), outcomes
    return _verdict(outcomes, exact), outcomes


def _verdict(outcomes: Mapping[str, Outcome], exact: Exact) -> Verdict:
    """The verdict: also prohibited where each clause is open, and yet one of them is violated in any case."""
    verdict = verdict_of(outcomes.values(), draft=exact.deployment.draft)
    if verdict.is_open:
        with suppress(*GIVEN_UP):
            verdict = Verdict.PROHIBITED if exact.violated_together() else verdict
    return verdict


def exact_of(judgement: Judgement) -> Exact:
    """All that a judged deployment may turn out to be: what an exact judgement has built already, or it anew.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    if isinstance(judgement.outcomes_of, _JudgedExactly):
        return judgement.outcomes_of.exact
    policy, readings = judgement.policy, judgement.readings
    return Exact(policy, judgement.deployment, readings, distinctions_of(policy))


def plainly(judgement: Judgement) -> Outcomes:
    """What judges other deployments without the solver, as before an exact judgement."""
    again = judgement.outcomes_of
    return again.judgement.outcomes_of if isinstance(again, _JudgedExactly) else again


@lean_dataclass(frozen=True, eq=False, slots=True)
class _JudgedExactly:
    """Judges other deployments exactly, by the policy of a judgement."""

    judgement: Judgement
    exact: Exact

    def again(self, other: Deployment, readings: Mapping[str, str]) -> Exact:
        """All that another deployment may turn out to be, paid for by the same meter."""
        policy = self.judgement.policy
        return Exact(policy, other, readings, self.exact.distinctions, self.exact.meter)

    def __call__(self, other: Deployment, readings: Mapping[str, str]) -> dict[str, Outcome]:
        return self._outcomes(other, readings, self.again(other, readings))

    def whole(
        self, other: Deployment, readings: Mapping[str, str]
    ) -> tuple[Verdict, Mapping[str, Outcome]]:
        """The verdict on another deployment, and what each clause comes to."""
        again = self.again(other, readings)
        outcomes = self._outcomes(other, readings, again)
        return _verdict(outcomes, again), outcomes

    def _outcomes(
        self, other: Deployment, readings: Mapping[str, str], again: Exact
    ) -> dict[str, Outcome]:
        judgement, policy = self.judgement, self.judgement.policy
        found = {**judgement.outcomes_of(other, readings)}
        changed = {n for n, way in judgement.readings.items() if readings.get(n) != way}
        keys = [("reading", name) for name in changed]
        reading = frozenset[str]().union(*(policy.readers.get(key, ()) for key in keys))
        for name, outcome in found.items():
            if outcome.is_open:
                is_same = other is judgement.deployment and name not in reading
                found[name] = _outcome(name, self.exact if is_same else again) or outcome
        return found


def _outcome(clause: str, exact: Exact) -> Outcome | None:
    """What a clause comes to however the facts turn out; `None` if they decide, or that is not known.

    They decide, too, where it cannot be violated, and may be met or not apply, unless another clause applies in
    any case: it was open for the judge, so that nobody is told of a permission by a law that may not be theirs.
    """
    possible = exact.possible(clause)
    if not possible.is_settled:
        return None
    if possible.true is not None:
        return Outcome.VIOLATED
    if not exact.applies(clause):
        return Outcome.NOT_APPLICABLE
    is_theirs = not exact.may_not_apply(clause) or exact.applies_anyway
    return Outcome.MET if is_theirs else None


def _settled(judged: ClauseJudgement, judgement: Judgement, exact: Exact) -> ClauseJudgement:
    if not judged.is_open:
        return judged
    outcome = _outcome(judged.clause.name, exact)
    if outcome is None:
        return replace(judged, not_exact=exact.possible(judged.clause.name).why_not)
    facts = _needed(judged, judgement, exact)
    argument = _argument(judged, judgement, outcome, exact)
    return replace(
        judged, outcome=outcome, grounds=_Exact(judged, outcome, facts), argument=argument
    )


def _needed(judged: ClauseJudgement, judgement: Judgement, exact: Exact) -> tuple[FactName, ...]:
    """Stated facts that settle a clause, of which none can be left out; of many, some perhaps could."""
    name, deployment = judged.clause.name, judgement.deployment
    truth = exact.possible(name).true is not None
    places = [place for place in exact.world.facts if exact.world.is_stated(place)]
    stated = [fact_name(entity, field) for entity, field in places]

    def settle(fewer: list[FactName]) -> bool:
        return _settles(with_only(deployment, [*fewer, AS_OF]), judgement, exact, name, truth)

    is_quick = exact.world.circuit.count <= QUICK
    needed = without_needless(stated, settle, MOST_TRIES) if is_quick else stated
    return tuple(sorted(needed))


def _settles(
    deployment: Deployment, judgement: Judgement, exact: Exact, clause: str, truth: bool
) -> bool:
    fewer = Exact(judgement.policy, deployment, judgement.readings, exact.distinctions, exact.meter)
    possible = fewer.possible(clause)
    return possible.is_settled and (possible.false if truth else possible.true) is None


# arguments


def _argument(
    judged: ClauseJudgement, judgement: Judgement, outcome: Outcome, exact: Exact
) -> ExactArgument:
    """Why it is settled: by all that one or two facts can be; else only that no way of all of them is left."""
    facts = [f for f in judged.missing if not isinstance(f, NoEntity) and f != AS_OF]
    tried = {fact: all_values(fact, exact.world) for fact in facts[:MOST_SPLIT]}
    values = {fact: found for fact, found in tried.items() if found}
    for split in (*combinations(values, 1), *combinations(values, 2)):
        cases = [
            dict(zip(split, case, strict=True))
            for case in product(*[values[fact] for fact in split])
        ]
        if len(cases) <= MOST_CASES and all(
            _comes_to(judged, judgement, case, outcome) for case in cases
        ):
            return ExactArgument(split, tuple([values[fact] for fact in split]))
    return ExactArgument(tuple(facts))


def _comes_to(
    judged: ClauseJudgement, judgement: Judgement, case: Mapping[FactName, Value], outcome: Outcome
) -> bool:
    deployment = given(judgement.deployment, case)
    found = judgement.outcomes_of(deployment, judgement.readings)[judged.clause.name]
    return not found.is_open and (found is Outcome.VIOLATED) is (outcome is Outcome.VIOLATED)


@lean_dataclass(frozen=True, slots=True)
class _Exact:
    """Why a clause came to an outcome that the judge left open."""

    judged: ClauseJudgement
    outcome: Outcome
    needed: tuple[FactName, ...]

    def facts(self) -> tuple[FactName, ...]:
        return self.needed

    def gaps(self, *, own: bool) -> tuple[Gap, ...]:  # noqa: ARG002
        return ()

    def step(self) -> Step:
        return self.judged.grounds.step()

    def findings(self) -> Iterator[Finding]:
        """Those that were open are as the clause is; one of them, if it is violated: which one is not known."""
        is_violated = self.outcome is Outcome.VIOLATED
        told = False
        for finding in self.judged.grounds.findings():
            if not finding.outcome.is_open:
                yield finding
            elif not (is_violated and told):
                told = True
                grounds = _ExactFinding(finding.grounds, self.needed)
                yield replace(finding, outcome=self.outcome, grounds=grounds)


@lean_dataclass(frozen=True, slots=True)
class _ExactFinding:
    judged: FindingGrounds
    needed: tuple[FactName, ...]

    def chains(self) -> tuple[FactName, ...]:
        return ()

    def facts(self) -> tuple[FactName, ...]:
        return self.needed

    def breaches(self) -> tuple[Breach, ...]:
        return ()

    def step(self) -> Step:
        return self.judged.step()

    def shown(self) -> Step:
        return self.judged.shown()
