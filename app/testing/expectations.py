"""What a case expects of a judgement: a verdict, outcomes with their facts, breaches, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.checking.cautions import cautioned
from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Span
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.judging.judgement import ClauseJudgement, Judgement
from clausewise.engine.judging.sufficient import decides, superfluous

WARNED, NOT_WARNED = "warned", "not-warned"
"""What is expected of a warning."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that was not met: where it stands, and what came instead."""

    span: Span
    message: str


def differences(
    line: syntax.Expectation, judgement: Judgement, problems: Diagnostics
) -> Iterator[Difference]:
    """Where a judgement is not as a line of a case expects it. What names nothing that is there is recorded."""
    if line.outcome is None:
        if line.subject.text not in {verdict.value for verdict in Verdict}:
            hint = hint_for(line.subject.text, [v.value for v in Verdict], "verdicts")
            problems.add(
                "E201", f"there is no verdict `{line.subject.text}`", line.subject.span, hint=hint
            )
        elif judgement.verdict.value != line.subject.text:
            yield Difference(line.subject.span, _verdict_came(judgement))
        return
    if is_of_warning(line):
        yield from _warning_differences(line, judgement, problems)
        return
    clause = judgement.policy.clause(line.subject.text)
    if clause is None or line.outcome.text not in {outcome.value for outcome in Outcome}:
        known = [*judgement.policy.clauses] if clause is None else [o.value for o in Outcome]
        wrong = line.subject if clause is None else line.outcome
        hint = hint_for(wrong.text, known, "clauses" if clause is None else "outcomes")
        if clause is None and wrong.text in judgement.policy.warnings:
            hint = f"it is a warning: write `{WARNED}` or `{NOT_WARNED}` of it"
        what = "clause" if clause is None else "outcome"
        problems.add("E201", f"there is no {what} `{wrong.text}`", wrong.span, hint=hint)
        return
    judged = judgement.clause(clause.name)
    if judged.outcome.value != line.outcome.text:
        yield Difference(line.outcome.span, _outcome_came(judged))
        return
    if line.by:
        yield from _breach_differences(line.by, judged, problems)
    yield from _fact_differences(line, judged, judgement)


def _verdict_came(judgement: Judgement) -> str:
    """A verdict, and the first clause for which it is no better."""
    verdict, said = judgement.verdict, f"the verdict is {judgement.verdict}"
    if verdict in (Verdict.PERMITTED, Verdict.NOT_APPLICABLE):
        return said
    of_it = (one for one in judgement.clauses if verdict_of([one.outcome], draft=False) is verdict)
    first = next(of_it, None)
    return f"{said}: {_outcome_came(first)}" if first else said


def _outcome_came(judged: ClauseJudgement) -> str:
    because = ", ".join(judged.missing or judged.facts)
    return f"{judged.clause.name} is {judged.outcome} ({because})"


def is_of_warning(line: syntax.Expectation) -> bool:
    """Whether a line expects a warning, or none; else a verdict or the outcome of a clause."""
    return line.outcome is not None and line.outcome.text in (WARNED, NOT_WARNED)


def _warning_differences(
    line: syntax.Expectation, judgement: Judgement, problems: Diagnostics
) -> Iterator[Difference]:
    """Whether a warning is given, or not, as expected, and on the facts that are named."""
    assert line.outcome is not None
    name, warnings = line.subject.text, judgement.policy.warnings
    if name not in warnings:
        hint = hint_for(name, [*warnings], "warnings")
        if judgement.policy.clause(name):
            hint = "it is a clause: write an outcome of it, such as `violated`"
        problems.add("E201", f"there is no warning `{name}`", line.subject.span, hint=hint)
        return
    if line.by:
        hint = "write it of a clause that is `violated`"
        problems.add("E201", "a warning has no breaches", line.by[0].span, hint=hint)
        return
    found = cautioned(judgement)
    judged = found.clause(name) if found else None
    is_given = judged is not None and judged.outcome is Outcome.VIOLATED
    if is_given != (line.outcome.text == WARNED):
        facts = ", ".join(judged.missing or judged.facts) if judged else ""
        yield Difference(
            line.outcome.span, f"{name} is {WARNED if is_given else NOT_WARNED} ({facts})"
        )
    elif found and judged:
        yield from _fact_differences(line, judged, found)


def _breach_differences(
    by: Sequence[syntax.Name], judged: ClauseJudgement, problems: Diagnostics
) -> Iterator[Difference]:
    """Whether a clause is violated by exactly these of its breaches, those of all findings together."""
    clause = judged.clause
    known = [breach.name for breach in clause.breaches]
    for name in by:
        if name.text not in known:
            message = f"`{clause.name}` has no breach `{name.text}`"
            problems.add("E201", message, name.span, hint=hint_for(name.text, known, "breaches"))
            return
    so = breaches_of(judged)
    if so != {name.text for name in by}:
        shown = ", ".join(name for name in known if name in so) or "no breach"
        yield Difference(by[0].span, f"{clause.name} is violated by {shown}")


def breaches_of(judged: ClauseJudgement) -> frozenset[str]:
    """The names of the breaches by which a clause is violated, of all its findings together."""
    return frozenset(breach.name for finding in judged.findings for breach in finding.breaches)


def _fact_differences(
    line: syntax.Expectation, judged: ClauseJudgement, judgement: Judgement
) -> Iterator[Difference]:
    """Whether the facts that are named decide an outcome, or keep it open."""
    if line.because is not None:
        yield from _reason_differences(line, judged.clause.name, judgement)
    if line.missing is not None:
        wanted = {fact_name(fact) for fact in line.missing}
        if wanted != set(judged.missing):
            missing = ", ".join(judged.missing) or "nothing"
            yield Difference(line.missing[0].span, f"{judged.clause.name} waits for {missing}")


def _reason_differences(
    line: syntax.Expectation, clause: str, judgement: Judgement
) -> Iterator[Difference]:
    """Whether the facts named decide the outcome: they alone, and each of them needed."""
    named = line.because or ()
    facts = [fact_name(fact) for fact in named]
    if not decides(judgement, clause, facts):
        shown = ", ".join(judgement.clause(clause).facts)
        yield Difference(named[0].span, f"these facts do not decide it; {shown} do")
        return
    spans = dict(zip(facts, (fact.span for fact in named), strict=True))
    for fact in superfluous(judgement, clause, facts):
        yield Difference(spans[fact], f"{fact} can be left out")


def fact_name(fact: syntax.FactNode) -> str:
    """A fact, or what is missing and has no field, as reports write it."""
    return f"{fact.entity.text}.{fact.field.text}" if fact.field else fact.entity.text
