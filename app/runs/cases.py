"""`clausewise test`: files of cases in, what differs printed, an exit code out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from clausewise.dsl.files.reading import shown
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.fault import EXIT_CODE, fault_of, has_fault
from clausewise.dsl.text.source import Source
from clausewise.engine.judging.judgement import Judgement
from clausewise.formats.report.text import print_left_out
from clausewise.formats.screen.sheet import terminal
from clausewise.intake.access import Access
from clausewise.runs.output import COULD_NOT_JUDGE, sheet_for, show_diagnostics, write
from clausewise.runs.progress import FEW, with_progress
from clausewise.runs.renderers import Runs
from clausewise.testing.cases import CaseResult, case_files, no_cases, run_cases
from clausewise.testing.coverage import Coverage, coverage_of

SOME_FAILED = 1


def run_files(paths: Sequence[Path], access: Access | None = None) -> tuple[Runs, bool]:
    """Run the cases of files and folders. The second value is whether every file could be run.

    Mistakes, and what is left out, are printed.
    """
    found = case_files(paths, access)
    for _, problem in found.problems:
        show_diagnostics([problem])
    for folder in found.empty:
        show_diagnostics(no_cases(folder).diagnostics)
    if found.left_out:
        print_left_out(found.left_out, terminal(stderr=True))
    runs: dict[Path, Sequence[CaseResult]] = {}
    few = len(found.files) <= FEW  # then each may hold thousands of cases
    for path in with_progress(found.files, len(found.files), "running"):
        try:
            cases = run_cases(path, access)
            runs[path] = list(with_progress(cases, None, "running") if few else cases)
        except InvalidError as error:
            show_diagnostics(error.diagnostics)
        except Exception as error:
            fault, source = fault_of(error, shown(path)), Source(shown(path), "")
            runs[path] = [CaseResult("the whole file", source, diagnostics=(fault,))]
    complete = len(runs) == len(found.files) and not found.problems and not found.empty
    return runs, complete


def exit_code(runs: Runs, *, complete: bool) -> int:
    """0 all passed, 1 some differ, 2 some could not be run, 70 for a bug of ours in some."""
    results = [result for found in runs.values() for result in found]
    if any(has_fault(result.diagnostics) for result in results):
        return EXIT_CODE
    if not complete or not results or any(result.diagnostics for result in results):
        return COULD_NOT_JUDGE
    return 0 if all(result.passed for result in results) else SOME_FAILED


def design_of(runs: Runs, title: str) -> str | None:
    """The design of the case with a title, as text."""
    results = (result for found in runs.values() for result in found)
    return next((result.design for result in results if result.title == title), None)


def coverages(runs: Runs) -> list[Coverage]:
    """What the cases that could be judged show of each policy that judged them."""
    judged: dict[str, list[tuple[str, Judgement]]] = {}
    for found in runs.values():
        for result in found:
            if result.judgement:
                file = result.judgement.policy.source.path
                judged.setdefault(file, []).append((result.title, result.judgement))

    def watched(cases: Sequence[tuple[str, Judgement]]) -> Iterable[tuple[str, Judgement]]:
        return with_progress(cases, len(cases), "covering")

    return [coverage_of(each[0][1].policy, each, watched) for each in judged.values()]


def print_coverages(found: Sequence[Coverage], page: Path | None, output: Path | None) -> None:
    """Print how much of each policy is covered; `page` is a file for the same as a page."""
    from clausewise.formats.coverage.page import render
    from clausewise.formats.coverage.text import print_coverage

    with sheet_for(output) as sheet:
        for coverage in found:
            print_coverage(coverage, sheet)
    if page:
        write(render(found), page)
