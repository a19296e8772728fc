"""The text of a design with other values of some facts: lines are changed or added, and all else stays as it is.

Comments, layout and the order of lines are kept. Whoever edits designs comes through `edited`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clausewise.dsl.models.deployment import Fact, Terms, Value, show_value
from clausewise.dsl.models.vocabulary import EntityType, Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.syntax import Block, Design, Statement
from clausewise.dsl.text.source import Source, Span

LineEdit = tuple[int, int, str]
"""What stands from one character to another, and what stands there instead."""
INDENT = "  "


def edited(source: Source, facts: Iterable[Fact], vocabulary: Vocabulary) -> str:
    """The text of a design in which some facts have these values.

    What stood beside the old value of a fact, such as evidence, spoke of that value, and goes with it.

    Args:
        source: a design in text, without mistakes.

    Raises:
        ValueError: it is not a design in text.
    """
    tree, _ = parse(source, "design")
    if not isinstance(tree, Design):
        raise ValueError(source.path)
    by_entity: dict[str, list[Fact]] = {}
    for fact in facts:
        by_entity.setdefault(fact.entity, []).append(fact)
    blocks = {(block.name or block.type).text: block for block in tree.blocks}
    edits: list[LineEdit] = []
    for entity, changed in by_entity.items():
        if entity in blocks:
            edits += _in_block(source.text, blocks[entity], changed, vocabulary)
        else:
            edits.append(_new_block(source.text, entity, changed))
    return _applied(source.text, edits)


def _applied(text: str, edits: Iterable[LineEdit]) -> str:
    """A text with edits, the last one first, so that places before it stay where they are."""
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _in_block(
    text: str, block: Block, facts: Sequence[Fact], vocabulary: Vocabulary
) -> list[LineEdit]:
    stated = {statement.field.text: statement for statement in block.statements}
    edits = [_replaced(text, stated[f.field.name], f) for f in facts if f.field.name in stated]
    added: dict[int, list[str]] = {}
    order = [*vocabulary.entities[block.type.text].fields]
    for fact in sorted(facts, key=lambda fact: order.index(fact.field.name)):
        if fact.field.name not in stated:
            before = _before(fact, block, vocabulary.entities[block.type.text])
            place, line = _added(text, block, before, fact)
            added.setdefault(place, []).append(line)
    return edits + [(place, place, "".join(lines)) for place, lines in added.items()]


def _before(fact: Fact, block: Block, type_: EntityType) -> Statement | None:
    """The last statement of a field that the vocabulary lists before a new one; the last of all, if none."""
    order = [*type_.fields]
    place = order.index(fact.field.name)
    earlier = [s for s in block.statements if order.index(s.field.text) < place]
    return [*block.statements[-1:], *earlier][-1] if block.statements else None


def _replaced(text: str, statement: Statement, fact: Fact) -> LineEdit:
    """Another value for a statement; comments among the old ones come to stand above it."""
    start, end = statement.items[0].span.start, _end(statement)
    comments = re.findall(r'"(?:[^"\\]|\\.)*"|(#[^\n]*)', text[start:end])
    kept = [comment for comment in comments if comment]
    if not kept:
        return start, end, written(fact.value)
    begin = statement.field.span.start
    indent = _indent(text, begin)
    above = "".join(f"{comment.rstrip()}\n{indent}" for comment in kept)
    return begin, end, f"{above}{text[begin:start]}{written(fact.value)}"


def written(value: Value | None) -> str:
    """A value as it stands in a design, however long it is."""
    if isinstance(value, Terms) and value.names:
        return ", ".join([*value.names, *(["..."] if value.more else [])])
    return show_value(value)


def _end(statement: Statement) -> int:
    """Where a statement ends, with all that stands behind its values."""
    spans: list[Span] = [statement.items[-1].span, *(text.span for text in statement.evidence)]
    for by in (statement.attestation, statement.second.attestation if statement.second else None):
        if by:
            spans += [part.span for part in (by.by, by.on, by.because) if part]
    return max(span.end for span in spans)


def _added(text: str, block: Block, before: Statement | None, fact: Fact) -> tuple[int, str]:
    """Where a new line comes to stand, and the line: behind another one, with its value below that one's."""
    name, value = fact.field.name, written(fact.value)
    if before is None:
        place = block.end.start
        indent = _indent(text, block.type.span.start)
        begins = "" if not text[:place].rstrip(" \t").endswith("\n") else INDENT
        return place, f"{begins or chr(10) + indent + INDENT}{name}  {value}\n{indent}"
    end = _end(before)
    line_end = text.find("\n", end)
    place = end if line_end < 0 or block.end.start < line_end else line_end
    first = before.field.span.start
    width = max(before.items[0].span.start - first, len(name) + 2)
    return place, f"\n{_indent(text, first) or INDENT}{name:<{width}}{value}"


def _indent(text: str, place: int) -> str:
    """What a line begins with, if that is blank."""
    begin = text.rfind("\n", 0, place) + 1
    before = text[begin:place]
    return before if before.isspace() else ""


def _new_block(text: str, entity: str, facts: Sequence[Fact]) -> LineEdit:
    """A block for the entity of a type of which there is one, at the end."""
    width = max(len(fact.field.name) for fact in facts) + 2
    lines = [f"{INDENT}{fact.field.name:<{width}}{written(fact.value)}\n" for fact in facts]
    gap = "\n" if text.endswith("\n") else "\n\n"
    return len(text), len(text), f"{gap}{entity} {{\n{''.join(lines)}}}\n"
