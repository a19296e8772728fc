"""`clausewise test`: files of cases in, what differs printed, an exit code out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.runs.output import COULD_NOT_JUDGE, fail_with, sheet_for, show_diagnostics, write
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import Runs
from clausewise.testing.cases import CaseResult, case_files, run_cases
from clausewise.testing.coverage import Coverage, coverage_of

SOME_FAILED = 1


def run_files(paths: Sequence[Path]) -> tuple[Runs, bool]:
    """Run the cases of files and folders. The second value is whether every file could be run.

    Mistakes are printed. Exits if a folder holds no cases.
    """
    try:
        files = list(case_files(paths))
    except InvalidError as error:
        fail_with(error.diagnostics)
    runs: dict[Path, Sequence[CaseResult]] = {}
    for path in with_progress(files, len(files), "running"):
        try:
            runs[path] = list(run_cases(path))
        except InvalidError as error:
            show_diagnostics(error.diagnostics)
    return runs, len(runs) == len(set(files))


def exit_code(runs: Runs, *, complete: bool) -> int:
    """0 all passed, 1 some differ, 2 some could not be run."""
    results = [result for found in runs.values() for result in found]
    if not complete or not results or any(result.diagnostics for result in results):
        return COULD_NOT_JUDGE
    return 0 if all(result.passed for result in results) else SOME_FAILED


def design_of(runs: Runs, title: str) -> str | None:
    """The design of the case with a title, as text."""
    results = (result for found in runs.values() for result in found)
    return next((result.design for result in results if result.title == title), None)


def coverages(runs: Runs) -> list[Coverage]:
    """What the cases that could be judged show of each policy that judged them."""
    judged: dict[int, list[tuple[str, Judgement]]] = {}
    policies: dict[int, Policy] = {}
    for found in runs.values():
        for result in found:
            if result.judgement:
                policy = result.judgement.policy
                policies[id(policy)] = policy
                judged.setdefault(id(policy), []).append((result.title, result.judgement))
    return [coverage_of(policy, judged[key]) for key, policy in policies.items()]


def print_coverages(found: Sequence[Coverage], page: Path | None, output: Path | None) -> None:
    """Print how much of each policy is covered; `page` is a file for the same as a page."""
    from clausewise.formats.coverage.page import render
    from clausewise.formats.coverage.text import print_coverage

    with sheet_for(output) as sheet:
        for coverage in found:
            print_coverage(coverage, sheet)
    if page:
        write(render(found), page)
