"""What an import came to, for people: what is stated now, what somebody says otherwise, and what was not used."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.formats.screen.sheet import Sheet
from clausewise.importing.findings import Imported
from clausewise.importing.updating import FactChange, Updated

MOST_SHOWN = 40
"""Notes."""
_HEADINGS = {
    "stated": "Stated",
    "changed": "Changed",
    "gone": "No longer said by the file",
    "open": "Not known, and why",
    "otherwise": "Otherwise by a file that was imported before: lines that stay as they are",
    "undeclared": "Used and not declared: lines of your own, which stay as they are",
    "kept": "Lines of your own that say the same",
    "same": "As before",
}


def print_imported(
    imported: Imported, updated: Updated, things: str, design: str, sheet: Sheet
) -> None:
    """Print what came of an import.

    Args:
        imported: what the files say.
        updated: what became of it in the design.
        things: what was counted in the files.
        design: what the design is called.
        sheet: where to print.
    """
    survey = imported.survey
    files = survey.files[0] if len(survey.files) == 1 else f"{len(survey.files)} files"
    sheet.line(
        (design, "bold cyan"),
        f"  {files}: {things} {survey.counted:,}, of which {imported.concerned:,} matter",
    )
    for what, heading in _HEADINGS.items():
        changes = [change for change in updated.changes if change.what == what]
        if changes:
            sheet.line()
            sheet.line((heading, "bold"))
            _print_changes(changes, sheet)
    notes = [(note.text, note.origin) for note in imported.notes]
    notes += [(text, "") for text in survey.passed_over]
    if notes:
        sheet.line()
        sheet.line(("Read and not used", "bold"))
        for text, origin in notes[:MOST_SHOWN]:
            sheet.line(text, (f"  {origin}" if origin else "", "dim"), indent=2, hang=4)
        rest = len(notes) - MOST_SHOWN + imported.untold
        if rest > 0:
            sheet.line((f"and {rest:,} more", "dim"), indent=2)
    if not updated.changes:
        sheet.line()
        sheet.line("Nothing follows for the design: all else is asked for.")


def _print_changes(changes: Sequence[FactChange], sheet: Sheet) -> None:
    for change in changes:
        match change.what:
            case "undeclared" | "otherwise":
                told = f"{change.before}, and the file says {change.values}"
            case "changed" | "gone" | "open" if change.before not in ("", change.values):
                told = f"{change.values}, before {change.before}"
            case _:
                told = change.values
        where = f"  {'; '.join(change.origins)}" if change.origins else ""
        sheet.line((change.fact, "cyan"), f"  {told}", (where, "dim"), indent=2, hang=4)
        if change.dropped:
            lost = ", ".join(change.dropped)
            sheet.line(f"no longer beside it, as proof of what was said before: {lost}", indent=4)
