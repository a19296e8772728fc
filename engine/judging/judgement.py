"""What comes out of judging: an outcome for every clause, with its reasons, and a verdict on the whole.

Reasons are worked out when they are asked for. The recorded judge reads them off its record (judge.py); generated
code works them out again (engine/backends/python/judging.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, FactName, Gap, MayGrow, Missing, Value
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.startup.typed import Protocol
from clausewise.engine.core.clauses import Breach, Clause
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy, says_of_others
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.record import Step, ViolationParts, negated, violation_parts


class NothingToJudgeError(Exception):
    """The design lists nothing of which the policy speaks: no clause could apply to it."""


class FindingGrounds(Protocol):
    """Why a clause came to its outcome for one binding."""

    def chains(self) -> tuple[FactName, ...]:
        """The facts that put the bound entities into their sets."""
        ...

    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides it, in alphabetical order. It is settled."""
        ...

    def breaches(self) -> tuple[Breach, ...]:
        """The ways in which the clause is violated, of a clause that tells them apart. It is violated."""
        ...

    def step(self) -> Step:
        """The record below the bindings. What other clauses came to is recorded without how."""
        ...

    def shown(self) -> Step:
        """The same, to be looked at: members of a set that are alike may share the step of the first."""
        ...


class ClauseGrounds(Protocol):
    """Why a clause came to its outcome."""

    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides it, in alphabetical order. It is settled."""
        ...

    def gaps(self, *, own: bool) -> tuple[Gap, ...]:
        """What is missing, in the order in which it is read. It is open.

        Args:
            own: without that for which the clause only waits because another does.
        """
        ...

    def findings(self) -> Iterable[Finding]:
        """The clause's findings, one a binding, in the order of the design."""
        ...

    def step(self) -> Step:
        """The whole record."""
        ...


@lean_dataclass(frozen=True, eq=False)
class Finding:
    """What a clause came to for one binding.

    Attributes:
        bindings: the clause's variables with entities' names; `UNLISTED` for an entity that is not listed.
    """

    clause: Clause
    outcome: Outcome
    bindings: Mapping[str, str]
    grounds: FindingGrounds = field(repr=False)

    @cached_property
    def chains(self) -> tuple[FactName, ...]:
        """The facts that put the bound entities into their sets."""
        return self.grounds.chains()

    @cached_property
    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides this finding; empty for an open one."""
        return () if self.outcome.is_open else self.grounds.facts()

    @cached_property
    def step(self) -> Step:
        """The record below the bindings."""
        return self.grounds.step()

    @cached_property
    def shown(self) -> Step:
        """The same, to be looked at: members of a set that are alike may share the step of the first of them."""
        return self.grounds.shown()

    @property
    def parts(self) -> ViolationParts:
        """The records of whether the clause applies here, is broken, and is excused."""
        return violation_parts(self.step)

    @property
    def rule(self) -> Step:
        """The record of what the clause prohibits or requires, as it is written."""
        broken = self.parts.rule
        return broken if self.clause.word == "prohibits" else negated(broken)

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """The ways in which the clause is violated here, of a clause that tells them apart."""
        is_told = self.clause.breaches and self.outcome is Outcome.VIOLATED
        return self.grounds.breaches() if is_told else ()

    @property
    def exceptions(self) -> Iterator[tuple[str, Truth]]:
        """Each exception of the clause: whether it holds here, does not, or is open."""
        if not self.clause.exceptions:
            return  # without a record, which may be long
        for exemption, step in zip(self.clause.exceptions, self.parts.exceptions, strict=True):
            yield exemption.name, step.truth


@lean_dataclass(frozen=True, slots=True)
class ExactArgument:
    """Why a clause is settled though the facts that it reads are not all known.

    Attributes:
        facts: unknown facts, whatever which are, it comes out alike.
        values: for each of them all that it can be, each of which was tried. Empty where only all ways in which
            the facts can turn out together say so.
    """

    facts: tuple[FactName, ...]
    values: tuple[tuple[Value, ...], ...] = ()


@lean_dataclass(frozen=True, slots=True)
class VerdictArgument:
    """Why a design is prohibited of which no clause alone is violated for certain, or by no policy alone.

    Attributes:
        some: the names of clauses of which one is violated, however the unknown facts turn out, or the full names
            of policies of which one prohibits: few, or all where it is not known which can be left out. Empty
            where it is not known that one does.
        fact: an unknown fact that alone shows it, if there is one.
        cases: all that this fact can be, each with a clause that is violated then, or a policy that prohibits.
        not_exact: why it is not known whether it is so.
    """

    some: tuple[str, ...] = ()
    fact: FactName | None = None
    cases: tuple[tuple[Value, str], ...] = ()
    not_exact: str = ""


@lean_dataclass(frozen=True, eq=False)
class ClauseJudgement:
    """What a clause came to, and why.

    Attributes:
        argument: why it is settled, where only all facts together settle it.
        not_exact: why it is not known whether it is settled in truth; empty where it is known, or was not asked.
    """

    clause: Clause
    outcome: Outcome
    grounds: ClauseGrounds = field(repr=False)
    argument: ExactArgument | None = None
    not_exact: str = ""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The clause's findings, one a binding, in the order of the design."""
        return tuple(self.grounds.findings())

    @cached_property
    def facts(self) -> tuple[FactName, ...]:
        """A smallest set of facts that decides the outcome; empty if it is open."""
        return () if self.is_open else self.grounds.facts()

    @cached_property
    def waits_for(self) -> tuple[Gap, ...]:
        """All that is missing, and that a draft may grow; empty if the outcome is settled."""
        return self.grounds.gaps(own=False) if self.is_open else ()

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """The unknown facts that keep the outcome open."""
        return _missing(self.waits_for)

    @cached_property
    def own_missing(self) -> tuple[Missing, ...]:
        """The same, without those for which it only waits because another clause does."""
        return _missing(self.grounds.gaps(own=True)) if self.is_open else ()

    @cached_property
    def step(self) -> Step:
        """The whole record."""
        return self.grounds.step()

    @property
    def is_open(self) -> bool:
        """Whether more facts, or a person, could still settle it."""
        return self.outcome.is_open


def _missing(gaps: Iterable[Gap]) -> tuple[Missing, ...]:
    return tuple([gap for gap in gaps if not isinstance(gap, MayGrow)])


Outcomes = Callable[[Deployment, Mapping[str, str]], Mapping[str, Outcome]]
"""Judges another deployment under other readings: the outcomes alone, by clause."""
Whole = Callable[[Deployment, Mapping[str, str]], tuple[Verdict, Mapping[str, Outcome]]]
"""The same, with the verdict."""


@lean_dataclass(frozen=True, eq=False)
class Judgement:
    """What was judged, by what, and every clause's outcome.

    Attributes:
        clauses: in the order of the source text.
        outcomes_of: judges by the same policy again.
        exact: whether no clause is open that is settled in truth, but for those that say why that is not known,
            nor the verdict.
        whole_of: judges by the same policy again, where the outcomes of clauses alone do not say the verdict.
        together: why it is prohibited, where only several clauses together say so, or why that is not known.
        looked_at: the readings at which judging looked, so that no other can change an outcome; `None` where that
            is not known, and any may.
    """

    policy: Policy
    deployment: Deployment
    readings: Mapping[str, str]
    clauses: tuple[ClauseJudgement, ...]
    outcomes_of: Outcomes = field(repr=False)
    exact: bool = False
    whole_of: Whole | None = field(default=None, repr=False)
    together: VerdictArgument | None = None
    looked_at: Collection[str] | None = field(default=None, repr=False)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        if self.together and self.together.some:
            return Verdict.PROHIBITED
        return verdict_of((j.outcome for j in self.clauses), draft=self.deployment.draft)

    def again(
        self, deployment: Deployment, readings: Mapping[str, str]
    ) -> tuple[Verdict, Mapping[str, Outcome]]:
        """The verdict on another deployment, or by other readings, and what each clause comes to."""
        if self.whole_of:
            return self.whole_of(deployment, readings)
        outcomes = self.outcomes_of(deployment, readings)
        return verdict_of(outcomes.values(), draft=deployment.draft), outcomes

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

    def follows_from(self, judged: ClauseJudgement) -> tuple[ClauseJudgement, ...]:
        """The violated clauses because of which alone a clause is violated."""
        others = self.policy.derived.get(judged.clause.name, ())
        if others and judged.outcome is Outcome.VIOLATED:
            broken = [breach for finding in judged.findings for breach in finding.breaches]
            if not all(says_of_others(breach.condition) for breach in broken):
                return ()
        return tuple(
            [o for o in self.clauses if o.clause.name in others and o.outcome is Outcome.VIOLATED]
        )


def can_be_judged(policy: Policy, deployment: Deployment, outcomes: Iterable[Outcome]) -> bool:
    """Whether some clause applies, or the design lists something to which one could."""
    types = {entity.type.name for entity in deployment.entities.values()}
    return any(o is not Outcome.NOT_APPLICABLE for o in outcomes) or policy.speaks_of(types)
