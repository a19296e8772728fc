"""Several policies side by side, for a terminal: as many columns beside one another as there is room for."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.comparing.side_by_side import ComparedRow, SideBySide
from clausewise.engine.core.outcomes import OUTCOMES, Outcome
from clausewise.formats.report.heading import OUTCOME_STYLES, heading, read_by_each
from clausewise.formats.screen.sheet import Piece, Sheet, aligned, cells

SHORT = {
    Outcome.VIOLATED: "violated",
    Outcome.UNDETERMINED: "open",
    Outcome.REVIEW: "review",
    Outcome.MET: "met",
    Outcome.NOT_APPLICABLE: "-",
}
KEY = "`-`: does not apply; nothing: the policy does not speak of it."
COLUMN = 10
"""How wide a column is: the longest word of `SHORT`, and a gap."""
LABEL = 28


def print_side_by_side(found: SideBySide, sheet: Sheet) -> None:
    """Print the verdicts, the table, and which clauses are violated."""
    sheet.line((found.source.path, "bold cyan"), "  ", (found.title, "bold"))
    if found.as_of:
        sheet.line((f"judged as of {found.as_of}", "dim"))
    if how := read_by_each(found.judgements):
        sheet.line((how, "dim"), hang=2)
    sheet.line()
    shown = aligned(one.policy.shown(one.verdict) for one in found.judgements)
    for number, (judgement, told) in enumerate(zip(found.judgements, shown, strict=True), 1):
        style = OUTCOME_STYLES[OUTCOMES[judgement.verdict]]
        sheet.unwrapped(f"{number:>4}  ", (told, style), judgement.policy.full_name)
    for name, why in found.left_out:
        sheet.line((f"{name} is left out: {why}", "dim"), indent=6, hang=8)
    room = max(1, (sheet.width - LABEL) // COLUMN)
    for start in range(0, len(found.judgements), room):
        sheet.line()
        _print_block(found, range(start, min(start + room, len(found.judgements))), sheet)
    sheet.line()
    sheet.line((KEY, "dim"))
    _print_violated(found, sheet)


def _print_block(found: SideBySide, columns: range, sheet: Sheet) -> None:
    """Print some columns, under their numbers, and the rows of which one of them speaks."""
    head = "".join(f"{column + 1:<{COLUMN}}" for column in columns)
    sheet.unwrapped((f"{'':<{LABEL}}{head}", "bold"))
    for row in found.rows:
        if any(row.cells[column].clauses for column in columns):
            sheet.unwrapped(*_cells(row, columns))


def _cells(row: ComparedRow, columns: range) -> Iterator[Piece]:
    yield row.label + " " * max(2, LABEL - cells(row.label))
    for column in columns:
        outcome = row.cells[column].outcome
        said = SHORT[outcome] if outcome else ""
        yield (f"{said:<{COLUMN}}", OUTCOME_STYLES[outcome] if outcome else "")


def _print_violated(found: SideBySide, sheet: Sheet) -> None:
    """Print, of each row, the clauses that are violated, with their policies."""
    told = []
    for row in found.rows:
        said = [
            f"{judged.clause.title} of {judgement.policy.name}"
            for cell, judgement in zip(row.cells, found.judgements, strict=True)
            for judged in cell.clauses
            if judged.outcome is Outcome.VIOLATED
        ]
        told += [f"{row.label}: {', '.join(said)}"] if said else []
    if told:
        sheet.line()
        heading("Violated", sheet)
    for line in told:
        sheet.line(line, indent=2, hang=4)
