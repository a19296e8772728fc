"""Packs that are installed: those that come with Clausewise, and those that other packages bring.

A package names the folders of its packs as entry points of the group `clausewise.packs`. They are found by the
package's metadata, and their files are read as files: nothing of the package is imported. What comes with
Clausewise is never shadowed, and of two others that hold the same, none is taken.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from clausewise import policies as packs
from clausewise.dsl.files.reading import UnreadableError, read_bytes, resolved, shown
from clausewise.dsl.startup import store
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

GROUP = "clausewise.packs"
SUFFIXES = (".policy", ".vocabulary")
_OURS = os.path.join(packs.FOLDER, "")
NO_FOLDER = "names a folder that is not there"
BROKEN = (OSError, TypeError, ValueError, LookupError, AttributeError)
"""What Python raises of a package's metadata that are broken: it foresees few of their faults."""


@lean_dataclass(frozen=True, slots=True)
class OutsidePack:
    """A pack that another package brings.

    Attributes:
        name: that of the entry point.
        package: the package's name and version.
        folder: where its files are; empty if there is none.
        digests: by path, the SHA-256 with which its files were installed.
        is_edited: whether the package is installed for editing: its author is about to change the files, so that
            they have no digests.
        trouble: why there is no folder; empty if there is one.
    """

    name: str
    package: str
    folder: str
    digests: tuple[tuple[str, str], ...] = ()
    is_edited: bool = False
    trouble: str = ""

    @property
    def words(self) -> str:
        """Where what it holds comes from: `the pack lake-law of lake-law-pack 1.0`."""
        return f"the pack {self.name} of {self.package}" if self.name else self.package

    def files(self, suffix: str) -> dict[str, Path]:
        """Its files of a kind, by what they are called after."""
        try:
            names = sorted(os.listdir(self.folder)) if self.folder else []
        except OSError:
            return {}
        return {
            name.removesuffix(suffix): Path(self.folder, name)
            for name in names
            if name.endswith(suffix)
        }

    def refuse_changed(self, path: Path) -> None:
        """Refuse a file that is not as it was installed.

        Raises:
            InvalidError: it has changed, or was added since.
        """
        if self.is_edited:
            return
        from hashlib import sha256

        wanted = dict(self.digests).get(str(path))
        try:
            found = sha256(read_bytes(path)).hexdigest()
        except UnreadableError:
            found = ""
        if not wanted:
            message = f"`{shown(path)}` has no SHA-256 with which {self.package} was installed"
            hint = "install the package again, from a wheel: its RECORD must hold one for each file"
        elif wanted != found:
            message = f"`{shown(path)}` is not as {self.package} was installed"
            hint = "install the package again"
        else:
            return
        raise InvalidError([Diagnostic("E210", message, hint=hint)])


def outside() -> tuple[OutsidePack, ...]:
    """The packs of other packages, by their names. They are looked for again when something is installed."""
    return _outside(tuple(_state(entry) for entry in _places()))


def _places() -> list[str]:
    """The folders in which packages are installed. What lies in the working folder is installed by nobody."""
    return _elsewhere(tuple(sys.path), os.getcwd())


@lru_cache(maxsize=4)
def _elsewhere(entries: tuple[str, ...], here: str) -> list[str]:
    here = os.path.realpath(here)
    return [entry for entry in entries if entry and os.path.realpath(entry) != here]


def _state(entry: str) -> str:
    try:
        return f"{entry} {os.stat(entry).st_mtime_ns}"
    except OSError:
        return entry


@lru_cache(maxsize=4)
def _outside(state: tuple[str, ...]) -> tuple[OutsidePack, ...]:
    key = store.key_of(GROUP, *state)
    kept: tuple[OutsidePack, ...] | None = store.load(key)
    if kept is None:
        kept = tuple(sorted(_looked_for(), key=lambda pack: (pack.name, pack.package)))
        store.keep(key, kept)
    return kept


def _looked_for() -> Iterator[OutsidePack]:
    from importlib.metadata import distributions  # takes longer to import than most commands take

    found = [*distributions(path=_places())]
    if not any(map(_may_bring_packs, found)):
        return  # to read a name is to read all metadata, which takes as long as a hundred designs
    seen: set[str] = set()
    for package in found:
        try:
            name = package.metadata["Name"] or ""
        except BROKEN:
            name = ""
        if name and name in seen:
            continue  # the first on the path is the one that counts
        seen.add(name)
        try:
            yield from _packs(package, name)
        except BROKEN:
            trouble = "cannot be read: its metadata are broken"
            yield OutsidePack(name, name or _nameless(package), "", trouble=trouble)


def _may_bring_packs(package: Distribution) -> bool:
    try:
        return GROUP in (package.read_text("entry_points.txt") or "")
    except BROKEN:
        return True


def _nameless(package: Distribution) -> str:
    """A package whose name cannot be read, in words, by the folder of its metadata."""
    folder: object = getattr(package, "_path", None) or package.locate_file("")
    return f"a package without a name ({shown(Path(str(folder)))})"


def _packs(package: Distribution, name: str) -> list[OutsidePack]:
    """The packs that one package brings, all of them or none."""
    if GROUP not in (package.read_text("entry_points.txt") or ""):
        return []
    points = [point for point in package.entry_points if point.group == GROUP]
    words = f"{name} {package.version}" if name else _nameless(package)
    return [_pack(point, package, words) for point in points]


def _pack(point: EntryPoint, package: Distribution, words: str) -> OutsidePack:
    parts = point.value.split(".")
    if not re.fullmatch(r"\w+(\.\w+)*", point.value):
        return OutsidePack(point.name, words, "", trouble=NO_FOLDER)
    beside = os.path.realpath(str(package.locate_file("/".join(parts))))
    if os.path.isdir(beside):
        return OutsidePack(point.name, words, beside, tuple(_digests(package, parts, beside)))
    edited = _edited(package, parts)
    trouble = "" if edited else NO_FOLDER
    return OutsidePack(point.name, words, edited, is_edited=bool(edited), trouble=trouble)


def _digests(package: Distribution, parts: list[str], folder: str) -> Iterator[tuple[str, str]]:
    """The SHA-256 of the files of a pack, by path: RECORD holds a line for each file of the whole package."""
    import csv

    within = "/".join(parts) + "/"
    try:
        rows = [*csv.reader((package.read_text("RECORD") or "").splitlines())]
    except csv.Error:
        return
    for row in rows:
        if (
            len(row) > 1
            and row[0].startswith(within)
            and row[0].endswith((*SUFFIXES, ".imports.toml"))
        ):
            kind, _, digest = row[1].partition("=")
            path = os.path.join(folder, *row[0].removeprefix(within).split("/"))
            yield path, _hexadecimal(digest) if kind == "sha256" else ""


def _hexadecimal(digest: str) -> str:
    """A digest as others write it: packages write it in Base64, for addresses and without its end.

    What is no digest gives none.
    """
    from base64 import urlsafe_b64decode

    try:
        return urlsafe_b64decode(digest + "=" * (-len(digest) % 4)).hex()
    except ValueError:
        return ""


def _edited(package: Distribution, parts: list[str]) -> str:
    """The folder of a package that is installed for editing, within the project that it names; else empty.

    A module elsewhere that has the same name, such as in the working folder, is another. None is imported.
    """
    import json
    from importlib.machinery import PathFinder
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    says = json.loads(package.read_text("direct_url.json") or "{}")  # PEP 610
    if not says.get("dir_info", {}).get("editable"):
        return ""
    project = os.path.realpath(url2pathname(urlsplit(says["url"]).path))
    places = [project, os.path.join(project, "src")]
    specs = [PathFinder.find_spec(parts[0], [*places, *_places()])]
    specs += [finder.find_spec(parts[0], None) for finder in sys.meta_path]
    for spec in specs:
        for place in (spec and spec.submodule_search_locations) or ():
            folder = os.path.realpath(os.path.join(place, *parts[1:]))
            if folder.startswith(project + os.sep) and os.path.isdir(folder):
                return folder
    return ""


def find(name: str, suffix: str) -> Path | None:
    """The file of an installed pack that holds the policy or vocabulary `name`.

    Args:
        suffix: `.policy` or `.vocabulary`.

    Raises:
        InvalidError: two packages hold it, or its file is not as it was installed.
    """
    own = packs.find(name, suffix)
    if own:
        return own
    found = [(pack, path) for pack in outside() if (path := pack.files(suffix).get(name))]
    if len({path for _, path in found}) > 1:
        raise two_hold(name, suffix, [pack.words for pack, _ in found])
    for pack, path in found:
        pack.refuse_changed(path)
        return path
    return None


def refuse_changed(path: Path) -> None:
    """Refuse a file of an installed pack that is not as it was installed.

    Raises:
        InvalidError: it is one.
    """
    pack = None if comes_with_us(path) else _pack_of(path)
    if pack:
        pack.refuse_changed(Path(resolved(path)))


def comes_with_us(path: Path | None) -> bool:
    """Whether a file is of a pack that comes with Clausewise, which nothing shadows."""
    return path is not None and os.fspath(path).startswith(_OURS)


def leads_to(path: Path) -> str:
    """Where a file of an installed pack is once all links are followed."""
    return _leads_to(path) if comes_with_us(path) else resolved(path)


@cache
def _leads_to(path: Path) -> str:
    """What comes with us is looked at once, as modules are."""
    return resolved(path)


def names(suffix: str) -> list[str]:
    """The names of all policies or vocabularies of the installed packs."""
    theirs = [name for pack in outside() for name in pack.files(suffix)]
    return sorted({*packs.names(suffix), *theirs})


def folders() -> dict[str, Path]:
    """The folders of all installed packs, by their names.

    Nothing shadows what comes with Clausewise, and of two others of one name, none is taken.
    """
    theirs = {n: Path(found[0].folder) for n, found in _by_name().items() if len(found) == 1}
    return {**theirs, **packs.folders()}


def _by_name() -> dict[str, list[OutsidePack]]:
    """The packs of other packages with a folder, by their names: each folder once."""
    found: dict[str, dict[str, OutsidePack]] = {}
    for pack in outside():
        if pack.folder:
            found.setdefault(pack.name, {}).setdefault(pack.folder, pack)
    return {name: [*by_folder.values()] for name, by_folder in found.items()}


def older(newest: Path) -> dict[str, Path]:
    """The files of the older versions of a policy of an installed pack, by version. `newest` is its file.

    Raises:
        InvalidError: one is not as it was installed.
    """
    pack = None if comes_with_us(newest) else _pack_of(newest)
    if pack is None:
        return packs.older(newest)
    found = {path.parent.name: path for path in sorted(newest.parent.glob(f"*/{newest.name}"))}
    for path in found.values():
        pack.refuse_changed(path)
    return found


def origin(newest: Path) -> str:
    """Which pack holds the newest version of a policy, which is in a file: `the pack face`."""
    pack = None if comes_with_us(newest) else _pack_of(newest)
    return pack.words if pack else f"the pack {newest.parent.name}"


def _pack_of(path: Path) -> OutsidePack | None:
    """The pack in whose folder, or anywhere below it, a file lies: by its path, or where its links lead."""
    found = {pack.folder: pack for pack in outside() if pack.folder}
    if not found:
        return None
    above = [Path(resolved(path)).parent, *Path(os.path.abspath(path)).parents]
    folders = [above[0], *above[0].parents, *map(Path, map(resolved, above[1:]))]
    return next((found[str(folder)] for folder in folders if str(folder) in found), None)


def problems() -> list[Diagnostic]:
    """What keeps something of other packages from being used: no folder, or a name that is taken."""
    found = []
    holders: dict[str, dict[Path, str]] = {}
    for pack in outside():
        if not pack.folder:
            message = f"{pack.words} {pack.trouble}"
            point = f"the value of the entry point is a package, such as `{pack.name.replace('-', '_')}`"
            hint = point if pack.trouble == NO_FOLDER else "install it again, or remove it"
            found.append(Diagnostic("E209", message, hint=hint))
        for suffix in SUFFIXES:
            for name, path in pack.files(suffix).items():
                holders.setdefault(name + suffix, {}).setdefault(path, pack.words)
    found += _names_taken()
    for file, by_path in sorted(holders.items()):
        words = [*by_path.values()]
        name, _, kind = file.rpartition(".")
        own = packs.find(name, f".{kind}")
        if own or len(words) > 1:
            mine = [f"the pack {own.parent.name}"] if own else []
            found += two_hold(name, f".{kind}", [*mine, *words]).diagnostics
    return found


def _names_taken() -> Iterator[Diagnostic]:
    """The packs of other packages whose name another pack has, so that the name does not lead to them."""
    own = packs.folders()
    hint = (
        "its author gives the entry point another name; its policies are found by their own names"
    )
    for name, found in _by_name().items():
        if name in own or len(found) > 1:
            holders = ["comes with Clausewise"] if name in own else []
            holders += [f"is of {pack.package}" for pack in found]
            message = f"several packs are called `{name}`: one {', one '.join(holders)}"
            yield Diagnostic("E209", message, hint=hint)


def two_hold(name: str, suffix: str, holders: list[str]) -> InvalidError:
    """The mistake of a name that two hold, neither of which may shadow the other.

    Args:
        holders: who they are, in words.
    """
    what = suffix.removeprefix(".")
    message = f"the {what} `{name}` is in {' and in '.join(holders)}"
    hint = "remove one of them, or list the path of the one that is meant under `policies`"
    return InvalidError([Diagnostic("E209", message, hint=hint)])
