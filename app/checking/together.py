"""Several policies that judge one design: the verdict on the whole, what laws found, and whose a reading is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import cast
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import Question
from clausewise.engine.advice.readings import other_readings
from clausewise.engine.core.clauses import Reading
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import reads
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Finding,
    Judgement,
    VerdictArgument,
)

SEVERITY = tuple(Verdict)
"""Verdicts, worst first."""


@lean_dataclass(frozen=True, slots=True)
class JudgedTogether:
    """What policies that judge one design come to on the whole.

    Attributes:
        judgements: one for each policy; at least one.
        together: why they prohibit it, where no policy alone does, or why that is not known.
    """

    judgements: tuple[Judgement, ...]
    together: VerdictArgument | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst verdict, or that they prohibit it together."""
        if self.together and self.together.some:
            return Verdict.PROHIBITED
        return min((judgement.verdict for judgement in self.judgements), key=SEVERITY.index)

    @property
    def verdict_shown(self) -> str:
        """What the policy that gives the worst verdict calls it, or the first of those that give it together."""
        verdict, some = self.verdict, self.together.some if self.together else ()
        return next(
            judged.policy.shown(verdict)
            for judged in self.judgements
            if judged.verdict is verdict or judged.policy.full_name in some
        )


def judged_together(judgements: Iterable[Judgement], *, exact: bool) -> JudgedTogether:
    """What policies that judge one design come to on the whole: exactly, if they judged it so.

    Raises:
        InvalidError: it is asked for exactly, and the solver is not installed.
    """
    found = tuple(judgements)
    return JudgedTogether(found, _together(found) if exact else None)


def _together(judgements: Sequence[Judgement]) -> VerdictArgument | None:
    """Why policies prohibit a design together, each of which leaves it open; nothing if it is not so."""
    open_ = [judgement for judgement in judgements if judgement.verdict.is_open]
    if len(open_) < 2 or any(each.verdict is Verdict.PROHIBITED for each in judgements):
        return None
    from clausewise.checking.solver import prohibited_together

    return prohibited_together(open_)


@lean_dataclass(frozen=True, slots=True)
class LawFound:
    """What a law found, for who reads laws.

    Attributes:
        said: a sentence.
        is_by_reading: whether it rests on a reading of the law: by another one, it is found otherwise.
    """

    said: str
    is_by_reading: bool


def by_laws(
    judgement: Judgement, others: Iterable[Judgement]
) -> Mapping[str, tuple[LawFound, ...]]:
    """By each violated clause that reads what laws prohibit, what these found, of each of their clauses.

    Args:
        judgement: that of the policy that reads the laws.
        others: those of the policies that judged the same design, in their order.
    """
    laws = judgement.policy.laws
    said = tuple([s for other in others if other.policy.name in laws for s in _said(other)])
    if not said:
        return {}
    keys = {("policy", name) for name in laws}
    return {
        judged.clause.name: said
        for judged in judgement.clauses
        if judged.outcome is Outcome.VIOLATED
        and not keys.isdisjoint(key for key, _ in reads(judged.clause.violation))
    }


def clauses_asking(question: Question, policy: Policy, others: Iterable[str]) -> tuple[str, ...]:
    """The clauses of a policy on which a question bears, but for those that read a law which asks it itself.

    Args:
        others: the names of the policies that ask the same question.
    """
    by_law = frozenset[str]().union(
        *(policy.readers.get(("policy", name), ()) for name in others if name in policy.laws)
    )
    by_law -= policy.reading_others
    return tuple([name for name in question.clauses if name not in by_law])


def _said(judgement: Judgement) -> Iterator[LawFound]:
    for judged in judgement.clauses:
        if judged.outcome is Outcome.VIOLATED:
            sentence = because(_first_of(judged), judgement.deployment)
            rests_on = _readings_under(judged, judgement)
            title = judged.clause.title_cited
            said = f"{judgement.policy.name}, {title}: {sentence}{rests_on}"
            yield LawFound(said, bool(rests_on))


def _readings_under(judged: ClauseJudgement, judgement: Judgement) -> str:
    """The readings on which a violation rests: `; by the reading processors=disclosed, by another it is met`."""
    name = judged.clause.name
    otherwise = {
        other.reading: other.changed[name]
        for other in other_readings(judgement)
        if name in other.changed
    }
    told = [
        f"by the reading {reading}={judgement.readings[reading]}, by another it is {outcome}"
        for reading, outcome in otherwise.items()
    ]
    return f"; {'; '.join(told)}" if told else ""


def _first_of(judged: ClauseJudgement) -> Finding:
    return next(f for f in judged.findings if f.outcome is Outcome.VIOLATED)


def readings_for(
    readings: Mapping[str, str], policy: Policy, others: Iterable[Mapping[str, Reading]]
) -> dict[str, str]:
    """The readings among those chosen that are for one policy, by their own names.

    These are the ones of its name (`us-tx-cubi.processors`), and those of no policy's name that it can take, or
    that no policy can.

    Args:
        readings: alternatives by reading, chosen for all policies together.
        policy: the one.
        others: the readings of each policy, its own included.
    """
    names, everybody = {policy.name, policy.full_name}, list(others)
    by_name = {n: way for n, way in readings.items() if not policy_named_in(n)}
    of_all = {
        n: way
        for n, way in by_name.items()
        if _has(policy.readings, n, way) or not any(_has(each, n, way) for each in everybody)
    }
    own = {n: way for n, way in readings.items() if policy_named_in(n) in names}
    return of_all | {n.rpartition(".")[2]: way for n, way in own.items()}


def policy_named_in(reading: str) -> str:
    """The policy for which alone a reading is chosen, as in `us-tx-cubi.processors`; empty for all."""
    return reading.rpartition(".")[0]


def _has(readings: Mapping[str, Reading], name: str, alternative: str) -> bool:
    return name in readings and alternative in readings[name].alternatives


def reading_laws_as(
    policy: Policy, laws: Sequence[Policy], chosen: Mapping[str, Mapping[str, str]]
) -> Policy:
    """A policy that reads what others prohibit by the readings by which these themselves judge in this run.

    Args:
        policy: the one that may read others.
        laws: the policies that judge the same design.
        chosen: by their names, the alternatives chosen, by reading.
    """
    judging = {law.full_name for law in laws}
    read = {
        name: other.read_as(chosen.get(other.full_name, {}))
        for name, other in policy.policies.items()
        if other.full_name in judging
    }
    if all(policy.policies[name] is other for name, other in read.items()):
        return policy
    key = f"reading {[(name, sorted(chosen[other.full_name].items())) for name, other in read.items()]}"
    if key not in policy.kept:
        policy.kept[key] = policy.reading_as(read)
    return cast(Policy, policy.kept[key])
