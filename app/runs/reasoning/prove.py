"""`clausewise prove`: laws in, what became of each printed, an exit code out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.checking.solver import need_solver
from clausewise.dsl.files.reading import shown
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.laws import Laws
from clausewise.engine.core.policy import Policy
from clausewise.formats.proofs.text import print_flaws, print_proof, print_total
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.access import Access
from clausewise.intake.laws import laws_files, load_laws
from clausewise.runs.output import COULD_NOT_JUDGE, show_diagnostics
from clausewise.runs.progress import with_progress

REFUTED = 1
NOT_KNOWN = 3
"""As of a design that needs information."""


def prove_files(
    paths: Sequence[Path], access: Access, sheet: Sheet, *, only: str = "", sound: bool = True
) -> int:
    """Prove the laws of files and folders, and print what became of each.

    Args:
        only: the name of the one law that is proved; all, if it is empty.
        sound: whether to look as well for what does nothing in the policies that laws are about.

    Returns:
        0 all hold, 1 one is refuted, 2 a file could not be used, 3 of one it is not known.

    Raises:
        InvalidError: the solver is not installed.
    """
    found = laws_files([*paths], access)
    codes = {0}
    for _, problem in found.problems:
        show_diagnostics([problem])
        codes.add(COULD_NOT_JUDGE)
    for folder in found.empty:
        message = f"there are no laws in `{shown(folder)}`"
        hint = "laws are files that end in `.laws`"
        show_diagnostics([Diagnostic("E520", message, Source(shown(folder), ""), None, hint)])
        codes.add(COULD_NOT_JUDGE)
    for path in found.files:
        try:
            codes.add(_prove(load_laws(path), sheet, only=only, sound=sound))
        except InvalidError as error:
            show_diagnostics(error.diagnostics)
            codes.add(COULD_NOT_JUDGE)
    return next(code for code in (COULD_NOT_JUDGE, REFUTED, NOT_KNOWN, 0) if code in codes)


def _prove(laws: Laws, sheet: Sheet, *, only: str, sound: bool) -> int:
    """Prove the laws of one file."""
    chosen = [law for law in laws.laws.values() if only in ("", law.name)]
    need_solver()
    from clausewise.engine.backends.solver.proving.prove import Prover
    from clausewise.engine.backends.solver.proving.sound import flaws

    prover = Prover(laws)
    proofs = [prover.prove(law) for law in with_progress(chosen, len(chosen), "proving")]
    found = [*flaws(laws.policy)] if sound and not only else None
    sheet.line((laws.title, "bold"), (f"  {laws.name}, for {laws.policy.full_name}", "dim"))
    for proof in proofs:
        print_proof(proof, laws.policy, sheet)
    print_total(proofs, sheet)
    if found is not None:
        print_flaws(found, sheet)
    held = {proof.holds for proof in proofs}
    return REFUTED if False in held else NOT_KNOWN if None in held else 0


def print_directions_of(policy: Policy, clauses: Sequence[str], sheet: Sheet) -> None:
    """Print which way each value of each fact pushes some clauses of a policy.

    Clauses that only say of others that they are violated are left out: what pushes those pushes them.

    Raises:
        InvalidError: the solver is not installed.
    """
    from clausewise.formats.proofs.text import print_directions

    own = [name for name in clauses if name not in policy.derived]
    need_solver()
    from clausewise.engine.backends.solver.proving.directions import Directions

    found = Directions(policy)
    for name in with_progress(own, len(own), "looking"):
        print_directions(policy, found.of([name]), sheet)


def directions_of_files(paths: Sequence[Path], access: Access, sheet: Sheet) -> int:
    """Print the directions of all clauses of the policies that the laws of some files are about.

    Returns:
        0, or 2 if a file could not be used.

    Raises:
        InvalidError: the solver is not installed, or a file has mistakes.
    """
    found = laws_files([*paths], access)
    policies = {(p := load_laws(path).policy).full_name: p for path in found.files}
    for _, problem in found.problems:
        show_diagnostics([problem])
    for policy in policies.values():
        sheet.line((policy.title, "bold"), (f"  {policy.full_name}", "dim"))
        sheet.line()
        print_directions_of(policy, list(policy.clauses), sheet)
    return COULD_NOT_JUDGE if found.problems or not policies else 0
