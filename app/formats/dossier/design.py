"""The design in a dossier: as a diagram, with the same in words, and as it is written."""

from __future__ import annotations

from clausewise.dossier.diagram import Diagram, DiagramNode
from clausewise.dossier.dossier import Dossier
from clausewise.dsl.text.names import how_many
from clausewise.formats.dossier.document import (
    MOST_LINES,
    PageBlock,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
    Picture,
    SourceLines,
)
from clausewise.formats.dossier.words import and_more, few
from clausewise.formats.report.sentences import SAID

MOST_NODES = 200
"""Nodes of the diagram that are told of in words."""
MOST_CHARACTERS = 300
"""Of a line of the design."""


def diagram_of(diagram: Diagram, prefix: str) -> PageSection:
    """What the design lists and what refers to what, as a picture and as a table."""
    count = sum(len(node.names) for node in diagram.nodes)
    alike = "; what is alike is drawn once" if count > len(diagram.nodes) else ""
    said = (
        f"What the design lists ({count:,}{alike}), and what refers to what. The mark and the words in each box "
        "say what the clauses found about it; the table says the same in words."
    )
    leads: dict[int, dict[str, list[int]]] = {}
    for link in diagram.links:
        for field in link.fields:
            leads.setdefault(link.source, {}).setdefault(field, []).append(link.target)
    shown = diagram.nodes[:MOST_NODES]
    rows = tuple(
        (
            (PageWords(name_of(node), "strong"),),
            (node.type,),
            (_leads(leads.get(number, {}), diagram),),
            (found_of(node),),
        )
        for number, node in enumerate(shown)
    )
    table = PageTable(
        "The diagram in words",
        (("Name", 20), ("Type", 14), ("Refers to", 34), ("Clauses by its facts", 32)),
        rows,
    )
    return PageSection(
        f"{prefix}diagram",
        "The design as a diagram",
        (
            Paragraph((said,)),
            Picture(diagram, f"{count:,} parts of the design and what refers to what"),
            table,
            *and_more(len(diagram.nodes) - len(shown), "parts"),
        ),
    )


def name_of(node: DiagramNode) -> str:
    """A node's name: of entities that are alike that of the first, and how many others there are."""
    others = len(node.names) - 1
    return f"{node.names[0]} and {how_many(others, 'other')} alike" if others else node.names[0]


def found_of(node: DiagramNode) -> str:
    """What clauses came to by a node's facts, in words."""
    return (
        "; ".join(f"{SAID[outcome]}: {few(found)}" for outcome, found in node.concerns.items())
        or "none"
    )


def _leads(leads: dict[str, list[int]], diagram: Diagram) -> str:
    told = (
        f"{field}: {few([name_of(diagram.nodes[t]) for t in targets])}"
        for field, targets in leads.items()
    )
    return "; ".join(told) or "nothing"


def as_written(dossier: Dossier) -> PageSection:
    """The first lines of the design's text, to which other parts lead."""
    lines = dossier.source.text.rstrip("\n").split("\n")
    shown = [
        line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"
        for line in lines
    ]
    said = f"The text of {dossier.name}, to whose lines this dossier refers."
    blocks: list[PageBlock] = [Paragraph((said,)), SourceLines(tuple(shown[:MOST_LINES]))]
    return PageSection(
        "design",
        "The design as it is written",
        (*blocks, *and_more(len(shown) - MOST_LINES, "lines")),
    )
