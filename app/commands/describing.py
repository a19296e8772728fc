"""Commands that show what a policy and its vocabulary say: new, clause, graph, schema, vocabulary, compile."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Optional

import typer

from clausewise.commands.options import (
    OutputOption,
    PolicyName,
    clause_of,
    policy_of,
)
from clausewise.runs.output import fail, write


class GraphFormat(StrEnum):
    """How `graph` draws."""

    MERMAID = "mermaid"
    DOT = "dot"


def new(
    policy: PolicyName = "",
    title: Annotated[str, typer.Option("--title", help="The design's title.")] = "My deployment",
    output: OutputOption = None,
) -> None:
    """Print a design with every field as a commented question."""
    from clausewise.formats.policy.template import design_template

    if output is not None and output.exists():
        fail(f"`{output}` is there already", "choose another name, or remove it")
    write(design_template(policy_of(policy), title), output)


def clause(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[ID]", help="A clause's name or number; a list of all by default."),
    ] = None,
    policy: PolicyName = "",
) -> None:
    """Print a clause's page: its place and quote, its rule, the facts it reads, its remedy."""
    from clausewise.formats.policy.text import print_clause, print_clauses
    from clausewise.formats.screen.terminal import console

    linked = policy_of(policy)
    if name is None:
        print_clauses(linked, console())
    else:
        print_clause(linked, linked.clauses[clause_of(linked, name)], console())


def graph(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[CLAUSE]", help="Draw only this clause and what it reads."),
    ] = None,
    policy: PolicyName = "",
    format_: Annotated[
        GraphFormat, typer.Option("--format", "-f", help="How to draw.")
    ] = GraphFormat.MERMAID,
    output: OutputOption = None,
) -> None:
    """Draw the rule graph: what each clause, exception and definition reads."""
    from clausewise.runs.renderers import GRAPHS

    linked = policy_of(policy)
    clause_name = clause_of(linked, name) if name else None
    write(GRAPHS[format_](linked, clause_name), output)


def schema(
    policy: PolicyName = "",
    verdict: Annotated[
        bool, typer.Option("--verdict", help="The schema of `check --format json` instead.")
    ] = False,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of a design, for an editor, a form or an API."""
    import json

    if verdict:
        from clausewise.formats.report.json import verdict_schema

        found = verdict_schema()
    else:
        from clausewise.dsl.json.design import design_schema

        found = design_schema(policy_of(policy).vocabulary)
    write(json.dumps(found, indent=2, ensure_ascii=False) + "\n", output)


def vocabulary(
    policy: PolicyName = "",
    output: OutputOption = None,
) -> None:
    """Print what a design can say, as a page of Markdown: all fields, questions and terms."""
    from clausewise.formats.policy.glossary import vocabulary_page

    write(vocabulary_page(policy_of(policy).vocabulary), output)


def compile_(policy: PolicyName = "", output: OutputOption = None) -> None:
    """Print the Python that a policy is compiled to, for judging many designs."""
    from clausewise.engine.backends.python.program import program_of

    write(str(program_of(policy_of(policy))), output)
