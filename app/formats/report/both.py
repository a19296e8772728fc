"""What an open clause may come to, both ways, for a terminal."""

from __future__ import annotations

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import Fact, show_value
from clausewise.engine.backends.solver.both import Both, WayShown
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.screen.sheet import Sheet

STYLES = {True: "red", False: "green"}


def print_both(report: Report, judged: ClauseJudgement, both: Both | None, sheet: Sheet) -> None:
    """Print how a clause can be violated, and how it can be kept: the facts added to the design.

    Args:
        report: of the design.
        judged: the clause.
        both: what it may come to; `None` if the judge has settled it.
    """
    clause = judged.clause
    sheet.line((f"{clause.title}: {judged.outcome}", "bold"))
    if both is None:
        sheet.line("It is settled: nothing that is missing can change it.", indent=2)
    elif both.why_not:
        sheet.line(f"Whether there is another way is not known: {both.why_not}.", indent=2)
    elif not (both.violated and both.kept):
        so = "violated" if both.violated else "not violated"
        sheet.line(f"It is {so}, however the missing facts turn out: it is open no more.", indent=2)
        sheet.line()
        return
    for way in (both.violated, both.kept) if both else ():
        if way:
            _print_way(report, way, sheet)
    sheet.line()


def _print_way(report: Report, way: WayShown, sheet: Sheet) -> None:
    """Print what is added to the design, and what the clause comes to then."""
    is_violated = way.outcome == "violated"
    sheet.line()
    sheet.line(
        (f"{way.outcome}", STYLES[is_violated]), ", for example, if the design says:", indent=2
    )
    for entity in way.entities:
        sheet.line((f"{entity.type.name} {entity.name}", "cyan"), "  who is not listed", indent=4)
    listed = list(report.deployment.entities)
    for fact in sorted(way.facts, key=lambda fact: fact.entity not in listed):
        sheet.line(
            (f"{fact.name} {show_value(fact.value)}", "cyan"), _remark(fact, report), indent=4
        )
    if way.as_of:
        sheet.line((f"as of {way.as_of}", "cyan"), indent=4)
    if way.no_draft:
        sheet.line("and it is no draft: nothing else is to come", indent=4)


def _remark(fact: Fact, report: Report) -> str:
    """What is to be known of a fact that is added."""
    before = report.deployment.fact(fact.name)
    if before and before.value is not None:
        return f"  more precisely than {show_value(before.value)}"
    return "  if a person judges so" if fact.field.kind == "judgement" else ""
