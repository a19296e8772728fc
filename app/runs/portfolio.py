"""`clausewise portfolio`: a portfolio in, a summary or a table out, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path

from clausewise.checking.check import Options, readings_of
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.intake import load
from clausewise.intake.designs import read_design
from clausewise.portfolio.judge import Given, Judged, Other, Task, judge_all
from clausewise.portfolio.sources import count_of, designs_of, has_columns, needs_extra
from clausewise.portfolio.tally import Tally
from clausewise.runs.output import fail
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import PORTFOLIOS, TABLES, Portfolio

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
    task = _task(request)
    if request.engine == "sql":
        return _run_by_sql(request, task)
    tally = Tally(task)
    results = tally.count(with_progress(_results(request, task), count_of(request.path), "judging"))
    first = next(results)  # what cannot be read is told before anything is written
    results = chain([first], results)
    portfolio = Portfolio(str(request.path), task.policy, results, tally)
    PORTFOLIOS[request.format](portfolio, request.output)
    return tally.exit_code


def _task(request: Request) -> Task:
    policy = policy_for(request.options.policy or "", request.path)
    readings = readings_of(policy, request.options)
    against = None
    if request.against:
        name, sign, alternative = request.against.partition("=")
        if sign:
            chosen = Options(readings={**readings, name.strip(): alternative.strip()})
            against = Other(policy, readings_of(policy, chosen), request.against)
        else:
            other = _policy(name, request.path)
            against = Other(other, {}, f"{other.name} {other.version}")
    return Task(policy, readings, request.options, request.with_reasons, against)


def policy_for(name: str, path: Path) -> Policy:
    """The policy of a name, or the one that the first designs name.

    Raises:
        InvalidError: there is none, or there are several.
    """
    return _policy(name or _named(path), path)


def _policy(name: str, path: Path) -> Policy:
    """A policy of a pack, or beside the designs, or in the current folder; or by path."""
    folder = path if path.is_dir() else path.parent
    is_beside = (folder / f"{name}.policy").is_file()
    return load.load_policy(name, folder if is_beside else Path())


def _named(path: Path) -> str:
    """The one policy that the first designs name.

    Raises:
        InvalidError: they name none, or several.
    """
    names: dict[str, None] = {}
    if not path.exists():
        load.read(path)  # which says what is wrong with it
    if path.suffix != ".parquet":
        for design in islice(designs_of(path, None), TRIED):
            names |= dict.fromkeys(_policies_of(design))
    if len(names) != 1:
        listed = ", ".join(f"`{name}`" for name in names)
        code, named = ("E546", f"several policies: {listed}") if names else ("E510", "no policy")
        hint = "give the one to judge by with --policy"
        raise InvalidError([Diagnostic(code, f"the first designs name {named}", hint=hint)])
    return next(iter(names))


def _policies_of(design: Given) -> list[str]:
    if design.mistake:
        return []
    try:
        return [name.text for name in read_design(design.source()).judged_by]
    except InvalidError:
        return []


def _results(request: Request, task: Task) -> Iterable[Judged]:
    if has_columns(request.path):
        from clausewise.portfolio.unpacking import judge_rows

        return judge_rows(request.path, task, request.jobs)
    return judge_all(designs_of(request.path, task.policy.vocabulary), task, request.jobs)


def _run_by_sql(request: Request, task: Task) -> int:
    _refuse_sql(request)
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
    if request.path.suffix != ".parquet":
        fail("`--engine sql` judges Parquet files only", hint)
    if request.options.as_of or request.options.evidence_required:
        fail("`--engine sql` takes no `--as-of` and no `--evidence`", hint)
