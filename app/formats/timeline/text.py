"""How a verdict changes with the law, for a terminal: each period with what is otherwise than before."""

from __future__ import annotations

from clausewise.checking.timeline import Period, Timeline, is_in_force
from clausewise.dsl.text.names import listed
from clausewise.engine.core.outcomes import OUTCOMES
from clausewise.formats.report.heading import OUTCOME_STYLES, STYLES, read_by_each
from clausewise.formats.report.sentences import SAID, arguments_of
from clausewise.formats.screen.sheet import Piece, Sheet


def print_timeline(found: Timeline, sheet: Sheet) -> None:
    """Print the periods: of the first the verdict of each policy, of the others what changes."""
    sheet.line((found.source.path, "bold cyan"), "  ", (found.title, "bold"))
    exactly = ", exactly" if all(j.exact for j in found.periods[0].judgements) else ""
    names = ", ".join(p.full_name for p in found.policies)
    sheet.line((f"judged by {names}{exactly}", "dim"), hang=2)
    if how := read_by_each(found.periods[0].judgements):
        sheet.line((how, "dim"), hang=2)
    before: Period | None = None
    for period in found.periods:
        sheet.line()
        _print_period(period, before, found, sheet)
        before = period
    if len(found.periods) == 1:
        sheet.line()
        sheet.line("Nothing changes with the date.")
    if found.undated:
        sheet.line()
        sheet.line((_undated(found), "dim"))


def _undated(found: Timeline) -> str:
    """By which policies all days are alike, also those on which there was no such text."""
    names = listed([policy.full_name for policy in found.undated])
    many = "clauses of them name" if len(found.undated) > 1 else "clauses of it name"
    return (
        f"{names}: {many} no day from which they are in force. By these, days before the text was"
        " written are judged, too."
    )


def _print_period(period: Period, before: Period | None, found: Timeline, sheet: Sheet) -> None:
    when = f"until {period.end}" if period.end else "at any time"
    if period.start:
        when = f"from {period.start}"
    shown = (f" {period.whole.verdict_shown.upper()} ", STYLES[period.verdict])
    line: list[Piece] = [(f"{when:<18}", "bold"), shown]
    if before and before.verdict is period.verdict:
        line.append("  as before")
    if period.begun_by == "design":
        line.append(("  by a date of the design", "dim"))
    if found.as_of and period.holds(found.as_of):
        line.append((f"  judged as of {found.as_of}", "dim"))
    sheet.unwrapped(*line)
    for argument in arguments_of(period.whole):
        sheet.line((argument, "yellow"), indent=2, hang=4)
    for number, judged in enumerate(period.judgements):
        was = before.judgements[number].verdict if before else None
        changes = (
            [c for c in period.changes_from(before) if c.judgement is judged] if before else []
        )
        if before and not changes:
            continue
        style = OUTCOME_STYLES[OUTCOMES[judged.verdict]]
        told = judged.policy.shown(judged.verdict) if judged.verdict is not was else "as before"
        more = "" if is_in_force(judged) else ", of which nothing is in force"
        sheet.unwrapped("  ", (f"{told:<17}  ", style), judged.policy.full_name, (more, "dim"))
        for change in changes:
            title = judged.policy.clauses[change.clause].title
            after = (SAID[change.after], OUTCOME_STYLES[change.after])
            sheet.line(f"{title}  {SAID[change.before]} → ", after, indent=4, hang=6)
