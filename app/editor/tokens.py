"""A text in words, however broken it is: comments, texts, numbers, signs and names.

The parser has a lexer of its own, which needs to know where it is. This one serves colours and completion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from clausewise.dsl.parsing.keywords import keywords
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.naming.names import occurrences
from clausewise.editor.naming.symbols import What

TokenSort = Literal["comment", "text", "number", "name", "sign", "end"]
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?P<text>"(?:[^"\\\n]|\\.)*"?)
    | (?P<number>\d{4}-\d\d-\d\d|\d*\.\.\d+|\d+\.\.(?!\.)|-?\d+(?:\.\d+)*)
    | (?P<name>[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]*)*)
    | (?P<end>\n)
    | (?P<sign>\.\.\.|[<>]=?|[^\s])""",
    re.VERBOSE,
)


@lean_dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    sort: TokenSort
    text: str
    span: Span


def tokens(text: str, end: int | None = None) -> Iterator[Token]:
    """The words of a text, up to an offset."""
    for found in _TOKEN.finditer(text, 0, len(text) if end is None else end):
        sort: TokenSort = found.lastgroup  # type: ignore[assignment]  # the groups are the sorts
        yield Token(sort, found[0], Span(*found.span()))


COLOURS = (
    *("comment", "string", "number", "keyword", "operator", "type", "property", "variable"),
    *("enumMember", "class", "namespace", "function", "parameter", "decorator"),
)
"""What editors colour alike: types of semantic tokens of the protocol (3.17)."""
VALUES = frozenset({"none", "unknown"})
"""Values without a taxonomy."""
_OF_SORTS = {"comment": "comment", "text": "string", "number": "number"}
_OF_SYMBOLS: dict[What, str] = {
    "alternative": "enumMember",
    "breach": "function",
    "clause": "function",
    "definition": "function",
    "document": "namespace",
    "entity": "variable",
    "exception": "function",
    "field": "property",
    "law": "function",
    "mark": "decorator",
    "policy": "namespace",
    "reading": "parameter",
    "section": "namespace",
    "table": "function",
    "taxonomy": "type",
    "term": "enumMember",
    "type": "class",
    "variable": "parameter",
    "vocabulary": "namespace",
    "warning": "function",
}


@lean_dataclass(frozen=True, slots=True)
class Coloured:
    """A stretch of a line, and its colour; whether the name is declared here."""

    span: Span
    colour: str
    declares: bool = False


def coloured(analysis: Analysis) -> Iterator[Coloured]:
    """The colours of a text, from its beginning to its end."""
    known = {found.span.start: found for found in occurrences(analysis)}
    words = keywords(analysis.kind.parsed or "design") | VALUES
    for token in tokens(analysis.source.text):
        symbol = known.get(token.span.start)
        if token.sort in _OF_SORTS:
            yield Coloured(token.span, _OF_SORTS[token.sort])
        elif symbol and token.sort == "name":
            yield Coloured(symbol.span, _OF_SYMBOLS[symbol.symbol.what], symbol.declares)
        elif token.sort == "name" and token.text in words:
            yield Coloured(token.span, "keyword")
