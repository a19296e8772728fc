"""The built-in taxonomy `place`: ISO 3166 countries and subdivisions, and groups of countries."""

from __future__ import annotations

from functools import lru_cache

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
    import pycountry

    names = {"EU": "European Union", "EEA": "European Economic Area"}
    parents: dict[str, tuple[str, ...]] = {"EU": (), "EEA": ()}
    for country in pycountry.countries:
        code = country.alpha_2
        names[code] = country.name
        groups = [group for group, members in (("EU", EU), ("EEA", EEA)) if code in members]
        parents[code] = ("US",) if code in US_TERRITORIES else tuple(groups)
    for subdivision in pycountry.subdivisions:
        code = subdivision.code
        names[code] = subdivision.name
        parents[code] = (subdivision.parent_code or subdivision.country_code,)
    for code in US_TERRITORIES:
        parents[f"US-{code}"] = (code,)
    return Taxonomy("place", parents, names)
