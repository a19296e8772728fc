"""From where a fact was imported, as a design says it: `from "FILE#address"`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clausewise.dsl.startup.lean import lean_dataclass

ORIGIN = r"^\s*[^#\s][^#]*#\s*\S"
"""How a text begins that names a file and an address."""
_TERMS = r"[a-z0-9-]++(?:, [a-z0-9-]++)*+"


@lean_dataclass(frozen=True, slots=True)
class ImportOrigin:
    """A place from which a fact was imported.

    Attributes:
        file: its path from the folder of the design on, with `/` between folders.
        address: where in it, in the words of its format, such as a resource's address in Terraform.
    """

    file: str
    address: str

    def __str__(self) -> str:
        return f"{self.file}#{self.address}"


def origin_of(text: str) -> ImportOrigin | None:
    """The place that `FILE#address` names; `None` if it names no file, or no address in it."""
    file, _, address = text.partition("#")
    return ImportOrigin(file, address) if re.match(ORIGIN, text) else None


def with_terms(place: str, terms: Iterable[str]) -> str:
    """A place as the origin of some of the terms of a list: `FILE#address: a, b`."""
    return f"{place}: {', '.join(terms)}"


def terms_from(text: str) -> frozenset[str]:
    """The terms of a list that come from a place, as its origin says; none if it does not say which."""
    _, colon, terms = text.rpartition(": ")
    return frozenset(terms.split(", ") if colon and re.fullmatch(_TERMS, terms) else ())
