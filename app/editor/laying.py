"""Changes after which a file that was in the one layout is in it again, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.editing.layout import kept_in_layout
from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.text.source import Source, Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def laid_out_edits(
    source: Source, edits: Sequence[Edit], apart: str = "", kind: FileKind = "design"
) -> Sequence[Edit]:
    """The edits, or if these leave the layout in which the text was, those of whole lines that do not.

    Args:
        source: the text.
        edits: none of which overlaps another.
        apart: a word; a line that holds it is written by an edit of its own.
    """
    changed = edited(source, edits)
    wanted = kept_in_layout(source, changed, kind)
    if wanted.text == changed.text:
        return edits
    return tuple(_by_lines(source.text, wanted.text, apart))


def _by_lines(before: str, after: str, apart: str) -> Iterator[Edit]:
    old, new = _LINE.findall(before), _LINE.findall(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        at = next((n for n in range(k, end) if apart and apart in new[n]), None)
        if at is None:
            yield Edit(Span(starts[i], starts[j]), "".join(new[k:end]))
            continue
        middle = min(i + at - k, j)
        for start, stop, lines in (
            (i, middle, new[k:at]),
            (middle, middle, new[at : at + 1]),
            (middle, j, new[at + 1 : end]),
        ):
            if start < stop or lines:
                yield Edit(Span(starts[start], starts[stop]), "".join(lines))
