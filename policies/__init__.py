"""The packs that come with Clausewise: one folder each, with vocabularies, policies and cases."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def find(name: str, suffix: str) -> Path | None:
    """The file of a pack that holds the policy or vocabulary `name`; files are named after what they hold.

    `suffix` is `.policy` or `.vocabulary`.
    """
    return next((path for path in sorted(FOLDER.glob(f"*/*{suffix}")) if path.stem == name), None)


def names(suffix: str) -> list[str]:
    """The names of all policies or vocabularies in the packs."""
    return sorted(path.stem for path in FOLDER.glob(f"*/*{suffix}"))
