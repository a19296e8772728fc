"""Commands that judge designs: check, ask, explain."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from clausewise.commands.options.how_to_judge import Judging
from clausewise.commands.table import Argument, Option
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.runs.output import fail, fail_with, show_diagnostics

if TYPE_CHECKING:
    from typing import Annotated, Optional

    from clausewise.checking.options import Options
    from clausewise.checking.report import Checked, Report
    from clausewise.commands.options.shared import DesignArgument, ExactOption, OutputOption
    from clausewise.engine.judging.judgement import ClauseJudgement
    from clausewise.formats.screen.sheet import Sheet


class Format(StrEnum):
    """How `check` prints its reports."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    SUMMARY = "summary"
    GITHUB = "github"
    AZUREDEVOPS = "azuredevops"


def check(
    judging: Judging,
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Argument(
            metavar="[FILES or folders]",
            help="Designs, or folders that hold some; `-` is standard input. [.]",
        ),
    ] = None,
    format_: Annotated[Format, Option("--format", "-f", help="How to print.")] = Format.TEXT,
    output: Annotated[
        Optional[list[str]],  # noqa: UP045
        Option(
            "--output",
            "-o",
            metavar="[FORMAT=]FILE",
            help="Write to this file instead of the terminal; with FORMAT=, that as well. Repeatable.",
        ),
    ] = None,
    everything: Annotated[
        bool,
        Option(
            "--all",
            help="Print all: every clause, every question; in SARIF what is no problem, too.",
        ),
    ] = False,
    brief: Annotated[bool, Option("--brief", help="Print one line. Text only.")] = False,
    exit_zero: Annotated[
        bool, Option("--exit-zero", help="Exit 0 whatever the verdicts are; 2 and 70 stay.")
    ] = False,
    exact: ExactOption = False,
    diff: Annotated[
        Optional[str],  # noqa: UP045
        Option("--diff", metavar="REF", help="Only what is worse than at this revision of git."),
    ] = None,
    baseline: Annotated[
        Optional[Path],  # noqa: UP045
        Option("--baseline", metavar="FILE", help="Only what this baseline does not hold."),
    ] = None,
    write_baseline: Annotated[
        Optional[Path],  # noqa: UP045
        Option("--write-baseline", metavar="FILE", help="Write all problems as a baseline."),
    ] = None,
    show_baselined: Annotated[
        bool, Option("--show-baselined", help="Tell also what the baseline or --diff hides.")
    ] = False,
    watch: Annotated[
        bool, Option("--watch", help="Judge again when a file changes, until Ctrl-C.")
    ] = False,
    stdin_name: Annotated[
        str, Option("--stdin-filename", metavar="NAME", help="What the design `-` is called.")
    ] = "stdin.design",
) -> int:
    """Judge designs.

    Exits 0 permitted, 1 prohibited, 2 could not judge, 3 needs information, 4 needs review, 5 not applicable.
    """
    from clausewise.dsl.startup.lean import replace
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.runs.check import CheckRequest, check_paths
    from clausewise.runs.targets import targets_of

    told_by = {Format.TEXT, Format.SARIF} if everything else {Format.TEXT}
    if (everything or brief) and (everything is brief or format_ not in told_by):
        fail(
            "`--all` and `--brief` say how much is told",
            "give one of them: `--all` with the format text or sarif, `--brief` with text",
        )
    if stdin_name != "stdin.design" and Path("-") not in (paths or ()):
        fail(
            "`--stdin-filename` says what the design on standard input is called, and none is read from there",
            f"write `clausewise check - --stdin-filename {stdin_name}`, or leave it out",
        )
    if exit_zero and judging.fail_on:
        fail("`--exit-zero` and `--fail-on` say which verdicts fail", "give one of them")
    if diff is not None and write_baseline:
        fail("`--diff` and `--write-baseline` say what does not count", "give one of them")

    def options() -> Options:
        found = judging.options()
        found = replace(found, exact=exact)
        if baseline:
            found = replace(found, baseline=baseline)
        return replace(found, fail_on=frozenset()) if exit_zero else found

    request = CheckRequest(
        paths=paths or [Path()],
        targets=targets_of(format_, output or ()),
        stdin_name=stdin_name,
        detail="all" if everything else "brief" if brief else "screen",
        diff=diff,
        write_baseline=write_baseline,
        shows_baselined=show_baselined,
    )
    if watch:
        from clausewise.runs.watch import watch as run

        return run(request, options)
    try:
        return check_paths(request, options())
    except InvalidError as error:
        fail_with(error.diagnostics)


def ask(
    file: DesignArgument,
    judging: Judging,
    interactive: Annotated[
        bool,
        Option("--interactive", "-i", help="Ask one by one, and write each answer into FILE."),
    ] = False,
    exact: ExactOption = False,
) -> int:
    """Print only the questions of a design: what is missing, and which answers settle the verdict."""
    from clausewise.checking.report import exit_code
    from clausewise.dsl.startup.lean import replace
    from clausewise.formats.report.asked import print_questions
    from clausewise.formats.screen.sheet import terminal
    from clausewise.runs.check import STANDARD_INPUT, keep_code

    options = judging.options()
    options = replace(options, exact=exact)
    if interactive:
        from clausewise.runs.interview import interview

        if file == STANDARD_INPUT:
            fail("answers are written into a file, and `-` is none", "give the path of a design")
        return interview(file, options)
    result = _check_one(file, options)
    print_questions(result, terminal())
    keep_code([result])
    return exit_code([result.exit_code], options.fail_on)


def explain(
    file: DesignArgument,
    judging: Judging,
    clause: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[CLAUSE]", help="A clause's name or number; all by default."),
    ] = None,
    of: Annotated[
        Optional[str],  # noqa: UP045
        Option(metavar="ENTITY", help="Only what is found of this entity, by itself."),
    ] = None,
    both: Annotated[
        bool,
        Option(
            "--both",
            help="Show instead how an open clause can be violated, and how it can be kept: few facts each "
            "(needs clausewise[solver]).",
        ),
    ] = False,
) -> int:
    """Print the reason of each clause's outcome, as a tree: all that matters. What is violated comes first."""
    from clausewise.checking.report import exit_code
    from clausewise.dsl.startup.lean import replace
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.dsl.text.names import hint_for
    from clausewise.engine.core.outcomes import Outcome
    from clausewise.formats.report.heading import print_header
    from clausewise.formats.report.tree import is_about, print_tree
    from clausewise.formats.screen.sheet import terminal
    from clausewise.intake.judges import chosen_clauses
    from clausewise.runs.check import keep_code

    options = judging.options()
    options = replace(options, steps_shown=not both)
    result = _check_one(file, options, try_answers=False)
    try:
        chosen = chosen_clauses(clause or "", [report.policy for report in result.reports])
    except InvalidError as error:
        fail_with(error.diagnostics)
    for report, clauses in zip(result.reports, chosen, strict=True):
        if of and of not in (entities := report.deployment.entities):
            fail(f"there is no entity `{of}`", hint_for(of, entities, "entities"))
        found = [report.judgement.clause(one.name) for one in clauses]
        if not clause:
            print_header(report, terminal())
            found.sort(key=lambda judged: judged.outcome is not Outcome.VIOLATED)
            found = [judged for judged in found if not of or is_about(judged, of)]
        if of and clauses and not found:
            terminal().line(f"No clause is about `{of}`.")
        for judged in found:
            if both:
                _print_both(report, judged, terminal())
            else:
                print_tree(report, judged, terminal(), of)
    keep_code([result])
    return exit_code([result.exit_code], options.fail_on)


class FixFormat(StrEnum):
    """How `fix` prints what it proposes."""

    TEXT = "text"
    JSON = "json"


def fix(
    file: DesignArgument,
    judging: Judging,
    allow: Annotated[
        Optional[list[str]],  # noqa: UP045
        Option(
            metavar="FIELD",
            help="Let a choice change that says what its entity is (`use.purpose`). Repeatable.",
        ),
    ] = None,
    most: Annotated[
        int, Option("--most", metavar="N", min=1, max=20, help="How many proposals to look for.")
    ] = 3,
    write: Annotated[
        bool, Option("--write", help="Change the file, by the first proposal.")
    ] = False,
    exact: ExactOption = False,
    format_: Annotated[FixFormat, Option("--format", "-f", help="How to print.")] = FixFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Propose the smallest changes of choices that make a design as good as choices can.

    It never changes a fact of the world, a judgement, or what a thing is. Exits as `check` would afterwards.
    """
    from clausewise.dsl.startup.lean import replace
    from clausewise.runs.reasoning.fix import fix_path

    options = replace(judging.options(), exact=exact)
    return fix_path(file, options, allow or [], most, format_, output, write=write)


def _print_both(report: Report, judged: ClauseJudgement, sheet: Sheet) -> None:
    """Print how an open clause can be violated, and how it can be kept; without the solver, how to get it."""
    from clausewise.checking.solver import both_ways
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.formats.report.both import print_both

    try:
        both = both_ways(report.judgement, judged.clause.name) if judged.is_open else None
    except InvalidError as error:
        fail_with(error.diagnostics)
    print_both(report, judged, both, sheet)


def _check_one(file: Path, options: Options, *, try_answers: bool = True) -> Checked:
    from clausewise.checking.check import check_file
    from clausewise.runs.check import STANDARD_INPUT, STDIN_NAME, check_standard_input

    if file == STANDARD_INPUT:
        result = check_standard_input(STDIN_NAME, options, try_answers=try_answers)
    else:
        result = check_file(file, options, try_answers=try_answers)
    if not result.reports:
        fail_with(result.diagnostics)
    show_diagnostics(result.diagnostics)
    return result
