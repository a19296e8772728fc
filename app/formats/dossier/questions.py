"""What a dossier says of what is open."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.checking.report import Report
from clausewise.checking.together import SEVERITY, clauses_asking
from clausewise.dsl.models.deployment import AS_OF
from clausewise.engine.advice.questions import Question
from clausewise.formats.dossier.document import (
    PageLine,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
)
from clausewise.formats.dossier.words import and_more, few, marked

MOST_QUESTIONS = 100


def questions(reports: Sequence[Report], prefix: str) -> PageSection:
    """What is still to be asked, each once; of several policies first what bears on most clauses of all."""
    asked_by: dict[str, list[tuple[Report, Question]]] = {}
    for report in reports:
        for question in report.advice.questions:
            asked_by.setdefault(question.fact, []).append((report, question))
    asked = sorted(asked_by.values(), key=lambda by: -sum(len(q.clauses) for _, q in by))
    if len(reports) == 1:
        asked = [*asked_by.values()]
    if not asked:
        return PageSection(
            f"{prefix}questions", "Open questions", (Paragraph(("None: all is settled.",)),)
        )
    shown = asked[:MOST_QUESTIONS]
    is_open = min((r.verdict for r in reports), key=SEVERITY.index).is_open
    bears = "" if is_open else " None of them can change the verdict any more."
    said = f"{len(asked):,} fact{' is' if len(asked) == 1 else 's are'} unknown and can matter to a clause.{bears}"
    table = PageTable(
        "Open questions",
        (("Fact", 25), ("Question", 43), ("Bears on", 18), ("Asks for", 14)),
        tuple(_question(by, several=len(reports) > 1) for by in shown),
    )
    return PageSection(
        f"{prefix}questions",
        "Open questions",
        (Paragraph((said,)), table, *and_more(len(asked) - len(shown), "questions")),
    )


def _question(by: Sequence[tuple[Report, Question]], *, several: bool) -> tuple[PageLine, ...]:
    """A question, as one policy asks it or several do, and the clauses on which it bears."""
    bears = []
    policies = [report.policy.name for report, _ in by]
    for report, same in by:
        names = clauses_asking(same, report.policy, policies)
        if not names:
            continue
        titles = few([report.policy.clauses[name].short for name in names])
        bears.append(f"{report.policy.name}: {titles}" if several else titles)
    question = by[0][1]
    but = "" if question.fact == AS_OF else "stated, but "
    doubt = marked(f" ({but}{question.doubt})") if question.doubt else ()
    what = "a judgement" if question.kind == "judgement" else "a fact"
    return (
        (PageWords(question.fact, "code"),),
        (*marked(question.ask), *doubt),
        ("; ".join(bears),),
        (what,),
    )
