"""What an editor underlines: mistakes in the text, and beside them what the design comes to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal

from clausewise.checking.accepted import Acceptance
from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import AS_OF, Fact, Missing, NoEntity, place_of
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.diagnostic import Diagnostic, page_about
from clausewise.dsl.text.names import listed
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.trying import told, words_of
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import Finding
from clausewise.formats.report.sentences import follows_from, violated_in_order

TEXT, VERDICT = "clausewise", "clausewise verdict"
"""The two sources: what is wrong with a text, and what the design that it describes comes to."""
Severity = Literal["error", "warning", "information"]
MOST_PROBLEMS = 500
"""Of a file: an editor keeps a line on the screen for each."""
MOST_FINDINGS = 100
"""Of a clause."""
MOST_RELATED = 20
"""Places that a problem also points at."""


@lean_dataclass(frozen=True, slots=True)
class Underlined:
    """Something to underline.

    Attributes:
        span: what is underlined.
        source: `TEXT` or `VERDICT`.
        code: of a mistake, its code; of a finding, the clause or the outcome.
        message: what is wrong, and what to do.
        address: a page that says more; empty for none.
        related: further places, each with a few words.
        hint: of a mistake in this text, what to do.
        question: what is to be answered, if that is what it is about.
        finding: by what a clause is violated, if that is what it is about, and `report` in which.
    """

    span: Span
    severity: Severity
    source: str
    code: str
    message: str
    address: str = ""
    related: tuple[tuple[Source, Span, str], ...] = ()
    hint: str = ""
    question: Question | None = None
    finding: Finding | None = field(default=None, compare=False, repr=False)
    report: Report | None = field(default=None, compare=False, repr=False)


def problems_of(analysis: Analysis) -> list[Underlined]:
    """What is underlined in a text, in the order of importance; of very many, the first."""
    mistakes = (_mistake(found, analysis) for found in analysis.problems)
    reports = (_of_report(report, analysis) for report in analysis.reports)
    found = chain(mistakes, *reports, _of_cases(analysis))
    return list(islice(found, MOST_PROBLEMS))


def _of_cases(analysis: Analysis) -> Iterator[Underlined]:
    for case, came in told(analysis):
        start = case.title.span.start
        for one in came.told if came else ():
            span = Span(start + one.span.start, start + one.span.end)
            source = VERDICT if came and came.is_run else TEXT
            address = address_of(one.code, analysis)
            yield Underlined(span, "error", source, one.code, one.message, address, hint=one.hint)


def _mistake(found: Diagnostic, analysis: Analysis) -> Underlined:
    source = analysis.source
    message = words_of(found)
    related = tuple((label.source, label.span, label.text) for label in found.labels)
    span = found.span or Span(0, 0)
    hint = (found.hint or "") if found.source == source else ""
    if found.source and found.source.path != source.path:
        # A mistake in a policy, say, by which this design is to be judged.
        related = ((found.source, span, found.message), *related)
        message, span = f"{message}\nin {found.source.path}", _judged_by(analysis)
    return Underlined(
        span=span,
        severity="error" if found.is_error else "warning",
        source=TEXT,
        code=found.code,
        message=message,
        address=address_of(found.code, analysis),
        related=related[:MOST_RELATED],
        hint=hint,
    )


def address_of(code: str, analysis: Analysis) -> str:
    """The page about a code of diagnostics, if the configuration says where the pages are."""
    return page_about(code, analysis.options.documentation)


def _judged_by(analysis: Analysis) -> Span:
    """Where a text says by what it is judged, or else its first character."""
    named = analysis.tree.judged_by if isinstance(analysis.tree, Design) else ()
    return named[0].span.to(named[-1].span) if named else Span(0, 1)


def _of_report(report: Report, analysis: Analysis) -> Iterator[Underlined]:
    for judged in violated_in_order(report):
        findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
        follows = follows_from(judged, report)
        for finding in findings[:MOST_FINDINGS]:
            yield _violation(finding, follows, report, analysis)
    for question in report.advice.questions:
        yield _open(question, report, analysis)


def _violation(
    finding: Finding, follows: list[str], report: Report, analysis: Analysis
) -> Underlined:
    clause, policy = finding.clause, report.policy
    message = f"{clause.title}: {because(finding, report.deployment)}"
    if follows:
        message += f" (it follows from {listed(follows)})"
    if remedy := remedy_for([finding]):
        message += f"\n{remedy}"
    facts = [fact for fact in map(report.deployment.fact, finding.facts) if fact and fact.span]
    first, *others = _in_order(facts) or [_bound(finding, report, analysis)]
    related = tuple((analysis.source, span, words) for span, words in others[:MOST_RELATED])
    address = policy.origin if policy.origin.startswith("https://") else ""
    severity: Severity = "error"
    if acceptance := report.acceptance(finding):
        severity, message = "information", f"{message}\n{_accepted(acceptance)}"
    return Underlined(
        span=first[0],
        severity=severity,
        source=VERDICT,
        code=clause.title,
        message=message,
        address=address,
        related=related,
        finding=finding,
        report=report,
    )


def _accepted(by: Acceptance) -> str:
    waiver = by.waiver
    if waiver is None:
        return "this does not count: the baseline holds it"
    return f"waived until {waiver.expires} by {waiver.approver}: {waiver.reason}"


def _in_order(facts: list[Fact]) -> list[tuple[Span, str]]:
    """The places of facts: those first that whoever designs can change, and then as they stand in the text."""
    ranked = sorted(
        facts, key=lambda fact: (fact.field.kind != "choice", fact.span.start if fact.span else 0)
    )
    return [(fact.span, fact.name) for fact in ranked if fact.span]


def _bound(finding: Finding, report: Report, analysis: Analysis) -> tuple[Span, str]:
    """Where the first of the entities is listed that a finding is about, or else where the design begins."""
    entities = (report.deployment.entities.get(name) for name in finding.bindings.values())
    spans = [entity.span for entity in entities if entity and entity.span]
    return (spans[0] if spans else title_span(analysis)), ""


def _open(question: Question, report: Report, analysis: Analysis) -> Underlined:
    outcome = Outcome.REVIEW if question.kind == "judgement" else Outcome.UNDETERMINED
    titles = [report.policy.clauses[name].title for name in question.clauses]
    doubt = f"\nstated, but {question.doubt}" if question.doubt else ""
    message = f"{question.ask}\n{question.fact} is open{doubt}\nit bears on {_few(titles)}"
    span = span_of(question.fact, report, analysis)
    return Underlined(span, "information", VERDICT, str(outcome), message, question=question)


def _few(titles: list[str], most: int = 6) -> str:
    more = len(titles) - most
    return ", ".join(titles[:most]) + (f" and {more} more" if more > 0 else "")


def span_of(missing: Missing, report: Report, analysis: Analysis) -> Span:
    """Where something is missing: at the fact if it is stated, else at its entity, else at the title."""
    if isinstance(missing, NoEntity) or missing == AS_OF:
        return title_span(analysis)
    fact = report.deployment.fact(missing)
    if fact and fact.span:
        return fact.span
    entity = report.deployment.entities.get(place_of(missing)[0])
    return entity.span if entity and entity.span else title_span(analysis)


def title_span(analysis: Analysis) -> Span:
    """The first words of a design."""
    tree = analysis.tree
    return tree.subject.span.to(tree.title.span) if isinstance(tree, Design) else Span(0, 1)
