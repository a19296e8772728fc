"""The kinds of file that the editor knows, in one table. A further kind is a further row."""

from __future__ import annotations

from clausewise.dsl.parsing.parser import FileKind
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class Kind:
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
    Kind(".design", "clausewise-design", "design"),
    Kind(".design.json", "json", None),
    Kind(".vocabulary", "clausewise-vocabulary", "vocabulary"),
    Kind(".policy", "clausewise-policy", "policy"),
    Kind(".cases", "clausewise-cases", "cases"),
    Kind(".laws", "clausewise-laws", "laws"),
)
SUFFIXES = tuple(kind.suffix for kind in KINDS)


def kind_of(path: str) -> Kind | None:
    """The kind of a file by its name, in lower or upper case; `None` for what is none of ours."""
    return next((kind for kind in KINDS if path.lower().endswith(kind.suffix)), None)
