"""What became of a policy's mutants, for people: each survivor as a diff, and how to tell it apart."""

from __future__ import annotations

from clausewise.formats.screen.sheet import Sheet
from clausewise.testing.mutation import Mutation, Survivor


def print_mutation(mutation: Mutation, sheet: Sheet) -> None:
    """Print the mutants that no case notices, and the counts."""
    for survivor in mutation.open:
        _print_survivor(survivor, sheet)
    for name in mutation.unknown:
        sheet.unwrapped(("✗ ", "red"), f"stated to be equivalent, and does not survive: {name}")
    stated = len(mutation.survivors) - len(mutation.open)
    counts = f"{mutation.noticed} mutants noticed, {len(mutation.open)} not"
    counts += f", {stated} stated or proved to be equivalent"
    sheet.line((counts, "green" if mutation.is_clean else "yellow"))
    sheet.line((f"{mutation.stillborn} more make no policy, as by a term of another field", "dim"))


def _print_survivor(survivor: Survivor, sheet: Sheet) -> None:
    sheet.unwrapped(("✗ ", "red"), (survivor.mutant, "bold"))  # in one line, to be copied
    for line in survivor.difference.splitlines()[3:]:
        style = {"+": "green", "-": "red"}.get(line[:1], "dim")
        sheet.unwrapped((f"    {line}", style))
    telling = survivor.telling or "no small design was found that does, which proves nothing"
    first, *design = telling.splitlines()
    sheet.line(("told apart by: ", "dim"), first, indent=4, hang=6)
    for line in design:
        sheet.unwrapped(f"      {line}")
    sheet.line()
