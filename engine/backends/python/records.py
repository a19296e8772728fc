"""Deployments as plain slotted objects, the form in which generated code reads them.

Every entity type has a class, every field a slot with a generated name. What a slot
holds, by the field's shape:

| shape | known | unknown | none |
| --- | --- | --- | --- |
| yes-no, one of terms, text | the text | `None` | `""` |
| any of, some of terms | a tuple; `None` at its end if more may come | `(None,)` | `()` |
| one of entities | the entity's record | the type's unlisted record | the type's record for nobody |
| any of, some of entities | a tuple of records | `()` | `()` |
| the same, second slot | a tuple; the unlisted record at its end if more may come | the unlisted record | `()` |
| ages | two slots: youngest and oldest, infinite where open | `None` twice | `NOTHING` twice |
| number, duration, date | the value; a duration in seconds | `None` | `NOTHING` |
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import repeat
from math import isinf

from clausewise.dsl.models.deployment import (
    UNLISTED,
    Deployment,
    Entity,
    Terms,
    Value,
    fact_name,
    may_be_more,
)
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Any, cast
from clausewise.dsl.trees.values import Duration, Range

NOTHING = ()
"""The value of a scalar field of an entity that is not there."""

LAYOUTS = "records"
"""Under this, vocabularies keep their layouts, and deployments their records."""

Record = Any
"""An object of a generated class: `name`, and the fields' slots."""


def slots_of(type_: EntityType) -> dict[str, str]:
    """The slots by field, named after the order of the fields."""
    return {name: f"field_{index}" for index, name in enumerate(type_.fields)}


def second_slot(field: Field, slot: str) -> str | None:
    """The second slot that a field may have: for the oldest age, or for the entities that may be among several."""
    if field.shape == "ages":
        return f"{slot}_oldest"
    return f"{slot}_possible" if field.is_reference and field.is_many else None


@lean_dataclass(frozen=True)
class RecordLayout:
    """How the entities of a type are kept.

    Attributes:
        number: the type's place in the vocabulary.
        slots: the fields' slots by name. `second_slot` names a field's second one.
        references: of those fields that are references the slot, the second one, and how a fact's name ends.
        opens: the types of which there may be others than those listed, once that is so for this type, a bit for
            each by its place in the vocabulary: an entity that is not listed may refer to others that are not.
        judged: whether some field is a judgement.
        record: the class of the records. All slots of a new one are still to be filled.
        unlisted: the entity of which nothing is known; its name is `UNLISTED`.
        nobody: what a path leads to that is known to lead nowhere; its name is `None`.
    """

    entity: EntityType
    number: int
    slots: Mapping[str, str]
    references: Mapping[str, tuple[str, str | None, str]]
    opens: int
    judged: bool
    record: type[Any]
    unlisted: Record
    nobody: Record

    @cached_property
    def unknown(self) -> tuple[list[str], list[Any]]:
        """All slots, and what they hold where nothing is known."""
        slots = _slots_held(self.entity)
        return slots, [getattr(self.unlisted, slot) for slot in slots]


class World:
    """A deployment's entities by type, in the order of the vocabulary.

    Attributes:
        listed: those that the design lists.
        possible: those that may be there: the listed, and the unlisted one if there may be others.
        title: the design's.
        as_of: the date of judging, or `None`.
        draft: whether more may be listed later.
        goes_on: whether some field's list may go on; `True` also where nobody looked.
        remembered: what generated functions have worked out.
        undated: the deployment, if a judgement in it waits for the date of judging: records cannot say so.
        readings: once it is judged, the alternatives chosen, by reading.
        results: the clauses' results so far, likewise.
        others: the same entities as they were judged by the policies that the policy reads, if any, likewise.
    """

    __slots__ = (
        "as_of",
        "draft",
        "goes_on",
        "listed",
        "others",
        "possible",
        "readings",
        "remembered",
        "results",
        "title",
        "undated",
    )

    readings: Mapping[str, str]
    results: list[int]
    others: dict[str, World]

    def __init__(
        self,
        listed: list[list[Record]],
        possible: list[list[Record]],
        title: str,
        as_of: date | None,
        *,
        draft: bool,
        goes_on: bool = True,
    ) -> None:
        self.title = title
        self.listed = listed
        self.possible = possible
        self.as_of = as_of
        self.draft = draft
        self.goes_on = goes_on
        self.remembered: dict[Any, Any] = {}
        self.undated: Deployment | None = None

    def again(self) -> World:
        """The same entities, to be judged by another policy."""
        found = World(
            self.listed,
            self.possible,
            self.title,
            self.as_of,
            draft=self.draft,
            goes_on=self.goes_on,
        )
        found.undated = self.undated
        return found


def layouts_of(vocabulary: Vocabulary) -> dict[str, RecordLayout]:
    """The layouts of a vocabulary's entity types, by name."""
    layouts = {
        name: _layout(number, type_, vocabulary)
        for number, (name, type_) in enumerate(vocabulary.entities.items())
    }
    for layout in layouts.values():
        layout.unlisted.name, layout.nobody.name = UNLISTED, None
        for field in layout.entity.fields.values():
            put(layout.unlisted, field, None, layouts, {})
            put(layout.nobody, field, Terms(()), layouts, {})
    return layouts


def shared_layouts(vocabulary: Vocabulary) -> dict[str, RecordLayout]:
    """The layouts of a vocabulary, which are the same for all policies that share it."""
    if LAYOUTS not in vocabulary.kept:
        vocabulary.kept[LAYOUTS] = layouts_of(vocabulary)
    return cast("dict[str, RecordLayout]", vocabulary.kept[LAYOUTS])


def records_of(deployment: Deployment, layouts: Mapping[str, RecordLayout]) -> World:
    """A deployment as records, to be judged by another policy. They are made once for all that share layouts."""
    known = deployment.kept.get(LAYOUTS)
    if not isinstance(known, tuple) or known[0] is not layouts:
        known = deployment.kept[LAYOUTS] = layouts, world_of(deployment, layouts)
    return cast(World, known[1]).again()


def world_of(deployment: Deployment, layouts: Mapping[str, RecordLayout]) -> World:
    """A deployment, of which only admitted facts are known, as records."""
    records: dict[str, dict[str, Record]] = {name: {} for name in layouts}
    for name, entity in deployment.entities.items():
        layout = layouts[entity.type.name]
        record = records[entity.type.name][name] = layout.record()
        record.name = name
        # what a loop does, in a fourth of its time
        deque(map(setattr, repeat(record), *layout.unknown), maxlen=0)
    for name, entity in deployment.entities.items():
        record = records[entity.type.name][name]
        for fact in entity.facts.values():
            put(record, fact.field, fact.value, layouts, records)
    listed = [list(found.values()) for found in records.values()]
    possible = possible_in(listed, layouts, opened_by(deployment, layouts))
    found = World(
        listed,
        possible,
        deployment.title,
        deployment.as_of,
        draft=deployment.draft,
        goes_on=_goes_on(deployment),
    )
    found.undated = deployment if deployment.waits_for_date else None
    return found


def _goes_on(deployment: Deployment) -> bool:
    """Whether some field's list may go on."""
    facts = (fact for entity in deployment.entities.values() for fact in entity.facts.values())
    return any(isinstance(fact.value, Terms) and fact.value.more for fact in facts)


def opened_by(deployment: Deployment, layouts: Mapping[str, RecordLayout]) -> int:
    """A bit for each type of which there may be others than those listed, by its place in the vocabulary."""
    if deployment.draft:
        return -1
    others = 0
    for entity in deployment.entities.values():
        fields = entity.type.fields
        for name in layouts[entity.type.name].references:
            bits = layouts[fields[name].target or ""].opens
            if others | bits != others and may_be_more(_value_in(entity, name)):
                others |= bits
    return others


def _value_in(entity: Entity, field: str) -> Value | None:
    fact = entity.facts.get(field)
    return fact.value if fact else None


def fields_in(world: World, layouts: Mapping[str, RecordLayout]) -> int:
    """How many facts of the entities listed there can be, known or not."""
    listed = zip(layouts.values(), world.listed, strict=True)
    return sum([len(layout.slots) * len(records) for layout, records in listed])


def unknown_in(world: World, layouts: Mapping[str, RecordLayout]) -> int:
    """How many facts of the entities listed are unknown."""
    count = 0
    for layout, records in zip(layouts.values(), world.listed, strict=True):
        fields = layout.entity.fields.values()
        slots = [layout.slots[field.name] for field in fields]
        last = [second_slot(*each) or each[1] for each in zip(fields, slots, strict=True)]
        unknown = [(slot, getattr(layout.unlisted, slot)) for slot in last]
        count += sum(getattr(record, s) == value for record in records for s, value in unknown)
    return count


def possible_in(
    listed: list[list[Record]], layouts: Mapping[str, RecordLayout], others: int
) -> list[list[Record]]:
    """The records listed, and the unlisted one of each type that has a bit in `others`, or must not be empty."""
    for found, layout in zip(listed, layouts.values(), strict=True):
        if layout.entity.required and not found:
            others |= layout.opens
    return [
        [*found, layout.unlisted] if others >> index & 1 else found
        for index, (found, layout) in enumerate(zip(listed, layouts.values(), strict=True))
    ]


def put(
    record: Record,
    field: Field,
    value: Value | None,
    layouts: Mapping[str, RecordLayout],
    records: Mapping[str, Mapping[str, Record]],
) -> None:
    """Put a value into a record; `None` if it is unknown.

    Raises:
        KeyError: it refers to an entity that is not among `records`.
    """
    slot = layouts[field.owner].slots[field.name]
    if field.is_reference:
        target = layouts[field.target or ""]
        names = value.names if isinstance(value, Terms) else ()
        known = tuple([records[field.target or ""][name] for name in names])
        if field.is_many:
            setattr(record, slot, known)
            setattr(
                record,
                f"{slot}_possible",
                (*known, target.unlisted) if may_be_more(value) else known,
            )
        else:
            other = target.unlisted if may_be_more(value) else target.nobody
            setattr(record, slot, known[0] if known else other)
    elif field.shape == "ages":
        youngest, oldest = _ends(value)
        setattr(record, slot, youngest)
        setattr(record, f"{slot}_oldest", oldest)
    else:
        setattr(record, slot, _slot_value(field, value))


def value_of(record: Record, field: Field, slot: str) -> Value | None:
    """The value that was put into a record's slot; `None` if it is unknown."""
    held = getattr(record, slot)
    shape = field.shape
    if shape == "any of" or shape == "some of":
        if field.is_reference:
            more = getattr(record, f"{slot}_possible") is not held
            names = tuple([other.name for other in held])
        else:
            more = held[-1:] == (None,)
            names = held[:-1] if more else held
        return Terms(names, more) if names or not more else None
    if field.is_reference:
        held = None if held.name == UNLISTED else held.name or ""
    if held is None:
        return None
    if held == "" or held == NOTHING:
        return Terms(())
    match shape:
        case "one of" | "yes-no":
            return Terms((held,))
        case "ages":
            low, high = held, getattr(record, f"{slot}_oldest")
            return Range(None if isinf(low) else low, None if isinf(high) else high)
        case "number":
            return Decimal(held)
        case "duration":
            return Duration(held, "seconds")
        case "date" | "text":
            assert isinstance(held, str | date)
            return held


def leaves_much_open(record: Record, layout: RecordLayout, name: str) -> bool:
    """Whether the value of a field of many, or of ages, leaves much open: `is_broad` of the value."""
    held = getattr(record, layout.slots[name])
    if name in layout.references:
        return bool(held) and getattr(record, layout.references[name][1] or "") is not held
    if layout.entity.fields[name].is_many:
        return len(held) > 1 and held[-1] is None
    return held is not None and held != NOTHING


def _ends(value: Value | None) -> tuple[Any, Any]:
    match value:
        case None:
            return None, None
        case Range(low, high):
            return float("-inf") if low is None else low, float("inf") if high is None else high
        case _:
            return NOTHING, NOTHING


def _slot_value(field: Field, value: Value | None) -> Any:
    match value:
        case None:
            return (None,) if field.is_many else None
        case Terms(names, more) if field.is_many:
            return (*names, None) if more else names
        case Terms(()):
            return "" if field.is_text else NOTHING
        case Terms(names):
            return names[0]
        case Duration():
            return value.seconds
        case _:
            return value


def _record_class(type_: EntityType) -> type[Any]:
    return type("Record", (), {"__slots__": ("name", *_slots_held(type_))})


def _slots_held(type_: EntityType) -> list[str]:
    """The slots of all fields, second ones too."""
    slots = slots_of(type_)
    second = (second_slot(field, slots[name]) for name, field in type_.fields.items())
    return [*slots.values(), *filter(None, second)]


def _layout(number: int, type_: EntityType, vocabulary: Vocabulary) -> RecordLayout:
    record = _record_class(type_)
    opens = [type_.name]
    for name in opens:
        fields = vocabulary.entities[name].fields.values()
        targets = [field.target or "" for field in fields if field.is_reference]
        opens += [target for target in dict.fromkeys(targets) if target not in opens]
    bits = sum(1 << index for index, name in enumerate(vocabulary.entities) if name in opens)
    judged = any(field.kind == "judgement" for field in type_.fields.values())
    slots = slots_of(type_)
    references = {
        name: (slots[name], second_slot(field, slots[name]), fact_name("", name))
        for name, field in type_.fields.items()
        if field.is_reference
    }
    unlisted, nobody = record(), record()
    return RecordLayout(type_, number, slots, references, bits, judged, record, unlisted, nobody)
