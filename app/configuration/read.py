"""A configuration read: the environment stands above the file, the file above the defaults; flags come later."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from clausewise.configuration.find import (
    CONFIG_VARIABLE,
    MOST_SAID,
    NOT_ABOUT_JUDGING,
    SHARED,
    nearest,
)
from clausewise.configuration.keys import ADDRESS, DIGEST, KEYS, Digests, Key, Said
from clausewise.configuration.meant import written
from clausewise.dsl.files.reading import UnreadableError, from_here, read_bytes
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, source_from_bytes
from clausewise.intake.access import is_path
from clausewise.intake.texts import refuse_other_endings
from clausewise.intake.toml import span_of, table_of

OTHER_VARIABLES = (CONFIG_VARIABLE, *NOT_ABOUT_JUDGING)
DEFAULT = "default"


@lean_dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, and who says so: `default`, a file, or a variable of the environment."""

    value: Said
    origin: str = DEFAULT


@lean_dataclass(frozen=True, slots=True)
class Configuration:
    """What is in force.

    Attributes:
        root: the project's folder: that of the file, or the working folder if there is no file.
        file: the configuration file, if there is one.
        is_isolated: whether only flags count, and only policies of the packs judge.
        settings: by key, all of `KEYS`.
    """

    root: Path
    file: Path | None = None
    is_isolated: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """The value of a key."""
        return self.settings[name].value


def configuration(
    file: Path | None = None, *, isolated: bool = False, here: Path | None = None
) -> Configuration:
    """What is in force in the working folder.

    Args:
        file: the configuration file, instead of the nearest one.
        isolated: whether files and the environment are left alone.
        here: the folder that counts as the working folder, instead of that of the process.

    Raises:
        InvalidError: the file cannot be read, or something in it or in the environment does not fit.
    """
    here = here or Path.cwd()
    settings = {name: Setting(key.default) for name, key in KEYS.items()}
    if isolated:
        return Configuration(here, None, is_isolated=True, settings=settings)
    named = file or os.environ.get(CONFIG_VARIABLE)
    found = here / named if named else _nearest(here)
    if found:
        settings |= _of_file(found)
    settings |= _of_environment(here)
    return Configuration(found.parent if found else here, found, settings=settings)


# a file


def _nearest(here: Path) -> Path | None:
    """The nearest configuration. A `pyproject.toml` that turns out to have no table for us is passed over."""
    start = here
    while found := nearest(str(start)):
        path = Path(found)
        if path.name != SHARED or _table_of(path, _read(path)) is not None:
            return path
        start = path.parent.parent
        if start == path.parent:
            break
    return None


def _table_of(path: Path, source: Source) -> Any:
    """The table of a file that is for us; `None` if a `pyproject.toml` has none."""
    table = table_of(source)
    if path.name != SHARED:
        return table
    tool = table.get("tool")
    return tool.get("clausewise") if isinstance(tool, dict) else None


def _of_file(path: Path) -> dict[str, Setting]:
    source = _read(path)
    table = _table_of(path, source)
    if table is None:
        table = {}
    problems = Diagnostics(source)
    if not isinstance(table, dict):
        problems.add("E109", "`tool.clausewise` is no table", span_of(source, "clausewise"))
        table = {}
    found = {}
    for name, value in table.items():
        key = KEYS.get(name)
        if key is None:
            hint = hint_for(name, KEYS, "keys")
            problems.add("E109", f"there is no key `{name}`", span_of(source, name), hint=hint)
            continue
        try:
            found[name] = Setting(_checked(key, value, path.parent), str(path))
        except ValueError as error:
            right = written(key, value, partial(_checked, key, folder=path.parent))
            hint = f"write `{name} = {right}`"
            problems.add("E109", f"`{name}` {error}", span_of(source, name), hint=hint)
    if problems.found:
        raise InvalidError(problems.found)
    return found


def _read(path: Path) -> Source:
    try:
        refuse_other_endings(path)
        return source_from_bytes(str(path), read_bytes(path))
    except UnreadableError as error:
        hint = "give another file by `--config`, or none by `--isolated`"
        message = f"`{from_here(path)}` {error}"
        raise InvalidError(
            [Diagnostic("E100", message, Source(str(path), ""), None, hint)]
        ) from None


# the environment


def _of_environment(here: Path) -> dict[str, Setting]:
    found = {}
    for key in KEYS.values():
        text = os.environ.get(key.variable)
        if text is None:
            continue
        try:
            value = _checked(key, _from_text(key, text), here)
        except ValueError as error:
            problem = Diagnostic("E109", f"`{key.variable}` {error}", hint=_how(key))
            raise InvalidError([problem]) from None
        found[key.name] = Setting(value, f"{key.variable} in the environment")
    return found


def unknown_variables() -> list[str]:
    """The variables of the environment that look as if they were for us, and are not."""
    known = {*OTHER_VARIABLES, *(key.variable for key in KEYS.values())}
    return sorted(n for n in os.environ if n.startswith("CLAUSEWISE_") and n not in known)


def _from_text(key: Key, text: str) -> object:
    """What TOML would hold in place of a variable's text."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    match key.kind:
        case "choice" | "address" | "file":
            return text
        case "yes-no":
            return {"true": True, "false": False}.get(text, text)
        case "number":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text
        case "readings":
            return _readings(words)
        case "digests":
            return _digests(words)
        case "folders":
            return [word for word in text.split(os.pathsep) if word]
        case "policies" | "patterns" | "verdicts":
            return words


def _readings(words: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for word in words:
        fits = re.fullmatch(r"([^.=]+)\.([^.=]+)=([^.=]+)", word)
        if not fits:
            raise ValueError(f"holds `{word}`, which chooses nothing")
        found.setdefault(fits[1], {})[fits[2]] = fits[3]
    return found


def _digests(words: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        name, _, digest = word.partition("=")
        found.setdefault(name, []).append(digest)
    return found


def _how(key: Key) -> str:
    match key.kind:
        case "choice" | "verdicts":
            return f"words: {', '.join(key.choices)}"
        case "yes-no":
            return "write `true` or `false`"
        case "number":
            return "write a whole number"
        case "address" | "file":
            return f"write {key.example}"
        case "digests":
            return "write `FILE=SHA-256`, several with commas between them"
        case "readings":
            return "write `POLICY.READING=ALTERNATIVE`, several with commas between them"
        case "folders":
            return f"write folders, with `{os.pathsep}` between them"
        case "policies" | "patterns":
            return "write several with commas between them"


# values


def _checked(key: Key, value: object, folder: Path) -> Said:
    """A key's value, with its paths from the folder on.

    Raises:
        ValueError: it does not fit; the message goes on after the key.
    """
    match key.kind:
        case "yes-no":
            if not isinstance(value, bool):
                raise ValueError("is neither true nor false")
            return value
        case "choice":
            if not isinstance(value, str) or value not in key.choices:
                raise ValueError(f"is none of {', '.join(key.choices)}")
            return value
        case "number":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError("is no whole number above 0")
            if value > MOST_SAID:
                raise ValueError(f"is more than {MOST_SAID:,}")
            return value
        case "address":
            if not isinstance(value, str) or not re.search(ADDRESS, value):
                raise ValueError("is no address that begins with https://")
            return value
        case "file":
            if not isinstance(value, str) or "\0" in value:
                raise ValueError("is no path of a file")
            return str(folder / Path(value).expanduser()) if value else ""
        case "digests":
            return _checked_digests(value)
        case "readings":
            return _checked_readings(value)
        case "policies" | "folders" | "patterns" | "verdicts":
            return tuple(_checked_words(key, value, folder))


def _checked_words(key: Key, value: object, folder: Path) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ValueError("is no list of texts")
    for word in value:
        if "\0" in word:
            raise ValueError("holds a character that no file can have in its name")
        if key.kind == "verdicts" and word not in key.choices:
            raise ValueError(f"holds `{word}`, {hint_for(word, key.choices, 'words')}")
        if key.kind == "folders" or (key.kind == "policies" and is_path(word)):
            yield str(folder / Path(word).expanduser())
        else:
            yield word


def _checked_digests(value: object) -> Digests:
    if not isinstance(value, dict):
        raise ValueError("is no table of digests by file")
    for name, held in value.items():
        if not name.endswith((".policy", ".vocabulary")) or "/" in name:
            raise ValueError(
                f"holds `{name}`, which is no name of a file of a policy or vocabulary"
            )
        digests = held if isinstance(held, list) else [held]
        if not digests or not all(isinstance(d, str) and re.search(DIGEST, d) for d in digests):
            raise ValueError(f"holds no SHA-256 for `{name}`: 64 digits in hexadecimal")
    return value


def _checked_readings(value: object) -> dict[str, dict[str, str]]:
    tables = value.values() if isinstance(value, dict) else [None]
    for table in tables:
        if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
            raise ValueError("is no table of readings by policy")
    return value  # type: ignore[return-value]  # as the loop says
