"""An applicant who has a design in their head: what they choose on a page, by the fact that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.syntax import Design, Item, Range
from clausewise.dsl.text.source import Source
from tests.conftest import ROOT

OFFICE = ROOT / "examples" / "case-19-office-access.design"
"""A design that is permitted, with the judgements of people in it."""


class Inputs(HTMLParser):
    """The inputs of a page: the names of those to write into, and what can be chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.values: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("input", "textarea", "select") and (name := found.get("name")):
            self.names.add(name)
            if name == "value":
                self.values.add(found.get("value") or "")


def facts_of(path: Path) -> Mapping[str, tuple[Item, ...]]:
    """What a design states, by fact."""
    tree, _ = parse(Source(path.name, path.read_text(encoding="utf-8")), "design")
    assert isinstance(tree, Design)
    return {
        f"{(block.name or block.type).text}.{line.field.text}": line.items
        for block in tree.blocks
        for line in block.statements
    }


def sent_for(page: str, items: tuple[Item, ...] | None) -> dict[str, list[str]]:
    """What the applicant sends from a page: `I don't know yet` where their design says nothing."""
    if items is None:
        return {"value": ["unknown"]}
    inputs = Inputs(page)
    sent: dict[str, list[str]] = {}
    for item in items:
        word = values_text((item,))
        if word in inputs.values:
            sent.setdefault("value", []).append(word)
        elif isinstance(item, Range):
            sent["low"] = [str(item.low or "")]
            sent["high"] = [str(item.high or "")]
        elif "name" in inputs.names:
            sent.setdefault("name", []).append(word)
        else:
            sent["text"] = [word.strip('"')]
    return sent
