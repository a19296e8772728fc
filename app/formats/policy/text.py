"""A clause in full: where it stands in the source, its rule in the policy's words, what it reads, its remedy."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import rule_lines
from clausewise.dsl.syntax import ClauseNode
from clausewise.dsl.text.source import Source
from clausewise.engine.core.clauses import Clause, Table as PolicyTable
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey
from clausewise.formats.escaping import visible
from clausewise.intake.load import versions


def print_clauses(policy: Policy, console: Console) -> None:
    """Print a list of a policy's clauses by section."""
    console.print(
        _text(policy.title, "bold").append(f"  {visible(_versions(policy))}", "not bold dim")
    )
    titles = {section.name: section.title for section in policy.sections}
    width = max((cell_len(clause.number) for clause in policy.clauses.values()), default=0)
    for section, clauses in groupby(policy.clauses.values(), key=lambda clause: clause.section):
        console.print()
        console.print(_text(titles.get(section, ""), "italic"))
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 2), pad_edge=False)
        table.add_column(no_wrap=True, width=max(4, width))
        table.add_column(no_wrap=True, width=24)
        table.add_column()
        for clause in clauses:
            quote = _text(f"“{clause.quotes}”", "dim")
            table.add_row(_text(clause.number, "bold"), clause.name, quote)
        console.print(table)


def _versions(policy: Policy) -> str:
    """A policy's name and version, and which other versions of it are installed."""
    others = [version for version in versions(policy) if version != policy.version]
    return policy.full_name + (f" (also installed: {', '.join(others)})" if others else "")


def print_clause(policy: Policy, clause: Clause, console: Console) -> None:
    """Print a clause in full."""
    console.print(
        _text(clause.title, "bold").append(f"  {visible(policy.full_name)}", "not bold dim")
    )
    if policy.origin:
        console.print(_text(policy.origin, "dim"), soft_wrap=True)
    if clause.cite:
        _part("Cited as", clause.cite, console)
    _part("Place", clause.at, console)
    _part("Quote", f"“{clause.quotes}”", console)
    _part("Meaning", clause.says, console)
    if force := ", ".join(clause.force):
        _part("In force", force, console)
    if clause.marks:
        _part("About", "; ".join(policy.vocabulary.marks[m] for m in clause.marks), console)
    console.print(_text("Rule", "bold"))
    for line in rule_lines_of(policy, clause):
        console.print(_text(f"  {line}", "cyan"), soft_wrap=True)
    used, fields = facts_read(policy, clause)
    for kind, name in used:
        _part(kind.capitalize(), defined_words(policy, kind, name), console)
    console.print(_text("Reads", "bold"))
    for field in fields:
        words = _text(f"{field.owner}.{field.name}", "bold").append(
            f" ({field.kind})  ", "not bold dim"
        )
        console.print(
            Padding(words.append(visible(field.ask), "not bold"), (0, 0, 0, 2), expand=False)
        )
    for document in policy.documents_of(clause):
        where = f", {document.address}" if document.address else ""
        _part("Document", f"{document.words}{where}", console)
    remedies = [f"{breach.name}: {breach.remedy}" for breach in clause.breaches if breach.remedy]
    for remedy in filter(None, [clause.remedy, *remedies]):
        _part("Remedy", remedy, console)


def _part(title: str, text: str, console: Console) -> None:
    console.print(_text(title, "bold"))
    console.print(Padding(_text(text), (0, 0, 0, 2), expand=False))


def _text(text: str, style: str = "") -> Text:
    return Text(visible(text), style)


def rule_lines_of(policy: Policy, clause: Clause) -> list[str]:
    """The clause's rule, breaches and exceptions as `fmt` writes them, without their texts."""
    text = policy.source.text[clause.span.start : clause.end.start]
    alone, _ = parse(Source("", f"policy {policy.name}\nclause {text}}}\n"), "policy")
    nodes = alone.items if alone else ()
    return [
        str(line) for node in nodes if isinstance(node, ClauseNode) for line in rule_lines(node)
    ]


def facts_read(policy: Policy, clause: Clause) -> tuple[list[RuleKey], list[Field]]:
    """The definitions, tables and readings that a clause uses, and all fields that it reads through them."""
    reached = policy.reached(clause)
    entities = policy.vocabulary.entities
    pairs = [name.split(".") for kind, name in reached if kind == "field" and "." in name]
    fields = [entities[owner].fields[field] for owner, field in pairs]
    return [key for key in reached if key[0] not in ("field", "clause")], fields


def defined_words(policy: Policy, kind: str, name: str) -> str:
    """A definition with what it means, a reading with its alternatives, a table with its rows."""
    match kind:
        case "definition":
            return f"{name}: {policy.text(policy.definitions[name].body.span)}"
        case "reading":
            reading = policy.readings[name]
            ways = "; ".join(
                f"{alternative}: {words}{' (default)' if alternative == reading.default else ''}"
                for alternative, words in reading.alternatives.items()
            )
            return f"{name}, {reading.description}. {ways}"
        case "table":
            table = policy.tables[name]
            rows = [*table.rows.items(), ("otherwise", table.otherwise)]
            return f"{name}: {'; '.join(f'{term} {_cell(table, held)}' for term, held in rows)}"
        case _:
            return name


def _cell(table: PolicyTable, held: Decimal | tuple[str, ...]) -> str:
    """What a row of a table gives; a duration in hours."""
    if isinstance(held, tuple):
        return f"{{{', '.join(held)}}}"
    return f"{held / 3600:f} hours" if table.gives == "duration" else f"{held:f}"
