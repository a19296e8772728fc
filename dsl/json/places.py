"""Where the values of a JSON text stand."""

from __future__ import annotations

import re

from clausewise.dsl.startup.typed import Any
from clausewise.dsl.text.source import Span

JsonPath = tuple[str | int, ...]
_TEXT = r'"(?:[^"\\]++|\\.)*+"?+'
"""A text, also one without an end, so that what is in it is not looked through again and again."""
_BRACKET = re.compile(_TEXT + r"|[{}\[\]]", re.DOTALL)
_TOKEN = re.compile(_TEXT + r'|[{}\[\]:,]|[^\s{}\[\]:,"]++')


def places(text: str) -> tuple[dict[JsonPath, Span], list[tuple[JsonPath, Span]]]:
    """The spans of all values of a valid JSON text by their paths, and the keys that are written twice.

    The path of `"company"` in `{"actor": {"acme": {"kind": "company"}}}` is `("actor", "acme", "kind")`.
    """
    found: dict[JsonPath, Span] = {}
    twice: list[tuple[JsonPath, Span]] = []
    stack: list[JsonPath] = []
    """For each bracket that is open, the path of the object or list that it began."""
    opened: list[tuple[JsonPath, int]] = []
    path: JsonPath = ()
    awaits_key = False
    for match in _TOKEN.finditer(text):
        token, span = match[0], Span(match.start(), match.end())
        if awaits_key and token[0] == '"':
            path = (*stack[-1], _unquoted(token))
            if path in found:
                twice.append((path, span))
            awaits_key = False
        elif token in "{[":
            found[path] = span
            opened.append((path, span.start))
            stack.append(path)
            awaits_key = token == "{"
            path = (*path, 0) if token == "[" else path
        elif token in "}]":
            stack.pop()
            path, start = opened.pop()
            found[path] = Span(start, span.end)
            awaits_key = False
        elif token == ",":
            is_list = isinstance(path[-1], int) and path[:-1] == stack[-1]
            awaits_key = not is_list
            if is_list:
                path = (*path[:-1], int(path[-1]) + 1)
        elif token != ":":
            found[path] = span
    return found, twice


class TwiceError(ValueError):
    """An object holds a key twice. Which of both counts, each program that reads it decides for itself."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, for `json.loads(..., object_pairs_hook=once)`.

    Raises:
        TwiceError: it holds a key twice.
    """
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise TwiceError(key)
        held[key] = value
    return held


def too_deep(text: str, most: int) -> Span | None:
    """The bracket that nests more than `most` deep, if one does."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth > most:
            return Span(match.start(), match.end())
    return None


def _unquoted(token: str) -> str:
    import json

    return str(json.loads(token))
