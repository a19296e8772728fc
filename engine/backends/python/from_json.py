"""JSON designs straight to records: the short way, for designs as most are.

Whatever is out of the ordinary (a mistake, an unknown term, a key written twice, an empty text) is left to the
long way, through the parser and the checker, where it is judged or reported. This module decides nothing: where it
reads a design at all, it reads what the long way reads (tests/test_intake.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import GenericAlias
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from clausewise.dsl.models.admission import UNDATED, doubt_of_attestation
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.syntax import Duration
from clausewise.dsl.text.names import NAME, RESERVED
from clausewise.dsl.text.values import day_of, duration_of, range_of
from clausewise.engine.backends.python.filling import Records, filler
from clausewise.engine.backends.python.record_classes import HIDDEN, Stated
from clausewise.engine.backends.python.records import Record, RecordLayout, World, world

_HIDDEN = HIDDEN.encode()
_NAMES = re.compile(rf"(?:{NAME.pattern} )*+")


class OddError(Exception):
    """Something that goes the long way."""


class Intake:
    """Reads the JSON designs of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, layouts: Mapping[str, RecordLayout]) -> None:
        self.layouts = layouts
        self.fill = filler(layouts, _reader)
        self.types = [
            (name, layout.record, layout.entity.single) for name, layout in layouts.items()
        ]
        self.taken = RESERVED.union(n for n, layout in layouts.items() if not layout.entity.single)
        self.judging = {
            name
            for name, layout in layouts.items()
            if any(field.kind == "judgement" for field in layout.entity.fields.values())
        }
        self.decoder = msgspec.json.Decoder(_design_class(vocabulary.subject, layouts))
        self.encoder = msgspec.json.Encoder()

    def world(self, content: bytes) -> World | None:
        """The records of a design in UTF-8; `None` if it must go the long way."""
        try:
            return self._world(content)
        except (OddError, msgspec.DecodeError, KeyError, ValueError, RecursionError):
            return None

    def _world(self, content: bytes) -> World:
        design = self._decoded(content)
        as_of = None if design.as_of is None else _day(design.as_of)
        records, objects = self._records(design)
        has_more = content.count(b"{") > objects  # a value with something beside it is an object
        for name in records if has_more else self.judging:
            _admit(records[name], self.layouts[name], as_of)
        others: set[str] = set()
        self.fill(records, others)
        return world(records, self.layouts, (design.title, as_of, design.draft is True), others)

    def _decoded(self, content: bytes) -> Any:
        """The design as it was decoded, of which no key is there twice."""
        if b"\\" not in content and _HIDDEN not in content:
            design = self.decoder.decode(content)
            # Of a key that is written twice, decoding keeps one value: encoded again, a colon is missing.
            if content.count(b":") == self.encoder.encode(design).count(b":"):
                return design
        if b"\\ud" in content.lower():  # perhaps half a character
            raise OddError
        plain = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_odd)
        return msgspec.convert(plain, self.decoder.type)

    def _records(self, design: Any) -> tuple[Records, int]:
        """The records by type and name; and how many objects the design has, if values are none."""
        records: dict[str, Mapping[str, Record]] = {}
        names: list[str] = []
        given_by_type = astuple(design)[-len(self.types) :]
        objects = 1 + len(self.types) - given_by_type.count(None)
        for (name, record, is_single), given in zip(self.types, given_by_type, strict=True):
            if is_single:
                records[name] = {name: given or record()}
                names.append(name)
            elif given:
                records[name] = given
                names += given
                objects += len(given)
            else:
                records[name] = {}
        different = len(set(names)) == len(names) and self.taken.isdisjoint(names)
        written = " ".join([*names, ""])
        if not different or written.count(" ") > len(names) or not _NAMES.fullmatch(written):
            raise OddError
        return records, objects


def _admit(found: Mapping[str, Record], layout: RecordLayout, as_of: date | None) -> None:
    """Put the value alone where it is stated with something beside it; leave out judgements that do not count."""
    for record in found.values():
        for name, field in layout.entity.fields.items():
            slot = layout.slots[name]
            value = getattr(record, slot)
            counts = field.kind != "judgement"
            if isinstance(value, Stated):
                counts |= _is_answered(value, as_of)
                value = _value(value, field)
            if not counts and value is not None and not _is_checked(field):
                raise OddError  # it does not count, but may still be a mistake
            setattr(record, slot, value if counts else None)


def _is_checked(field: Field) -> bool:
    """Whether decoding alone tells that a value fits its field."""
    return field.has_terms or field.shape == "number"


def _design_class(subject: str, layouts: Mapping[str, RecordLayout]) -> type[Any]:
    """The class of designs: the header, and the entities of each type in slots numbered by type."""
    slots: list[tuple[str, Any, Any]] = [
        ("as_of", str | None, None),
        ("draft", bool | UnsetType, UNSET),
        ("judged_by", list[str] | UnsetType, UNSET),
        ("for_editors", str | UnsetType, UNSET),
    ]
    keys = {"title": subject, "judged_by": "judged-by", "as_of": "as-of", "for_editors": "$schema"}
    for index, (name, layout) in enumerate(layouts.items()):
        held: Any = (
            layout.record if layout.entity.single else GenericAlias(dict, (str, layout.record))
        )
        slots.append((f"t{index}", held | None, None))
        keys[f"t{index}"] = name
    title: tuple[str, Any] = ("title", str)
    return msgspec.defstruct(
        "Design", [title, *slots], forbid_unknown_fields=True, omit_defaults=True, rename=keys
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    stated = dict(pairs)
    if len(stated) < len(pairs) or any(key.startswith(HIDDEN) for key in stated):
        raise OddError
    return stated


def _odd(_text: str) -> None:
    raise OddError


def _value(stated: Any, field: Field) -> Any:
    value = stated.value
    if stated.more is True:
        if not field.is_many or value is None:
            raise OddError
        return (*value, None)
    if value == () and not field.may_be_none:
        raise OddError
    return value


def _is_answered(stated: Stated, as_of: date | None) -> bool:
    """Whether a person answers for a fact by the date of judging."""
    attested = stated.attested
    if attested is None:
        return False
    on = None if attested.on is None else _day(attested.on)
    doubt = doubt_of_attestation(attested.by, on, as_of)
    if doubt == UNDATED:
        raise OddError  # records cannot say for what it waits
    return doubt is None


def _reader(field: Field) -> Callable[[Any], Any] | None:
    """What reads a field's values in JSON; `None` if records hold them as JSON does."""
    if field.may_be_none and not field.is_many:
        return _text_or_none
    match field.shape:
        case "ages":
            return _ages
        case "duration":
            return _seconds
        case "date":
            return _day
        case "text":
            return _text
        case "yes-no" | "one of" | "any of" | "some of" | "number":
            return None


def _text_or_none(stated: str | list[str]) -> str:
    return _text(stated) if isinstance(stated, str) else ""


def _text(stated: str) -> str:
    if not stated.strip():
        raise OddError
    return stated


@lru_cache(maxsize=4096)
def _ages(text: str) -> tuple[float, float]:
    found = range_of(text)
    if found is None:
        raise OddError
    low, high = found
    return float("-inf") if low is None else low, float("inf") if high is None else high


@lru_cache(maxsize=4096)
def _seconds(text: str) -> Decimal:
    found = duration_of(text)
    if found is None:
        raise OddError
    return Duration(*found).seconds


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    found = day_of(text)
    if found is None:
        raise OddError
    return found
