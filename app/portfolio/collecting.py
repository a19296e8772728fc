"""Designs in JSON that state values alone, to columns: the values of many designs are collected by field.

What a reader of one design looks at (names, references, keys written twice) is looked at here for all of them at
once, in columns too. A design in which something is out of the ordinary is odd: its row is of no use, and it must
go the long way, through the parser and the checker. Nothing else is decided here (tests/test_intake.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.syntax import Duration
from clausewise.dsl.text.values import duration_of, range_of
from clausewise.engine.backends.python.field_readers import OddError, day, reader_of
from clausewise.engine.backends.python.from_json import (
    ValuesDecoder,
    header_keys,
    ill_named,
    odd_colons,
)
from clausewise.engine.backends.sql.portfolio_table import NUMBER, columns_of, has_parts, schema

DecodedDesign = tuple[str, bytes, Any]
"""What a design's row is called, its JSON in UTF-8, and what was decoded of it (`ValuesDecoder`)."""
References = tuple[Field, pa.Array, pa.Array]
"""The references of a field, and for each the place of its design."""

_NONE = pa.scalar("")
"""What a column of names holds where there is none."""
_APART = pa.scalar(2**31)
"""More than the names of a portion. Arrow's scalars are made once: it looks for NumPy whenever it makes one."""
_COLON = pa.scalar(ord(":"), pa.uint8())


class Collector:
    """Makes columns of designs in the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.decoder = ValuesDecoder(vocabulary)
        self.schema = schema(vocabulary)
        self.columns = columns_of(vocabulary).types

    def batch(self, designs: Sequence[DecodedDesign]) -> tuple[pa.RecordBatch, set[int]]:
        """The rows of some designs, and the places of those among them that are odd."""
        portion = _Portion(self, designs)
        columns = [*portion.header(), *portion.entities()]
        portion.check_names()
        portion.check_references()
        portion.check_keys()
        return pa.record_batch(columns, schema=self.schema), portion.odd


class _Portion:
    """Some designs that become rows together.

    Attributes:
        odd: the places of those that must go the long way.
        keys: how many keys of theirs were decoded.
        named: for each type, the names of its entities, and for each the place of its design.
        references: what refers to entities, field by field.
    """

    def __init__(self, collector: Collector, designs: Sequence[DecodedDesign]) -> None:
        self.of = collector
        self.called = [name for name, _, _ in designs]
        self.contents = [content for _, content, _ in designs]
        self.designs = [design for _, _, design in designs]
        self.odd: set[int] = set()
        self.keys = sum(map(header_keys, self.designs))
        self.named: dict[str, tuple[pa.Array, pa.Array]] = {}
        self.references: list[References] = []

    def header(self) -> Iterator[pa.Array]:
        """The columns of what is said of a design as a whole."""
        places = pa.array(range(len(self.designs)), pa.int32())
        yield pa.array(self.called, pa.string())
        yield pa.array([design.title for design in self.designs], pa.string())
        days = self._read(day, [design.as_of for design in self.designs], places)
        yield pa.array(days, pa.date32())
        yield pa.array([design.draft is True for design in self.designs], pa.bool_())

    def entities(self) -> Iterator[pa.Array]:
        """The columns of entities, one for each type."""
        for index, type_ in enumerate(self.of.vocabulary.entities.values()):
            given = list(map(attrgetter(f"t{index}"), self.designs))
            self.keys += len(given) - given.count(None)
            yield (self._single if type_.single else self._several)(type_, given)

    def _single(self, type_: EntityType, given: Sequence[Any]) -> pa.Array:
        """An entity that is always there, even if nothing is known of it."""
        nothing = self.of.decoder.classes[type_.name]()
        places = [*range(len(given))]
        members = self._members(type_)
        cells = self._cells_of(
            type_, [found or nothing for found in given], members, pa.array(places, pa.int32())
        )
        structs = pa.StructArray.from_arrays(cells, fields=members)
        return pa.ListArray.from_arrays(pa.array([*places, len(given)], pa.int32()), structs)

    def _several(self, type_: EntityType, given: Sequence[Any]) -> pa.Array:
        held = [found or {} for found in given]
        ends = pa.array([*accumulate(map(len, held), initial=0)], pa.int32())
        names = pa.array([*chain.from_iterable(held)], pa.string())
        places = pc.list_parent_indices(pa.ListArray.from_arrays(ends, names))
        self.named[type_.name] = names, places
        self.keys += len(names)
        records = [*chain.from_iterable(map(dict.values, held))]
        members = self._members(type_)
        cells = self._cells_of(type_, records, members[1:], places)
        structs = pa.StructArray.from_arrays([names, *cells], fields=members)
        return pa.ListArray.from_arrays(ends, structs)

    def _members(self, type_: EntityType) -> list[pa.Field]:
        """The members of a type's structs."""
        return list(self.of.schema.field(self.of.columns[type_.name]).type.value_type)

    def _cells_of(
        self, type_: EntityType, records: list[Any], members: Sequence[pa.Field], places: pa.Array
    ) -> list[pa.Array]:
        """What the fields hold of each entity."""
        columns = self.of.decoder.by_field[type_.name](records)
        return [
            self._cells(field, values, member.type, places)
            for field, values, member in zip(type_.fields.values(), columns, members, strict=True)
        ]

    def _cells(
        self, field: Field, values: Sequence[Any], member: pa.DataType, places: pa.Array
    ) -> pa.Array:
        """What a field holds of each entity; `None` is unknown."""
        if field.kind == "judgement":
            return pa.nulls(len(values), member)  # one that counts has somebody beside it
        parts = has_parts(field)
        held = member.field("value").type if parts else member
        make = self._lists if field.is_many else self._plain
        plain = make(field, values, held, places)
        self.keys += len(plain) - plain.null_count
        if field.is_reference:
            self.references.append(_references(field, plain, places))
        if not parts:
            return plain
        evidence = pa.array([[]] * len(values), member.field("evidence").type)
        return pa.StructArray.from_arrays(
            [plain, evidence], fields=list(member), mask=plain.is_null()
        )

    def _plain(
        self, field: Field, values: Sequence[Any], member: pa.DataType, places: pa.Array
    ) -> pa.Array:
        """Values as they are in JSON to an array."""
        if field.shape == "number":
            return self._numbers(values, places).cast(member)
        read = _READERS.get(field.shape) or reader_of(field)
        return pa.array(self._read(read, values, places) if read else values, member)

    def _lists(
        self, _field: Field, values: Sequence[Any], member: pa.DataType, places: pa.Array
    ) -> pa.Array:
        """Lists of names, of which most come again: each is converted once, and looked at once.

        Designs in which one names something twice are marked: in a row it would stand twice, too.
        """
        numbers = _Numbers()
        numbered = list(map(numbers.__getitem__, values))
        if odd := [n for listed, n in numbers.items() if listed and len({*listed}) < len(listed)]:
            self._mark(places.filter(pc.is_in(pa.array(numbered), value_set=pa.array(odd))))
        return pa.array(list(numbers), member).take(pa.array(numbered, pa.int32()))

    def _numbers(self, values: Sequence[Any], places: pa.Array) -> pa.Array:
        try:
            return pa.array(values, pa.int64())
        except OverflowError:
            return pa.array(self._read(_in_64_bits, values, places), pa.int64())

    def _read(
        self, read: Callable[[Any], Any], values: Sequence[Any], places: pa.Array
    ) -> list[Any]:
        """Values as a reader gives them; `None` for one that is odd."""
        try:
            return [None if value is None else read(value) for value in values]
        except OddError:
            found = [_or_odd(read, value) for value in values]
            odd = [isinstance(value, OddError) for value in found]
            self._mark(places.filter(pa.array(odd)))
            return [None if is_odd else value for value, is_odd in zip(found, odd, strict=True)]

    def _mark(self, places: pa.Array) -> None:
        self.odd.update(places.to_pylist())

    # checks

    def check_names(self) -> None:
        """Mark designs with a name that no entity can have, and those in which two entities have one."""
        if not self.named:  # of each type there is one entity, which has its name
            return
        names, places = map(pa.concat_arrays, zip(*self.named.values(), strict=True))
        encoded = names.dictionary_encode()
        if ill := ill_named(encoded.dictionary.to_pylist(), self.of.vocabulary):
            self._mark(places.filter(pc.is_in(names, value_set=pa.array([*ill]))))
        numbers = _numbered(encoded.indices, places)
        if len(numbers.unique()) < len(names):
            self._mark(places.filter(_come_again(numbers)))

    def check_references(self) -> None:
        """Mark designs that refer to an entity which they do not list."""
        encoded = {name: names.dictionary_encode() for name, (names, _) in self.named.items()}
        for field, names, places in self.references:
            target = field.target or ""
            texts, owners = encoded[target], self.named[target][1]
            meant = pc.index_in(names, value_set=texts.dictionary)
            there = _numbered(texts.indices, owners)
            found = pc.is_in(_numbered(meant, places), value_set=there)
            if found.true_count < len(found):
                self._mark(places.filter(pc.invert(found)))

    def check_keys(self) -> None:
        """Mark designs in which a key may be written twice."""
        stated = list(zip(self.contents, self.designs, strict=True))
        colons = _colons(b"".join(self.contents))
        if colons == self.keys:
            return
        titles = sum(d.title.count(":") for content, d in stated if b"\\" not in content)
        if colons - titles == self.keys:
            return  # of no design there can be more colons than of its keys and its title
        for place, (content, design) in enumerate(stated):
            more = content.count(b":") - self.of.decoder.keys(design)
            if odd_colons(more, content, design.title):
                self.odd.add(place)


class _Numbers(dict[Any, int]):
    """Different things, numbered from 0 as they come."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _colons(content: bytes) -> int:
    """How many there are: what `count` gives, in a tenth of its time."""
    octets = pa.Array.from_buffers(pa.uint8(), len(content), [None, pa.py_buffer(content)])
    count: int = pc.equal(octets, _COLON).true_count
    return count


def _references(field: Field, cells: pa.Array, places: pa.Array) -> References:
    """What the cells of a field refer to; none of them is NULL."""
    if field.is_many:
        places = places.take(pc.list_parent_indices(cells))
        return field, cells.flatten(), places
    # What is NULL is left out, too. Only where there may be none stands an empty text for it.
    stated = pc.not_equal(cells, _NONE) if field.may_be_none else cells.is_valid()
    return field, cells.filter(stated), places.filter(stated)


def _numbered(names: pa.Array, places: pa.Array) -> pa.Array:
    """A number for each name in its design; NULL for one that is not known.

    Args:
        names: the numbers of the names, wherever they stand.
    """
    return pc.add(pc.multiply(places.cast(pa.int64()), _APART), names.cast(pa.int64()))


def _come_again(numbers: pa.Array) -> pa.Array:
    """Whether each number stands before, too."""
    first = pc.index_in(numbers, value_set=numbers)
    return pc.not_equal(first, pa.array(range(len(numbers)), pa.int32()))


def _or_odd(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return None if value is None else read(value)
    except OddError as error:
        return error


def _in_64_bits(number: int) -> int:
    if abs(number) >= 2**63:
        raise OddError
    return number


@lru_cache(maxsize=4096)
def _ages(text: str) -> dict[str, int | None]:
    """The struct of ages."""
    found = range_of(text)
    if found is None:
        raise OddError
    return dict(zip(("youngest", "oldest"), found, strict=True))


@lru_cache(maxsize=4096)
def _seconds(text: str) -> Decimal:
    """The seconds of a duration that a row can hold."""
    found = duration_of(text)
    if found is None:
        raise OddError
    seconds = Duration(*found).seconds
    try:
        pa.scalar(seconds, NUMBER)
    except pa.ArrowInvalid:
        raise OddError from None
    return seconds


_READERS: Mapping[str, Callable[[Any], Any]] = {"ages": _ages, "duration": _seconds}
"""What reads a value of a shape to what Arrow holds, where that is not what records hold, or can hold less."""
