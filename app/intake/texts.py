"""Texts of files: where they are, what may be read, and what is wrong with what cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from clausewise.dsl.files.reading import (
    ELSEWHERE,
    MAX_BYTES,
    UnreadableError,
    from_here,
    read_bytes,
    resolved,
    shown,
)
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import did_you_mean
from clausewise.dsl.text.source import Source, source_from_bytes
from clausewise.intake import packages

DESIGN_SUFFIXES = (".design", ".design.json")
DESIGNS = (*DESIGN_SUFFIXES, ".json")
"""How the name of a design ends that is named itself; in a folder, not every JSON file is one."""
WRITTEN = (
    ".docx",
    ".doc",
    ".odt",
    ".rtf",
    ".pdf",
    ".md",
    ".txt",
    ".html",
    ".yaml",
    ".yml",
    ".xlsx",
    ".csv",
)
"""How files end in which people describe a deployment in other words."""
POLICIES = (".policy",)
VOCABULARIES = (".vocabulary",)
LAWS = (".laws",)
A_FILE_OF_LAWS = "give a file of laws, whose name ends in .laws, or a folder that holds some"


def read(
    path: Path,
    suffixes: tuple[str, ...] = (),
    within: Iterable[Path] | None = None,
    limit: int = MAX_BYTES,
    if_missing: str = "",
) -> Source:
    """Read a file.

    Args:
        path: what to read.
        suffixes: how its name must end, in lower or upper case, and that of the file to which a link leads; a file
            that is something else is never shown. Any name will do by default.
        within: the folders below which it must lie; anywhere by default.
        limit: how many bytes it may have.
        if_missing: what to do where there is no such file.

    Raises:
        InvalidError: it cannot be read, or is none of these.
    """
    try:
        if suffixes and os.path.isfile(path):
            _refuse_others(path, suffixes)
        elif not suffixes:
            refuse_other_endings(path)
        return source_from_bytes(shown(path), read_bytes(path, within, limit), limit)
    except UnreadableError as error:
        source = Source(shown(path), "")
        wanted = f", whose name ends in {' or '.join(suffixes)}" if suffixes else ""
        missing = "" if os.path.lexists(path) else if_missing
        hint = "; ".join(filter(None, (_near(path, suffixes), missing)))
        if str(error) == ELSEWHERE:
            hint = "it must lie in the project's folder; for designs, `design-roots` in clausewise.toml names more"
        hint = hint or (A_FILE_OF_LAWS if suffixes == LAWS else f"give a UTF-8 text file{wanted}")
        message = f"`{from_here(path)}` {error}"
        raise InvalidError([Diagnostic("E100", message, source, None, hint)]) from None


def _refuse_others(path: Path, suffixes: tuple[str, ...]) -> None:
    """Refuse what is not called as a file of its kind is. A link never makes any `.json` a design."""
    real = os.path.basename(resolved(path)) if os.path.islink(path) else path.name
    own = tuple(s for s in suffixes if s != ".json") if real != path.name else suffixes
    if not path.name.lower().endswith(suffixes) or not real.lower().endswith(own):
        message = f"`{from_here(path)}` is not a file that is read here"
        hint = f"its name ends in none of {', '.join(suffixes)}"
        if suffixes == LAWS:
            hint = _laws_of(path) or A_FILE_OF_LAWS
        if suffixes == DESIGNS and path.suffix.lower() in WRITTEN:
            hint = "a design is a text of its own: `clausewise new -o NAME.design` writes one to fill in"
        if path.name.lower().endswith((".jsonl", ".ndjson", ".parquet")):
            hint += (
                "; many designs in one file, `.jsonl` or `.parquet`, are for `clausewise portfolio`"
            )
        problem = Diagnostic("E104", message, Source(shown(path), ""), None, hint)
        raise InvalidError([problem])


def refuse_other_endings(path: Path) -> None:
    """Refuse a link to what is called otherwise: where links come from strangers, no line of it is shown.

    Raises:
        InvalidError: it is one.
        UnreadableError: no file can have such a name.
    """
    if Path(resolved(path)).suffix.lower() != path.suffix.lower():
        message = f"`{from_here(path)}` leads to a file whose name ends otherwise"
        source = Source(shown(path), "")
        raise InvalidError([Diagnostic("E104", message, source, None, "name that file itself")])


def _near(path: Path, suffixes: tuple[str, ...]) -> str | None:
    """A file beside a missing one, of nearly the same name; or a policy of its name, which is no file."""
    complete = next((f"{path}{end}" for end in suffixes if os.path.isfile(f"{path}{end}")), None)
    if complete:
        return f"did you mean `{complete}`?"
    if suffixes == LAWS and (found := _laws_of(path)):
        return found
    if suffixes == DESIGNS and packages.find(path.name, POLICIES[0]):
        return f"did you mean `--policy {path.name}`?"
    try:
        if os.path.lexists(path):
            return None
        return did_you_mean(path.name, sorted(os.listdir(path.parent)))
    except (OSError, ValueError):
        return None


def _laws_of(path: Path) -> str | None:
    """The laws that there are of a policy, which was given by its name or its file in place of them."""
    beside = path.with_suffix(LAWS[0])
    if path.suffix == POLICIES[0]:
        found = beside if beside.is_file() else None
    else:
        found = packages.find(path.name, LAWS[0])
    return f"the laws of that policy stand in `{shown(found)}`" if found else None


def is_hidden(path: Path, folder: Path) -> bool:
    """Whether a vocabulary of the same name now stands in a folder, where it is looked for first."""
    return vocabulary_path(path.stem, folder) not in (path, None)


def vocabulary_path(name: str, folder: Path) -> Path | None:
    """The file of a vocabulary in a folder, or in a pack, all links followed.

    Raises:
        InvalidError: it is in a pack and is not as it was installed, or two packs hold it.
    """
    local = folder / f"{name}.vocabulary"
    if not local.is_file():
        found = packages.find(name, ".vocabulary")
        return found and Path(resolved(found))
    packages.refuse_changed(local)
    return Path(resolved(local))
