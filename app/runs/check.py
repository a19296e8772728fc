"""`clausewise check`: files and folders in, reports printed, an exit code out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clausewise.checking.check import Checked, Options, check_file, exit_code
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.backends.python import compiled
from clausewise.intake.load import design_files
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import REPORTS


def check_paths(
    paths: Sequence[Path], options: Options, format_: str = "text", output: Path | None = None
) -> int:
    """Judge designs, print the reports in a format, and give the exit code."""
    renderer = REPORTS[format_]
    results = list(_check_all(paths, options, try_answers=renderer.shows_answers))
    renderer.write(results, output)
    keep_code(results)
    return exit_code({result.exit_code for result in results})


def keep_code(results: Iterable[Checked]) -> None:
    """Keep what was compiled for these results, so that the next run starts with it."""
    policies = {id(report.policy): report.policy for found in results for report in found.reports}
    for policy in policies.values():
        compiled.keep_code(policy)


def _check_all(paths: Sequence[Path], options: Options, *, try_answers: bool) -> Iterator[Checked]:
    try:
        files = list(design_files(paths))
    except InvalidError as error:
        yield Checked(str(paths[0]), (), error.diagnostics)
        return
    for file in with_progress(files, len(files), "judging"):
        yield check_file(file, options, try_answers=try_answers)
