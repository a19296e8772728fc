"""A portfolio's summary, for people."""

from __future__ import annotations

from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.report.heading import DIGITS, read_by
from clausewise.formats.report.text import print_left_out
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.judges import origin_of
from clausewise.portfolio.tally import Tally, flip_words

MOST_SHOWN = 10
MOST_NAMES = 3
_STYLES = {
    Verdict.PROHIBITED: "red",
    Verdict.NEEDS_INFORMATION: "yellow",
    Verdict.NEEDS_REVIEW: "blue",
    Verdict.PERMITTED: "green",
    Verdict.NOT_APPLICABLE: "dim",
}


def print_summary(tally: Tally, path: str, sheet: Sheet) -> None:
    """Print how many designs came out how, what is missing most often, and what could not be judged."""
    policy = tally.task.policy
    sheet.line(
        (path, "bold"),
        f"  {_count(tally.designs, 'design')}, judged by {policy.name} {policy.version}".rstrip(),
    )
    sheet.line((f"from {origin_of(policy)}, sha256 {policy.source.sha256[:DIGITS]}", "dim"))
    if how := read_by(policy, tally.task.readings):
        sheet.line((how, "dim"))
    sheet.line()
    for verdict in Verdict:
        sheet.line(
            f"{tally.verdicts[verdict]:>9,}  ", (policy.shown(verdict), _STYLES[verdict]), indent=2
        )
    if tally.bad:
        sheet.line(f"{tally.bad:>9,}  ", ("could not be judged", "red"), indent=2)
    if tally.unreached:
        said = "with entities to which nothing leads (W702)"
        sheet.line(f"{tally.unreached:>9,}  ", (said, "yellow"), indent=2)
    _print_clauses(tally, sheet)
    _print_lacking(tally, sheet)
    _print_flips(tally, sheet)
    _print_mistakes(tally, sheet)
    if tally.left_out:
        sheet.line()
        print_left_out(tally.left_out, sheet)


def _print_clauses(tally: Tally, sheet: Sheet) -> None:
    width = max(map(len, tally.outcomes))
    sheet.line()
    head = "  ".join([" " * width, *(outcome.value for outcome in Outcome)])
    sheet.unwrapped((f"  {head}", "dim"))
    for name, counts in tally.outcomes.items():
        cells = (f"{counts[outcome] or '·':>{len(outcome)}}" for outcome in Outcome)
        sheet.unwrapped(f"  {name:{width}}  {'  '.join(cells)}")


def _print_lacking(tally: Tally, sheet: Sheet) -> None:
    if tally.lacking:
        sheet.line()
        sheet.line(("Missing most often", "bold"), ", in how many designs:")
        for name, count in tally.lacking.most_common(MOST_SHOWN):
            sheet.line(f"{count:>9,}  {name}", indent=2)
        _print_rest(len(tally.lacking), "field", sheet)


def _print_flips(tally: Tally, sheet: Sheet) -> None:
    against = tally.task.against
    if against is None:
        return
    sheet.line()
    sheet.line((f"Against {against.words}", "bold"), f": {_compared(tally)}")
    for flip, count in tally.flips.most_common(MOST_SHOWN):
        clause, before, after = flip_words(flip, tally.task)
        names = ", ".join(tally.flipped[flip][:MOST_NAMES])
        more = ", ..." if count > MOST_NAMES else ""
        sheet.line(
            f"{count:>9,}  {clause}: {before} → {after}  ", (names + more, "dim"), indent=2, hang=13
        )
    _print_rest(len(tally.flips), "change", sheet)


def _compared(tally: Tally) -> str:
    if tally.flips:
        return "what would come out otherwise"
    judged = tally.designs - tally.bad
    if not judged:
        return "no design could be judged by both"
    which = f" of the {_count(judged, 'design')} that could be judged by both" if tally.bad else ""
    return f"nothing{which} would come out otherwise"


def _print_mistakes(tally: Tally, sheet: Sheet) -> None:
    if tally.bad:
        sheet.line()
        sheet.line(("Could not be judged", "bold"))
        for name, mistake in tally.mistakes[:MOST_SHOWN]:
            sheet.line((f"{name}: ", "red"), mistake, indent=2, hang=4)
        _print_rest(tally.bad, "design", sheet)


def _print_rest(count: int, what: str, sheet: Sheet) -> None:
    if count > MOST_SHOWN:
        sheet.line((f"... and {_count(count - MOST_SHOWN, what)} more", "dim"), indent=2)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
