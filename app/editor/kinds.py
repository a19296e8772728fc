"""The kinds of file that the editor knows, in one table. A further kind is a further row."""

from __future__ import annotations

from pathlib import Path

from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class KindOfFile:
    """A kind of file.

    Attributes:
        suffix: how the names of its files end, in lower case.
        language: what editors call it.
        parsed: what the parser calls it; `None` for designs in JSON, which are judged and no more.
    """

    suffix: str
    language: str
    parsed: FileKind | None


KINDS = (
    KindOfFile(".design", "clausewise-design", "design"),
    KindOfFile(".design.json", "json", None),
    KindOfFile(".vocabulary", "clausewise-vocabulary", "vocabulary"),
    KindOfFile(".policy", "clausewise-policy", "policy"),
    KindOfFile(".cases", "clausewise-cases", "cases"),
    KindOfFile(".laws", "clausewise-laws", "laws"),
)
SUFFIXES = tuple(kind.suffix for kind in KINDS)


def kind_of(path: str) -> KindOfFile | None:
    """The kind of a file by its name, in lower or upper case; `None` for what is none of ours."""
    return next((kind for kind in KINDS if path.lower().endswith(kind.suffix)), None)


def may_count(path: Path) -> bool:
    """Whether what a document comes to may depend on a file of this name: one of ours, or of a configuration."""
    return kind_of(path.name) is not None or path.suffix == ".toml"
