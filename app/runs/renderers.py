"""What writes each format that `--format` names, in one table. A format is imported when it is asked for.

The choices of `--format` on the command line are the keys of these tables (tests/test_formats.py).
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path

from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import IO, TYPE_CHECKING, TextIO
from clausewise.runs.output import (
    fail,
    fail_to_write,
    refuse_inputs,
    sheet_for,
    show_diagnostics,
    write,
)
from clausewise.runs.progress import while_busy

if TYPE_CHECKING:
    from clausewise.checking.fix import Fixed
    from clausewise.checking.options import Options
    from clausewise.checking.report import Checked
    from clausewise.checking.timeline import Timeline
    from clausewise.comparing.side_by_side import SideBySide
    from clausewise.dossier.dossier import Dossier
    from clausewise.dsl.text.diagnostic import Diagnostic
    from clausewise.engine.core.policy import Policy
    from clausewise.formats.dossier.document import Page
    from clausewise.formats.report.sarif import Showing
    from clausewise.formats.report.text import Detail
    from clausewise.intake.walk import LeftOut
    from clausewise.portfolio.judge import Judged
    from clausewise.portfolio.judged_table import JudgedTable
    from clausewise.portfolio.tally import Tally
    from clausewise.testing.cases import CaseResult
    from clausewise.tracing.trace import Trace

Output = Path | None
"""The file to write to; `None` is the terminal."""

# check


@lean_dataclass(frozen=True, slots=True)
class Run:
    """What came of a `check`: all that a format needs.

    Attributes:
        results: in the order in which the designs were given.
        notes: what is to be said of the run, and of no design: a waiver that has expired, for example.
        shows_baselined: whether what the baseline holds, or what was so before a change, is told, too.
        is_diff: whether a design of which nothing counts is told in a line.
        options: by which it was judged.
        detail: how much of a report is told.
    """

    results: Sequence[Checked]
    left_out: Sequence[LeftOut]
    options: Options
    detail: Detail = "screen"
    notes: Sequence[Diagnostic] = ()
    shows_baselined: bool = False
    is_diff: bool = False


@lean_dataclass(frozen=True, slots=True)
class ReportRenderer:
    """Writes what came of a `check`, and all of it if that is asked for.

    `shows_answers`: whether it shows the answers that settle a verdict.
    """

    write: Callable[[Run, Output], None]
    shows_answers: bool = False


def _report_text(run: Run, output: Output) -> None:
    from clausewise.formats.report.text import print_left_out, print_reports, print_summary

    told = [found for result in run.results for found in result.diagnostics]
    show_diagnostics(told, whole=run.detail == "all")
    with sheet_for(output) as sheet:
        for result in run.results:
            print_reports(
                result,
                sheet,
                run.detail,
                is_diff=run.is_diff,
                shows_baselined=run.shows_baselined,
            )
        if run.detail != "brief":
            print_summary(run.results, run.left_out, sheet)
        elif run.left_out:
            print_left_out(run.left_out, sheet)
    show_diagnostics(run.notes)


def _showing(run: Run, *, everything: bool = False) -> Showing:
    from clausewise.formats.report.sarif import Showing

    options = run.options
    return Showing(
        everything, options.access.repository, options.documentation, run.shows_baselined
    )


def _report_sarif(run: Run, output: Output) -> None:
    from clausewise.formats.report.sarif import render

    showing = _showing(run, everything=run.detail == "all")
    write(render(run.results, run.left_out, showing, run.notes), output)


def _report_github(run: Run, output: Output) -> None:
    from clausewise.formats.report.annotations import render_github

    write(render_github(run.results, run.left_out, _showing(run), run.notes), output)


def _report_azure(run: Run, output: Output) -> None:
    from clausewise.formats.report.annotations import render_azure

    write(render_azure(run.results, run.left_out, _showing(run), run.notes), output)


def _report_json(run: Run, output: Output) -> None:
    from clausewise.formats.report.json import render

    write(render(run.results, run.left_out, run.notes), output)


def _report_junit(run: Run, output: Output) -> None:
    from clausewise.formats.report.junit import render

    write(render(run.results, run.left_out, run.notes), output)


def _report_markdown(run: Run, output: Output) -> None:
    from clausewise.formats.report.markdown import render

    write(render(run.results, run.left_out, run.notes), output)


def _report_summary(run: Run, output: Output) -> None:
    from clausewise.formats.report.summary import render

    write(render(run.results, run.left_out, run.notes), output)


REPORTS: Mapping[str, ReportRenderer] = {
    "text": ReportRenderer(_report_text),
    "json": ReportRenderer(_report_json, shows_answers=True),
    "sarif": ReportRenderer(_report_sarif),
    "junit": ReportRenderer(_report_junit),
    "markdown": ReportRenderer(_report_markdown, shows_answers=True),
    "summary": ReportRenderer(_report_summary, shows_answers=True),
    "github": ReportRenderer(_report_github),
    "azuredevops": ReportRenderer(_report_azure),
}

# fix


def _fixed_text(fixed: Fixed, output: Output) -> None:
    from clausewise.formats.fix.text import print_fixed

    with sheet_for(output) as sheet:
        print_fixed(fixed, sheet)


def _fixed_json(fixed: Fixed, output: Output) -> None:
    from clausewise.formats.fix.json import render

    write(render(fixed), output)


FIXED: Mapping[str, Callable[[Fixed, Output], None]] = {"text": _fixed_text, "json": _fixed_json}

# timeline


def _timeline_text(found: Timeline, output: Output) -> None:
    from clausewise.formats.timeline.text import print_timeline

    with sheet_for(output) as sheet:
        print_timeline(found, sheet)


def _timeline_json(found: Timeline, output: Output) -> None:
    from clausewise.formats.timeline.json import render

    write(render(found), output)


TIMELINES: Mapping[str, Callable[[Timeline, Output], None]] = {
    "text": _timeline_text,
    "json": _timeline_json,
}

# compare


def _side_by_side_text(found: SideBySide, output: Output) -> None:
    from clausewise.formats.side_by_side.text import print_side_by_side

    with sheet_for(output) as sheet:
        print_side_by_side(found, sheet)


def _side_by_side_html(found: SideBySide, output: Output) -> None:
    from clausewise.formats.side_by_side.page import render

    write(render(found), output)


SIDE_BY_SIDE: Mapping[str, Callable[[SideBySide, Output], None]] = {
    "text": _side_by_side_text,
    "html": _side_by_side_html,
}

# test

Runs = Mapping[Path, "Sequence[CaseResult]"]
"""What came of cases, by their file."""


def _cases_text(runs: Runs, output: Output) -> None:
    from clausewise.formats.cases.text import print_cases

    with sheet_for(output) as sheet:
        for path, results in runs.items():
            print_cases(path, results, sheet)


def _cases_junit(runs: Runs, output: Output) -> None:
    from clausewise.formats.cases.junit import render

    write(render(runs), output)


CASES: Mapping[str, Callable[[Runs, Output], None]] = {"text": _cases_text, "junit": _cases_junit}

# trace


@lean_dataclass(frozen=True, slots=True)
class ShownTrace:
    """A policy beside its source text; `outcomes` and `coverage` are words by clause, which only a page shows."""

    trace: Trace
    outcomes: Callable[[], Mapping[str, str]]
    coverage: Callable[[], Mapping[str, str]]


def _trace_text(traced: ShownTrace, output: Output) -> None:
    from clausewise.formats.trace.text import print_trace

    with sheet_for(output) as sheet:
        print_trace(traced.trace, sheet)


def _trace_html(traced: ShownTrace, output: Output) -> None:
    from clausewise.formats.trace.page import render

    write(render(traced.trace, traced.outcomes(), traced.coverage()), output)


TRACES: Mapping[str, Callable[[ShownTrace, Output], None]] = {
    "text": _trace_text,
    "html": _trace_html,
}

# portfolio


@lean_dataclass(frozen=True, slots=True)
class Portfolio:
    """What comes of a portfolio: its designs, counted by `tally` as they go by."""

    name: str
    policy: Policy
    results: Iterable[Judged]
    tally: Tally


def _portfolio_text(portfolio: Portfolio, output: Output) -> None:
    from clausewise.formats.portfolio.text import print_summary

    deque(portfolio.results, maxlen=0)
    with sheet_for(output) as sheet:
        print_summary(portfolio.tally, portfolio.name, sheet)


def _portfolio_html(portfolio: Portfolio, output: Output) -> None:
    from clausewise.formats.portfolio.page import render

    deque(portfolio.results, maxlen=0)
    write(render(portfolio.tally, portfolio.name), output)


def _portfolio_csv(portfolio: Portfolio, output: Output) -> None:
    from clausewise.formats.portfolio.rows import write_csv

    with _stream(output) as stream:
        write_csv(portfolio.results, portfolio.policy, stream)


def _portfolio_jsonl(portfolio: Portfolio, output: Output) -> None:
    from clausewise.formats.portfolio.rows import write_jsonl

    with _stream(output) as stream:
        write_jsonl(portfolio.results, portfolio.policy, stream)


def _portfolio_parquet(portfolio: Portfolio, output: Output) -> None:
    from clausewise.formats.portfolio.rows import write_parquet

    with _bytes(output) as file:
        write_parquet(portfolio.results, portfolio.policy, file)


PORTFOLIOS: Mapping[str, Callable[[Portfolio, Output], None]] = {
    "text": _portfolio_text,
    "html": _portfolio_html,
    "csv": _portfolio_csv,
    "jsonl": _portfolio_jsonl,
    "parquet": _portfolio_parquet,
}


def _table_csv(table: JudgedTable, output: Output) -> None:
    from clausewise.formats.portfolio.table import write_csv

    with _stream(output) as stream:
        write_csv(table, stream)


def _table_jsonl(table: JudgedTable, output: Output) -> None:
    from clausewise.formats.portfolio.table import write_jsonl

    with _stream(output) as stream:
        write_jsonl(table, stream)


def _table_parquet(table: JudgedTable, output: Output) -> None:
    from clausewise.formats.portfolio.table import write_parquet

    with _bytes(output) as file:
        write_parquet(table, file)


TABLES: Mapping[str, Callable[[JudgedTable, Output], None]] = {
    "csv": _table_csv,
    "jsonl": _table_jsonl,
    "parquet": _table_parquet,
}
"""The formats with a row for each design, where what came of them is a table."""


@contextmanager
def _bytes(output: Output, what: str = "Parquet") -> Iterator[IO[bytes]]:
    """A file of bytes. Exits if there is none to write to."""
    if output is None:
        fail(f"{what} is not for a terminal", "give `--output FILE`")
    with opened_bytes(output) as file:
        yield file


@contextmanager
def opened_bytes(path: Path) -> Iterator[IO[bytes]]:
    """A file of bytes that takes the place of `path` once all is written. Exits if it cannot be opened."""
    refuse_inputs(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(written_whole(path))
        except OSError as error:
            fail_to_write(path, error)
        yield file
        refuse_inputs(path)  # what was read meanwhile


@contextmanager
def _stream(output: Output) -> Iterator[TextIO]:
    """The terminal, or a file in UTF-8 whose line ends are as they are written."""
    if output is None:
        yield sys.stdout
        return
    with opened_bytes(output) as file:
        text = TextIOWrapper(file, "utf-8", "backslashreplace", newline="")
        yield text
        text.flush()
        text.detach()


# report


def _dossier_html(dossier: Dossier, output: Output) -> None:
    from clausewise.formats.dossier.page import render

    with _dossier_extra():
        page = render(_content(dossier))
    write(page, output)


def _dossier_markdown(dossier: Dossier, output: Output) -> None:
    from clausewise.formats.dossier.markdown import render

    write(render(_content(dossier)), output)


def _dossier_pdf(dossier: Dossier, output: Output) -> None:
    from clausewise.formats.dossier.pdf import render

    with _bytes(output, "PDF") as file, _dossier_extra(), while_busy("printing"):
        file.write(render(_content(dossier)))


DOSSIERS: Mapping[str, Callable[[Dossier, Output], None]] = {
    "html": _dossier_html,
    "pdf": _dossier_pdf,
    "markdown": _dossier_markdown,
}


def _content(dossier: Dossier) -> Page:
    from importlib.metadata import version

    from clausewise.formats.dossier.content import content

    return content(dossier, version("clausewise"))


@contextmanager
def _dossier_extra() -> Iterator[None]:
    """What needs the packages of the extra `dossier`, and of the system what WeasyPrint needs.

    Raises:
        InvalidError: they are not installed.
    """
    from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
    from clausewise.intake.extras import lacking

    try:
        yield
    except ImportError:
        needs = "a dossier in HTML or PDF needs"
        raise lacking(needs, "dossier", "give `--format markdown`") from None
    except OSError as error:
        if "cannot load library" not in str(error):
            raise
        hint = "install Pango (`apt-get install libpango-1.0-0 libpangoft2-1.0-0`), or write HTML and print it"
        message = "a dossier in PDF needs Pango, a library of the system"
        raise InvalidError([Diagnostic("E524", message, hint=hint)]) from None


# graph


def _graph_mermaid(policy: Policy, clause: str | None) -> str:
    from clausewise.formats.policy.drawing import draw_mermaid

    return draw_mermaid(policy, clause)


def _graph_dot(policy: Policy, clause: str | None) -> str:
    from clausewise.formats.policy.drawing import draw_dot

    return draw_dot(policy, clause)


GRAPHS: Mapping[str, Callable[[Policy, str | None], str]] = {
    "mermaid": _graph_mermaid,
    "dot": _graph_dot,
}
