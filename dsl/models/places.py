"""The built-in taxonomy `place`: ISO 3166 countries and subdivisions, and groups of countries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.models.taxonomy import Taxonomy, folded
from clausewise.dsl.startup import store
from clausewise.dsl.startup.typed import TypeVar

IsoEntry = dict[str, str]
T = TypeVar("T")

STANDARDS = ("3166-1", "3166-2")
"""The tables: countries, and their subdivisions (docs/decisions/0028)."""

US_TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")
"""Territories of the United States with codes of their own in ISO 3166-1 (and US-AS, ... in 3166-2)."""

EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""The member states of the European Union since 2020."""

EEA = (*EU, "IS", "LI", "NO")
"""The states of the European Economic Area."""

OUTERMOST = {
    "FR-971": "GP",
    "FR-972": "MQ",
    "FR-973": "GF",
    "FR-974": "RE",
    "FR-976": "YT",
    "FR-MF": "MF",
    "FI-01": "AX",
}
"""Parts of member states that are in the European Union (Treaty on its Functioning, Article 349, and Article 355,
points 1 and 4), and have codes of their own in ISO 3166-1, too."""

OVERSEAS = {
    **{f"FR-{code}": code for code in ("BL", "NC", "PF", "PM", "TF", "WF")},
    **{f"NL-{code}": code for code in ("AW", "CW", "SX")},
    **{f"NL-BQ{island}": "BQ" for island in (1, 2, 3)},
}
"""Overseas countries and territories: of a member state, and not in the European Union (the treaty, Annex II)."""


class _PlaceNames(Mapping[str, str]):
    """The places' names. They are read when one is first asked for: to judge takes the codes alone."""

    def __getitem__(self, code: str) -> str:
        return _names()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


class _PlaceLabels(_PlaceNames):
    """What people call places: with the country, unless that has the same name."""

    def __getitem__(self, code: str) -> str:
        names = _names()
        return ", ".join(dict.fromkeys([names[code], names[code.partition("-")[0]]]))


@lru_cache(maxsize=1)
def places() -> Taxonomy:
    """The taxonomy `place`: codes and names from the tables of iso-codes, unless they are in the cache."""
    return Taxonomy("place", _kept("places", _parents), _PlaceNames(), labels=_PlaceLabels())


def _kept(name: str, make: Callable[[], T]) -> T:
    key = store.key_of(name)  # it changes with the tables, which lie beside our code
    kept: T | None = store.load(key)
    if kept is None:
        kept = make()
        store.keep(key, kept)
    return kept


def _parents() -> dict[str, tuple[str, ...]]:
    countries, subdivisions = map(_entries, STANDARDS)
    parents: dict[str, tuple[str, ...]] = {"EU": ("EEA",), "EEA": ()}
    for country in countries:
        code = country["alpha_2"]
        groups = [group for group, members in (("EU", EU), ("EEA", EEA)) if code in members]
        parents[code] = ("US",) if code in US_TERRITORIES else tuple(groups)
    for part, code in OUTERMOST.items():
        parents[code] = (part.partition("-")[0],)
    for subdivision in subdivisions:
        code = subdivision["code"]
        country_code = code.partition("-")[0]
        parent = subdivision.get("parent", country_code)
        parents[code] = (parent if parent.startswith(country_code) else f"{country_code}-{parent}",)
    for code in US_TERRITORIES:
        parents[f"US-{code}"] = (code,)
    for part, code in (OUTERMOST | OVERSEAS).items():
        parents[part] = (code,)
    return parents


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return _kept("names of places", _read_names)


def _read_names() -> dict[str, str]:
    countries, subdivisions = map(_entries, STANDARDS)
    return {
        "EU": "European Union",
        "EEA": "European Economic Area",
        **{country["alpha_2"]: country["name"] for country in countries},
        **{subdivision["code"]: subdivision["name"] for subdivision in subdivisions},
    }


OTHER_NAMES = {
    "uk": "GB",
    "great-britain": "GB",
    "britain": "GB",
    "america": "US",
    "u-s": "US",
    "u-s-a": "US",
    "united-states-of-america": "US",
    "holland": "NL",
    "czech-republic": "CZ",
    "turkey": "TR",
    "russia": "RU",
    "south-korea": "KR",
    "north-korea": "KP",
    "ivory-coast": "CI",
    "swaziland": "SZ",
    "burma": "MM",
    "cape-verde": "CV",
    "macedonia": "MK",
    "vatican": "VA",
    "palestine": "PS",
    "europe": "EU",
    "deutschland": "DE",
    "allemagne": "DE",
    "frankreich": "FR",
    "österreich": "AT",
    "autriche": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "svizzera": "CH",
    "italia": "IT",
    "italien": "IT",
    "españa": "ES",
    "spanien": "ES",
    "polska": "PL",
    "polen": "PL",
    "nederland": "NL",
    "niederlande": "NL",
    "belgië": "BE",
    "belgique": "BE",
    "belgien": "BE",
    "danmark": "DK",
    "sverige": "SE",
    "suomi": "FI",
    "norge": "NO",
    "éire": "IE",
    "česko": "CZ",
    "magyarország": "HU",
    "hrvatska": "HR",
    "ísland": "IS",
    "méxico": "MX",
    "brasil": "BR",
}
"""What countries are called in English beside the names in ISO 3166, and in the languages of some of them."""


def places_called(word: str) -> list[str]:
    """The places that a word means, `folded`: a name of it, a code of three letters, or the end of a code."""
    return _codes().get(word, [])


@lru_cache(maxsize=1)
def _codes() -> dict[str, list[str]]:
    """Codes by all other names of places; the end of a code, `TX`, only where it is the name of none."""
    found: dict[str, list[str]] = {name: [code] for name, code in OTHER_NAMES.items()}
    found["european-union"], found["european-economic-area"] = ["EU"], ["EEA"]
    for standard in STANDARDS:
        for entry in _entries(standard):
            code = entry.get("alpha_2") or entry["code"]
            names = [entry.get(key) for key in ("name", "common_name", "official_name", "alpha_3")]
            for name in {code, *filter(None, names)}:
                if code not in (codes := found.setdefault(folded(name), [])):
                    codes.append(code)
    parts: dict[str, list[str]] = {}
    for codes in list(found.values()):
        for code in codes:
            if part := folded(code.partition("-")[2]):
                parts[part] = list(dict.fromkeys([*parts.get(part, []), code]))
    return {**parts, **found}


def _entries(standard: str) -> list[IsoEntry]:
    """The rows of a table."""
    import json

    table = Path(__file__).parent / "iso-3166" / f"{standard}.json"
    found: dict[str, list[IsoEntry]] = json.loads(read_bytes(table))
    return found[standard]
