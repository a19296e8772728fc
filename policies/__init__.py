"""The packs that come with Clausewise: one folder each, with vocabularies, policies and cases.

The newest version of a policy lies in the folder of its pack, and each older one in a folder below it that is
called after the version: `face/1.0/face-code-of-conduct.policy`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def find(name: str, suffix: str) -> Path | None:
    """The file of a pack that holds the policy or vocabulary `name`; files are named after what they hold.

    `suffix` is `.policy` or `.vocabulary`.
    """
    return next((path for path in _held(FOLDER, suffix) if path.stem == name), None)


def names(suffix: str) -> list[str]:
    """The names of all policies or vocabularies in the packs."""
    return sorted(path.stem for path in _held(FOLDER, suffix))


def folders() -> dict[str, Path]:
    """The folders of the packs, by their names."""
    return {path.parent.name: path.parent for path in _held(FOLDER, ".policy")}


@cache
def _held(folder: Path, suffix: str) -> tuple[Path, ...]:
    """The newest files of a kind. They come with the code, and are looked for once, as modules are."""
    return tuple(sorted(folder.glob(f"*/*{suffix}")))


def use_cases(newest: Path) -> dict[str, Path]:
    """The designs that show what a use case needs, by its name, for the policy in a file of a pack."""
    return {path.stem: path for path in sorted(newest.parent.glob("use-cases/*.design"))}


def older(newest: Path) -> dict[str, Path]:
    """The files of the older versions of a policy, by version; none outside of the packs. `newest` is its file."""
    return dict(_older(newest)) if newest.parent.parent == FOLDER else {}


@cache
def _older(newest: Path) -> tuple[tuple[str, Path], ...]:
    return tuple(
        (path.parent.name, path) for path in sorted(newest.parent.glob(f"*/{newest.name}"))
    )
