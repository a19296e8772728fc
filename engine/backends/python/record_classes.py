"""The classes of records, one for each entity type of a vocabulary, into which msgspec decodes JSON.

A slot is typed by what a design in JSON may state in its field. What only the engine writes (a record's name, the
second slots) has a key that begins with a character that no design may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary

HIDDEN = "\x7f"
"""How the keys of slots begin that no design may fill. A design with this character is not read into records."""
Slot = tuple[str, Any, None]
"""A slot's name, its type, and what it holds until something is stated."""

_Empty = Annotated[list[str], msgspec.Meta(max_length=0)]


class AttestedBy(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person who answers for a fact."""

    by: str
    on: str | None = None
    because: str | None = None


class Stated(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A value with something beside it. Each field's own class adds `value`, of the field's type."""

    more: bool | UnsetType = UNSET
    evidence: list[str] | UnsetType = UNSET
    attested: AttestedBy | None = None


def slots_of(type_: EntityType) -> dict[str, str]:
    """The slots by field, named after the order of the fields."""
    return {name: f"field_{index}" for index, name in enumerate(type_.fields)}


def second_slot(field: Field, slot: str) -> str | None:
    """The second slot that a field may have: for the oldest age, or for the entities that may be among several."""
    if field.shape == "ages":
        return f"{slot}_oldest"
    return f"{slot}_possible" if field.is_reference and field.is_many else None


def record_class(type_: EntityType, vocabulary: Vocabulary) -> type[Any]:
    """The class of an entity type's records."""
    slots = slots_of(type_)
    held: list[Slot] = [("name", Any, None)]
    for field in type_.fields.values():
        held += _slots(field, slots[field.name], vocabulary)
    stated = {slot: name for name, slot in slots.items()}
    keys = {slot: stated.get(slot, HIDDEN + slot) for slot, *_ in held}
    return msgspec.defstruct(
        "Record", held, eq=False, forbid_unknown_fields=True, omit_defaults=True, rename=keys
    )


def _slots(field: Field, slot: str, vocabulary: Vocabulary) -> Iterator[Slot]:
    value = _value_type(field, vocabulary)
    stated = msgspec.defstruct("Stated", [("value", value | None)], bases=(Stated,), kw_only=True)
    if field.is_many and not field.may_be_none:
        value = Annotated[value, msgspec.Meta(min_length=1)]
    yield slot, value | stated | None, None
    if second := second_slot(field, slot):
        yield second, Any, None


def _value_type(field: Field, vocabulary: Vocabulary) -> Any:
    """The type of a field's values in JSON; of those that a reader must look into, text."""
    one: Any = str
    match field.shape:
        case "yes-no":
            return bool
        case "number":
            return int
        case "one of" | "any of" | "some of":
            if field.has_terms:
                one = Literal[tuple(vocabulary.taxonomy_of(field).parents)]
        case "duration" | "date" | "text" | "ages":
            pass
    if field.is_many:
        return tuple[one, ...]
    return one | _Empty if field.may_be_none else one
