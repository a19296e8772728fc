"""The table of importers: by what is imported, who reads it. A further format is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.importing import arm, calls, terraform
from clausewise.importing.seen import See, Survey, Vendor
from clausewise.intake.access import Access

SurveyOf = Callable[[Path, Access, See], Survey]
"""Sees what a file, or a folder of files, describes."""


@lean_dataclass(frozen=True, slots=True)
class Importer:
    """Who reads a format.

    Attributes:
        look: sees what is described.
        vendor: in whose words, by which rules are chosen.
        things: what it counts.
    """

    look: SurveyOf
    vendor: Vendor
    things: str


IMPORTERS: Mapping[str, Importer] = {
    "terraform": Importer(terraform.look, "terraform", "resources"),
    "arm": Importer(arm.look, "arm", "resources"),
    "calls": Importer(calls.look, "call", "calls"),
}
"""By the word that the command line takes."""
