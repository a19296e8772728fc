"""What a dossier says, and in which order: for HTML, PDF and Markdown alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.report import Report
from clausewise.dossier.dossier import Dossier
from clausewise.dsl.text.names import listed
from clausewise.engine.core.outcomes import Verdict
from clausewise.formats.dossier.clauses import clauses
from clausewise.formats.dossier.design import as_written, diagram_of
from clausewise.formats.dossier.document import (
    Page,
    PageBlock,
    PageItems,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
)
from clausewise.formats.dossier.questions import questions
from clausewise.formats.dossier.readings import readings
from clausewise.formats.dossier.rests import deciding_nothing, rests_on
from clausewise.formats.dossier.signed import fingerprints, signature
from clausewise.formats.dossier.verdict import judge_name, judged_by, summary, verdict_in_words
from clausewise.formats.report.heading import none_applies, none_applies_in_words
from clausewise.formats.report.sentences import as_sentence


def content(dossier: Dossier, version: str) -> Page:
    """The whole of it.

    Args:
        dossier: the finished value.
        version: of Clausewise.
    """
    reports = dossier.reports
    several = len(reports) > 1
    prefixes = [f"p{number}-" if several else "" for number in range(1, len(reports) + 1)]
    judged = [_whole(dossier, prefixes)] if several else []
    judged += [
        _elsewhere(report, prefix, dossier)
        if several and report.verdict is Verdict.NOT_APPLICABLE
        else _judged(report, prefix, dossier, several=several)
        for report, prefix in zip(reports, prefixes, strict=True)
    ]
    asked = None if not several or dossier.gravest.verdict.is_open else questions(reports, "")
    closing = [deciding_nothing(dossier), as_written(dossier), fingerprints(dossier), signature()]
    sections = tuple(part for part in (*judged, asked, *closing) if part)
    return Page(dossier.title, tuple(_opening(dossier, version)), sections)


def _opening(dossier: Dossier, version: str) -> Iterator[PageBlock]:
    report = dossier.reports[0]
    draft = ", a draft" if report.deployment.draft else ""
    as_of = {one.deployment.as_of for one in dossier.reports}
    when = listed([f"as of {day}" if day else "without a date of judging" for day in as_of])
    yield Paragraph(
        (
            "The design ",
            PageWords(dossier.name, "code"),
            f"{draft}, judged {when} by Clausewise {version}.",
        )
    )
    if dossier.evidence_required:
        yield Paragraph(("Claims that need evidence counted only with it.",))
    yield from _notices(dossier)


def _notices(dossier: Dossier) -> Iterator[PageBlock]:
    """What policies want whoever signs to know beforehand, each once."""
    policies: dict[str, list[str]] = {}
    for report in dossier.reports:
        if report.policy.notice:
            policies.setdefault(report.policy.notice, []).append(judge_name(report, dossier))
    if len(dossier.reports) == 1:
        for notice in policies:
            yield Paragraph((PageWords(notice, "strong"),))
    elif policies:
        lines = [(PageWords(listed(of), "strong"), f": {said}") for said, of in policies.items()]
        yield PageItems(tuple(lines))


def _whole(dossier: Dossier, prefixes: Sequence[str]) -> PageSection:
    """What several policies come to together, and each of them. What is open stands here where it matters."""
    gravest = dossier.gravest
    rows = tuple(
        (
            (PageWords(judge_name(report, dossier), to=f"{prefix}verdict"),),
            (PageWords(report.verdict_shown, "strong"),),
            (f"{summary(report)}.",),
        )
        for report, prefix in zip(dossier.reports, prefixes, strict=True)
    )
    said = f"The gravest of the verdicts by {len(rows)} policies, of which each has a part below."
    table = PageTable(
        "Verdicts by policies", (("Policy", 40), ("Verdict", 20), ("Its clauses", 40)), rows
    )
    result = gravest.verdict, gravest.verdict_shown
    asked = (questions(dossier.reports, ""),) if gravest.verdict.is_open else ()
    parts = (*asked, diagram_of(dossier.diagram, ""))
    blocks = Paragraph((said,)), table
    return PageSection("verdict", "Verdict on the whole", blocks, parts, result)


def _elsewhere(report: Report, prefix: str, dossier: Dossier) -> PageSection:
    """What is said of a policy that does not apply, beside others that do: why, and by what it was judged."""
    why = as_sentence(f"{none_applies(report.policy)} {none_applies_in_words(report)}")
    blocks = Paragraph((why,)), Paragraph((*judged_by(report), "."))
    result = report.verdict, report.verdict_shown
    return PageSection(
        f"{prefix}verdict", f"Verdict by {judge_name(report, dossier)}", blocks, (), result
    )


def _judged(report: Report, prefix: str, dossier: Dossier, *, several: bool) -> PageSection:
    """What one policy comes to. What is open stands first where it matters on the whole, in each part alike."""
    asked = None if several else questions([report], prefix)
    first, last = (asked, None) if dossier.gravest.verdict.is_open else (None, asked)
    parts = [
        first,
        None if several else diagram_of(dossier.diagram, prefix),
        clauses(report, prefix),
        last,
        readings(report, prefix),
        rests_on(report, prefix, dossier),
    ]
    return PageSection(
        f"{prefix}verdict",
        f"Verdict by {judge_name(report, dossier)}",
        tuple(verdict_in_words(report, prefix)),
        tuple(part for part in parts if part),
        (report.verdict, report.verdict_shown),
    )
