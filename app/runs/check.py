"""`clausewise check`: files and folders in, reports printed, an exit code out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clausewise.checking.check import check_each, check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, exit_code
from clausewise.dsl.files.reading import UnreadableError, read_standard_input, shown
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.engine.backends.python import compiled
from clausewise.intake.designs import source_of
from clausewise.intake.load import FilesNow, no_design
from clausewise.intake.texts import DESIGN_SUFFIXES
from clausewise.runs.output import refuse_inputs
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import REPORTS, ReportRenderer, Run
from clausewise.runs.targets import OutputTarget

if TYPE_CHECKING:
    from clausewise.formats.report.text import Detail
    from clausewise.intake.walk import LeftOut

STANDARD_INPUT = Path("-")
STDIN_NAME = "stdin.design"
DESIGNS_END = "designs are files that end in `.design` or `.design.json`"


@lean_dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is asked of a `check`.

    Attributes:
        paths: files and folders; `-` is standard input.
        targets: what is written where.
        stdin_name: what the design on standard input is called.
        detail: how much of a report is told.
        diff: a revision of git; only what has become worse since then counts.
        write_baseline: the file to which all problems are written, which do not count then.
        shows_baselined: whether what the baseline holds is told, too.
    """

    paths: Sequence[Path]
    targets: Sequence[OutputTarget] = (OutputTarget("text"),)
    stdin_name: str = STDIN_NAME
    detail: Detail = "screen"
    diff: str | None = None
    write_baseline: Path | None = None
    shows_baselined: bool = False


def check_paths(request: CheckRequest, options: Options) -> int:
    """Judge designs, write the reports, and give the exit code.

    Raises:
        InvalidError: the waivers, the baseline or the revision cannot be used.
    """
    left_out: list[LeftOut] = []
    try_answers = request.detail == "all" or any(
        REPORTS[target.format].shows_answers for target in request.targets
    )
    options = replace(options, now=FilesNow())
    results: Sequence[Checked] = list(
        _check_all(request, options, left_out, try_answers=try_answers)
    )
    for path in (request.write_baseline, *(target.path for target in request.targets)):
        refuse_inputs(path)  # before any of them is written
    notes: Sequence[Diagnostic] = ()
    if request.diff is not None or request.write_baseline or options.waivers or options.baseline:
        from clausewise.runs.accepting import what_counts

        results, notes = what_counts(results, options, request.diff, request.write_baseline)
    shown = request.shows_baselined
    for target in request.targets:
        is_diff = request.diff is not None
        run = Run(
            results=results,
            left_out=left_out,
            options=options,
            detail=request.detail,
            notes=notes,
            shows_baselined=shown,
            is_diff=is_diff,
        )
        results = _write(run, target)
    keep_code(results)
    codes = {result.counted_code(options.fail_on) for result in results}
    return exit_code(codes, options.fail_on)


def _write(run: Run, target: OutputTarget) -> Sequence[Checked]:
    """Write what came of designs. Gives the same, without what a bug of ours keeps from being written."""
    renderer = REPORTS[target.format]
    try:
        target.write(renderer, run)
    except OSError:
        raise
    except Exception:  # explanations are made as they are written
        run = replace(run, results=[_written_alone(one, renderer, run) for one in run.results])
        target.write(renderer, run)
    return run.results


def _written_alone(found: Checked, renderer: ReportRenderer, run: Run) -> Checked:
    """What came of a design, or the bug of ours that it brings out where it is written."""
    try:
        alone = replace(run, results=[found], left_out=(), notes=(), detail="screen")
        renderer.write(alone, Path(os.devnull))
    except Exception as error:
        return Checked(found.path, (), (fault_of(error, found.path),))
    return found


def keep_code(results: Iterable[Checked]) -> None:
    """Keep what was compiled for these results, so that the next run starts with it."""
    policies = {id(report.policy): report.policy for found in results for report in found.reports}
    for policy in policies.values():
        compiled.keep_code(policy)


def _check_all(
    request: CheckRequest, options: Options, left_out: list[LeftOut], *, try_answers: bool
) -> Iterator[Checked]:
    """What came of each design, and of each path where none could be looked for; what is left out is added."""
    paths = request.paths
    if len(paths) == 1 and not options.access.exclude and not os.path.isdir(paths[0]):
        files = [*paths]  # the walk is not even imported
    else:
        from clausewise.intake.walk import find_files

        found = find_files(paths, DESIGN_SUFFIXES, options.access)
        files = found.files
        left_out += found.left_out
        for path, problem in found.problems:
            yield Checked(path, (), (problem,))
        for folder in found.empty:
            yield Checked(str(folder), (), no_design(folder, DESIGNS_END).diagnostics)
        if not files and not found.problems and not found.empty:
            nothing = no_design(paths[0], "all that is given is left out; see `clausewise config`")
            yield Checked(str(paths[0]), (), nothing.diagnostics)
    for file in with_progress(files, len(files), "judging"):
        if file == STANDARD_INPUT:
            yield check_standard_input(request.stdin_name, options, try_answers=try_answers)
        else:
            yield _one_of_many(file, options, try_answers=try_answers)


def _one_of_many(file: Path, options: Options, *, try_answers: bool) -> Checked:
    """What came of one file. A bug of ours that it brings out takes no others with it."""
    try:
        return check_file(file, options, try_answers=try_answers)
    except Exception as error:
        path = shown(file)
        return Checked(path, (), (fault_of(error, path),))


def check_standard_input(name: str, options: Options, *, try_answers: bool) -> Checked:
    """Judge the design on standard input, which is called so."""
    limit = options.access.max_bytes
    try:
        source = source_of(name, read_standard_input(limit), limit)
        return check_each(source, options, try_answers=try_answers)
    except UnreadableError as error:
        return Checked(name, (), (Diagnostic("E100", f"standard input {error}"),))
    except InvalidError as error:
        return Checked(name, (), error.diagnostics)
