"""Prints values and expressions, and breaks long ones over several lines.

Lines remember where in the source their parts stood, so that the formatter can put comments and blank
lines back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from clausewise.dsl import syntax
from clausewise.dsl.text.source import Span

WIDTH = 98
"""How many characters fit on a line."""

_LOOSE = {"or": 1, "and": 2}
_NOT, _TEST, _UNION, _OPERAND = 3, 4, 5, 6
"""How tightly expressions bind: a looser one within a tighter one needs brackets."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. `span` is where its parts stood in the source; `breaks` asks for a blank line above it."""

    indent: int
    text: str
    span: Span | None = None
    breaks: bool = False

    def __str__(self) -> str:
        return "  " * self.indent + self.text


def conditioned_lines(
    head: str, body: syntax.Expression, indent: int, span: Span, *, breaks: bool = False
) -> Iterator[Line]:
    """A word and its condition: on one line if it fits, else broken at `and` and `or`."""
    whole = expression_text(body)
    if len(head) + len(whole) + 2 * indent < WIDTH:
        yield Line(indent, f"{head} {whole}", span, breaks)
        return
    yield Line(indent, head.rstrip(), span, breaks)
    yield from _broken(body, indent + 1, "", "")


def _broken(
    node: syntax.Expression, indent: int, before: str, after: str, hang: int = 0
) -> Iterator[Line]:
    """An expression over several lines, with text before its first and after its last.

    Lines after the first hang `hang` levels deeper: those of a part lie below its first word.
    """
    whole = expression_text(node)
    fits = len(before) + len(whole) + len(after) + 2 * indent < WIDTH
    if fits or not isinstance(node, syntax.JunctionNode | syntax.NotNode | syntax.QuantifierNode):
        yield Line(indent, f"{before}{whole}{after}", node.span)
    elif isinstance(node, syntax.JunctionNode):
        for index, part in enumerate(node.parts):
            opening, closing = _brackets(part, node)
            start = before if index == 0 else f"{node.word} "
            end = after if index == len(node.parts) - 1 else ""
            level = indent + (hang if index else 0)
            yield from _broken(part, level, start + opening, closing + end, hang=1)
    elif isinstance(node, syntax.NotNode):
        opening, closing = _brackets(node.part, node)
        yield from _broken(node.part, indent, f"{before}not {opening}", closing + after, hang=1)
    else:
        head = f"{node.word} {node.variable.text} in {_tight(node.range)} has ("
        yield Line(indent, before + head, node.span)
        yield from _broken(node.body, indent + 1, "", ")" + after)


def expression_text(node: syntax.Expression) -> str:
    """An expression on one line, with no more brackets than it needs."""
    match node:
        case syntax.PathNode(root, steps):
            return root.text + "".join(f".{s.field.text}{'*' if s.closed else ''}" for s in steps)
        case syntax.CallNode(name, arguments):
            return f"{name.text}({', '.join(expression_text(a) for a in arguments)})"
        case syntax.SetNode(names):
            return "{" + ", ".join(name.text for name in names) + "}"
        case syntax.MarkedNode(mark):
            return f"marked {mark.text}"
        case syntax.UnionNode(parts):
            return " + ".join(_bracketed(part, _OPERAND) for part in parts)
        case syntax.TestNode(left, operator, right):
            return f"{_tight(left)} {operator} {_tight(right)}"
        case syntax.NotNode(part):
            return f"not {_bracketed(part, _TEST)}"
        case syntax.JunctionNode(word, parts):
            return f" {word} ".join(_bracketed(part, _LOOSE[word] + 1) for part in parts)
        case syntax.QuantifierNode(word, variable, range_, body):
            return f"{word} {variable.text} in {_tight(range_)} has ({expression_text(body)})"
        case syntax.ReadingNode(reading, alternative):
            return f"reading {reading.text} is {alternative.text}"
        case syntax.OutcomeNode(what, name, outcome):
            return f"{f'{what} {name.text}'.rstrip()} is {outcome.text}"
        case syntax.VerdictIsNode(verdict):
            return f"verdict is {verdict.text}"
        case syntax.Number() | syntax.Duration() | syntax.Day():
            return item_text(node)


def _tight(node: syntax.Expression) -> str:
    return _bracketed(node, _UNION)


def _bracketed(node: syntax.Expression, level: int) -> str:
    text = expression_text(node)
    return text if _level(node) >= level else f"({text})"


def _brackets(part: syntax.Expression, within: syntax.Expression) -> tuple[str, str]:
    level = _TEST if isinstance(within, syntax.NotNode) else _level(within) + 1
    return ("", "") if _level(part) >= level else ("(", ")")


def _level(node: syntax.Expression) -> int:
    """How tightly an expression binds."""
    match node:
        case syntax.JunctionNode(word):
            return _LOOSE[word]
        case syntax.NotNode():
            return _NOT
        case (
            syntax.TestNode()
            | syntax.QuantifierNode()
            | syntax.ReadingNode()
            | syntax.OutcomeNode()
            | syntax.VerdictIsNode()
        ):
            return _TEST
        case syntax.UnionNode():
            return _UNION
        case (
            syntax.PathNode()
            | syntax.CallNode()
            | syntax.SetNode()
            | syntax.MarkedNode()
            | syntax.Number()
            | syntax.Duration()
            | syntax.Day()
        ):
            return _OPERAND


def item_text(item: syntax.Item) -> str:
    """A value as written."""
    match item:
        case syntax.Name(text):
            return text
        case syntax.Text():
            return quoted(item)
        case syntax.Number(value):
            return _number(value)
        case syntax.Duration(amount, unit):
            return syntax.with_unit(_number(amount), unit)
        case syntax.Day(value):
            return value.isoformat()
        case syntax.Range(low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case syntax.More():
            return "..."


def _number(value: Decimal) -> str:
    return f"{value:f}"


def quoted(text: syntax.Text) -> str:
    """A text in quotes, as it is written in a file."""
    return '"' + text.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
