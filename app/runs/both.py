"""`explain --both`: how an open clause can be violated, and how it can be kept."""

from __future__ import annotations

from clausewise.checking.check import Report
from clausewise.checking.solver import both_ways
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.screen.sheet import Sheet
from clausewise.runs.output import fail_with


def print_both(report: Report, judged: ClauseJudgement, sheet: Sheet) -> None:
    """Find both ways of a clause that is open, and print them; without the solver, say how to get it."""
    from clausewise.formats.report.both import print_both as print_

    try:
        both = both_ways(report.judgement, judged.clause.name) if judged.is_open else None
    except InvalidError as error:
        fail_with(error.diagnostics)
    print_(report, judged, both, sheet)
