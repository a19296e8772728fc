"""Deployments as plain slotted objects, the form in which generated code reads them.

Every entity type has a class, every field a slot with a generated name. What a slot holds, by the field's shape:

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

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clausewise.dsl.deployment import Deployment, Terms, Value
from clausewise.dsl.syntax import Duration, Range
from clausewise.dsl.vocabulary import EntityType, Field, Vocabulary

NOTHING = ()
"""The value of a scalar field of an entity that is not there."""

Record = Any
"""An object of a generated class: `name`, and the fields' slots."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the entities of a type are kept.

    Attributes:
        slots: the fields' slots by name. A second slot of a field has the same name and a `b`; a slot with a
            `k` remembers what a reference leads to over any number of links.
        references: the reference fields: their slots, their targets, and whether they may have several values.
        make: makes a record of a name, with all fields unknown.
        unlisted: the entity of which nothing is known; its name is empty.
        nobody: what a path leads to that is known to lead nowhere; its name is `None`.
    """

    entity: EntityType
    slots: Mapping[str, str]
    references: tuple[tuple[str, str, bool], ...]
    make: Callable[[str], Record]
    unlisted: Record
    nobody: Record


class World:
    """A deployment's entities by type, in the order of the vocabulary.

    Attributes:
        t: those listed.
        q: those that may be there: the listed, and the unlisted one if there may be others.
        as_of: the date of judging, or `None`.
        m: what generated functions remember.
        r: the clauses' results so far.
    """

    __slots__ = ("as_of", "m", "q", "r", "t")

    def __init__(
        self, listed: list[list[Record]], possible: list[list[Record]], as_of: date | None
    ) -> None:
        self.t = listed
        self.q = possible
        self.as_of = as_of
        self.m: dict[Any, Any] = {}
        self.r: list[int] = []

    def again(self) -> World:
        """The same entities, to be judged by another policy."""
        return World(self.t, self.q, self.as_of)


def slots_of(type_: EntityType) -> dict[str, str]:
    """The slots by field, named after the order of the fields."""
    return {name: f"f{index}" for index, name in enumerate(type_.fields)}


def shapes_of(vocabulary: Vocabulary) -> dict[str, Shape]:
    """The shapes of a vocabulary's entity types, by name."""
    shapes = {name: _shape(type_) for name, type_ in vocabulary.entities.items()}
    for shape in shapes.values():
        fields = list(shape.entity.fields.values())
        unknown = [v for field in fields for v in _slot_values(field, None, shapes)]
        none = [v for field in fields for v in _slot_values(field, Terms(()), shapes)]
        shape.make.__init__.__defaults__ = tuple(unknown)
        shape.unlisted.__init__("")
        shape.nobody.__init__(None, *none)
    return shapes


def world_of(deployment: Deployment, shapes: Mapping[str, Shape]) -> World:
    """A deployment, of which only admitted facts are known, as records."""
    records: dict[str, dict[str, Record]] = {name: {} for name in shapes}
    for name, entity in deployment.entities.items():
        records[entity.type.name][name] = shapes[entity.type.name].make(name)
    for name, entity in deployment.entities.items():
        shape = shapes[entity.type.name]
        for fact in entity.facts.values():
            if fact.value is not None:
                put(records[entity.type.name][name], fact.field, fact.value, shape, shapes, records)
    listed = [list(found.values()) for found in records.values()]
    return world(listed, shapes, deployment.as_of, draft=deployment.draft)


def world(
    listed: list[list[Record]], shapes: Mapping[str, Shape], as_of: date | None, *, draft: bool
) -> World:
    """A world of listed records."""
    is_open = _may_name_others(listed, shapes)
    for found, (name, shape) in zip(listed, shapes.items(), strict=True):
        if draft or (shape.entity.required and not found):
            is_open.add(name)
    is_open = _with_targets(is_open, shapes) if is_open else is_open
    possible = [
        [*found, shape.unlisted] if name in is_open else found
        for found, (name, shape) in zip(listed, shapes.items(), strict=True)
    ]
    return World(listed, possible, as_of)


def _may_name_others(listed: list[list[Record]], shapes: Mapping[str, Shape]) -> set[str]:
    """The types of which a reference may name an entity that is not listed."""
    found: set[str] = set()
    for records, shape in zip(listed, shapes.values(), strict=True):
        for slot, target, many in shape.references:
            if target not in found and any(
                len(getattr(r, f"{slot}b")) > len(getattr(r, slot))
                if many
                else getattr(r, slot).name == ""
                for r in records
            ):
                found.add(target)
    return found


def _with_targets(types: set[str], shapes: Mapping[str, Shape]) -> set[str]:
    """The types, and those that their references lead to: an entity that is not listed may name others."""
    todo = list(types)
    for name in todo:
        for _, target, _ in shapes[name].references:
            if target not in todo:
                todo.append(target)
    return set(todo)


def put(
    record: Record,
    field: Field,
    value: Value,
    shape: Shape,
    shapes: Mapping[str, Shape],
    records: Mapping[str, Mapping[str, Record]],
) -> None:
    """Put a known value into a record.

    Raises:
        KeyError: it refers to an entity that is not among `records`.
    """
    slot = shape.slots[field.name]
    if field.is_reference and isinstance(value, Terms) and value.names:
        target = records[field.target or ""]
        found = tuple([target[name] for name in value.names])
        setattr(record, slot, found if field.is_many else found[0])
        if field.is_many:
            more = (shapes[field.target or ""].unlisted,) if value.more else ()
            setattr(record, f"{slot}b", (*found, *more))
        return
    first, *rest = _slot_values(field, value, shapes)
    setattr(record, slot, first)
    if (rest and field.shape == "ages") or (field.is_reference and field.is_many):
        setattr(record, f"{slot}b", rest[0])


def _slots(field: Field, slot: str) -> list[str]:
    """The names of a field's slots, in the order of `_slot_values`."""
    second = field.shape == "ages" or (field.is_reference and field.is_many)
    return [slot, *([f"{slot}b"] if second else []), *([f"{slot}k"] if field.is_reference else [])]


def _slot_values(field: Field, value: Value | None, shapes: Mapping[str, Shape]) -> list[Any]:
    """What a field's slots hold for a value; of references, only unknown, none, and `...` alone."""
    if field.is_reference:
        target = shapes[field.target or ""]
        is_none = value == Terms(())
        if field.is_many:
            return [(), () if is_none else (target.unlisted,), None]
        return [target.nobody if is_none else target.unlisted, None]
    match value:
        case None:
            return [None, None] if field.shape == "ages" else [(None,) if field.is_many else None]
        case Terms(names, more) if field.is_many:
            return [(*names, None) if more else names]
        case Terms(()) if field.has_terms or field.shape == "text":
            return [""]
        case Terms(()):
            return [NOTHING, NOTHING] if field.shape == "ages" else [NOTHING]
        case Terms(names):
            return [names[0]]
        case Range(low, high):
            return [float("-inf") if low is None else low, float("inf") if high is None else high]
        case Duration():
            return [value.seconds]
        case _:
            return [value]


def _shape(type_: EntityType) -> Shape:
    slots = slots_of(type_)
    names = [n for field in type_.fields.values() for n in _slots(field, slots[field.name])]
    body = "".join(f"\n self.{name} = {name}" for name in names)
    defaults = "".join(f", {name}=None" for name in names)
    scope: dict[str, Any] = {}
    exec(f"def __init__(self, name{defaults}):\n self.name = name{body}", scope)
    made: Any = type("Record", (), {"__slots__": ("name", *names), "__init__": scope["__init__"]})
    references = tuple(
        (slots[field.name], field.target or "", field.is_many)
        for field in type_.fields.values()
        if field.is_reference
    )
    return Shape(type_, slots, references, made, made.__new__(made), made.__new__(made))
