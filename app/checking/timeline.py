"""How a design's verdict changes with the law: judged on each day on which it may come out otherwise."""

from __future__ import annotations

import operator
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from clausewise.checking.judging import judge_deployment, judging_together
from clausewise.checking.options import Options
from clausewise.checking.together import JudgedTogether, judged_together
from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.conditions import (
    AsOf,
    Compare,
    Condition,
    Constant,
    EntitySet,
    FieldOf,
    Operand,
)
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import field_key
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.designs import read_design
from clausewise.intake.evidence import doubts_of
from clausewise.intake.judges import policies_for

MOST_DAYS = 100
"""Of a timeline: for each of them a design is judged again."""
DAY = timedelta(days=1)
IN_FORCE = {">=": operator.ge, "<": operator.lt}
"""What `from` and `until` ask of a day."""
SOME_DAY = date(2026, 1, 1)
"""On which a design is judged that comes out alike on all days, and has no date of its own."""


@lean_dataclass(frozen=True, slots=True)
class TimelineChange:
    """A clause that comes out otherwise than before."""

    judgement: Judgement
    clause: str
    before: Outcome
    after: Outcome


@lean_dataclass(frozen=True, slots=True)
class Period:
    """Days on which a design comes out alike.

    Attributes:
        start: the first of them; `None` for all days before those on which anything changes.
        end: the last; `None` if it goes on.
        whole: what the policies come to on the first day.
        begun_by: whose date it begins on; `None` for the first, which nobody began.
    """

    start: date | None
    end: date | None
    whole: JudgedTogether
    begun_by: Literal["design", "policies"] | None = None

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """One for each policy."""
        return self.whole.judgements

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return self.whole.verdict

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def changes_from(self, before: Period) -> Iterator[TimelineChange]:
        """The clauses that come out otherwise than in another period, policy by policy."""
        for was, now in zip(before.judgements, self.judgements, strict=True):
            for old, new in zip(was.clauses, now.clauses, strict=True):
                if old.outcome is not new.outcome:
                    yield TimelineChange(now, new.clause.name, old.outcome, new.outcome)


@lean_dataclass(frozen=True, slots=True)
class Timeline:
    """A design through time.

    Attributes:
        as_of: the date of judging: that of `--as-of`, else the design's own, if it has one.
        periods: one after the other, without gaps.
    """

    source: Source
    title: str
    as_of: date | None
    policies: tuple[Policy, ...]
    periods: tuple[Period, ...]

    @property
    def undated(self) -> tuple[Policy, ...]:
        """The policies with clauses that say of no day that they are in force from it on.

        By these they judge alike on all days, also on those before their text was written.
        """
        return tuple([p for p in self.policies if not all(c.in_force for c in p.clauses.values())])


def is_in_force(judgement: Judgement) -> bool:
    """Whether some clause of the policy is in force on the date of judging."""
    day = judgement.deployment.as_of
    return day is None or any(
        all(_is_on(day, asked) for asked in clause.in_force)
        for clause in judgement.policy.clauses.values()
    )


def _is_on(day: date, asked: Compare) -> bool:
    """Whether a day is one on which a clause is in force, as far as one comparison asks it."""
    if not isinstance(asked.right, Constant) or not isinstance(asked.right.value, date):
        return True  # a day of the design
    return asked.sign not in IN_FORCE or IN_FORCE[asked.sign](day, asked.right.value)


@lean_dataclass(frozen=True, slots=True)
class _Judge:
    """A policy, the design in its words, and how it judges."""

    policy: Policy
    stated: Deployment
    options: Options


def timeline(source: Source, options: Options) -> Timeline:
    """Judge a design on each day on which it may come out otherwise than on the day before.

    Raises:
        InvalidError: it cannot be read, a policy cannot judge it, or there are more than `MOST_DAYS` such days.
    """
    judges = _judges_of(source, options)
    examine = options.examine_for(source.path)
    evidence = doubts_of(examine) if options.evidence_required else None
    by_law = {day for judge in judges for day in _days_of_policy(judge.policy)}
    by_design = {day for judge in judges for day in _days_of_design(judge.policy, judge.stated)}
    days = sorted(by_law | by_design)
    _refuse_too_many(days, source)
    # what it takes to judge on all days is bounded as a whole
    sharing = len(judges) * max(len(days), 1)

    def judged(day: date) -> JudgedTogether:
        found = [
            judge_deployment(
                judge.policy,
                admit(replace(judge.stated, as_of=day), evidence),
                judge.options,
                sharing=sharing,
            )
            for judge in judges
        ]
        return judged_together(found, exact=options.exact)

    stated = judges[0].stated
    as_of = options.as_of or stated.as_of
    first = judged(days[0] - DAY if days else as_of or SOME_DAY)
    periods = tuple(_periods(first, ((day, judged(day)) for day in days), by_law))
    return Timeline(source, stated.title, as_of, tuple(j.policy for j in judges), periods)


def _judges_of(source: Source, options: Options) -> list[_Judge]:
    """Who judges a design: all policies, each with the readings that it can take.

    Raises:
        InvalidError: it cannot be read, or a policy cannot judge it.
    """
    written = read_design(source)
    policies = tuple(policies_for(written, options.policy, options.access))
    return [
        _Judge(policy, written.stated(policy.vocabulary), named)
        for policy, named in judging_together(policies, options).values()
    ]


def _refuse_too_many(days: Sequence[date], source: Source) -> None:
    if len(days) > MOST_DAYS:
        message = (
            f"this may come out otherwise on {len(days):,} days, and at most {MOST_DAYS} are judged"
        )
        hint = "judge it in parts, or on single days: `clausewise check --as-of`"
        raise InvalidError([Diagnostic("E407", message, source, None, hint)])


def _periods(
    first: JudgedTogether,
    later: Iterable[tuple[date, JudgedTogether]],
    by_law: Container[date],
) -> Iterator[Period]:
    """The periods, of which each comes out otherwise than the one before.

    Args:
        first: how it comes out before all days.
        later: how it comes out on each day, one after the other.
        by_law: the days of policies.
    """
    period = Period(None, None, first)
    for day, now in later:
        if not _alike(period.whole, now):
            yield replace(period, end=day - DAY)
            period = Period(day, None, now, "policies" if day in by_law else "design")
    yield period


def _days_of_policy(policy: Policy) -> Iterator[date]:
    """The days on which a policy may say something else: those with which it compares the date of judging."""
    for side in _compared(policy):
        if isinstance(side, Constant) and isinstance(side.value, date):
            yield from _around(side.value)


def _days_of_design(policy: Policy, deployment: Deployment) -> Iterator[date]:
    """The days on which a design may say something else to a policy.

    A judgement counts from the day on which it was attested, and a policy may compare a field with the date of
    judging.
    """
    compared = {field_key(side.field) for side in _compared(policy) if isinstance(side, FieldOf)}
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            if isinstance(fact.value, date) and field_key(fact.field) in compared:
                yield from _around(fact.value)
            for one in fact.attestations:
                if one.on and one.on.value > date.min:
                    yield one.on.value


def _around(day: date) -> Iterator[date]:
    """What holds from a day on changes on it, and what holds until a day, on the next."""
    if date.min < day < date.max:
        yield from (day, day + DAY)


def _compared(policy: Policy) -> Iterator[Operand]:
    """What a policy, and those that it reads, compare the date of judging with."""
    for body in _bodies(policy):
        for node in walk(body):
            if isinstance(node, Compare) and AsOf in map(type, (node.left, node.right)):
                yield from (node.left, node.right)


def _bodies(policy: Policy) -> Iterator[Condition | EntitySet]:
    """All conditions and sets of a policy and of those that it reads."""
    yield from (clause.violation for clause in policy.clauses.values())
    yield from (definition.body for definition in policy.definitions.values())
    for other in policy.policies.values():
        yield from _bodies(other)


def _alike(old: JudgedTogether, new: JudgedTogether) -> bool:
    """Whether every clause of every policy comes out alike, and so do each policy and the whole."""
    return _comes_to(old) == _comes_to(new)


def _comes_to(whole: JudgedTogether) -> list[object]:
    each = [(j.verdict, [c.outcome for c in j.clauses]) for j in whole.judgements]
    return [whole.verdict, *each]
