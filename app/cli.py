"""The command line. Heavy libraries are imported by the commands that use them."""

from __future__ import annotations

import signal
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

from clausewise import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from clausewise.checking import Checked, Options, Report
    from clausewise.dsl.diagnostic import Diagnostic
    from clausewise.engine.policy import Policy

COULD_NOT_JUDGE = 2
INTERRUPTED = 130


class Format(StrEnum):
    """How `check` prints its reports."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


class GraphFormat(StrEnum):
    """How `graph` draws."""

    MERMAID = "mermaid"
    DOT = "dot"


class Evidence(StrEnum):
    """Whether claims count without proof."""

    OPTIONAL = "optional"
    REQUIRED = "required"


app = typer.Typer(
    name="clausewise",
    help="Judges designs against a code of conduct, clause by clause, and says why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DesignArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A design (.design or .json).")
]
PolicyOption = Annotated[
    Optional[str],  # noqa: UP045  (typer reads the annotation)
    typer.Option("--policy", help="A policy's name or path, instead of the design's own."),
]
ReadingOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--reading", metavar="NAME=ALTERNATIVE", help="Choose a reading. Repeatable."),
]
AsOfOption = Annotated[
    Optional[datetime],  # noqa: UP045
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Judge as of this date."),
]
EvidenceOption = Annotated[
    Evidence, typer.Option("--evidence", help="`required`: claims count only with their evidence.")
]
OutputOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--output", "-o", help="Write to this file instead of the terminal."),
]


@app.command()
def check(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(
            metavar="[FILES or folders]", help="Designs, or folders that hold some. [.]"
        ),
    ] = None,
    policy: PolicyOption = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to print.")] = Format.TEXT,
    output: OutputOption = None,
) -> None:
    """Judge designs. Exits 0 permitted, 1 prohibited, 2 could not judge, 3 needs information, 4 needs review."""
    from clausewise.checking import exit_code

    options = _options(policy, reading, as_of, evidence)
    results = list(_check_all(paths or [Path()], options))
    if format_ is Format.TEXT:
        _print_results(results, output)
    else:
        _write(_rendered(results, format_), output)
    raise typer.Exit(exit_code(results))


@app.command()
def ask(
    file: DesignArgument,
    policy: PolicyOption = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
) -> None:
    """Print only the questions of a design: what is missing, and which answers settle the verdict."""
    from clausewise.formats.text import print_questions

    result = _check_one(file, _options(policy, reading, as_of, evidence))
    for report in result.reports:
        print_questions(report, _console())
    raise typer.Exit(result.exit_code)


@app.command()
def explain(
    file: DesignArgument,
    clause: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[CLAUSE]", help="A clause's name or number; all by default."),
    ] = None,
    policy: PolicyOption = None,
    reading: ReadingOption = None,
    as_of: AsOfOption = None,
    evidence: EvidenceOption = Evidence.OPTIONAL,
) -> None:
    """Print the whole reason of each clause's outcome, as a tree."""
    from clausewise.formats.tree import print_tree

    result = _check_one(file, _options(policy, reading, as_of, evidence))
    for report in result.reports:
        names = [_clause_name(report.policy, clause)] if clause else list(report.policy.clauses)
        for name in names:
            print_tree(report, report.judgement.clause(name), _console())
    raise typer.Exit(result.exit_code)


@app.command()
def new(
    policy: Annotated[str, typer.Option("--policy", help="A policy's name or path.")] = "",
    title: Annotated[str, typer.Option("--title", help="The design's title.")] = "My deployment",
    output: OutputOption = None,
) -> None:
    """Print a design with every field as a commented question."""
    from clausewise.formats.template import design_template

    if output is not None and output.exists():
        _fail(f"`{output}` is there already", "choose another name, or remove it")
    _write(design_template(_policy(policy or _first_policy()), title), output)


@app.command()
def fmt(
    paths: Annotated[list[Path], typer.Argument(metavar="FILES or folders")],
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file is not formatted.")
    ] = False,
) -> None:
    """Format files of the language in place."""
    from clausewise.formatting import format_files

    changed, diagnostics = format_files(paths, write=not check_only)
    for path in changed:
        typer.echo(f"{'would format' if check_only else 'formatted'} {path}")
    if diagnostics:
        _print_diagnostics(diagnostics)
        raise typer.Exit(COULD_NOT_JUDGE)
    raise typer.Exit(1 if check_only and changed else 0)


@app.command()
def clause(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[ID]", help="A clause's name or number; a list of all by default."),
    ] = None,
    policy: Annotated[str, typer.Option("--policy", help="A policy's name or path.")] = "",
) -> None:
    """Print a clause's page: its place and quote, its rule, the facts it reads, its remedy."""
    from clausewise.formats.page import print_clause, print_clauses

    linked = _policy(policy or _first_policy())
    if name is None:
        print_clauses(linked, _console())
    else:
        print_clause(linked, linked.clauses[_clause_name(linked, name)], _console())


@app.command()
def graph(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[CLAUSE]", help="Draw only this clause and what it reads."),
    ] = None,
    policy: Annotated[str, typer.Option("--policy", help="A policy's name or path.")] = "",
    format_: Annotated[
        GraphFormat, typer.Option("--format", "-f", help="How to draw.")
    ] = GraphFormat.MERMAID,
    output: OutputOption = None,
) -> None:
    """Draw the rule graph: what each clause, exception and definition reads."""
    from clausewise.formats.drawing import draw_dot, draw_mermaid

    linked = _policy(policy or _first_policy())
    clause_name = _clause_name(linked, name) if name else None
    draw = draw_mermaid if format_ is GraphFormat.MERMAID else draw_dot
    _write(draw(linked, clause_name), output)


@app.command()
def schema(
    policy: Annotated[str, typer.Option("--policy", help="A policy's name or path.")] = "",
    verdict: Annotated[
        bool, typer.Option("--verdict", help="The schema of `check --format json` instead.")
    ] = False,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of a design, for an editor, a form or an API."""
    import json

    if verdict:
        from clausewise.formats.json import verdict_schema

        found = verdict_schema()
    else:
        from clausewise.dsl.json_design import design_schema

        found = design_schema(_policy(policy or _first_policy()).vocabulary)
    _write(json.dumps(found, indent=2, ensure_ascii=False) + "\n", output)


@app.command()
def vocabulary(
    policy: Annotated[str, typer.Option("--policy", help="A policy's name or path.")] = "",
    output: OutputOption = None,
) -> None:
    """Print what a design can say, as a page of Markdown: all fields, questions and terms."""
    from clausewise.formats.glossary import vocabulary_page

    _write(vocabulary_page(_policy(policy or _first_policy()).vocabulary), output)


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"clausewise {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. A closed pipe or Ctrl-C ends it quietly, as they end other commands."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


# the way in


def _options(
    policy: str | None,
    readings: list[str] | None,
    as_of: datetime | None,
    evidence: Evidence,
) -> Options:
    from clausewise.checking import Options

    chosen: dict[str, str] = {}
    for text in readings or []:
        name, sign, alternative = text.partition("=")
        if not sign:
            _fail(f"`--reading {text}` chooses nothing", "write `--reading NAME=ALTERNATIVE`")
        chosen[name.strip()] = alternative.strip()
    day: date | None = as_of.date() if as_of else None
    return Options(policy, chosen, day, evidence is Evidence.REQUIRED)


def _check_all(paths: list[Path], options: Options) -> Iterable[Checked]:
    from clausewise.checking import Checked, check_file
    from clausewise.dsl.diagnostic import InvalidError
    from clausewise.load import design_files
    from clausewise.progress import with_progress

    try:
        files = list(design_files(paths))
    except InvalidError as error:
        yield Checked(str(paths[0]), (), error.diagnostics)
        return
    for file in with_progress(files, "judging"):
        yield check_file(file, options)


def _check_one(file: Path, options: Options) -> Checked:
    from clausewise.checking import check_file

    result = check_file(file, options)
    if not result.reports:
        _print_diagnostics(result.diagnostics)
        raise typer.Exit(COULD_NOT_JUDGE)
    return result


def _policy(name: str) -> Policy:
    from clausewise.dsl.diagnostic import InvalidError
    from clausewise.load import load_policy

    try:
        return load_policy(name, Path())
    except InvalidError as error:
        _print_diagnostics(error.diagnostics)
        raise typer.Exit(COULD_NOT_JUDGE) from None


def _first_policy() -> str:
    from clausewise.policies import names

    return names(".policy")[0]


def _clause_name(policy: Policy, wanted: str) -> str:
    from clausewise.dsl.names import hint_for

    found = policy.clause(wanted)
    if found is None:
        _fail(f"there is no clause `{wanted}`", hint_for(wanted, policy.clauses, "clauses"))
    return found.name


# the way out


def _console(*, stderr: bool = False) -> Console:
    from clausewise.terminal import console

    return console(stderr=stderr)


def _fail(message: str, hint: str) -> NoReturn:
    typer.echo(f"error: {message}\n  hint: {hint}", err=True)
    raise typer.Exit(COULD_NOT_JUDGE)


def _print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    from clausewise.formats.diagnostics import print_diagnostics

    print_diagnostics(diagnostics, _console(stderr=True))


def _print_results(results: list[Checked], output: Path | None) -> None:
    from clausewise.formats.text import print_report, print_summary
    from clausewise.terminal import text_console

    reports: list[Report] = [report for result in results for report in result.reports]
    for result in results:
        if result.diagnostics:
            _print_diagnostics(result.diagnostics)
    if output is None:
        console = _console()
        for report in reports:
            print_report(report, console)
        print_summary(results, console)
        return
    console, text = text_console()
    for report in reports:
        print_report(report, console)
    print_summary(results, console)
    _write(text(), output)


def _rendered(results: list[Checked], format_: Format) -> str:
    from importlib import import_module

    module = import_module(f"clausewise.formats.{format_.value}")
    rendered: str = module.render(results)
    return rendered


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(f"cannot write `{output}`: {error.strerror}", "choose another path")
