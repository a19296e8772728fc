"""A fact written into the text of a design, so that all else stays as it is."""

from __future__ import annotations

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import AS_OF, Missing, NoEntity, place_of
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.texts import TextEdit


def stated(
    tree: syntax.Design, source: Source, missing: Missing, value: str, snippet: str | None = None
) -> TextEdit:
    """The edit that states what is missing.

    Args:
        tree: the design.
        source: its text.
        missing: a fact, the date of judging, or a type of which an entity is to be listed.
        value: what stands behind the field; of an entity, its name.
        snippet: the same with places to fill in, for editors that know such.
    """
    if isinstance(missing, NoEntity):
        return _block(source, missing, value, "  ", snippet)
    if missing == AS_OF:
        return _header(tree, source, f"as of {value}")
    entity, field = place_of(missing)
    block = next((b for b in tree.blocks if (b.name or b.type).text == entity), None)
    if block is None:
        inner = None if snippet is None else f"  {field}  {snippet}"
        return _block(source, entity, "", f"  {field}  {value}", None, inner)
    for statement in block.statements:
        if statement.field.text == field:
            return TextEdit(_values(statement), value, snippet)
    return _line(block, source, field, value, snippet)


def _values(statement: syntax.Statement) -> Span:
    """The values of a line."""
    return statement.items[0].span.to(statement.items[-1].span)


def _line(
    block: syntax.Block, source: Source, field: str, value: str, snippet: str | None
) -> TextEdit:
    """A line more at the end of a block, its value below those above it."""
    text, end = source.text, block.end.start
    start = text.rfind("\n", 0, end) + 1
    width = max((len(s.field.text) for s in block.statements), default=len(field)) + 2
    head = f"  {field + ' ':<{width}}"
    is_alone = not text[start:end].strip()
    before, after = ("", "\n") if is_alone else ("\n", "\n")
    at = Span(start, start) if is_alone else Span(end, end)
    shown = None if snippet is None else f"{before}{head}{snippet}{after}"
    return TextEdit(at, f"{before}{head}{value}{after}", shown)


def _block(
    source: Source, type_: str, name: str, inside: str, head: str | None, inner: str | None = None
) -> TextEdit:
    """A block at the end of the design."""
    end = len(source.text)
    gap = "\n" if source.text.endswith("\n") else "\n\n"
    first = f"{type_} {name}".rstrip()
    text = f"{gap}{first} {{\n{inside.rstrip()}\n}}\n".replace("{\n\n}", "{\n}")
    snippet = None
    if inner is not None:
        snippet = f"{gap}{first} {{\n{inner}\n}}\n"
    elif head is not None:
        snippet = f"{gap}{type_} {head} {{\n  $0\n}}\n"
    return TextEdit(Span(end, end), text, snippet)


def _header(tree: syntax.Design, source: Source, line: str) -> TextEdit:
    """A line more in the header."""
    last = tree.judged_by[-1] if tree.judged_by else tree.title
    end = source.text.find("\n", last.span.end)
    at = len(source.text) if end < 0 else end
    return TextEdit(Span(at, at), f"\n{line}")
