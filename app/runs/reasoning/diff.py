"""`clausewise diff`: two policies or vocabularies in, what changes printed, an exit code out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clausewise.checking.judging import readings_of
from clausewise.checking.options import Options
from clausewise.checking.solver import need_solver
from clausewise.comparing.designs import rejudged
from clausewise.comparing.policies import comparable
from clausewise.comparing.vocabularies import changes
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.judges import named_clause, named_policy
from clausewise.intake.load import no_design
from clausewise.intake.texts import DESIGN_SUFFIXES
from clausewise.intake.vocabularies import load_vocabulary
from clausewise.intake.walk import find_files
from clausewise.runs.output import COULD_NOT_JUDGE, show_diagnostics
from clausewise.runs.progress import with_progress

SAME, OTHERWISE = 0, 1


def diff_vocabularies(old: Path, new: Path, sheet: Sheet) -> int:
    """Print what changes from one vocabulary to another. 0 if nothing breaks designs, else 1.

    Raises:
        InvalidError: one cannot be read, or has mistakes.
    """
    from clausewise.formats.comparison.text import print_words

    found = list(changes(load_vocabulary(old), load_vocabulary(new)))
    print_words(found, sheet)
    return OTHERWISE if any(change.breaks for change in found) else SAME


def diff_policies(
    old: str,
    new: str,
    options: Options,
    sheet: Sheet,
    old_readings: Mapping[str, str],
    clauses: Sequence[tuple[str, str]] = (),
    *,
    everything: bool,
) -> int:
    """Print how the meaning of each clause changes. 0 if none does, else 1.

    Args:
        old_readings: alternatives by reading, of the old policy; the options hold those of the new one.
        clauses: names or numbers of clauses of the old policy and of the new one, to compare these alone.

    Raises:
        InvalidError: a policy cannot be used, they have no vocabulary in common, or the solver is not installed.
    """
    older, newer = named_policy(old, options.access), named_policy(new, options.access)
    older, newer = comparable(older, newer, options, old_readings)
    need_solver()
    from clausewise.engine.backends.solver.proving.difference import Comparison, MeaningChange
    from clausewise.formats.comparison.text import print_comparison

    comparison = Comparison(older, newer, readings_of(newer, options))
    if clauses:
        named = [(named_clause(a, older).name, named_clause(b, newer).name) for a, b in clauses]
        found = [comparison.pair(*names) for names in named]
        print_comparison(comparison, found, sheet, everything=True)
        return SAME if all(each.change is MeaningChange.EQUIVALENT for each in found) else OTHERWISE
    count = len({*older.clauses, *newer.clauses})
    found = [*with_progress(comparison.clauses(), count, "comparing"), comparison.whole()]
    print_comparison(comparison, found, sheet, everything=everything)
    return SAME if all(each.change is MeaningChange.EQUIVALENT for each in found) else OTHERWISE


def diff_on(paths: Sequence[Path], old: str, new: str, options: Options, sheet: Sheet) -> int:
    """Judge designs by both policies, and print which come out otherwise. 0 if none does, else 1."""
    from clausewise.formats.comparison.text import print_rejudged

    files = find_files([*paths], DESIGN_SUFFIXES, options.access)
    for _, problem in files.problems:
        show_diagnostics([problem])
    for folder in files.empty:
        show_diagnostics(
            no_design(folder, "designs end in `.design` or `.design.json`").diagnostics
        )
    progress = with_progress(files.files, len(files.files), "judging")
    found = list(rejudged([*progress], old, new, options))
    for design in found:
        show_diagnostics(design.diagnostics)
    print_rejudged(found, sheet)
    if files.problems or files.empty or any(design.diagnostics for design in found):
        return COULD_NOT_JUDGE
    return OTHERWISE if any(design.is_changed for design in found) else SAME
