"""Commands that show what a policy and its vocabulary say: new, clause, graph, schema, vocabulary, compile."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

from clausewise.commands.options.found import clause_of, configured, policy_of
from clausewise.commands.options.shared import (
    ConfigOption,
    IsolatedOption,
    OutputOption,
    PolicyName,
)
from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with, say, write

if TYPE_CHECKING:
    from clausewise.engine.core.policy import Policy


TITLE = "My deployment"


class GraphFormat(StrEnum):
    """How `graph` draws."""

    MERMAID = "mermaid"
    DOT = "dot"


def new(
    policy: PolicyName = "",
    title: Annotated[str, Option("--title", help="The design's title. [My deployment]")] = "",
    for_: Annotated[
        str, Option("--for", metavar="USE-CASE", help="Only what this use case of the pack needs.")
    ] = "",
    output: OutputOption = None,
    interactive: Annotated[
        bool,
        Option("--interactive", "-i", help="Ask one by one, and write a design of the answers."),
    ] = False,
) -> int:
    """Print a design in which each field that the policy reads is a commented question."""
    from clausewise.formats.escaping import terminal_lines

    if not title.isprintable():
        fail(
            "a title is one line of characters that are seen", "leave line breaks and the like out"
        )
    if output is not None and output.exists():
        fail(f"`{output}` is there already", "choose another name, or remove it")
    if interactive:
        return _begin(policy, title, for_, output)
    write(terminal_lines(_template(policy_of(policy), title or TITLE, for_)), output)
    if output is not None:
        next_ = f"fill in what is known, then `clausewise check {output}`"
        say(f"wrote {output}; {next_}", stream=sys.stderr)
    return 0


def _begin(policy: str, title: str, use_case: str, output: Path | None) -> int:
    from clausewise.runs.begin import begin_design, refused_as_new

    if output is not None and (refused := refused_as_new(output)):
        fail(refused, "choose another name")
    drawn = partial(_template, use_case=use_case) if use_case else None
    return begin_design(policy, title, output, configured(), drawn)


def _template(policy: Policy, title: str, use_case: str) -> str:
    from clausewise.dsl.parsing.parser import parse
    from clausewise.dsl.text.names import hint_for
    from clausewise.formats.policy.template import design_template, template_like
    from clausewise.intake.texts import DESIGNS, read
    from clausewise.policies import use_cases

    if not use_case:
        return design_template(policy, title)
    held = use_cases(Path(policy.source.path))
    line = f"judged by {policy.name}"
    known = {n: path for n, path in held.items() if line in read(path, DESIGNS).text.splitlines()}
    if use_case not in known:
        fail(
            f"there is no use case `{use_case}`", hint_for(use_case, known, "use cases", len(known))
        )
    design, _ = parse(read(known[use_case], DESIGNS), "design")
    assert design is not None, "the designs of packs are tested"
    return template_like(design, use_case, policy, title)


def clause(
    name: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[ID]", help="A clause's name or number; a list of all by default."),
    ] = None,
    policy: PolicyName = "",
    directions: Annotated[
        bool,
        Option(
            "--directions",
            help="Print also which way each value of each fact pushes it, over all designs "
            "(needs clausewise[solver]).",
        ),
    ] = False,
) -> int:
    """Print a clause's page: its place and quote, its rule, the facts it reads, its remedy."""
    from clausewise.formats.policy.text import print_clause, print_clauses
    from clausewise.formats.screen.terminal import console

    linked = policy_of(policy)
    if name is None:
        print_clauses(linked, console())
    else:
        chosen = clause_of(linked, name)
        print_clause(linked, linked.clauses[chosen], console())
        if directions:
            from clausewise.dsl.text.diagnostic import InvalidError
            from clausewise.formats.screen.sheet import terminal
            from clausewise.runs.reasoning.prove import print_directions_of

            sheet = terminal()
            sheet.line(("Directions", "bold"))
            try:
                print_directions_of(linked, [chosen], sheet)
            except InvalidError as error:
                fail_with(error.diagnostics)
    return 0


def graph(
    name: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[CLAUSE]", help="Draw only this clause and what it reads."),
    ] = None,
    policy: PolicyName = "",
    format_: Annotated[
        GraphFormat, Option("--format", "-f", help="How to draw.")
    ] = GraphFormat.MERMAID,
    output: OutputOption = None,
) -> int:
    """Draw the rule graph: what each clause, exception and definition reads."""
    from clausewise.runs.renderers import GRAPHS

    linked = policy_of(policy)
    clause_name = clause_of(linked, name) if name else None
    write(GRAPHS[format_](linked, clause_name), output)
    return 0


def schema(
    policy: PolicyName = "",
    verdict: Annotated[
        bool, Option("--verdict", help="The schema of `check --format json` instead.")
    ] = False,
    configuration: Annotated[
        bool, Option("--configuration", help="The schema of `clausewise.toml` instead.")
    ] = False,
    waivers: Annotated[
        bool, Option("--waivers", help="The schema of a file of waivers instead.")
    ] = False,
    imports: Annotated[
        bool, Option("--imports", help="The schema of a file of rules of import instead.")
    ] = False,
    output: OutputOption = None,
) -> int:
    """Print the JSON Schema of a design, for an editor, a form or an API."""
    from clausewise.formats.escaping import as_json

    if configuration:
        from clausewise.configuration.schema import configuration_schema

        found = configuration_schema()
    elif waivers:
        from clausewise.accepting.waivers import waivers_schema

        found = waivers_schema()
    elif imports:
        from clausewise.importing.rules import rules_schema

        found = rules_schema()
    elif verdict:
        from clausewise.formats.report.json_shape import verdict_schema

        found = verdict_schema()
    else:
        from clausewise.dsl.json.schema import design_schema

        found = design_schema(policy_of(policy).vocabulary)
    write(as_json(found, indent=2) + "\n", output)
    return 0


def vocabulary(
    policy: PolicyName = "",
    output: OutputOption = None,
) -> int:
    """Print what a design can say, as a page of Markdown: all fields, questions and terms."""
    from clausewise.formats.policy.glossary import vocabulary_page

    write(vocabulary_page(policy_of(policy).vocabulary), output)
    return 0


def compile_(policy: PolicyName = "", output: OutputOption = None) -> int:
    """Print the Python that a policy is compiled to, for judging many designs."""
    from clausewise.engine.backends.python.program import program_of

    write(str(program_of(policy_of(policy))), output)
    return 0


def config(
    file: ConfigOption = None,
    isolated: IsolatedOption = False,
    output: OutputOption = None,
) -> int:
    """Print what is in force in this folder, and who says so. Exits 2 if the configuration cannot be used."""
    from clausewise.configuration.read import configuration
    from clausewise.formats.configuration import print_configuration
    from clausewise.runs.output import sheet_for

    configured(file, isolated=isolated)  # which says what is wrong with it
    found = configuration(file, isolated=isolated)
    with sheet_for(output) as sheet:
        print_configuration(found, sheet)
    return 0
