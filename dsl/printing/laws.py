"""Prints the trees of files of laws."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl import syntax
from clausewise.dsl.printing.expressions import (
    Line,
    conditioned_lines,
    expression_text,
    item_text,
    quoted,
)

_WIDTH = 8
"""Of the words that begin the lines of a law."""


def laws_lines(tree: syntax.LawsFile) -> Iterator[Line]:
    """The lines of a file of laws."""
    yield Line(0, f"laws   {tree.name.text}", tree.name.span)
    yield Line(0, f"for    {tree.policy.text}", tree.policy.span)
    if tree.title:
        yield Line(0, f"title  {quoted(tree.title)}", tree.title.span)
    for law in tree.laws:
        yield Line(0, f"law {law.name.text} {{", law.name.span, breaks=True)
        yield Line(1, f"{'says':<{_WIDTH}} {quoted(law.says)}", law.says.span)
        if law.under:
            readings = ", ".join(map(expression_text, law.under.readings)) or "defaults"
            yield Line(1, f"{'under':<{_WIDTH}} {readings}", law.under.start)
        yield from _claim(law.claim)
        yield Line(0, "}", law.end)


def _claim(claim: syntax.ClaimNode) -> Iterator[Line]:
    match claim:
        case syntax.AlwaysNode(word, when, condition):
            if when:
                yield from conditioned_lines(f"{'when':<{_WIDTH}}", when, 1, when.span)
            yield from conditioned_lines(f"{word:<{_WIDTH}}", condition, 1, claim.start)
        case syntax.PossibleNode(condition):
            yield from conditioned_lines("possible", condition, 1, claim.start)
        case syntax.AloneNode(what, clause, outcome, but):
            named = f"{what} {clause.text}" if clause else "each clause"
            text = f"possible {named} is {outcome.text} alone{_but_for(but)}"
            yield Line(1, text, claim.start)
        case syntax.ChangeNode(word, fact):
            yield Line(1, f"{word:<{_WIDTH}} {_changed(claim, _fact(fact))}", claim.start)
            if claim.where:
                head = f"{'where':<{_WIDTH}}"
                yield from conditioned_lines(head, claim.where, 1, claim.where.span)
            yield Line(1, f"{'never':<{_WIDTH}} worsens{_but_for(claim.but)}")


def _changed(claim: syntax.ChangeNode, fact: str) -> str:
    before = item_text(claim.before) if claim.before else ""
    after = item_text(claim.after) if claim.after else ""
    match claim.word:
        case "adding":
            return f"{after} to {fact}"
        case "removing":
            return f"{before} from {fact}"
        case _:
            return fact + (f" from {before}" if before else "") + (f" to {after}" if after else "")


def _fact(fact: syntax.FactNode) -> str:
    return f"{fact.entity.text}.{fact.field.text}" if fact.field else fact.entity.text


def _but_for(names: tuple[syntax.Name, ...]) -> str:
    return f" but for {', '.join(name.text for name in names)}" if names else ""
