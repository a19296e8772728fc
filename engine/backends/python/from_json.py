"""JSON designs straight to records: the short way, for designs as most are.

Whatever is out of the ordinary (a mistake, an unknown term, a key written twice, an empty text) is left to the
long way, through the parser and the checker, where it is judged or reported. This module decides nothing: where it
reads a design at all, it reads what the long way reads (tests/test_intake.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import GenericAlias

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from clausewise.dsl.models.admission import UNDATED, doubt_of_attestation
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.typed import Any
from clausewise.dsl.text.names import RESERVED, is_name
from clausewise.engine.backends.python.field_readers import OddError, day, reader_of
from clausewise.engine.backends.python.filling import filler
from clausewise.engine.backends.python.record_classes import (
    Stated,
    record_class,
    stated_class,
    values_class,
)
from clausewise.engine.backends.python.records import Record, RecordLayout, World, slots_of

_ALONE = frozenset([str, bool, int, tuple, list, type(None)])
"""The types of values without anything beside them."""
_MOST_NAMES = 4096
"""How many names are remembered as well formed."""


class Intake:
    """Reads the JSON designs of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, layouts: Mapping[str, RecordLayout]) -> None:
        self.vocabulary = vocabulary
        self.layouts = layouts
        self.records = {n: record_class(held.entity, vocabulary) for n, held in layouts.items()}
        self.fill = filler(layouts, self.records, reader_of, _NamesSeen(vocabulary))
        self.decoder = msgspec.json.Decoder(_design_class(vocabulary, self.records))

    def world(self, content: bytes) -> World | None:
        """The records of a design in UTF-8; `None` if it must go the long way."""
        try:
            try:
                design = self.decoder.decode(content)
            except msgspec.ValidationError:  # it may state more than values
                return self._of_facts(content)
            # values alone cannot say that a list goes on
            keys, world = self._filled(design, _as_of(design), goes_on=False)
            more = content.count(b":") - keys - header_keys(design)
            if more and odd_colons(more, content, design.title):  # perhaps a key is there twice
                return self._of_facts(content)
            return world
        except (OddError, msgspec.DecodeError, KeyError, ValueError, RecursionError):
            return None

    def of_records(
        self, title: str, as_of: date | None, found: Sequence[Any], *, is_draft: bool
    ) -> World | None:
        """A world of records whose slots hold what JSON would state; `None` if it must go the long way.

        Terms, and whether a value is of its field's shape, are not looked at: the caller knows that they fit.

        Args:
            found: for each type records by name; of a single one the record, or `None`.
        """
        design = self.decoder.type(title, None, is_draft, UNSET, UNSET, *found)
        try:
            return self._filled(design, as_of)[1]
        except (OddError, KeyError, ValueError):
            return None

    def _of_facts(self, content: bytes) -> World:
        """The records of any design: decoded with all that stands beside values, and admitted."""
        design = self._decoded(content)
        as_of = _as_of(design)
        for index, layout in enumerate(self.layouts.values()):
            if given := getattr(design, f"t{index}"):
                record = self.records[layout.entity.name]
                found = (
                    _admitted(given, layout, record, as_of)
                    if layout.entity.single
                    else {n: _admitted(facts, layout, record, as_of) for n, facts in given.items()}
                )
                setattr(design, f"t{index}", found)
        return self._filled(design, as_of)[1]

    def _decoded(self, content: bytes) -> Any:
        """The design as it was decoded, of which no key is there twice."""
        decoder, encoder = self._decoder_of_facts
        if b"\\" not in content:
            design = decoder.decode(content)
            # Of a key that is written twice, decoding keeps one value: encoded again, a colon is missing.
            if content.count(b":") == encoder.encode(design).count(b":"):
                return design
        if b"\\ud" in content.lower():  # perhaps half a character
            raise OddError
        plain = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_odd)
        return msgspec.convert(plain, decoder.type)

    @cached_property
    def _decoder_of_facts(self) -> tuple[Any, msgspec.json.Encoder]:
        types = {
            name: stated_class(layout.entity, self.vocabulary)
            for name, layout in self.layouts.items()
        }
        return msgspec.json.Decoder(_design_class(self.vocabulary, types)), msgspec.json.Encoder()

    def _filled(
        self, design: Any, as_of: date | None, *, goes_on: bool = True
    ) -> tuple[int, World]:
        """How many keys the entities' part of a design has, and its records."""
        is_draft = design.draft is True
        keys, listed, possible = self.fill(design, -1 if is_draft else 0)
        return keys, World(listed, possible, design.title, as_of, draft=is_draft, goes_on=goes_on)


class _NamesSeen:
    """The names of entities (`SeenNames`)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        named = [name for name, type_ in vocabulary.entities.items() if not type_.single]
        self.seen: Mapping[str, set[str]] = {name: set() for name in named}

    def see(self, *named: Mapping[str, Any]) -> None:
        """Remember names if they are well formed.

        Raises:
            OddError: one is not, or two entities have it.
        """
        seen = self.seen.values()
        names = {name for entities in named for name in entities}
        if len(names) < sum(map(len, named)) or ill_named(names.difference(*seen), self.vocabulary):
            raise OddError
        is_full = sum(map(len, seen)) > _MOST_NAMES
        for own, entities in zip(seen, named, strict=True):
            if is_full:
                own.clear()
            own |= {*entities}.difference(*seen)


def _as_of(design: Any) -> date | None:
    return None if design.as_of is None else day(design.as_of)


def _admitted(facts: Any, layout: RecordLayout, class_: type[Record], as_of: date | None) -> Record:
    """A record of what counts, to be filled in."""
    values = astuple(facts)
    record = class_(*values)
    if not layout.judged and _ALONE.issuperset(map(type, values)):
        return record
    for (name, field), value in zip(layout.entity.fields.items(), values, strict=True):
        if type(value) not in _ALONE or field.kind == "judgement":
            setattr(record, layout.slots[name], _counting(value, field, as_of))
    return record


def _counting(value: Any, field: Field, as_of: date | None) -> Any:
    """The value alone, if it counts."""
    counts = field.kind != "judgement"
    if isinstance(value, Stated):
        counts |= _is_answered(value, as_of) and not field.by_two
        value = _value(value, field)
    if counts:
        return value
    if value is not None and not _is_checked(field):
        raise OddError  # it does not count, but may still be a mistake
    return None


def _is_checked(field: Field) -> bool:
    """Whether decoding alone tells that a value fits its field."""
    return field.has_terms or field.shape == "number"


class ValuesDecoder:
    """Decodes the JSON designs of one vocabulary that state values alone.

    Attributes:
        classes: what is decoded of the entities of each type (`values_class`).
        by_field: for each type what gives the values of entities, field by field.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        types = vocabulary.entities
        self.classes = {name: values_class(of, vocabulary) for name, of in types.items()}
        self.by_field = {name: _by_field(slots_of(of).values()) for name, of in types.items()}
        self._decode = msgspec.json.Decoder(_design_class(vocabulary, self.classes)).decode

    def decoded(self, content: bytes) -> Any | None:
        """A design in UTF-8: its header, and its entities in a slot for each type; `None` if it states more."""
        try:
            return self._decode(content)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None

    def keys(self, design: Any) -> int:
        """How many keys a decoded design has."""
        keys = header_keys(design)
        for index in range(len(self.classes)):
            given = getattr(design, f"t{index}")
            named = given if isinstance(given, dict) else {}
            records = named.values() if isinstance(given, dict) else filter(None, [given])
            keys += (given is not None) + len(named)
            keys += sum(value is not None for record in records for value in astuple(record))
        return keys


def _by_field(slots: Iterable[str]) -> Callable[[Sequence[Any]], list[list[Any]]]:
    """What gives the values of decoded entities, slot by slot. It is written out, which takes half the time."""
    columns = ", ".join(f"[entity.{slot} for entity in entities]" for slot in slots)
    found: Callable[[Sequence[Any]], list[list[Any]]] = eval(f"lambda entities: [{columns}]")
    return found


def header_keys(design: Any) -> int:
    """How many keys a decoded design has beside those of its entities."""
    keys = 1 + (design.as_of is not None) + (design.judged_by is not UNSET)
    return keys + (design.draft is not UNSET) + (design.for_editors is not UNSET)


def odd_colons(more: int, content: bytes, title: str) -> int:
    """How many colons there are in a design in JSON that nothing explains; none if no key is written twice.

    Each key has a colon, and decoding counts a key once. The title may have some, too: they are known where it is
    written as it is.

    Args:
        more: how many more colons than keys there are.
    """
    return more - (0 if b"\\" in content else title.count(":"))


def ill_named(names: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    """The names among those of entities that none can have."""
    taken = RESERVED.union(vocabulary.entities)
    return {name for name in names if name in taken or not is_name(name)}


def _design_class(vocabulary: Vocabulary, types: Mapping[str, type[Any]]) -> type[Any]:
    """The class of designs: the header, and the entities of each type in slots numbered by type.

    Args:
        types: what is decoded of each entity type.
    """
    slots: list[tuple[str, Any, Any]] = [
        ("as_of", str | None, None),
        ("draft", bool | UnsetType, UNSET),
        ("judged_by", list[str] | UnsetType, UNSET),
        ("for_editors", str | UnsetType, UNSET),
    ]
    keys = {
        "title": vocabulary.subject,
        "judged_by": "judged-by",
        "as_of": "as-of",
        "for_editors": "$schema",
    }
    for index, (name, record) in enumerate(types.items()):
        single = vocabulary.entities[name].single
        held: Any = record if single else GenericAlias(dict, (str, record))
        slots.append((f"t{index}", held | None, None))
        keys[f"t{index}"] = name
    title: tuple[str, Any] = ("title", str)
    return msgspec.defstruct(
        "Design", [title, *slots], forbid_unknown_fields=True, omit_defaults=True, rename=keys
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    stated = dict(pairs)
    if len(stated) < len(pairs):
        raise OddError
    return stated


def _odd(_text: str) -> None:
    raise OddError


def _value(stated: Any, field: Field) -> Any:
    value = stated.value
    if stated.more is True:
        if not field.is_many or value is None:
            raise OddError
        return (*value, None) if value else None
    if value == () and not field.may_be_none:
        raise OddError
    return value


def _is_answered(stated: Stated, as_of: date | None) -> bool:
    """Whether a person answers for a fact by the date of judging. A second one makes a design go the long way."""
    attested = stated.attested
    if attested is None:
        return False
    on = None if attested.on is None else day(attested.on)
    doubt = doubt_of_attestation(attested.by, on, as_of)
    if doubt == UNDATED:
        raise OddError  # records cannot say for what it waits
    return doubt is None
