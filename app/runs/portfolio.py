"""`clausewise portfolio`: a portfolio in, a summary or a table out, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path

from clausewise.checking.judging import readings_of
from clausewise.checking.options import Options
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.formats.report.text import print_left_out
from clausewise.formats.screen.sheet import terminal
from clausewise.intake import texts
from clausewise.intake.designs import Written, read_design
from clausewise.intake.judges import named_policy, policies_for
from clausewise.intake.load import no_design
from clausewise.intake.walk import Found
from clausewise.portfolio.judge import Given, Judged, Other, Task, judge_all
from clausewise.portfolio.parquet import needs_extra
from clausewise.portfolio.sources import (
    count_of,
    designs_of,
    files_of,
    has_columns,
    is_parquet,
)
from clausewise.portfolio.tally import Tally
from clausewise.runs.output import fail, refuse_inputs
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import PORTFOLIOS, TABLES, Portfolio

ROWS = ("csv", "jsonl", "parquet")
"""The formats that hold a row for each design and nothing else: what is left out is said beside them."""
TRIED = 20
"""In how many designs a policy is looked for, if none is given."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a portfolio.

    Attributes:
        path: a folder or a file.
        against: a reading as `NAME=ALTERNATIVE`, or another policy's name or path; empty for none.
        engine: `python` or `sql`.
        jobs: processes or threads; `None` for as many as there are processors.
        format: a key of `PORTFOLIOS`.
    """

    path: Path
    options: Options
    against: str = ""
    with_reasons: bool = True
    engine: str = "python"
    jobs: int | None = None
    format: str = "text"
    output: Path | None = None


def run(request: Request) -> int:
    """Judge a portfolio, write what is asked for, and give the exit code.

    Raises:
        InvalidError: there is no design, or a policy, a reading or the file cannot be used.
    """
    if request.format == "parquet" and find_spec("pyarrow") is None:
        raise needs_extra("Parquet")
    if request.engine == "sql":
        _refuse_sql(request)
    files = files_of(request.path, request.options.access)
    task = _task(request, files)
    refuse_inputs(request.output)
    refuse_ending(request.output, request.format, request.path)
    if request.engine == "sql":
        return _run_by_sql(request, task)
    tally = Tally(task, left_out=files.left_out if files else ())
    count = count_of(request.path, files)
    results = tally.count(with_progress(_results(request, task, files), count, "judging"))
    first = next(results, None)  # what cannot be read is told before anything is written
    if first is None:  # a file that says that it has rows, and has none
        raise no_design(request.path, "give a file with some")
    results = chain([first], results)
    portfolio = Portfolio(str(request.path), task.policy, results, tally)
    PORTFOLIOS[request.format](portfolio, request.output)
    if tally.left_out and request.format in ROWS:
        print_left_out(tally.left_out, terminal(stderr=True))
    return tally.exit_code


def refuse_ending(output: Path | None, format_: str, path: Path) -> None:
    """Refuse a file whose ending says another format than the one in which it would be written. Exits.

    Args:
        path: what is read; that it would be replaced is told once it has been.
    """
    said = output.suffix.lower().removeprefix(".") if output else ""
    is_read = output is not None and os.path.realpath(output) == os.path.realpath(path)
    if said in PORTFOLIOS and said not in (format_, "text") and not is_read:
        hint = f"`portfolio -f {said}` writes that; or choose another ending"
        fail(f"`{output}` would be written as {format_}, and its ending says {said}", hint)


def _task(request: Request, files: Found | None) -> Task:
    access = replace(request.options.access, inputs=(request.path,))
    options = replace(request.options, access=access)
    policy = policy_for(request.path, options, files)
    readings = readings_of(policy, request.options)
    against = None
    if request.against:
        name, sign, alternative = request.against.partition("=")
        if sign:
            chosen = Options(readings={**readings, name.strip(): alternative.strip()})
            against = Other(policy, readings_of(policy, chosen), request.against)
        else:
            other = named_policy(name, access)
            against = Other(other, {}, other.full_name)
    return Task(policy, readings, options, request.with_reasons, against)


def policy_for(path: Path, options: Options, files: Found | None) -> Policy:
    """The policy that is chosen, or the one that the first designs name.

    Args:
        path: the portfolio.
        files: the files in it (`files_of`).

    Raises:
        InvalidError: there is none, or there are several, or it may not judge.
    """
    if options.policy:
        return named_policy(options.policy, options.access)
    return _named(path, options, files)


def _named(path: Path, options: Options, files: Found | None) -> Policy:
    """The one policy that the first designs name.

    Raises:
        InvalidError: they name none, or several, or one that may not judge.
    """
    named: dict[str, Policy] = {}
    refused: dict[str, InvalidError] = {}
    broken: list[InvalidError] = []
    is_one_read = False
    if not os.path.lexists(path):
        texts.read(path)  # which says what is wrong with it
    if not is_parquet(path):
        for design in islice(designs_of(path, None, files, options.access.max_bytes), TRIED):
            try:
                found = _written(design, options)
            except InvalidError as error:
                broken.append(error)
                continue
            is_one_read = True
            try:
                policies = policies_for(found, None, options.access)
                named |= {policy.full_name: policy for policy in policies}
            except InvalidError as error:
                # a design that names what may not judge speaks for itself alone
                refused |= {name.text: error for name in found.judged_by}
    if len(named) == 1:
        return next(iter(named.values()))
    if refused and not named:
        raise next(iter(refused.values()))
    if broken and not is_one_read:  # such as a file that is called otherwise than what it holds
        raise broken[0]
    listed = ", ".join(f"`{name}`" for name in named)
    code, said = ("E546", f"several policies: {listed}") if named else ("E510", "no policy")
    hint = "give the one to judge by with --policy"
    raise InvalidError([Diagnostic(code, f"the first designs name {said}", hint=hint)])


def _written(design: Given, options: Options) -> Written:
    """A design as it is written.

    Raises:
        InvalidError: it is none.
    """
    if design.mistake:
        raise InvalidError([design.mistake])
    return read_design(design.source(options.access))


def _results(request: Request, task: Task, files: Found | None) -> Iterable[Judged]:
    if files is None and has_columns(request.path):
        from clausewise.portfolio.unpacking import judge_rows

        return judge_rows(request.path, task, request.jobs)
    limit = request.options.access.max_bytes
    designs = designs_of(request.path, task.policy.vocabulary, files, limit)
    return judge_all(designs, task, request.jobs)


def _run_by_sql(request: Request, task: Task) -> int:
    from clausewise.portfolio.by_sql import judged_by_sql

    with judged_by_sql(request.path, task, request.jobs) as table:
        tally = table.tally()
        if request.format in TABLES:
            TABLES[request.format](table, request.output)
        else:
            portfolio = Portfolio(str(request.path), task.policy, (), tally)
            PORTFOLIOS[request.format](portfolio, request.output)
    return tally.exit_code


def _refuse_sql(request: Request) -> None:
    """Exit if SQL cannot do what is asked."""
    hint = "leave `--engine sql` out, or see docs/sql.md"
    if not is_parquet(request.path):
        fail(
            "`--engine sql` judges Parquet files only",
            "make one by `clausewise pack`, or leave `--engine sql` out",
        )
    if request.options.as_of or request.options.evidence_required:
        fail("`--engine sql` takes no `--as-of` and no `--evidence`", hint)
