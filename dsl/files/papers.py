"""Papers: files that a desk takes as evidence, and that `submit` sends there. None of their kinds holds macros."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "txt": ("text/plain; charset=utf-8", b""),
}
"""What is accepted, by how a name ends: its type, and how its content begins."""


def ending_of(name: str) -> str:
    """How a name ends, behind the last dot, in lower case; empty if it has none."""
    return name.partition(".")[2] and name.rpartition(".")[2].lower()


def is_of_kind(kind: str, content: bytes) -> bool:
    """Whether a content is of the kind that a name says, which is one of `KINDS`."""
    if begins := KINDS[kind][1]:
        return content.startswith(begins)
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
