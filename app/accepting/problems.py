"""What keeps a design from being permitted, problem by problem: what can be waived, and what a baseline holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.checking.accepted import AcceptedPlace
from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import AS_OF, FactName, Gap, show_value
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.engine.core.outcomes import OUTCOMES, VERDICTS, Outcome, Verdict, open_outcome
from clausewise.engine.core.policy import says_of_others
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.explain import BroadFacts, Search, deciding_facts, missing_facts
from clausewise.engine.judging.judgement import ClauseJudgement, Finding

_FAILING = (Outcome.VIOLATED, Outcome.UNDETERMINED, Outcome.REVIEW)


@lean_dataclass(frozen=True, slots=True)
class Problem:
    """A clause that is not known to be met, for one binding.

    Attributes:
        clause: its name; empty for what is said of the design as a whole.
        number: of the clause, or its name if it has none.
        entities: the names of what it binds.
    """

    clause: str
    number: str
    outcome: Outcome
    entities: tuple[str, ...]
    finding: Finding | None = field(default=None, compare=False, repr=False)

    @property
    def place(self) -> AcceptedPlace:
        """Where it is."""
        return self.clause, self.entities

    def facts(self, report: Report) -> tuple[str, ...]:
        """The facts that decide it, with their values; none of one that is open. The date of judging has none.

        Of a clause that tells breaches apart, all that are broken take part, and not one that suffices: so that
        neither a further one goes unnoticed, nor what is left is new when one of them is mended.
        """
        finding = self.finding
        if finding is None or self.outcome is not Outcome.VIOLATED:
            return ()
        names = _of_all_breaches(finding, report) if finding.breaches else finding.facts
        return tuple([_stated(name, report) for name in names])


def _of_all_breaches(finding: Finding, report: Report) -> list[FactName]:
    """Each part by itself: together, one would be decided by what another reads already."""
    parts = finding.parts
    broken = [step for step in parts.rule.parts if step.truth is Truth.TRUE]
    search = Search(BroadFacts(report.deployment).count)
    found = set(finding.chains)
    for step in (parts.when, *broken, *parts.exceptions):
        found.update(deciding_facts(step, search=search))
    return sorted(found)


def _stated(name: str, report: Report) -> str:
    fact = report.deployment.fact(name)
    return f"{name} {show_value(fact.value)}" if fact else AS_OF


def problems_of(report: Report, beside: Iterable[Report] = ()) -> list[Problem]:
    """The problems of a report, in the order of its clauses. Their worst outcome is that of the verdict.

    What only follows from other clauses is left out: those are the problems. That a policy does not apply is one
    only where no other report on the design applies either.

    Args:
        report: what came of a design by one policy.
        beside: what came of it by all.
    """
    found = [one for judged in report.clauses for one in _of_clause(judged, report)]
    if report.deployment.draft:
        found.append(Problem("", "", Outcome.UNDETERMINED, ()))
    applies = any(other.verdict is not Verdict.NOT_APPLICABLE for other in beside)
    is_other_law = applies and report.verdict is Verdict.NOT_APPLICABLE
    if worst(found) is not report.verdict and not is_other_law:
        found.append(Problem("", "", OUTCOMES[report.verdict], ()))
    return found


def worst(problems: list[Problem]) -> Verdict:
    """The verdict to which problems come; without any, the design is permitted."""
    found = {one.outcome for one in problems}
    return next((v for outcome, v in VERDICTS.items() if outcome in found), Verdict.PERMITTED)


def followed(judged: ClauseJudgement, report: Report) -> tuple[str, ...]:
    """The clauses from which alone it follows that a clause fails; none if it has a reason of its own."""
    if judged.outcome is Outcome.VIOLATED:
        return tuple([other.clause.name for other in report.judgement.follows_from(judged)])
    others = report.policy.derived.get(judged.clause.name, ())
    if not others or not judged.is_open or judged.own_missing:
        return ()
    return tuple([o.clause.name for o in report.clauses if o.clause.name in others and o.is_open])


def _of_clause(judged: ClauseJudgement, report: Report) -> Iterator[Problem]:
    if judged.outcome not in _FAILING:
        return
    clause = judged.clause
    number = clause.short
    if followed(judged, report):
        yield from _besides(judged, number, report)
        return
    own = _own(judged, report)
    found = [
        Problem(clause.name, number, own or f.outcome, tuple(f.bindings.values()), f)
        for f in judged.findings
        if f.outcome in _FAILING
    ]
    if (own or judged.outcome) in {one.outcome for one in found}:
        yield from found
        return
    # of a clause that binds nothing the finding is about the whole, too
    whole = next((one.finding for one in found if not one.entities), None)
    yield from (one for one in found if one.entities)
    yield Problem(clause.name, number, judged.outcome, (), whole)


def _own(judged: ClauseJudgement, report: Report) -> Outcome | None:
    """How an open clause that reads others' outcomes would be open without these; `None` for any other clause.

    So one that a person must judge is no worse once what it waits for beside that is open and no more violated.
    """
    reads = judged.clause.name in report.policy.reading_others
    gaps = judged.own_missing if reads and judged.is_open else ()
    return _open_for(gaps, report) if gaps else None


def _open_for(gaps: Iterable[Gap], report: Report) -> Outcome:
    return open_outcome(map(report.deployment.kind_of, gaps))


def _besides(judged: ClauseJudgement, number: str, report: Report) -> Iterator[Problem]:
    """What is still open of a violated clause, beside the other clauses from which it follows."""
    if judged.outcome is not Outcome.VIOLATED or not judged.clause.breaches:
        return
    for finding in judged.findings:
        steps = zip(finding.clause.breaches, finding.rule.parts, strict=True)
        own = [step for breach, step in steps if not says_of_others(breach.condition)]
        gaps = [gap for step in own if step.truth is Truth.UNKNOWN for gap in missing_facts(step)]
        if gaps:
            outcome = _open_for(gaps, report)
            yield Problem(judged.clause.name, number, outcome, tuple(finding.bindings.values()))
