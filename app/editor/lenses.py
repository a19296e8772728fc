"""What stands above the lines of a text: the verdict, to what each clause comes, whether a case passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from clausewise.checking.report import Report
from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.problems import title_span
from clausewise.editor.trying import told
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.escaping import on_one_line

MOST_DESIGNS = 3
"""Designs of which it is told above a clause to what it comes there."""
REPORT, RUN = "clausewise.report", "clausewise.runCase"
"""What can be done by a click: to show the report of a design, to run a case again."""


@lean_dataclass(frozen=True, slots=True)
class Lens:
    """A line of words above a line of the text; `command` and `arguments` are what a click does."""

    span: Span
    title: str
    command: str = ""
    arguments: tuple[int, ...] = ()


def lenses(analysis: Analysis, others: Sequence[Analysis] = ()) -> Iterator[Lens]:
    """What stands above the lines of a text.

    Args:
        analysis: of the text.
        others: designs that are open beside a policy.
    """
    for report in analysis.reports:
        yield Lens(title_span(analysis), _verdict(report), REPORT)
    if isinstance(analysis.tree, syntax.PolicyFile):
        yield from _of_policy(analysis.tree, analysis, others)
    for number, (case, came) in enumerate(told(analysis)):
        state = "not run yet" if came is None else "passes" if came.passed else came.words
        yield Lens(case.title.span, f"run case ({state})", RUN, (number,))


def _verdict(report: Report) -> str:
    outcomes = [judged.outcome for judged in report.clauses]
    counts = [
        f"{outcomes.count(outcome)} {outcome}"
        for outcome in (Outcome.VIOLATED, Outcome.UNDETERMINED, Outcome.REVIEW, Outcome.MET)
        if outcome in outcomes
    ]
    return on_one_line(f"{report.verdict_told} by {report.policy.full_name}: {', '.join(counts)}")


def _of_policy(
    tree: syntax.PolicyFile, analysis: Analysis, others: Sequence[Analysis]
) -> Iterator[Lens]:
    """Above each clause, to what it comes in the designs that are open."""
    path = analysis.source.path
    reports = [(o, r) for o in others for r in o.reports if r.policy.source.path == path]
    for item in tree.items:
        clauses = item.clauses if isinstance(item, syntax.SectionNode) else (item,)
        for clause in clauses:
            if isinstance(clause, syntax.ClauseNode) and reports:
                name = clause.name.text
                words = [
                    f"{judged.outcome} in {other.path.name}"
                    for other, report in islice(reports, MOST_DESIGNS)
                    for judged in report.clauses
                    if judged.clause.name == name
                ]
                if words:
                    yield Lens(clause.name.span, on_one_line(", ".join(words)))
