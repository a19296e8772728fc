"""What an import came to, for people: what is stated now, what somebody says otherwise, and what was not used."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.formats.screen.sheet import Sheet
from clausewise.importing.findings import Imported
from clausewise.importing.updating import FactChange, Updated

MOST_SHOWN = 40
"""Notes."""
MOST_PLACES = 5
"""Of one thing."""
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
    _print_notes(imported, sheet)
    if not updated.changes:
        sheet.line()
        sheet.line("Nothing follows for the design: all else is asked for.")


def _print_notes(imported: Imported, sheet: Sheet) -> None:
    """What was not used, each thing once, with the places of which it is said."""
    notes: dict[str, list[str]] = {}
    for note in imported.notes:
        notes.setdefault(note.text, []).append(note.origin)
    notes |= {text: [] for text in imported.survey.passed_over}
    if not notes:
        return
    sheet.line()
    sheet.line(("Read and not used", "bold"))
    for text, origins in list(notes.items())[:MOST_SHOWN]:
        sheet.line(text, (_places(origins), "dim"), indent=2, hang=4)
    rest = max(len(notes) - MOST_SHOWN, 0) + imported.untold
    if rest:
        sheet.line((f"and {rest:,} more", "dim"), indent=2)


def _places(origins: Sequence[str]) -> str:
    """Where something stands, behind what is said of it: the first places, and how many more there are."""
    rest = len(origins) - MOST_PLACES
    more = f"; and {rest:,} more" if rest > 0 else ""
    return f"  {'; '.join(origins[:MOST_PLACES])}{more}" if origins else ""


def _print_changes(changes: Sequence[FactChange], sheet: Sheet) -> None:
    for change in changes:
        match change.what:
            case "undeclared" | "otherwise":
                told = f"{change.before}, and the file says {change.values}"
            case "changed" | "gone" | "open" if change.before not in ("", change.values):
                told = f"{change.values}, before {change.before}"
            case _:
                told = change.values
        where = _places(change.origins)
        sheet.line((change.fact, "cyan"), f"  {told}", (where, "dim"), indent=2, hang=4)
        if change.dropped:
            lost = ", ".join(change.dropped)
            sheet.line(f"no longer beside it, as proof of what was said before: {lost}", indent=4)
