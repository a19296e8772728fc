"""Names and texts in SQL that is written as text. What sqlglot writes, it quotes itself."""

from __future__ import annotations

ROOM_VARIABLE = "room"
"""DuckDB's variable: how many entities of a type there is room for in a design. The smaller their numbers are, the
less time and memory joins take, above all where they fit 32 bits."""


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"
