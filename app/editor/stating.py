"""A fact written into the text of a design, so that all else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clausewise.dsl import syntax
from clausewise.dsl.editing.design import add_entity, set_as_of, set_values
from clausewise.dsl.editing.edits import Edit
from clausewise.dsl.models.deployment import AS_OF, Missing, NoEntity, place_of
from clausewise.dsl.syntax import Day, Name
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.laying import laid_out_edits
from clausewise.editor.texts import TextEdit

_HERE = "what-is-written-here"
"""Stands for what is written or filled in, while it is worked out where that goes: a name, as it is parsed."""


def stated(
    tree: syntax.Design, source: Source, missing: Missing, value: str, snippet: str | None = None
) -> tuple[TextEdit, ...]:
    """The edits that state what is missing.

    Args:
        tree: the design.
        source: its text.
        missing: a fact, the date of judging, or a type of which an entity is to be listed.
        value: what stands behind the field; of an entity, its name.
        snippet: the same with places to fill in, for editors that know such.
    """
    if missing == AS_OF:
        edit = set_as_of(source, tree, Day(date.fromisoformat(value)))
        return (TextEdit(edit.span, edit.text),)
    edits = laid_out_edits(source, _edits(tree, source, missing), apart=_HERE)
    return tuple([_filled(edit, value, snippet, source) for edit in edits])


def _edits(tree: syntax.Design, source: Source, missing: Missing) -> Sequence[Edit]:
    if isinstance(missing, NoEntity):
        return (add_entity(source, tree, missing, _HERE),)
    entity, field = place_of(missing)
    block = next((b for b in tree.blocks if (b.name or b.type).text == entity), None)
    type_ = block.type.text if block else entity
    name = block.name.text if block and block.name else None
    return set_values(source, tree, type_, name, field, (Name(_HERE),))


def _filled(edit: Edit, value: str, snippet: str | None, source: Source) -> TextEdit:
    if snippet is None or _HERE not in edit.text:
        return TextEdit(edit.span, edit.text.replace(_HERE, value))
    edit = _below(edit, source)
    text = edit.text.replace(_HERE, value)
    return TextEdit(edit.span, text, escaped(edit.text).replace(_HERE, snippet))


def _below(edit: Edit, source: Source) -> Edit:
    """An edit that adds lines, at the start of the line below.

    An editor indents the lines of a snippet as the line is in which it begins.
    """
    start, end = edit.span.start, edit.span.end
    if start == end and edit.text.startswith("\n") and source.text.startswith("\n", start):
        return Edit(Span(start + 1, start + 1), edit.text[1:] + "\n")
    return edit


def escaped(text: str) -> str:
    """A text as a snippet has it, in which some signs mean places to fill in."""
    return text.translate({ord(sign): f"\\{sign}" for sign in "$}\\"})
