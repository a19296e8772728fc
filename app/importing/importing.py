"""From a file, or a folder of files, to what it says of a deployment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, is_within, resolved
from clausewise.importing.findings import Findings, Imported
from clausewise.importing.formats import Importer
from clausewise.importing.rules import Rule
from clausewise.importing.terraform import HCL
from clausewise.intake.access import Access


def imported_from(
    path: Path, importer: Importer, rules: Sequence[Rule], access: Access, folder: Path
) -> Imported:
    """What a file, or a folder of files, says of a deployment.

    Args:
        path: the file or the folder.
        importer: who reads it.
        rules: what is seen in it means.
        access: where it may lie, and how large it may be.
        folder: that of the design, from which on files are named.

    Raises:
        InvalidError: it cannot be read.
    """
    findings = Findings(rules, lambda file: named_from(folder, file))
    return findings.imported(importer.look(path, access, findings.see))


def named_from(folder: Path, file: str | Path) -> str:
    """How a design in a folder names a file: by its path from there on, with `/` between folders.

    A `#` in it would begin the address, and is written as `?`.
    """
    try:
        path = os.path.relpath(file, folder)
    except ValueError:  # it lies on another drive
        path = os.path.abspath(file)
    return path.replace(os.sep, "/").replace("#", "?")


def is_of(path: Path, folder: Path, named: str) -> bool:
    """Whether a file, as a design in a folder names it, is that of a path, or of Terraform in a folder."""
    if not os.path.isdir(path):
        return named == named_from(folder, path)
    try:
        real = resolved(folder / named)
    except UnreadableError:
        return False
    return named.lower().endswith(HCL) and is_within(real, [path])
