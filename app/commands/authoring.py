"""Commands for authors of files: fmt, test, mutate, trace."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import configured
from clausewise.commands.options.shared import ConfigOption, IsolatedOption, OutputOption
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with, say, write


class TraceFormat(StrEnum):
    """How `trace` prints a policy beside its source text."""

    TEXT = "text"
    HTML = "html"


class CasesFormat(StrEnum):
    """How `test` prints what came of cases."""

    TEXT = "text"
    JUNIT = "junit"


def fmt(
    paths: Annotated[list[Path], Argument(metavar="FILES or folders")],
    check_only: Annotated[
        bool, Option("--check", help="Change nothing; exit 1 if a file is not formatted.")
    ] = False,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Format files of the language in place."""
    from clausewise.formats.report.text import print_left_out
    from clausewise.formats.screen.sheet import terminal
    from clausewise.runs.fmt import format_files

    access = configured(config, isolated=isolated).access
    changed, diagnostics, left_out = format_files(paths, access, write=not check_only)
    if left_out:
        print_left_out(left_out, terminal(stderr=True))
    for path in changed:
        say(f"{'would format' if check_only else 'formatted'} {path}")
    if diagnostics:
        fail_with(diagnostics)
    return 1 if check_only and changed else 0


def run_cases(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Argument(
            metavar="[FILES, folders or names]",
            help="Cases (.cases), folders that hold some, or policies and packs that bring some. [.]",
        ),
    ] = None,
    title: Annotated[
        str, Option("--print", metavar="TITLE", help="Print the design of this case instead.")
    ] = "",
    format_: Annotated[
        CasesFormat, Option("--format", "-f", help="How to print.")
    ] = CasesFormat.TEXT,
    output: OutputOption = None,
    coverage: Annotated[
        bool, Option("--coverage", help="Show what of the policies the cases do not try.")
    ] = False,
    threshold: Annotated[
        float, Option("--threshold", help="With --coverage: exit 1 below this percentage.")
    ] = 0,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        Option("--html", metavar="FILE", help="With --coverage: write a page, too."),
    ] = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Run cases. Exits 0 if all come out as expected, 1 if some do not, 2 if some cannot be run."""
    from clausewise.dsl.text.names import hint_for
    from clausewise.formats.escaping import terminal_lines
    from clausewise.runs.cases import (
        SOME_FAILED,
        coverages,
        design_of,
        exit_code,
        print_coverages,
        run_files,
    )
    from clausewise.runs.renderers import CASES

    access = configured(config, isolated=isolated).access
    runs, complete = run_files(paths or [Path()], access)
    if title:
        design = design_of(runs, title)
        if design is None:
            titles = [result.title for found in runs.values() for result in found]
            fail(f"there is no case `{title}`", hint_for(title, titles, "cases"))
        write(terminal_lines(design), output)
        return 0
    CASES[format_](runs, output)
    code = exit_code(runs, complete=complete)
    if coverage:
        found = coverages(runs)
        print_coverages(found, html, None)
        if code == 0 and any(one.percent < threshold for one in found):
            code = SOME_FAILED
    return code


def trace(
    policy: Annotated[str, Argument(metavar="POLICY", help="A policy's name or path.")],
    source: Annotated[
        Path, Option("--source", metavar="FILE", help="The source text, as plain text.")
    ],
    format_: Annotated[
        TraceFormat, Option("--format", "-f", help="How to print.")
    ] = TraceFormat.TEXT,
    output: OutputOption = None,
    update: Annotated[
        bool, Option("--update", help="Print the ledger, with new sentences still to claim.")
    ] = False,
    design: Annotated[
        Optional[Path],  # noqa: UP045
        Option(metavar="FILE", help="With -f html: show the outcomes of this design, too."),
    ] = None,
    cases: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Option(
            metavar="FILE",
            help="With -f html: how well these try it. [the cases beside the policy]",
        ),
    ] = None,
) -> int:
    """Compare a policy with its source text. Exits 0 if each claims the other, 1 if not, 2 if it could not."""
    from clausewise.runs.trace import run_trace

    return run_trace(
        policy, source, format_, output, update=update, design=design, cases=cases or ()
    )


def mutate(
    policy: Annotated[str, Argument(metavar="POLICY", help="A policy's name or path.")],
    cases: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Argument(
            metavar="[CASES]", help="Files, folders or names, as of `test`. [beside the policy]"
        ),
    ] = None,
    jobs: Annotated[
        int,
        Option("--jobs", "-j", min=0, help="Processes; one for each processor by default."),
    ] = 0,
    output: OutputOption = None,
) -> int:
    """Change a policy in one place after another: which changes do its cases not notice? Exits 0 if none."""
    from functools import partial

    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.formats.cases.mutation import print_mutation
    from clausewise.runs.output import sheet_for
    from clausewise.runs.progress import with_progress
    from clausewise.testing.mutation import mutate as run

    try:
        mutation = run(policy, cases or [], jobs or None, partial(with_progress, what="mutating"))
    except InvalidError as error:
        fail_with(error.diagnostics)
    with sheet_for(output) as sheet:
        print_mutation(mutation, sheet)
    return 0 if mutation.is_clean else 1
