"""`clausewise packs`: the policies that may judge, what each covers, and which of them could apply to a design."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clausewise.checking.applying import judged_by_each
from clausewise.checking.options import Options
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.engine.judging.judgement import Judgement
from clausewise.formats.policy.packs import print_pack
from clausewise.intake import packages
from clausewise.intake.designs import read_design
from clausewise.intake.judges import named_policy, names_allowed
from clausewise.intake.texts import DESIGNS, read
from clausewise.runs.output import (
    COULD_NOT_JUDGE,
    fail_with,
    sheet_for,
    show_diagnostics,
)


def list_packs(design: Path | None, options: Options, output: Path | None) -> int:
    """Print the list, and give the exit code: 2 if a policy of it cannot be used, or the design not be read."""
    names = sorted(names_allowed(options.access))
    found: dict[str, Judgement | InvalidError] = {}
    if design:
        try:
            access = options.access
            source = read(design, DESIGNS, access.around(design), access.max_bytes)
            if has_errors(mistakes := read_design(source).problems):
                fail_with(mistakes)
            found = dict(judged_by_each(source, names, options))
            if common := _mistakes_of(found):
                fail_with(common)
        except InvalidError as error:
            fail_with(error.diagnostics)
    code = 0
    if refused := packages.problems():
        show_diagnostics(refused)
        code = COULD_NOT_JUDGE
    with sheet_for(output) as sheet:
        for name in names:
            try:
                print_pack(named_policy(name, options.access), found.get(name), sheet)
            except InvalidError as error:
                show_diagnostics(error.diagnostics)
                code = COULD_NOT_JUDGE
    return code


def _mistakes_of(found: Mapping[str, Judgement | InvalidError]) -> tuple[Diagnostic, ...]:
    """The mistakes of a design that no policy can judge, each once: by the policy that understands most of it."""
    refused = [one.diagnostics for one in found.values() if isinstance(one, InvalidError)]
    placed = [told for told in refused if all(one.span for one in told)]
    return min(placed, key=len) if placed and len(refused) == len(found) else ()
