"""A report for people: the verdict, what is violated, what is missing, what is clear, what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clausewise.checking.check import Checked, Report
from clausewise.dsl.models.deployment import AS_OF, Deployment, FactName, show_value
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.outcomes import VERDICTS, Outcome, Verdict
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.report.alike import and_others, groups_of, told_once
from clausewise.formats.screen.sheet import Piece, Sheet
from clausewise.formats.screen.snippet import print_snippet
from clausewise.intake.judges import origin_of

if TYPE_CHECKING:
    from clausewise.intake.walk import LeftOut

STYLES = {
    Verdict.PROHIBITED: "bold white on-red",
    Verdict.NEEDS_INFORMATION: "bold black on-yellow",
    Verdict.NEEDS_REVIEW: "bold white on-blue",
    Verdict.PERMITTED: "bold white on-green",
    Verdict.NOT_APPLICABLE: "bold black on-white",
}
OUTCOME_STYLES = {
    Outcome.VIOLATED: "red",
    Outcome.UNDETERMINED: "yellow",
    Outcome.REVIEW: "blue",
    Outcome.MET: "green",
    Outcome.NOT_APPLICABLE: "dim",
}
_SAID = {
    Outcome.VIOLATED: "violated",
    Outcome.UNDETERMINED: "undetermined",
    Outcome.REVIEW: "in review",
    Outcome.MET: "met",
    Outcome.NOT_APPLICABLE: "not applicable",
}
_EXCEPTION_SAID = {
    Truth.TRUE: "applies",
    Truth.FALSE: "does not hold",
    Truth.UNKNOWN: "is open",
}
MOST_FINDINGS = 5
MOST_QUESTIONS = 10
MOST_FACTS = 4
MOST_LEFT_OUT = 10
DIGITS = 12
"""Of a digest; JSON holds all of it."""


def print_report(report: Report, sheet: Sheet) -> None:
    """Print a report."""
    _print_header(report, sheet)
    judged = report.judgement.clauses
    violated = [clause for clause in judged if clause.outcome is Outcome.VIOLATED]
    if violated:
        _heading("Violated", sheet)
        for clause in violated:
            _print_violated(clause, report, sheet)
    if report.advice.questions:
        _print_open(report, sheet)
    if report.verdict is Verdict.NOT_APPLICABLE:
        _heading("No clause applies, since", sheet)
        _print_facts(dict.fromkeys(f for clause in judged for f in clause.facts), report, sheet)
        sheet.line()
    _heading("Clause by clause", sheet)
    _print_clauses(report, sheet)
    _print_readings(report, sheet)
    if report.advice.rests_on:
        _heading("Rests on", sheet)
        _print_rests_on(report, sheet)
        sheet.line()
    if report.policy.notice:
        sheet.line((report.policy.notice, "italic dim"), indent=2)
        sheet.line()


def print_summary(results: Iterable[Checked], left_out: Sequence[LeftOut], sheet: Sheet) -> None:
    """Print a line for each design, if there are several, and what was left out."""
    found = list(results)
    if len(found) > 1:
        _heading("Summary", sheet)
        for result in found:
            verdict = result.verdict
            style = OUTCOME_STYLES[_OUTCOMES[verdict]] if verdict else "bold red"
            sheet.unwrapped("  ", (f"{verdict or 'not judged':<19}", style), result.path)
    if left_out:
        sheet.line()
        print_left_out(left_out, sheet)


def print_left_out(left_out: Sequence[LeftOut], sheet: Sheet) -> None:
    """Print what was not looked at, by the rule that leaves it out."""
    by_rule: dict[str, list[str]] = {}
    for one in left_out:
        by_rule.setdefault(one.why, []).append(one.path)
    sheet.line((f"Left out: {len(left_out)}", "bold"))
    for why, paths in by_rule.items():
        more = f", and {len(paths) - MOST_LEFT_OUT:,} more" if len(paths) > MOST_LEFT_OUT else ""
        sheet.line(
            f"{', '.join(paths[:MOST_LEFT_OUT])}{more}", (f" ({why})", "dim"), indent=2, hang=4
        )


def print_questions(report: Report, sheet: Sheet) -> None:
    """Print all questions of a report, each with the answers that settle the verdict."""
    _print_header(report, sheet)
    if not report.advice.questions:
        of_draft = "Nothing is missing but what the draft may still list: take `draft` away when all is listed."
        sheet.line(of_draft if report.deployment.draft else "Nothing is missing.", indent=2)
        sheet.line()
    for number, question in enumerate(report.advice.questions, 1):
        _print_question(number, question, report, sheet, with_answers=True)


def _print_header(report: Report, sheet: Sheet) -> None:
    policy, deployment = report.policy, report.deployment
    draft = " (draft)" if deployment.draft else ""
    sheet.line((report.path, "bold cyan"), "  ", (f"{deployment.title}{draft}", "bold"))
    words = f"judged by {policy.name} {policy.version}".rstrip()
    if deployment.as_of:
        words += f" as of {deployment.as_of}"
    sheet.line((words, "dim"))
    sheet.line((f"from {origin_of(policy)}, sha256 {policy.source.sha256[:DIGITS]}", "dim"))
    chosen = [
        f"{n}={a}" for n, a in report.judgement.readings.items() if a != policy.readings[n].default
    ]
    if chosen:
        sheet.line((f"under the reading {', '.join(chosen)}", "yellow"))
    counts = Counter(clause.outcome for clause in report.judgement.clauses)
    summary = ", ".join(f"{counts[o]} {_SAID[o]}" for o in Outcome if counts[o])
    sheet.line()
    sheet.unwrapped(" ", (f" {report.verdict.upper()} ", STYLES[report.verdict]), f"  {summary}")
    if alone := [entity.name for entity in report.advice.unreached]:
        more = f" and {len(alone) - MOST_FACTS:,} more" if len(alone) > MOST_FACTS else ""
        said = f"nothing leads to {', '.join(alone[:MOST_FACTS])}{more} (W702)"
        sheet.line((said, "yellow"), indent=2)
    sheet.line()


def _heading(title: str, sheet: Sheet) -> None:
    sheet.line((title, "bold underline"))


def _print_violated(clause: ClauseJudgement, report: Report, sheet: Sheet) -> None:
    title = (clause.clause.title, "bold red")
    sheet.line(("✗ ", "red"), title, (f"  {clause.clause.at}", "dim"), indent=2)
    sheet.line(clause.clause.says, indent=4)
    groups = [group for group in groups_of(clause, report) if group[0].outcome is Outcome.VIOLATED]
    for group in groups[:MOST_FINDINGS]:
        _print_finding(group, report, sheet)
    if rest := sum(map(len, groups[MOST_FINDINGS:])):
        sheet.line((f"... and {rest:,} more findings", "dim"), indent=4)
    if clause.clause.remedy:
        sheet.line(("Remedy: ", "bold"), clause.clause.remedy, indent=4)
    sheet.line()


def _print_finding(group: Sequence[Finding], report: Report, sheet: Sheet) -> None:
    """Print what is said of the first of a group, and so of the others."""
    finding = group[0]
    said = (because(finding, report.deployment), "bold")
    sheet.line("→ ", said, (and_others(group), "dim"), indent=4)
    for name, truth in finding.exceptions:
        sheet.line((f"exception `{name}` {_EXCEPTION_SAID[truth]}", "dim"), indent=6)
    _print_facts(finding.facts, report, sheet, "red")


def _print_facts(
    names: Iterable[FactName], report: Report, sheet: Sheet, style: str = "cyan"
) -> None:
    """Print the lines that state facts, the first of them underlined."""
    facts = [report.deployment.fact(name) for name in names]
    shown = sorted((f for f in facts if f and f.span), key=lambda f: f.span.start if f.span else 0)
    for fact in shown[:MOST_FACTS]:
        if fact.span:
            print_snippet(report.source, fact.span, style, sheet)
    if len(shown) > MOST_FACTS:
        rest = told_once([fact.name for fact in shown[MOST_FACTS:]], report.deployment)
        sheet.line((f"and {', '.join(rest)}", "dim"), indent=6)


def _print_open(report: Report, sheet: Sheet) -> None:
    _heading("Missing", sheet)
    for number, question in enumerate(report.advice.questions[:MOST_QUESTIONS], 1):
        _print_question(number, question, report, sheet, with_answers=False)
    rest = len(report.advice.questions) - MOST_QUESTIONS
    if rest > 0:
        sheet.line((f"... and {rest} more: `clausewise ask {report.path}`", "dim"), indent=2)
        sheet.line()


def _print_question(
    number: int, question: Question, report: Report, sheet: Sheet, *, with_answers: bool
) -> None:
    sheet.line(f"{number}. ", (question.ask, "bold"), indent=max(0, 4 - len(str(number))), hang=6)
    who = "  for a person to judge, `attested by`" if question.kind == "judgement" else ""
    sheet.line((question.fact, "cyan"), (who, "blue"), indent=6)
    if question.doubt:
        said = question.doubt if question.fact == AS_OF else f"stated, but {question.doubt}"
        sheet.line((said, "yellow"), indent=6)
    titles = [report.policy.clauses[name].title for name in question.clauses]
    sheet.line(("bears on " + ", ".join(titles), "dim"), indent=6)
    answers = report.advice.decisive_answers.get(question.fact, ()) if with_answers else ()
    for found in answers:
        sheet.line((f"{found.answer} → {found.verdict}", "bold"), indent=6)
    sheet.line()


def _print_clauses(report: Report, sheet: Sheet) -> None:
    judged = report.judgement.clauses
    names = [clause.clause.number or clause.clause.name for clause in judged]
    name_width = max(map(len, names)) + 2
    said_width = max(len(_SHORT[clause.outcome]) for clause in judged) + 2
    for name, clause in zip(names, judged, strict=True):
        sheet.line(
            (f"{name:<{name_width}}", "bold"),
            (f"{_SHORT[clause.outcome]:<{said_width}}", OUTCOME_STYLES[clause.outcome]),
            clause.clause.name,
            (_reason(clause, report.deployment), "dim"),
            indent=2,
            hang=2 + name_width + said_width,
        )
    sheet.line()


_OUTCOMES = {verdict: outcome for outcome, verdict in VERDICTS.items()}
_SHORT = {**_SAID, Outcome.REVIEW: "review"}


def _reason(clause: ClauseJudgement, deployment: Deployment) -> str:
    """In a few facts, why a clause ended so."""
    facts = told_once(clause.missing if clause.is_open else clause.facts, deployment)
    shown = ", ".join(facts[:MOST_FACTS]) + (", ..." if len(facts) > MOST_FACTS else "")
    if clause.is_open:
        shown = f"wants {shown}" if facts else "the draft may still grow"
    return f"  {shown}" if shown else ""


def _print_readings(report: Report, sheet: Sheet) -> None:
    if not report.advice.other_readings:
        return
    _heading("Other readings", sheet)
    for other in report.advice.other_readings:
        reading = report.policy.readings[other.reading]
        changes = ", ".join(f"{clause} {outcome}" for clause, outcome in other.changed.items())
        verdict = "the verdict stays" if other.verdict is report.verdict else str(other.verdict)
        name: Piece = (f"{other.reading}={other.alternative}", "bold yellow")
        description = reading.alternatives[other.alternative]
        sheet.line(name, f" ({description}): {verdict}; {changes}", indent=2)
    sheet.line()


def _print_rests_on(report: Report, sheet: Sheet) -> None:
    for fact in report.advice.rests_on:
        pieces: list[Piece] = [f"{fact.name} {show_value(fact.value)}"]
        if fact.attestation:
            on = f" on {fact.attestation.on.value}" if fact.attestation.on else ""
            pieces.append((f"  attested by {fact.attestation.by.text}{on}", "blue"))
        if fact.evidence:
            shown = (_evidence(text, report) for text in fact.evidence)
            pieces.append((f"  {', '.join(shown)}", "green"))
        elif fact.field.evidenced:
            pieces.append(("  no evidence", "yellow"))
        sheet.line(*pieces, indent=2)


def _evidence(text: str, report: Report) -> str:
    """A piece of evidence, and what became of it."""
    proof = report.proofs.get(text)
    if proof is None or proof.doubt:
        return text
    return f"{text} (sha256 {proof.sha256[:DIGITS]})" if proof.sha256 else f"{text} (not looked at)"
