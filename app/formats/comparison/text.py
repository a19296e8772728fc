"""What changes from one policy, or one vocabulary, to another, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clausewise.comparing.designs import Rejudged
from clausewise.comparing.vocabularies import WordChange
from clausewise.dsl.text.names import listed
from clausewise.engine.backends.solver.proving.difference import (
    Comparison,
    MeaningChange,
    MeaningDifference,
    Witness,
)
from clausewise.formats.proofs.text import BY_A_LAW, print_design
from clausewise.formats.screen.sheet import Sheet

STYLES = {
    MeaningChange.EQUIVALENT: "dim",
    MeaningChange.STRICTER: "red",
    MeaningChange.LAXER: "green",
    MeaningChange.INCOMPARABLE: "yellow",
    MeaningChange.NEW: "red",
    MeaningChange.GONE: "green",
    MeaningChange.UNREAD: "yellow",
}
SAID = {MeaningChange.INCOMPARABLE: "both stricter and laxer"}


def print_comparison(
    comparison: Comparison, found: Sequence[MeaningDifference], sheet: Sheet, *, everything: bool
) -> None:
    """Print how each clause changes, and the whole; of what changes, the designs that show it."""
    old, new = comparison.old.full_name, comparison.new.full_name
    sheet.line((f"From {old} to {new}", "bold"))
    if comparison.new.partial:
        sheet.line((f"{new} is partial: {comparison.new.partial}", "yellow"), hang=2)
    for difference in found:
        change = SAID.get(difference.change, str(difference.change))
        whole = "in the clauses of both" if comparison.new.partial else "on the whole"
        name = difference.clause or whole
        style = STYLES[difference.change]
        sheet.line((name, "bold"), (f"  {change}", style), indent=2, hang=4)
        if difference.why:
            sheet.line((f"perhaps: {difference.why}", "yellow"), indent=4)
        if everything or not difference.clause:
            _print_witness(difference.stricter, new, new, sheet)
            _print_witness(difference.laxer, old, new, sheet)
    counts = Counter(d.change for d in found if d.clause)
    said = ", ".join(f"{counts[c]} {SAID.get(c, str(c))}" for c in MeaningChange if counts[c])
    sheet.line()
    sheet.line((f"{said}.", "bold"))


def _print_witness(witness: Witness | None, by: str, policy: str, sheet: Sheet) -> None:
    """Print a design that only one of the policies prohibits, as one by the new policy."""
    if witness is None:
        return
    law = f", where {BY_A_LAW}" if witness.by_a_law else ""
    said = f"prohibited by {by} only, by {listed(witness.violates)}{law}."
    sheet.line(f"{said} All that matters of such a design:", indent=4, hang=6)
    print_design(witness.design, policy, sheet)


def print_rejudged(found: Sequence[Rejudged], sheet: Sheet) -> None:
    """Print the designs that come out otherwise, each with the clauses whose outcomes change."""
    changed = [design for design in found if design.is_changed]
    for design in changed:
        how = design.after if design.before == design.after else f"{design.before} → {design.after}"
        sheet.line((design.path, "bold cyan"), f"  {how}", hang=2)
        for name, before, after in design.clauses:
            sheet.line(f"{name}  {before} → {after}", indent=2, hang=4)
    lost = sum(not design.is_judged for design in found)
    same = len(found) - len(changed) - lost
    said = f"{len(changed)} of {len(found)} designs come out otherwise, {same} do not"
    sheet.line((said + (f", {lost} could not be judged." if lost else "."), "bold"))


def print_words(found: Sequence[WordChange], sheet: Sheet) -> None:
    """Print what changes in a vocabulary: first what breaks designs."""
    for breaks, title in ((True, "Breaks designs"), (False, "Breaks none")):
        told = [change.said for change in found if change.breaks is breaks]
        if told:
            sheet.line((title, "bold underline"))
        for said in told:
            sheet.line("- ", said, indent=2, hang=4)
    if not found:
        sheet.line("Nothing changes.")
