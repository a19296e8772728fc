"""Commands that judge designs: check, ask, explain."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

from clausewise.commands.options import (
    AsOfOption,
    DesignArgument,
    Evidence,
    EvidenceOption,
    OutputOption,
    PolicyInstead,
    ReadingOption,
    clause_of,
    options_of,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with

if TYPE_CHECKING:
    from clausewise.checking.check import Checked, Options


class Format(StrEnum):
    """How `check` prints its reports."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


def check(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Argument(metavar="[FILES or folders]", help="Designs, or folders that hold some. [.]"),
    ] = None,
    policy: PolicyInstead = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
    format_: Annotated[Format, Option("--format", "-f", help="How to print.")] = Format.TEXT,
    output: OutputOption = None,
) -> int:
    """Judge designs.

    Exits 0 permitted, 1 prohibited, 2 could not judge, 3 needs information, 4 needs review, 5 not applicable.
    """
    from clausewise.runs.check import check_paths

    options = options_of(policy, reading, as_of, evidence)
    return check_paths(paths or [Path()], options, format_, output)


def ask(
    file: DesignArgument,
    policy: PolicyInstead = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
) -> int:
    """Print only the questions of a design: what is missing, and which answers settle the verdict."""
    from clausewise.formats.report.text import print_questions
    from clausewise.formats.screen.sheet import terminal
    from clausewise.runs.check import keep_code

    result = _check_one(file, options_of(policy, reading, as_of, evidence))
    for report in result.reports:
        print_questions(report, terminal())
    keep_code([result])
    return result.exit_code


def explain(
    file: DesignArgument,
    clause: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[CLAUSE]", help="A clause's name or number; all by default."),
    ] = None,
    of: Annotated[
        Optional[str],  # noqa: UP045
        Option(metavar="ENTITY", help="Only what is found of this entity, by itself."),
    ] = None,
    policy: PolicyInstead = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
) -> int:
    """Print the whole reason of each clause's outcome, as a tree. What is alike is told once."""
    from clausewise.dsl.text.names import hint_for
    from clausewise.formats.report.tree import print_tree
    from clausewise.formats.screen.sheet import terminal
    from clausewise.runs.check import keep_code

    result = _check_one(file, options_of(policy, reading, as_of, evidence), try_answers=False)
    for report in result.reports:
        if of and of not in (entities := report.deployment.entities):
            fail(f"there is no entity `{of}`", hint_for(of, entities, "entities"))
        names = [clause_of(report.policy, clause)] if clause else list(report.policy.clauses)
        for name in names:
            print_tree(report, report.judgement.clause(name), terminal(), of)
    keep_code([result])
    return result.exit_code


def _check_one(file: Path, options: Options, *, try_answers: bool = True) -> Checked:
    from clausewise.checking.check import check_file

    result = check_file(file, options, try_answers=try_answers)
    if not result.reports:
        fail_with(result.diagnostics)
    return result
