"""Classes of records, one for each entity type of a vocabulary, into which msgspec decodes JSON.

A slot is typed by what a design in JSON may state in its field. What only the engine writes (a record's name, the
second slots) has a key that no field has. A second class for each type takes values that have something beside
them (evidence, who attests), from which admission makes records.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.origins import ORIGIN
from clausewise.engine.backends.python.records import second_slot, slots_of

_Imported = Annotated[str, msgspec.Meta(pattern=ORIGIN)]
"""What says from where something was imported."""
_Empty = Annotated[list[str], msgspec.Meta(max_length=0)]


class AttestedBy(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person who answers for a fact."""

    by: str
    on: str | None = None
    because: str | None = None


class Stated(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"imported": "from"}
):
    """A value with something beside it. Each field's own class adds `value`, of the field's type."""

    more: bool | UnsetType = UNSET
    evidence: list[str] | UnsetType = UNSET
    imported: list[_Imported] | UnsetType = UNSET
    attested: AttestedBy | None = None


def record_class(type_: EntityType, vocabulary: Vocabulary) -> type[Any]:
    """The class of an entity type's records. A judgement alone does not count, so none is decoded.

    Slots are set as those of any class are, in a fifth of the time that msgspec's own setter takes. That one also
    tells the garbage collector of a record once it may lead back to itself. Here the collector knows each record
    from the start: it does where a slot holds something that it knows, and `name` holds a class until it is set.
    """
    slots, keys = slots_of(type_), {"name": " name"}
    stated: list[tuple[str, Any, None]] = []
    written: list[tuple[str, Any, Any]] = [("name", Any, Stated)]
    for field in type_.fields.values():
        slot = slots[field.name]
        stated.append((slot, _decoded_type(field, vocabulary), None))
        keys[slot] = field.name
        if second := second_slot(field, slot):
            written.append((second, Any, None))
            keys[second] = f" {second}"
    held = [*stated, *written]  # decoding is quickest where slots stand in the order of the keys
    made: Any = msgspec.defstruct("Record", held, eq=False, forbid_unknown_fields=True, rename=keys)
    made.__setattr__, made.__delattr__ = object.__setattr__, object.__delattr__
    found: type[Any] = made
    return found


def values_class(type_: EntityType, vocabulary: Vocabulary) -> type[Any]:
    """A class with the slots of a type's fields alone, for values that become columns.

    Its objects refer to no other ones, so that no garbage need be looked for among them. A field's values can be
    looked up, references too.
    """
    slots = slots_of(type_)
    held = [
        (slots[field.name], _decoded_type(field, vocabulary, names=tuple[str, ...]), None)
        for field in type_.fields.values()
    ]
    keys = {slot: name for name, slot in slots.items()}
    return msgspec.defstruct(
        "Values", held, gc=False, eq=False, forbid_unknown_fields=True, rename=keys
    )


def stated_class(type_: EntityType, vocabulary: Vocabulary) -> type[Any]:
    """A class with the slots of a type's fields, which hold values alone, or `Stated`."""
    slots = slots_of(type_)
    held = [
        (slots[name], _value_type(field, vocabulary) | _stated(field, vocabulary) | None, None)
        for name, field in type_.fields.items()
    ]
    keys = {slot: name for name, slot in slots.items()}
    return msgspec.defstruct(
        "StatedRecord", held, forbid_unknown_fields=True, omit_defaults=True, rename=keys
    )


def _decoded_type(field: Field, vocabulary: Vocabulary, names: Any = list[str]) -> Any:
    """The type of what is stated without anything beside it; a judgement does not count then."""
    counts = field.kind != "judgement"
    return _value_type(field, vocabulary, names=names) | None if counts else None


def _stated(field: Field, vocabulary: Vocabulary) -> type[Any]:
    value = _value_type(field, vocabulary, least=0)
    return msgspec.defstruct("Stated", [("value", value | None)], bases=(Stated,), kw_only=True)


def _value_type(
    field: Field, vocabulary: Vocabulary, least: int = 1, names: Any = list[str]
) -> Any:
    """The type of a field's values in JSON; of those that a reader must look into, text.

    Args:
        least: how many values a list must have, if it may not be `none`.
        names: the type of several names of entities.
    """
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
        length = msgspec.Meta(min_length=0 if field.may_be_none else least)
        return Annotated[names if field.is_reference else tuple[one, ...], length]
    return one | _Empty if field.may_be_none else one
