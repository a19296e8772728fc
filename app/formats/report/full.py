"""The whole report for a terminal (`check --all`): every clause and question, all on which the verdict rests."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import Fact, show_value
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.advice.undecisive import undecisive
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.report.accepted import counting, counting_groups, print_accepted
from clausewise.formats.report.alike import and_others_said, by_sentence, for_whom
from clausewise.formats.report.heading import (
    MOST_ASKED,
    OUTCOME_STYLES,
    heading,
    print_facts,
    print_header,
    print_question,
    print_why_none_applies,
)
from clausewise.formats.report.sentences import (
    SAID,
    changes_by,
    follows_from,
    joint_reading_in_words,
    more_findings,
    remarks_on_evidence,
    rests_on_read,
)
from clausewise.formats.report.told import MOST_FACTS, evidence_of, told_fact, told_of
from clausewise.formats.screen.sheet import Piece, Sheet

_SHORT = {**SAID, Outcome.REVIEW: "review"}
_EXCEPTION_SAID = {
    Truth.TRUE: "applies",
    Truth.FALSE: "does not hold",
    Truth.UNKNOWN: "is open",
}
MOST_FINDINGS = 5


def print_full(report: Report, sheet: Sheet, *, shows_baselined: bool = False) -> None:
    """Print all that a report holds."""
    print_header(report, sheet)
    if report.policy.notice:
        sheet.line((report.policy.notice, "italic dim"), indent=2)
        sheet.line()
    print_accepted(report, sheet, shows_baselined=shows_baselined)
    sheet.line((f"sha256 of the design {report.source.sha256}", "dim"))
    sheet.line()
    violated = counting(report)
    if violated:
        heading("Violated", sheet)
        for clause in violated:
            _print_violated(clause, report, sheet)
    if report.advice.questions:
        bears = "" if report.verdict.is_open else ", which cannot change the verdict any more"
        heading(f"Missing{bears}", sheet)
        for number, question in enumerate(report.advice.questions[:MOST_ASKED], 1):
            print_question(number, question, report, sheet)
        if (rest := len(report.advice.questions) - MOST_ASKED) > 0:
            sheet.line((f"... and {rest:,} more questions", "bold"), indent=2)
            sheet.line()
    if report.verdict is Verdict.NOT_APPLICABLE:
        print_why_none_applies(report, sheet)
    heading("Clause by clause", sheet)
    _print_clauses(report, sheet)
    _print_readings(report, sheet)
    if report.advice.rests_on:
        heading("Rests on", sheet)
        _print_rests_on(report, sheet)
        sheet.line()
    if facts := undecisive(report.judgement):
        heading("Stated, and deciding no clause", sheet)
        _print_undecisive(facts, report, sheet)
        sheet.line()


def _print_violated(clause: ClauseJudgement, report: Report, sheet: Sheet) -> None:
    title = (clause.clause.title, "bold red")
    sheet.line(("✗ ", "red"), title, (f"  {clause.clause.cited}", "dim"), indent=2)
    sheet.line((f"“{clause.clause.quotes}”", "dim"), indent=4)
    sheet.line(clause.clause.says, indent=4)
    if follows := follows_from(clause, report):
        sheet.line("→ ", (f"follows from {listed(follows)}", "bold"), indent=4)
        sheet.line()
        return
    groups = by_sentence(counting_groups(clause, report), report)
    for group in groups[:MOST_FINDINGS]:
        _print_finding(group, report, sheet)
    if rest := sum(map(len, groups[MOST_FINDINGS:])):
        sheet.line((f"... and {more_findings(rest)}", "dim"), indent=4)
    for found in report.by_laws.get(clause.clause.name, ()):
        sheet.line("by ", found.said, indent=6, hang=8)
    findings = [group[0] for group in groups]
    rests, by_reading = rests_on_read(clause, findings, report)
    if rests:
        sheet.line((rests, "yellow" if by_reading else "dim"), indent=4)
    if remedy := remedy_for(findings):
        sheet.line(("Remedy: ", "bold"), remedy, indent=4)
    sheet.line()


def _print_finding(group: Sequence[Finding], report: Report, sheet: Sheet) -> None:
    """Print what is said of the first of a group, and so of the others."""
    finding = group[0]
    said = (because(finding, report.deployment), "bold")
    others = f"{and_others_said(group)}{for_whom(group)}"
    sheet.line("→ ", said, (others, "dim"), indent=4)
    for name, truth in finding.exceptions:
        sheet.line((f"exception `{name}` {_EXCEPTION_SAID[truth]}", "dim"), indent=6)
    print_facts(finding.facts, report, sheet, "red")


def _print_clauses(report: Report, sheet: Sheet) -> None:
    for judged in report.clauses:
        clause, told = judged.clause, told_of(judged, report)
        sheet.line(
            (judged.clause.short, "bold"),
            (f"  {_SHORT[judged.outcome]}", OUTCOME_STYLES[judged.outcome]),
            f"  {clause.name}",
            (f"  {clause.cited}", "dim"),
            indent=2,
            hang=6,
        )
        sheet.line((f"“{clause.quotes}”", "dim"), indent=6)
        sheet.line(clause.says, indent=6)
        if told.why:
            sheet.line("→ ", told.why, indent=6, hang=8)
        for fact in told.facts:
            line = f"line {fact.line}, " if fact.line else ""
            sheet.line("→ ", fact.stated, (f"  {line}{fact.support}", "dim"), indent=6, hang=8)
        if told.more:
            sheet.line((f"... and {told.more:,} more facts", "dim"), indent=6)
        for word, values in (("Readings", told.readings), ("Documents", told.documents)):
            if values:
                sheet.line((f"{word}: ", "bold"), (", ".join(values), "dim"), indent=6, hang=8)
        if told.argument:
            sheet.line((told.argument, "yellow"), indent=6, hang=8)
        for change in told.changes:
            sheet.line((change, "yellow"), indent=6, hang=8)
        sheet.line()


def _print_readings(report: Report, sheet: Sheet) -> None:
    if report.policy.readings:
        heading("Readings in force", sheet)
        for name, way in report.judgement.readings.items():
            reading = report.policy.readings[name]
            said = f"  {reading.alternatives[way]}{' (default)' if way == reading.default else ''}"
            sheet.line((f"{name}={way}", "bold"), (said, "dim"), indent=2, hang=4)
        sheet.line()
    if not report.advice.other_readings:
        return
    heading("Other readings", sheet)
    for other in report.advice.other_readings:
        reading = report.policy.readings[other.reading]
        changes = ", ".join(changes_by(other))
        verdict = (
            "the verdict stays"
            if other.verdict is report.verdict
            else report.policy.shown(other.verdict)
        )
        chosen: Piece = (f"{other.reading}={other.alternative}", "bold yellow")
        description = reading.alternatives[other.alternative]
        sheet.line(chosen, f" ({description}): {verdict}; {changes}", indent=2)
    if together := joint_reading_in_words(report):
        sheet.line(together, indent=2)
    sheet.line()


def _print_rests_on(report: Report, sheet: Sheet) -> None:
    for fact in report.advice.rests_on:
        pieces: list[Piece] = [f"{fact.name} {show_value(fact.value)}"]
        for by in fact.attestations:
            on = f" on {by.on.value}" if by.on else ""
            pieces.append((f"  attested by {by.by.text}{on}", "blue"))
        if fact.evidence:
            shown = (evidence_of(text, report) for text in fact.evidence)
            pieces.append((f"  {', '.join(shown)}", "green"))
        elif needs_evidence(fact):
            pieces.append(("  no evidence", "yellow"))
        sheet.line(*pieces, indent=2)
    for remark in remarks_on_evidence(report.advice.rests_on, report.proofs):
        sheet.line((remark, "yellow"), indent=2, hang=4)


def _print_undecisive(facts: Sequence[Fact], report: Report, sheet: Sheet) -> None:
    """Print in a line each those for which somebody or something answers, and all others together."""
    backed, claimed = list[Fact](), list[Fact]()
    for fact in facts:
        (backed if fact.attestations or fact.evidence else claimed).append(fact)
    for fact in backed[:MOST_FACTS]:
        told = told_fact(fact.name, report)
        sheet.line(told.stated, (f"  line {told.line}, {told.support}", "dim"), indent=2, hang=4)
    shown = [f"{fact.name} {show_value(fact.value)}" for fact in claimed[:MOST_FACTS]]
    if (rest := len(claimed) - MOST_FACTS) > 0:
        shown.append(f"and {rest:,} more")
    sheet.line(("; ".join(shown), "dim"), indent=2, hang=4)
