"""Where a design says something else than the files from which it was imported: warnings of `check` (W708, W709).

Only what lasts is compared, plans and templates: a recording tells of one moment, and a design need not repeat it.
The files are named by a stranger's design, so they are opened only where an input may lie, and few and small ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, is_within, resolved, shown
from clausewise.dsl.models.deployment import Deployment, Fact, Terms, show_value
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.origins import origin_of
from clausewise.dsl.text.source import Source
from clausewise.importing.arm import is_template
from clausewise.importing.calls import is_call
from clausewise.importing.findings import ImportedFact
from clausewise.importing.formats import IMPORTERS, Importer
from clausewise.importing.importing import imported_from
from clausewise.importing.opening import json_of, problem
from clausewise.importing.rules import Rule, rules_for
from clausewise.importing.terraform import HCL, is_plan_or_state
from clausewise.intake.access import Access

MOST_FILES = 10
"""Files with which a design is compared."""
MOST_HCL = 32 * 1024
"""Bytes of all files of Terraform together, which take a second at most."""
MOST_KEPT = 50
"""Files of which is kept what they say, where the same ones are compared again and again."""
AGAIN = "import it again"
PUT = "put it below the folder of the design, and import it again"


FactsNow = Mapping[tuple[str, str], ImportedFact | None]
"""What a file says, by types and fields; `None` of what it leaves open."""


class Compared:
    """What files said when they were read, for who compares the same ones again and again, as an editor does.

    A file is read again once it, the rules, or what may be opened has changed.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, FactsNow | InvalidError]] = {}

    def facts(
        self, path: Path, design: Path, rules: tuple[Rule, ...], access: Access
    ) -> FactsNow | InvalidError:
        """What a file says now, or why it cannot be read (the arguments are those of `_facts_now`)."""
        try:
            now = os.stat(path)
        except OSError:
            return _read(path, design, rules, access)
        state = (
            now.st_ino,
            now.st_size,
            now.st_mtime_ns,
            now.st_ctime_ns,
            design.parent,
            rules,
            access,
        )
        name = str(path)
        before, said = self._kept.get(name, (None, None))
        if said is None or before != state:
            said = _read(path, design, rules, access)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[name] = state, said
        return said

    def holds(self, path: Path) -> bool:
        """Whether a file was read."""
        return str(path) in self._kept


def drift_of(
    deployment: Deployment, source: Source, access: Access, kept: Compared | None = None
) -> Iterator[Diagnostic]:
    """Where a design and the files from which it was imported differ, and which files cannot be compared.

    Args:
        deployment: the design.
        source: its text.
        access: where the files may lie, and how large they may be.
        kept: what they said before; without it they are read.
    """
    by_file = _by_file(deployment, Path(source.path).parent)
    if not by_file:
        return
    try:
        rules = rules_for(deployment.vocabulary)
    except InvalidError as error:
        yield from (replace(found, code="W709") for found in error.diagnostics)
        return
    if not rules:
        name, where = deployment.vocabulary.name, next(iter(by_file.values()))[1][0].span
        message = f"nothing was compared: no rule says what files mean in the words of `{name}`"
        yield Diagnostic("W709", message, source, where)
        return
    left_of_hcl = MOST_HCL
    for number, (file, facts) in enumerate(by_file.values()):
        if number == MOST_FILES:
            left = len(by_file) - MOST_FILES
            message = (
                f"{left} further files were not compared: a design is compared with {MOST_FILES}"
            )
            yield Diagnostic("W709", message, source, facts[0].span)
            return
        try:
            path = _path(file, Path(source.path), access)
            left_of_hcl -= _size_of_hcl(path, left_of_hcl)
            read = _read if kept is None else kept.facts
            now = read(path, Path(source.path), rules, access)
            if isinstance(now, InvalidError):
                raise now
        except InvalidError as error:
            why = error.diagnostics[0]
            message = (
                f"`{file}`, from which something was imported, cannot be compared: {why.message}"
            )
            yield Diagnostic("W709", message, source, facts[0].span, why.hint)
            continue
        for fact in facts:
            yield from _differs(fact, file, now, source)


def _by_file(deployment: Deployment, folder: Path) -> Mapping[str, tuple[str, list[Fact]]]:
    """The facts that come from files that last, by where these really are: each once, from however many places.

    With them stands how the design spells the file first.
    """
    found: dict[str, tuple[str, list[Fact]]] = {}
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            origins = map(origin_of, fact.imported) if fact.value is not None else ()
            spelt: dict[str, str] = {}
            for one in origins:
                if one and not is_call(one.address):
                    spelt.setdefault(_real(folder / one.file), one.file)
            for real, file in spelt.items():
                found.setdefault(real, (file, []))[1].append(fact)
    return found


def _real(path: Path) -> str:
    try:
        return resolved(path)
    except UnreadableError:
        return str(path)


def _path(file: str, design: Path, access: Access) -> Path:
    """The path of a file that a design names.

    Raises:
        InvalidError: it lies where no file of this design may lie, or is a folder.
    """
    path = design.parent / file
    try:
        is_inside = is_within(resolved(path), access.around(design))
    except UnreadableError:
        is_inside = False
    if not is_inside:
        raise problem(path, "W709", "it leads to a place from which nothing is read", PUT)
    if os.path.isdir(path):
        raise problem(path, "W709", "it is a folder", "name a file in it")
    return path


def _size_of_hcl(path: Path, left: int) -> int:
    """The bytes of Terraform that a file holds; none if it holds something else.

    Raises:
        InvalidError: they are more than are left.
    """
    try:
        size = path.stat().st_size if path.name.lower().endswith(HCL) else 0
    except OSError:
        return 0  # whoever opens it says why it cannot be read
    if size > left:
        message = f"the `.tf` files with which a design is compared hold at most {MOST_HCL // 1024} KiB in all"
        raise problem(path, "W709", message, "import a plan in their place")
    return size


def _read(
    path: Path, design: Path, rules: tuple[Rule, ...], access: Access
) -> FactsNow | InvalidError:
    try:
        return _facts_now(path, design, rules, access)
    except InvalidError as error:
        return error


def _facts_now(path: Path, design: Path, rules: tuple[Rule, ...], access: Access) -> FactsNow:
    """What a file says now that a design names.

    Raises:
        InvalidError: it cannot be read.
    """
    importer, access = _importer_of(path, access)
    found = imported_from(path, importer, rules, access, design.parent)
    now: FactsNow = {(one.field.owner, one.field.name): None for one in found.open}
    return {**now, **{(fact.field.owner, fact.field.name): fact for fact in found.facts}}


def _importer_of(path: Path, access: Access) -> tuple[Importer, Access]:
    """Who reads a file, and within which bounds."""
    if path.name.lower().endswith(HCL):
        return IMPORTERS["terraform"], replace(access, max_bytes=min(MOST_HCL, access.max_bytes))
    value = json_of(path, access, AGAIN)
    for name, is_one in (("terraform", is_plan_or_state), ("arm", is_template)):
        if is_one(value):
            return IMPORTERS[name], access
    raise problem(path, "W709", f"`{shown(path)}` is no plan, no state and no template", AGAIN)


def _differs(fact: Fact, file: str, facts: FactsNow, source: Source) -> Iterator[Diagnostic]:
    """A warning, if a file says something else of a fact, or nothing any more."""
    place = fact.field.owner, fact.field.name
    now = facts.get(place)
    said = {*fact.value.names} if isinstance(fact.value, Terms) else {show_value(fact.value)}
    hint = "import it again, or take `from` away if the design is right"
    if now is None and place in facts:
        message = (
            f"`{fact.name}` is {show_value(fact.value)}, and what {file} says of it is not known"
        )
    elif now is None:
        message = f"`{fact.name}` is {show_value(fact.value)}, and {file} does not say so any more"
    elif said == {*now.values} or (fact.field.is_many and said >= {*now.values}):
        return
    else:
        told = ", ".join(now.values)
        message = f"`{fact.name}` is {show_value(fact.value)}, and {told} by {now.origins[0]}"
    yield Diagnostic("W708", message, source, fact.span, hint)
