"""What is written in place of what, and a file with that done. Byte order marks and line ends stay as they are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Source, Span, source_from_bytes

_LINE_END = re.compile(r"\r\n?|\n")
_MARK = "\ufeff"


@lean_dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a source's text, and what is written in its place. An empty stretch is a place between."""

    span: Span
    text: str


def insertion(at: int, text: str) -> Edit:
    """An edit that only adds."""
    return Edit(Span(at, at), text)


def edited(source: Source, edits: Iterable[Edit]) -> Source:
    """The source with all edits made, those at one place in their order.

    Raises:
        ValueError: two edits overlap, or one writes half a character.
    """
    content = content_with(source, edits)
    return source_from_bytes(source.path, content, len(content))


def content_with(source: Source, edits: Iterable[Edit]) -> bytes:
    """The content of the file with all edits made.

    What is written ends its lines as the first line of the file ends.

    Raises:
        ValueError: as for `edited`.
    """
    raw = source.text if source.content is None else source.content.decode()
    first = _LINE_END.search(raw)
    parts, done = [], 0
    for start, end, text in _placed(raw, edits):
        if start < done:
            raise ValueError("two edits overlap")
        parts += [raw[done:start], text.replace("\n", first[0] if first else "\n")]
        done = end
    return "".join([*parts, raw[done:]]).encode()


def _placed(raw: str, edits: Iterable[Edit]) -> Iterable[tuple[int, int, str]]:
    """The edits in order, at their places in the text as it stands in the file."""
    mark = len(_MARK) if raw.startswith(_MARK) else 0
    longer: list[
        int
    ] = []  # the line ends of two characters, where they stand in the text of a source
    for found in _LINE_END.finditer(raw):
        if len(found[0]) > 1:
            longer.append(found.start() - mark - len(longer))

    def place(offset: int) -> int:
        return offset + mark + bisect_left(longer, offset)

    for edit in sorted(edits, key=lambda edit: edit.span.start):
        yield place(edit.span.start), place(edit.span.end), edit.text
