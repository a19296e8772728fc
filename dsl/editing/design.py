"""Changes of a design's text: the edits that state a fact, take one away, or list an entity, and nothing else.

Each function takes a source with its tree, which must be read from it without mistakes, and gives edits of that
text. Comments stay: one that stands between values that are replaced goes above their line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clausewise.dsl.editing.edits import Edit, insertion
from clausewise.dsl.printing.layout import COMMENT
from clausewise.dsl.printing.trees import backing_text, statement_text, values_text
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import NOWHERE, Block, Day, Design, Item, Name, Statement
from clausewise.dsl.text.source import Source, Span

BY_DEFAULT = "So by default, says"
"""How the comment begins above a line that a new design states, since a document says so where nobody does."""
INDENT = "  "
"""How far a line stands from its block, in a block that has no line yet."""


def set_fact(
    source: Source,
    design: Design,
    type_: str,
    name: str | None,
    statement: Statement,
    order: Sequence[str] = (),
) -> tuple[Edit, ...]:
    """The edits after which an entity's field is stated so, with this evidence and these attestations.

    A line that states the field is changed where it differs, value by value. Without one, a line is added: below
    the comment `# FIELD unknown` that a new design has, or where `order` wants it, or at the end of the block;
    without a block, that as well.

    Args:
        source: the text.
        design: its tree.
        type_: the entity's type.
        name: the entity's name; `None` for the only entity of its type.
        statement: what is to stand there.
        order: fields in the order in which lines stand, if some order is wanted.
    """
    block = block_of(design, type_, name)
    if block is None:
        return (add_entity(source, design, type_, name, (statement,)),)
    stated = stated_in(block, statement.field.text)
    if stated is None:
        return (_new_line(source, block, statement, order),)
    return tuple(_changes(source.text, stated, statement))


def set_values(
    source: Source, design: Design, type_: str, name: str | None, field: str, items: Sequence[Item]
) -> tuple[Edit, ...]:
    """The edits after which a field has these values. What stands behind the old ones stays there."""
    block = block_of(design, type_, name)
    stated = stated_in(block, field) if block else None
    statement = stated or Statement(Name(field), ())
    return set_fact(source, design, type_, name, replace(statement, items=tuple(items)))


def remove_fact(
    source: Source, design: Design, type_: str, name: str | None, field: str
) -> tuple[Edit, ...]:
    """The edits after which no line states a field. A comment beside the line stays.

    Raises:
        KeyError: no line of the entity states it.
    """
    return remove_line(source, _stated(design, type_, name, field))


def remove_line(source: Source, stated: Statement) -> tuple[Edit, ...]:
    """The edits that take a line out. A comment beside it stays."""
    whole = Span(stated.field.span.start, end_of(stated))
    return tuple(_taken_out(source.text, whole))


def remove_attestations(source: Source, stated: Statement) -> tuple[Edit, ...]:
    """The edits after which nobody answers for a line. Its values, evidence and comments stay."""
    kept = replace(stated, attestation=None, second=None)
    signed = Span(end_of(kept), end_of(stated))
    return (*_lifted(source.text, signed), Edit(signed, ""))


def add_entity(
    source: Source,
    design: Design,
    type_: str,
    name: str | None,
    statements: Sequence[Statement] = (),
) -> Edit:
    """The edit that lists an entity, below the last one of its type, or of any."""
    alike = [block for block in design.blocks if block.type.text == type_]
    last = (alike or [*design.blocks])[-1:]
    indent = _indent(source.text, last[0].type.span.start if last else design.subject.span.start)
    width = max((len(s.field.text) for s in statements), default=0) + 2
    lines = [f"{indent}{INDENT}{statement_text(s, width)}" for s in statements]
    head = f"{indent}{type_}{f' {name}' if name else ''} {{"
    text = "\n".join(["", head, *lines, f"{indent}}}"])
    return _below(source.text, last[0].end.end if last else _header_end(design), design.end, text)


def set_as_of(source: Source, design: Design, day: Day) -> Edit:
    """The edit after which a design states its date of judging."""
    if design.as_of:
        return Edit(design.as_of.span, day.value.isoformat())
    indent = _indent(source.text, design.subject.span.start)
    line = f"{indent}as of {day.value.isoformat()}"
    header = design.judged_by[-1].span.end if design.judged_by else design.title.span.end
    return _below(source.text, header, design.end, line)


def block_of(design: Design, type_: str, name: str | None) -> Block | None:
    """The block that lists an entity."""
    for block in design.blocks:
        if block.type.text == type_ and (block.name.text if block.name else None) == name:
            return block
    return None


def stated_in(block: Block, field: str) -> Statement | None:
    """The line of a block that states a field."""
    return next((s for s in block.statements if s.field.text == field), None)


def stands_by_default(source: Source, stated: Statement) -> bool:
    """Whether a new design states a line by default, as the comment above it says, and nobody has backed it."""
    if stated.evidence or stated.imported or stated.attestation:
        return False
    above: list[str] = []
    for line in reversed(source.text[: stated.field.span.start].split("\n")[:-1]):
        if not line.lstrip().startswith("#"):
            break
        above.insert(0, line.strip("# \t\r"))
    return BY_DEFAULT in " ".join(above)


def end_of(statement: Statement) -> int:
    """Where a line ends, with all that stands behind its values."""
    beside = (*statement.evidence, *statement.imported)
    spans = [statement.span, *(text.span for text in beside)]
    second = statement.second
    spans += [item.span for item in (second.items if second else None) or ()]
    for by in (statement.attestation, second.attestation if second else None):
        if by:
            spans += [part.span for part in (by.by, by.on, by.because) if part]
    return max(span.end for span in spans)


def _stated(design: Design, type_: str, name: str | None, field: str) -> Statement:
    block = block_of(design, type_, name)
    found = stated_in(block, field) if block else None
    if found is None:
        raise KeyError(field)
    return found


# a line that is there


def _changes(text: str, stated: Statement, wanted: Statement) -> Iterator[Edit]:
    yield from _value_changes(text, stated.items, wanted.items)
    if backing_text(stated) != backing_text(wanted):
        yield Edit(Span(stated.items[-1].span.end, end_of(stated)), backing_text(wanted))


def _value_changes(text: str, old: Sequence[Item], new: Sequence[Item]) -> Iterator[Edit]:
    """The edits that make one list another; values that both begin or end with stay untouched."""
    before = _alike(old, new)
    after = _alike(old[before:][::-1], new[before:][::-1])
    gone, come = old[before : len(old) - after], new[before : len(new) - after]
    if gone and come:
        replaced = gone[0].span.to(gone[-1].span)
        yield from _lifted(text, replaced)
        yield Edit(replaced, values_text(come))
    elif come and before:
        yield insertion(old[before - 1].span.end, f", {values_text(come)}")
    elif come:
        yield insertion(old[0].span.start, f"{values_text(come)}, ")
    elif gone and before:
        yield from _lifted(text, removed := Span(old[before - 1].span.end, gone[-1].span.end))
        yield Edit(removed, "")
    elif gone:
        yield from _lifted(text, removed := Span(gone[0].span.start, old[len(gone)].span.start))
        yield Edit(removed, "")


def _alike(one: Sequence[Item], other: Sequence[Item]) -> int:
    """With how many equal values two lists begin."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _lifted(text: str, span: Span) -> Iterator[Edit]:
    """The comments in a stretch that is written anew, each on a line of its own above."""
    start = text.rfind("\n", 0, span.start) + 1
    for found in COMMENT.finditer(text[span.start : span.end]):
        if found[1]:
            yield insertion(start, f"{_indent(text, span.start)}{found[1].rstrip()}\n")


def _taken_out(text: str, span: Span) -> Iterator[Edit]:
    """The edits that take a statement out: its whole lines, if nothing else stands on them."""
    start, end = text.rfind("\n", 0, span.start) + 1, _line_end(text, span.end)
    yield from _lifted(text, span)
    if not text[start : span.start].strip() and not text[span.end : end].strip():
        yield Edit(Span(start, min(end + 1, len(text))), "")
    else:
        yield Edit(span, "")


# a line that is not there


def _new_line(source: Source, block: Block, statement: Statement, order: Sequence[str]) -> Edit:
    text, field = source.text, statement.field.text
    line = statement_text(statement, _column(block, len(field)))
    if (asked := _asked_at(text, block, field)) is not None:
        return insertion(_line_end(text, asked), f"\n{_indent(text, asked)}{line}")
    own = [s for s in block.statements if _is_first(text, s.field.span.start)]
    at = block.type.span.start
    indent = _indent(text, own[-1].field.span.start) if own else _indent(text, at) + INDENT
    if not block.statements:
        return _below(text, text.index("{", block.span.end) + 1, block.end, indent + line)
    above = _before(block.statements, field, order) or block.statements[-1]
    return _below(text, end_of(above), block.end, indent + line)


def _before(stated: Sequence[Statement], field: str, order: Sequence[str]) -> Statement | None:
    """The line below which one belongs that states a field: that of the nearest field before it."""
    before = order[: order.index(field)] if field in order else ()
    found = [s for s in stated if s.field.text in before]
    return max(found, key=lambda s: before.index(s.field.text), default=None)


def _column(block: Block, length: int) -> int:
    """At which column of a line its values begin, counted from the field's name: as in the line above it."""
    columns = [s.items[0].span.start - s.field.span.start for s in block.statements[-1:]]
    return max([length + 2, *columns])


def _asked_at(text: str, block: Block, field: str) -> int | None:
    """Where in a block the line `# FIELD unknown` stands, with which a new design asks for a field."""
    asked = rf"^[ \t]*(# {re.escape(field)} unknown)[ \t]*$"
    for found in re.finditer(asked, text, re.MULTILINE):
        at = found.start(1)
        between = block.span.end < at < block.end.start
        if between and not any(s.span.start < at < end_of(s) for s in block.statements):
            return at
    return None


def _header_end(design: Design) -> int:
    spans = [design.title.span, *(name.span for name in design.judged_by)]
    return max(span.end for span in [*spans, *([design.as_of.span] if design.as_of else [])])


def _below(text: str, at: int, bracket: Span, lines: str) -> Edit:
    """The edit that writes lines below the line in which something ends; before a bracket on the same line."""
    end = _line_end(text, at)
    if bracket == NOWHERE or not at <= bracket.start < end:
        return insertion(end, f"\n{lines}")
    blanks = Span(len(text[: bracket.start].rstrip()), bracket.start)
    return Edit(blanks, f"\n{lines}\n{_indent(text, bracket.start)}")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _is_first(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _indent(text: str, at: int) -> str:
    """The blanks with which the line begins in which something stands."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip())]
