"""A report for people: the verdict, what is violated, what is missing, what is clear, what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausewise.checking import Checked, Report
from clausewise.dsl.deployment import Fact, show_value
from clausewise.engine.judge import ClauseJudgement, Finding, Outcome, Verdict
from clausewise.engine.questions import Question
from clausewise.engine.sentences import because
from clausewise.engine.truth import Truth
from clausewise.formats.snippet import snippet

STYLES = {
    Verdict.PROHIBITED: "bold white on red",
    Verdict.NEEDS_INFORMATION: "bold black on yellow",
    Verdict.NEEDS_REVIEW: "bold white on blue",
    Verdict.PERMITTED: "bold white on green",
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


def print_report(report: Report, console: Console) -> None:
    """Print a report."""
    _print_header(report, console)
    judged = report.judgement.clauses
    violated = [clause for clause in judged if clause.outcome is Outcome.VIOLATED]
    if violated:
        _heading("Violated", console)
        for clause in violated:
            _print_violated(clause, report, console)
    if report.questions:
        _print_open(report, console)
    _heading("Clause by clause", console)
    _print_clauses(judged, console)
    _print_readings(report, console)
    if report.rests_on:
        _heading("Rests on", console)
        _print_rests_on(report.rests_on, console)
    if report.policy.notice:
        console.print(Padding(Text(report.policy.notice, "italic dim"), (1, 2, 0, 2), expand=False))
    console.print()


def print_summary(results: Iterable[Checked], console: Console) -> None:
    """Print a line for each design, if there are several."""
    found = list(results)
    if len(found) < 2:
        return
    _heading("Summary", console)
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in found:
        verdict = result.verdict
        style = OUTCOME_STYLES[_OUTCOMES[verdict]] if verdict else "bold red"
        table.add_row(Text(verdict or "not judged", style), result.path)
    console.print(table)


def print_questions(report: Report, console: Console) -> None:
    """Print all questions of a report, each with the answers that settle the verdict."""
    _print_header(report, console)
    if not report.questions:
        console.print("  Nothing is missing.\n")
    for number, question in enumerate(report.questions, 1):
        _print_question(number, question, report, console, with_answers=True)


def _print_header(report: Report, console: Console) -> None:
    policy, deployment = report.policy, report.deployment
    draft = " (draft)" if deployment.draft else ""
    console.print(
        Text(report.path, "bold cyan").append(f"  {deployment.title}{draft}", "bold default")
    )
    words = f"judged by {policy.name} {policy.version}".rstrip()
    if deployment.as_of:
        words += f" as of {deployment.as_of}"
    console.print(Text(words, "dim"))
    chosen = [
        f"{n}={a}" for n, a in report.judgement.readings.items() if a != policy.readings[n].default
    ]
    if chosen:
        console.print(Text(f"under the reading {', '.join(chosen)}", "yellow"))
    counts = Counter(clause.outcome for clause in report.judgement.clauses)
    summary = ", ".join(f"{counts[o]} {_SAID[o]}" for o in Outcome if counts[o])
    line = Text("\n ").append(f" {report.verdict.upper()} ", STYLES[report.verdict])
    console.print(line.append(f"  {summary}\n", "not bold default"))


def _heading(title: str, console: Console) -> None:
    console.print(Text(title, "bold underline"))


def _print_violated(clause: ClauseJudgement, report: Report, console: Console) -> None:
    head = Text("  ✗ ", "red").append(clause.clause.title, "bold red")
    console.print(head.append(f"  {clause.clause.at}", "dim"))
    _indented(Text(clause.clause.says), console)
    findings = [f for f in clause.findings if f.outcome is Outcome.VIOLATED]
    for finding in findings[:MOST_FINDINGS]:
        _print_finding(finding, report, console)
    if len(findings) > MOST_FINDINGS:
        _indented(Text(f"... and {len(findings) - MOST_FINDINGS} more findings", "dim"), console)
    if clause.clause.remedy:
        _indented(Text("Remedy: ", "bold").append(clause.clause.remedy, "not bold"), console)
    console.print()


def _print_finding(finding: Finding, report: Report, console: Console) -> None:
    _indented(Text("→ ").append(because(finding, report.deployment), "bold"), console)
    for name, truth in finding.exceptions:
        _indented(Text(f"  exception `{name}` {_EXCEPTION_SAID[truth]}", "dim"), console)
    facts = [report.deployment.fact(name) for name in finding.facts]
    shown = sorted((f for f in facts if f and f.span), key=lambda f: f.span.start if f.span else 0)
    for fact in shown[:MOST_FACTS]:
        if fact.span:
            console.print(snippet(report.source, fact.span, "red"))
    if len(shown) > MOST_FACTS:
        rest = ", ".join(fact.name for fact in shown[MOST_FACTS:])
        _indented(Text(f"  and {rest}", "dim"), console)


def _indented(text: Text, console: Console) -> None:
    console.print(Padding(text, (0, 0, 0, 4), expand=False))


def _print_open(report: Report, console: Console) -> None:
    _heading("Missing", console)
    for number, question in enumerate(report.questions[:MOST_QUESTIONS], 1):
        _print_question(number, question, report, console, with_answers=False)
    rest = len(report.questions) - MOST_QUESTIONS
    if rest > 0:
        console.print(Text(f"  ... and {rest} more: `clausewise ask {report.path}`\n", "dim"))


def _print_question(
    number: int, question: Question, report: Report, console: Console, *, with_answers: bool
) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text(f"{number:>4}."), Text(question.ask, "bold"))
    console.print(grid)
    who = "  for a person to judge, `attested by`" if question.kind == "judgement" else ""
    lines = [Text(question.fact, "cyan").append(who, "blue")]
    if question.doubt:
        lines.append(Text(f"stated, but {question.doubt}", "yellow"))
    titles = [report.policy.clauses[name].title for name in question.clauses]
    lines.append(Text("bears on " + ", ".join(titles), "dim"))
    if with_answers:
        answers = report.decisive_answers.get(question.fact, ())
        lines += [Text(f"{found.answer} → {found.verdict}", "bold") for found in answers]
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 6), expand=False))
    console.print()


def _print_clauses(judged: Iterable[ClauseJudgement], console: Console) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for clause in judged:
        style = OUTCOME_STYLES[clause.outcome]
        name = clause.clause.number or clause.clause.name
        table.add_row(Text(name, "bold"), Text(_SHORT[clause.outcome], style), _reason(clause))
    console.print(Padding(table, (0, 0, 1, 2), expand=False))


_OUTCOMES = {
    Verdict.PROHIBITED: Outcome.VIOLATED,
    Verdict.NEEDS_INFORMATION: Outcome.UNDETERMINED,
    Verdict.NEEDS_REVIEW: Outcome.REVIEW,
    Verdict.PERMITTED: Outcome.MET,
}
_SHORT = {**_SAID, Outcome.REVIEW: "review"}


def _reason(clause: ClauseJudgement) -> Text:
    """The clause's name and, in a few facts, why it ended so."""
    facts = clause.missing if clause.is_open else clause.facts
    shown = ", ".join(facts[:MOST_FACTS]) + (", ..." if len(facts) > MOST_FACTS else "")
    word = {True: "wants "}.get(clause.is_open and bool(facts), "")
    if clause.is_open and not facts:
        shown = "the draft may still grow"
    return Text(clause.clause.name).append(f"  {word}{shown}" if shown else "", "dim")


def _print_readings(report: Report, console: Console) -> None:
    if not report.other_readings:
        return
    _heading("Other readings", console)
    for other in report.other_readings:
        reading = report.policy.readings[other.reading]
        line = Text(f"{other.reading}={other.alternative}", "bold yellow")
        line.append(f" ({reading.alternatives[other.alternative]}): ", "not bold default")
        changes = ", ".join(f"{clause} {outcome}" for clause, outcome in other.changed.items())
        verdict = "the verdict stays" if other.verdict is report.verdict else str(other.verdict)
        line.append(f"{verdict}; {changes}", "not bold default")
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
    console.print()


def _print_rests_on(facts: Iterable[Fact], console: Console) -> None:
    for fact in facts:
        line = Text(f"{fact.name} {show_value(fact.value)}")
        if fact.attestation:
            on = f" on {fact.attestation.on.value}" if fact.attestation.on else ""
            line.append(f"  attested by {fact.attestation.by.text}{on}", "blue")
        if fact.evidence:
            line.append(f"  {', '.join(fact.evidence)}", "green")
        elif fact.field.evidenced:
            line.append("  no evidence", "yellow")
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
