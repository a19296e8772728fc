"""What a design in JSON may hold: a pydantic model made from the vocabulary, its schema and its errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field as ModelField,
    ValidationError,
    WithJsonSchema,
    create_model,
    model_validator,
)

from clausewise.dsl.json.fit import HEADER
from clausewise.dsl.json.places import JsonPath
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import did_you_mean
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import DURATION

MOST_TERMS = 500
"""Taxonomies with more terms, such as `place`, are not listed in the schema."""
_Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]


class Attested(BaseModel):
    """A person who answers for a fact."""

    model_config = ConfigDict(strict=True, extra="forbid")

    by: str
    on: _Day | None = None
    because: str | None = None


def design_model(vocabulary: Vocabulary) -> type[BaseModel]:
    """The pydantic model of a design in JSON."""
    return _model(_ByIdentity(vocabulary))


def design_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a design in JSON."""
    schema = design_model(vocabulary).model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@lru_cache(maxsize=16)
def _model(vocabulary: _ByIdentity) -> type[BaseModel]:
    found = vocabulary.vocabulary
    fields: dict[str, Any] = {
        "for_editors": (str, ModelField("", alias="$schema", description="for editors")),
        "subject": (str, ModelField(alias=found.subject, description="the title")),
        "judged_by": (
            list[str],
            ModelField(
                [], alias="judged-by", description="policies by their names, `NAME` or `NAME 1.0`"
            ),
        ),
        "as_of": (_Day | None, ModelField(None, alias="as-of")),
        "draft": (bool, False),
    }
    for entity in found.entities.values():
        model = _entity_model(entity, found)
        held = model if entity.single else dict[str, model]  # type: ignore[valid-type]
        told = ModelField(None, alias=entity.name, description=entity.description)
        fields[f"entity_{entity.name}"] = (held | None, told)
    config = ConfigDict(strict=True, extra="forbid", title=found.title)
    return create_model("Design", __config__=config, **fields)


class _ByIdentity:
    """A vocabulary as a key of the cache; vocabularies themselves cannot be hashed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __hash__(self) -> int:
        return id(self.vocabulary)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.vocabulary is self.vocabulary


def _entity_model(entity: EntityType, vocabulary: Vocabulary) -> type[BaseModel]:
    fields: dict[str, Any] = {
        f"field_{field.name}": (
            _fact_type(field, vocabulary),
            ModelField(
                None,
                alias=field.name,
                description=f"replaced: {field.replaced}" if field.replaced else field.ask,
                json_schema_extra={"deprecated": True} if field.replaced else None,
            ),
        )
        for field in entity.fields.values()
    }
    config = ConfigDict(strict=True, extra="forbid")
    told = entity.description
    return create_model(entity.name, __config__=config, __doc__=told, **fields)


def _fact_type(field: Field, vocabulary: Vocabulary) -> Any:
    value = _value_type(field, vocabulary)
    stated = create_model(
        f"{field.owner}-{field.name}",
        __config__=ConfigDict(
            strict=True,
            extra="forbid",
            json_schema_extra={"dependentRequired": {"second": ["attested"]}},
        ),
        __validators__={"first": cast(Any, model_validator(mode="after")(_second_after_first))},
        value=(value | None, ...),
        more=(bool, False),
        evidence=(list[str], []),
        imported=(list[str], ModelField([], alias="from", description="`FILE#address`, each")),
        attested=(Attested | None, None),
        second=(_second_model(field, value) | None, None),
    )
    return value | stated | None


def _second_after_first(stated: Any) -> Any:
    if stated.second and not stated.attested:
        raise ValueError("a second person answers for it, and no first one")
    return stated


def _second_model(field: Field, value: Any) -> Any:
    """What a second person says of a fact, and that they answer for it."""
    return create_model(
        f"{field.owner}-{field.name}-second", __base__=Attested, value=(value | None, None)
    )


def _value_type(field: Field, vocabulary: Vocabulary) -> Any:
    one: Any
    match field.shape:
        case "yes-no":
            return bool
        case "number":
            return int | Decimal
        case "one of" | "any of" | "some of":
            one = _string(_listed(field, vocabulary))
        case "duration":
            one = _string({"pattern": f"^{DURATION}$"})
        case "date":
            one = _string({"format": "date"})
        case "text":
            one = _string({})
        case "ages":
            one = _string({"pattern": r"^[0-9]*\.\.[0-9]*$"})
    if field.is_many:
        return list[one]
    return one | list[str] if field.may_be_none else one


def _string(schema: dict[str, Any]) -> Any:
    return Annotated[str, WithJsonSchema({"type": "string", **schema})]


def _listed(field: Field, vocabulary: Vocabulary) -> dict[str, Any]:
    """The terms that a field takes, for an editor to offer.

    The model does not enforce them: the checker of designs reports a wrong term, and suggests the right one.
    """
    if field.is_reference:
        return {"description": f"the name of an entity of type {field.target}"}
    terms = list(vocabulary.taxonomy_of(field).parents)
    return {"enum": terms} if len(terms) <= MOST_TERMS else {}


def check_fit(
    value: dict[str, Any],
    spans: Mapping[JsonPath, Span],
    vocabulary: Vocabulary,
    problems: Diagnostics,
) -> None:
    """Record one mistake for each place of a design that does not fit its model.

    Args:
        value: the design's JSON, read.
        spans: where its values stand.
        vocabulary: what a design may state. Unknown types and fields are left to the checker of designs.
        problems: where mistakes are recorded.
    """
    try:
        design_model(vocabulary).model_validate(value)
    except ValidationError as error:
        seen: set[JsonPath] = set()
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            path, kind = _stated(found["loc"], spans), found["type"]
            is_extra = kind == "extra_forbidden"
            if path in seen or (is_extra and _is_left_to_checker(path, value, vocabulary)):
                continue
            seen.add(path)
            if kind == "missing" and not path:
                called = _titled_otherwise(value, vocabulary)
                seen |= {(key,) for key in called}
                title = json.dumps(value[called[0]], ensure_ascii=False) if called else '"A title"'
                hint = f'write `"{vocabulary.subject}": {title}`'
                problems.add("E103", f"there is no `{vocabulary.subject}`", Span(0, 1), hint=hint)
            else:
                name = path[-1] if path else vocabulary.subject
                hint = _hint(path, vocabulary, value)
                problems.add("E103", f"`{name}` does not fit", spans[path], hint=hint)


def _stated(path: JsonPath, spans: Mapping[JsonPath, Span]) -> JsonPath:
    """The nearest place at or above a path that stands in the text."""
    while path and path not in spans:
        path = path[:-1]
    return path


def _is_left_to_checker(path: JsonPath, value: dict[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether an unknown key is one that the checker of designs reports, in better words."""
    if not path or path == (vocabulary.subject,) or (len(path) == 1 and path[0] in HEADER):
        return False
    return isinstance(value[str(path[0])], dict) and len(path) <= 3


def _titled_otherwise(value: dict[str, Any], vocabulary: Vocabulary) -> list[str]:
    """The first key, if one, that holds a text and is no part of a design: it may be the title."""
    known = {*HEADER, *vocabulary.entities}
    return [key for key, held in value.items() if key not in known and isinstance(held, str)][:1]


def _hint(path: JsonPath, vocabulary: Vocabulary, value: dict[str, Any]) -> str:
    """What fits at a path, with what stands there if that can be put so."""
    from clausewise.dsl.json.meant import right_form

    entity = vocabulary.entities.get(str(path[0])) if path else None
    if entity is None:
        known = [*HEADER, vocabulary.subject]
        is_odd = path and path[0] not in known
        near = did_you_mean(str(path[0]).replace("_", "-"), known) if is_odd else None
        return (
            near
            or "a title is text, `judged-by` a list of names, `as-of` a date, `draft` true or false"
        )
    of_field = path[1 if entity.single else 2 :]
    field = entity.fields.get(str(of_field[0])) if of_field else None
    if field is None:
        held = "facts by field" if entity.single else "entities by name, each an object"
        return f"`{entity.name}` holds {held}"
    given: Any = value
    for key in path[: 2 if entity.single else 3]:
        given = given[key]
    if right := right_form(given, field):
        return f'write `"{field.name}": {right}`'
    shown = SHAPES[field.shape].json
    return f'write `{shown}`, or `{{"value": {shown}, "evidence": ["..."]}}`'
