"""The verdict in a dossier: by what a design was judged, what its clauses came to, and what is violated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from clausewise.checking.report import Report
from clausewise.dossier.dossier import Dossier
from clausewise.dsl.text.names import how_many, listed
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.dossier.document import PageBlock, PageItems, PageLine, PageWords, Paragraph
from clausewise.formats.dossier.questions import MOST_QUESTIONS
from clausewise.formats.dossier.words import and_more, few, marked
from clausewise.formats.report.alike import and_others_said, by_sentence, for_whom, groups_of
from clausewise.formats.report.heading import by_which_readings
from clausewise.formats.report.sentences import (
    SAID,
    as_sentence,
    follows_from,
    more_findings,
    rests_on_in_words,
    rests_on_read,
    violated_in_order,
)
from clausewise.intake.judges import origin_of


def judged_by(report: Report) -> PageLine:
    """By what a design was judged, and by which readings."""
    policy = report.policy
    chosen = f", {by_which_readings(report)}" if policy.readings else ""
    return "Judged by ", PageWords(policy.full_name, "code"), f" from {origin_of(policy)}{chosen}"


def judge_name(report: Report, dossier: Dossier) -> str:
    """What a policy is called: its title, and its version as well where another of the dossier has the same."""
    policy = report.policy
    titles = [one.policy.title for one in dossier.reports]
    if titles.count(policy.title) > 1:
        return f"{policy.title} ({policy.full_name})".lstrip()
    return policy.title or policy.full_name


def summary(report: Report) -> str:
    """How many clauses came to what."""
    counts = Counter(judged.outcome for judged in report.clauses)
    return listed([f"{counts[o]} {SAID[o]}" for o in Outcome if counts[o]])


def verdict_in_words(report: Report, prefix: str) -> Iterator[PageBlock]:
    """What the clauses came to together, what is violated, and what the judge warns of."""
    settled = (
        "Nothing that is still open can change the verdict."
        if report.advice.settled
        else "What is still open can change the verdict."
    )
    clauses = how_many(len(report.clauses), "clause")
    yield Paragraph((f"Of {clauses}, {summary(report)}. {settled}",))
    yield Paragraph((*judged_by(report), "."))
    if rests := rests_on_in_words(report):
        yield Paragraph((rests,))
    if waiting := report.advice.may_wait:
        yield Paragraph((f"It could be approved meanwhile: {few(waiting)} may wait.",))
    violated = [
        _violated(judged.clause.name, report, prefix) for judged in violated_in_order(report)
    ]
    if violated:
        yield Paragraph((PageWords("Violated", "strong"),))
        yield PageItems(tuple(violated))
    if report.warnings:
        yield Paragraph((PageWords("Warnings", "strong"),))
        shown = report.warnings[:MOST_QUESTIONS]
        yield PageItems(tuple((*marked(w.message), f" ({w.code})") for w in shown))
        yield from and_more(len(report.warnings) - len(shown), "warnings")


def _violated(name: str, report: Report, prefix: str) -> PageLine:
    judged = next(one for one in report.clauses if one.clause.name == name)
    title = PageWords(judged.clause.title, to=f"{prefix}clause-{name}")
    if follows := follows_from(judged, report):
        return (title, f": follows from {listed(follows)}.")
    findings = [found for found in judged.findings if found.outcome is Outcome.VIOLATED]
    first, *others = by_sentence(groups_of(judged, report), report)
    said = f": {because(first[0], report.deployment)}"
    beside = f"{and_others_said(first)}{for_whom(first)}"
    more = f", and {more_findings(sum(map(len, others)))}" if others else ""
    rests, by_reading = rests_on_read(judged, findings, report)
    return (title, as_sentence(f"{said}{beside}{more}"), f" {rests}" if by_reading else "")
