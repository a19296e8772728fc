"""JSON designs straight to records: the short way, for designs as most are.

Whatever is out of the ordinary (a mistake, an unknown term, a key written twice) is left to the long way,
through the parser and the checker, where it is reported. This module decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from clausewise.dsl.deployment import Terms, Value
from clausewise.dsl.names import NAME, RESERVED
from clausewise.dsl.syntax import Duration, Range
from clausewise.dsl.vocabulary import Field, Vocabulary
from clausewise.engine.records import Record, Shape, World, put, world

_NAMES = re.compile(rf"({NAME.pattern} )*")
_AGES = re.compile(r"(\d{0,9})\.\.(\d{0,9})")
_DURATION = re.compile(r"(\d{1,9}) (second|minute|hour|day|week|month|year)s")

Records = dict[str, dict[str, Record]]


Fill = Callable[[Record, Any, Records], None]


class OddError(Exception):
    """Something that goes the long way."""


class Intake:
    """Reads the JSON designs of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, shapes: Mapping[str, Shape]) -> None:
        self.subject = vocabulary.subject
        self.shapes = shapes
        self.terms = {
            (f.owner, f.name): frozenset(vocabulary.taxonomy_of(f).parents)
            for entity in vocabulary.entities.values()
            for f in entity.fields.values()
            if f.has_terms
        }

        self.fills = {
            name: {
                f.name: _filler(f, shape.slots[f.name], self.terms)
                for f in shape.entity.fields.values()
            }
            for name, shape in shapes.items()
        }

    def world(self, content: bytes) -> World | None:
        """The records of a design in UTF-8; `None` if it must go the long way."""
        try:
            return self._world(content)
        except (OddError, msgspec.DecodeError, KeyError, TypeError, ValueError, RecursionError):
            return None

    def _world(self, content: bytes) -> World:
        design = msgspec.json.decode(content)
        keys = len(design)
        as_of = _header(design, self.subject)
        draft = design.pop("draft", False)
        held: dict[str, dict[str, dict[str, Any]]] = {}
        for name, shape in self.shapes.items():
            given = design.pop(name, None) or {}
            held[name] = {name: given} if shape.entity.single else given
            keys += 0 if shape.entity.single else len(given)
        if design or not isinstance(draft, bool):
            raise OddError
        records = self._records(held)
        for name, entities in held.items():
            fills, made = self.fills[name], records[name]
            for key, facts in entities.items():
                keys += len(facts)
                record = made[key]
                for field_name, stated in facts.items():
                    try:
                        fills[field_name](record, stated, records)
                    except (TypeError, KeyError):
                        field = self.shapes[name].entity.fields[field_name]
                        keys += self._fill(record, field, stated, records, as_of)
        if content.count(b'":') != keys:
            raise OddError  # a key written twice, of which decoding keeps one; or blanks, or colons in texts
        return world([list(r.values()) for r in records.values()], self.shapes, as_of, draft=draft)

    def _records(self, held: Mapping[str, Mapping[str, Any]]) -> Records:
        records: Records = {}
        names: list[str] = []
        for name, entities in held.items():
            make = self.shapes[name].make
            records[name] = {key: make(key) for key in entities}
            names += entities
        different = len(set(names)) == len(names) and RESERVED.isdisjoint(names)
        if not different or not _NAMES.fullmatch(" ".join([*names, ""])):
            raise OddError
        return records

    def _fill(
        self, record: Record, field: Field, stated: Any, records: Records, as_of: date | None
    ) -> int:
        """Fill in a field of which more than a plain value is stated; gives the number of keys inside."""
        keys = 0
        if isinstance(stated, dict):
            keys = len(stated) + len(stated.get("attested") or ())
            stated = _counted(stated, field, as_of)
        elif field.kind == "judgement" and stated is not None:
            self._value(field, stated)
            stated = None
        if stated is not None:
            value = self._value(field, stated)
            put(record, field, value, self.shapes[field.owner], self.shapes, records)
        return keys

    def _value(self, field: Field, stated: Any) -> Value:
        if field.is_many:
            names = tuple(dict.fromkeys(stated[:-1] if stated[-1:] == [...] else stated))
            more = len(stated) > 0 and stated[-1] is ...
            if not isinstance(stated, list) or not (names or more or field.may_be_none):
                raise OddError
            if field.has_terms and not self.terms[field.owner, field.name].issuperset(names):
                raise OddError
            return Terms(names, more)
        if stated == [] and field.may_be_none:
            return Terms(())
        if field.shape == "yes-no" and isinstance(stated, bool):
            return Terms(("yes" if stated else "no",))
        if field.shape == "number" and type(stated) is int:
            return Decimal(stated)
        if not isinstance(stated, str):
            raise OddError
        if field.is_reference or (
            field.shape != "yes-no" and stated in self.terms.get((field.owner, field.name), ())
        ):
            return Terms((stated,))
        return _scalar(field.shape, stated)


def _filler(
    field: Field,
    slot: str,
    terms: Mapping[tuple[str, str], frozenset[str]],
) -> Fill:
    """A function that fills in a field from a plain value. It raises a TypeError or KeyError for all else."""
    known = terms.get((field.owner, field.name), frozenset())
    second = f"{slot}b"

    def general(_record: Record, _stated: Any, _records: Records) -> None:
        raise TypeError

    def yes_no(record: Record, stated: Any, _records: Records) -> None:
        if stated is not True and stated is not False:
            raise TypeError
        setattr(record, slot, "yes" if stated else "no")

    def term(record: Record, stated: Any, _records: Records) -> None:
        if stated not in known:
            raise TypeError
        setattr(record, slot, stated)

    def terms_(record: Record, stated: Any, _records: Records) -> None:
        if type(stated) is not list or not known.issuperset(stated) or not (stated or may_be_none):
            raise TypeError
        setattr(record, slot, tuple(stated))

    def entity(record: Record, stated: Any, records: Records) -> None:
        setattr(record, slot, records[target][stated])

    def entities(record: Record, stated: Any, records: Records) -> None:
        if type(stated) is not list or not (stated or may_be_none):
            raise TypeError
        listed = records[target]
        found = tuple([listed[name] for name in stated])
        setattr(record, slot, found)
        setattr(record, second, found)

    def ages(record: Record, stated: Any, _records: Records) -> None:
        youngest, oldest = _ages(stated)
        setattr(record, slot, youngest)
        setattr(record, second, oldest)

    def number(record: Record, stated: Any, _records: Records) -> None:
        if type(stated) is not int:
            raise TypeError
        setattr(record, slot, stated)

    target, may_be_none = field.target or "", field.may_be_none
    if field.kind == "judgement":
        return general
    if field.is_reference:
        return entities if field.is_many else entity
    if field.shape == "yes-no":
        return yes_no
    if field.has_terms:
        return terms_ if field.is_many else term
    return {"ages": ages, "number": number}.get(field.shape, general)


def _header(design: dict[str, Any], subject: str) -> date | None:
    """Take the title, the policies and the date off a design."""
    title, judged_by = design.pop(subject), design.pop("judged-by", [])
    as_of = design.pop("as-of", None)
    if not isinstance(title, str) or not all(isinstance(name, str) for name in judged_by):
        raise OddError
    return None if as_of is None else _day(as_of)


def _counted(stated: dict[str, Any], field: Field, as_of: date | None) -> Any:
    """The value of a fact with something beside it, if it counts (dsl/admission.py)."""
    if not stated.keys() <= {"value", "more", "evidence", "attested"}:
        raise OddError
    value, attested = stated["value"], stated.get("attested")
    more, evidence = stated.get("more", False), stated.get("evidence", [])
    if not isinstance(more, bool) or not all(isinstance(path, str) for path in evidence):
        raise OddError
    if attested is not None and not _is_attestation(attested):
        raise OddError
    if more:
        if not field.is_many or not isinstance(value, list):
            raise OddError
        value = [*value, ...]
    if field.kind == "judgement" and value is not None:
        on = attested.get("on") if attested else None
        late = on and as_of and _day(on) > as_of
        if not attested or not attested["by"].strip() or late:
            return None
    return value


def _is_attestation(attested: Any) -> bool:
    texts = [attested["by"], attested.get("because") or "", attested.get("on") or "2000-01-01"]
    known = attested.keys() <= {"by", "on", "because"}
    return known and all(isinstance(text, str) for text in texts) and _day(texts[2]) is not None


@lru_cache(maxsize=4096)
def _scalar(shape: str, text: str) -> Value:
    if shape == "text":
        return text
    if shape == "date":
        return _day(text)
    if shape == "ages" and (found := _AGES.fullmatch(text)) and text != "..":
        low, high = (int(end) if end else None for end in found.groups())
        if low is None or high is None or low <= high:
            return Range(low, high)
    if shape == "duration" and (found := _DURATION.fullmatch(text)):
        return Duration(Decimal(found[1]), f"{found[2]}s")
    raise OddError


@lru_cache(maxsize=4096)
def _ages(text: str) -> tuple[float, float]:
    value = _scalar("ages", text)
    assert isinstance(value, Range)
    low, high = value.low, value.high
    return float("-inf") if low is None else low, float("inf") if high is None else high


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    if len(text) != len("2026-11-23"):
        raise OddError
    return date.fromisoformat(text)
