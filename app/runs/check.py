"""`clausewise check`: files and folders in, reports printed, an exit code out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from clausewise.checking.check import Checked, Options, check_file, exit_code
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.load import design_files
from clausewise.runs.output import sheet_for, show_diagnostics, write
from clausewise.runs.progress import with_progress


def check_paths(
    paths: Sequence[Path], options: Options, format_: str = "text", output: Path | None = None
) -> int:
    """Judge designs, print the reports in a format, and give the exit code."""
    results = list(_check_all(paths, options))
    if format_ == "text":
        _print_results(results, output)
    else:
        write(import_module(f"clausewise.formats.report.{format_}").render(results), output)
    return exit_code({result.exit_code for result in results})


def _check_all(paths: Sequence[Path], options: Options) -> Iterator[Checked]:
    try:
        files = list(design_files(paths))
    except InvalidError as error:
        yield Checked(str(paths[0]), (), error.diagnostics)
        return
    for file in with_progress(files, len(files), "judging"):
        yield check_file(file, options)


def _print_results(results: list[Checked], output: Path | None) -> None:
    from clausewise.formats.report.text import print_report, print_summary

    show_diagnostics(found for result in results for found in result.diagnostics)
    with sheet_for(output) as sheet:
        for result in results:
            for report in result.reports:
                print_report(report, sheet)
        print_summary(results, sheet)
