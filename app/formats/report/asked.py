"""The questions on a design, for a terminal: what `clausewise ask` prints."""

from __future__ import annotations

from clausewise.checking.report import Checked, Report
from clausewise.engine.advice.questions import Question
from clausewise.formats.report.heading import MOST_ASKED, print_header, print_question
from clausewise.formats.report.text import print_fewest, print_whole
from clausewise.formats.screen.sheet import Sheet


def print_questions(result: Checked, sheet: Sheet) -> None:
    """Print all questions on a design, each once, with the answers that settle the verdict."""
    if len(result.reports) > 1:
        _print_shared_questions(result, sheet)
        return
    for report in result.reports:
        _print_own_questions(report, sheet)


def _print_shared_questions(result: Checked, sheet: Sheet) -> None:
    """Print the questions of several policies, those first that bear on most clauses of all of them."""
    print_whole(result, sheet)
    asked: dict[str, list[tuple[Report, Question]]] = {}
    for report in result.reports:
        for question in report.advice.questions:
            asked.setdefault(question.fact, []).append((report, question))
    order = sorted(asked.values(), key=lambda by: -sum(len(q.clauses) for _, q in by))
    for report in result.reports:
        print_fewest(report, sheet)
    if not order:
        sheet.line("Nothing is missing.", indent=2)
    for number, by in enumerate(order[:MOST_ASKED], 1):
        (report, question), *others = by
        print_question(number, question, report, sheet, with_answers=True, beside=others)
    if len(order) > MOST_ASKED:
        sheet.line((f"... and {len(order) - MOST_ASKED:,} more questions", "bold"), indent=2)


def _print_own_questions(report: Report, sheet: Sheet) -> None:
    print_header(report, sheet)
    if not report.advice.questions:
        of_draft = "Nothing is missing but what the draft may still list: take `draft` away when all is listed."
        sheet.line(of_draft if report.deployment.draft else "Nothing is missing.", indent=2)
        sheet.line()
    elif not report.verdict.is_open:
        sheet.line(
            f"None of these can change the verdict: it stays {report.verdict_shown}.", indent=2
        )
        sheet.line()
    print_fewest(report, sheet)
    asked = report.advice.questions
    for number, question in enumerate(asked[:MOST_ASKED], 1):
        print_question(number, question, report, sheet, with_answers=True)
    if len(asked) > MOST_ASKED:
        sheet.line((f"... and {len(asked) - MOST_ASKED:,} more questions", "bold"), indent=2)
