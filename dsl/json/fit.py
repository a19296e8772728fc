"""Whether a design in JSON fits its vocabulary: yes or no, and no more.

A pydantic model (`schema`) tells what does not fit. It takes longer to import than a design takes to judge, and so
is asked only where this says no. That both agree is tested on designs that are drawn, right and wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.typed import Any

ValueFits = Callable[[Any], bool]


def fits(design: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether a design, read from JSON, fits its model. One with an unknown type or field does not."""
    parts: dict[str, ValueFits] = {**HEADER, vocabulary.subject: _is_text}
    for entity in vocabulary.entities.values():
        parts[entity.name] = partial(_fits_type, entity)
    return vocabulary.subject in design and _all_fit(design, parts)


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_text_or_null(value: Any) -> bool:
    return value is None or type(value) is str


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _are_texts(value: Any) -> bool:
    return type(value) is list and all(type(one) is str for one in value)


HEADER: Mapping[str, ValueFits] = {
    "$schema": _is_text,
    "as-of": _is_text_or_null,
    "draft": _is_flag,
    "judged-by": _are_texts,
}
"""The keys of a design, beside its subject, that are no entities, and what fits each."""
ATTESTED: Mapping[str, ValueFits] = {
    "by": _is_text,
    "on": _is_text_or_null,
    "because": _is_text_or_null,
}


def _all_fit(held: Any, parts: Mapping[str, ValueFits]) -> bool:
    return type(held) is dict and all(
        key in parts and parts[key](value) for key, value in held.items()
    )


def _fits_type(entity: EntityType, held: Any) -> bool:
    parts = {name: partial(fits_field, field) for name, field in entity.fields.items()}
    if held is None or entity.single:
        return held is None or _all_fit(held, parts)
    return type(held) is dict and all(_all_fit(facts, parts) for facts in held.values())


def fits_field(field: Field, fact: Any) -> bool:
    """Whether what JSON says of a fact fits its field."""

    def is_value(value: Any) -> bool:
        return value is None or _is_value(value, field)

    if type(fact) is not dict:
        return is_value(fact)
    parts: dict[str, ValueFits] = {
        "value": is_value,
        "more": _is_flag,
        "evidence": _are_texts,
        "from": _are_texts,
        "attested": lambda by: by is None or (_all_fit(by, ATTESTED) and "by" in by),
        "second": lambda by: (
            by is None or (_all_fit(by, {**ATTESTED, "value": is_value}) and "by" in by)
        ),
    }
    has_first = not fact.get("second") or bool(fact.get("attested"))
    return "value" in fact and has_first and _all_fit(fact, parts)


def _is_value(value: Any, field: Field) -> bool:
    match field.shape:
        case "yes-no":
            return type(value) is bool
        case "number":
            return type(value) in (int, Decimal)
        case "any of" | "some of":
            return _are_texts(value)
        case "one of" | "duration" | "date" | "text" | "ages":
            return type(value) is str or (field.may_be_none and _are_texts(value))
