"""The built-in taxonomy `place`: ISO 3166 countries and subdivisions, and groups of countries."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from clausewise.dsl.taxonomy import Taxonomy

US_TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")
"""Territories of the United States with codes of their own in ISO 3166-1 (and US-AS, ... in 3166-2)."""

EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""The member states of the European Union since 2020."""

EEA = (*EU, "IS", "LI", "NO")
"""The states of the European Economic Area."""


@lru_cache(maxsize=1)
def places() -> Taxonomy:
    """The taxonomy `place`. The codes and names come from pycountry."""
    names = {"EU": "European Union", "EEA": "European Economic Area"}
    parents: dict[str, tuple[str, ...]] = {"EU": (), "EEA": ()}
    for country in _entries("3166-1"):
        code = country["alpha_2"]
        names[code] = country["name"]
        groups = [group for group, members in (("EU", EU), ("EEA", EEA)) if code in members]
        parents[code] = ("US",) if code in US_TERRITORIES else tuple(groups)
    for subdivision in _entries("3166-2"):
        code = subdivision["code"]
        names[code] = subdivision["name"]
        country_code = code.partition("-")[0]
        parent = subdivision.get("parent", country_code)
        parents[code] = (parent if parent.startswith(country_code) else f"{country_code}-{parent}",)
    for code in US_TERRITORIES:
        parents[f"US-{code}"] = (code,)
    return Taxonomy("place", parents, names)


def _entries(standard: str) -> list[dict[str, str]]:
    """A table of pycountry's, without the indexes that pycountry makes of it: these take most of the time."""
    import json

    import pycountry

    path = Path(pycountry.DATABASE_DIR) / f"iso{standard}.json"
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))[standard]
    return found
