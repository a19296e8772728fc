"""Designs as JSON: a pydantic model built from the vocabulary says what fits; the tree is that of a text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError, WithJsonSchema, create_model
from pydantic import Field as ModelField

from clausewise.dsl import syntax
from clausewise.dsl.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.json_places import JsonPath, places, too_deep
from clausewise.dsl.source import Source, Span
from clausewise.dsl.vocabulary import EntityType, Field, Vocabulary

HEADER = ("judged-by", "as-of", "draft")
MAX_NESTING = 64
MOST_TERMS = 500
"""Taxonomies with more terms, such as `place`, are not listed in the schema."""

_DURATION = re.compile(r"(-?\d+(?:\.\d+)?) (second|minute|hour|day|week|month|year)s?")
_RANGE = re.compile(r"(\d*)\.\.(\d*)")


@dataclass(frozen=True)
class JsonDesign:
    """A design read from JSON, to be made a tree once its vocabulary is known."""

    source: Source
    value: dict[str, Any]
    spans: dict[JsonPath, Span]

    @property
    def judged_by(self) -> tuple[syntax.Name, ...]:
        """The policies named, as far as they are written rightly."""
        named = self.value.get("judged-by")
        names = named if isinstance(named, list) else []
        return tuple(
            syntax.Name(name, self.spans["judged-by", index])
            for index, name in enumerate(names)
            if isinstance(name, str)
        )

    def tree(self, vocabulary: Vocabulary) -> tuple[syntax.Design | None, list[Diagnostic]]:
        """The design's tree, or what does not fit the vocabulary's model."""
        problems = Diagnostics(self.source)
        try:
            design_model(vocabulary).model_validate(self.value)
        except ValidationError as error:
            _report(error, self, vocabulary, problems)
        if problems.found:
            return None, problems.found
        tree = _TreeOf(self, vocabulary, problems).design()
        return (None if problems.found else tree), problems.found


def parse_json(source: Source) -> tuple[JsonDesign | None, list[Diagnostic]]:
    """Read a JSON text that holds one object, without a key written twice."""
    problems = Diagnostics(source)
    deep = too_deep(source.text, MAX_NESTING)
    if deep:
        message = f"brackets nest more than {MAX_NESTING} deep"
        problems.add("E102", message, deep, hint="a design needs five levels")
        return None, problems.found
    try:
        value = json.loads(source.text, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError as error:
        offset = error.pos if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg.lower() if isinstance(error, json.JSONDecodeError) else "a bad number"
        span = Span(min(offset, max(len(source.text) - 1, 0)), offset + 1)
        problems.add("E101", f"this is not JSON: {reason}", span, hint="mend it here")
        return None, problems.found
    half = _half_character(source.text)
    if half:
        problems.add("E101", "this is half a character", half, hint="write both halves")
        return None, problems.found
    if not isinstance(value, dict):
        hint = '`{"deployment": "A title", ...}`'
        problems.add("E103", "a design is a JSON object", Span(0, 1), hint=hint)
        return None, problems.found
    spans, twice = places(source.text)
    for path, span in twice:
        problems.add("E505", f"`{path[-1]}` is written twice", span, hint="keep one of them")
    return (None if twice else JsonDesign(source, value, spans)), problems.found


def _half_character(text: str) -> Span | None:
    """The first surrogate escape (`\\ud83d`) without its partner: no text can hold it."""
    if "\\ud" not in text.lower():
        return None
    high: re.Match[str] | None = None
    for escape in re.finditer(r"\\(?:u([0-9a-fA-F]{4})|.)", text):
        code = int(escape[1], 16) if escape[1] else 0
        follows = high is not None and high.end() == escape.start()
        if high and not (follows and 0xDC00 <= code <= 0xDFFF):
            return Span(*high.span())
        if 0xDC00 <= code <= 0xDFFF and not high:
            return Span(*escape.span())
        high = escape if 0xD800 <= code <= 0xDBFF else None
    return Span(*high.span()) if high else None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


# the model


class Attested(BaseModel):
    """A person who answers for a fact."""

    model_config = ConfigDict(strict=True, extra="forbid")

    by: str
    on: Annotated[str, WithJsonSchema({"type": "string", "format": "date"})] | None = None
    because: str | None = None


@lru_cache(maxsize=16)
def _model(vocabulary: _ByIdentity) -> type[BaseModel]:
    found = vocabulary.vocabulary
    fields: dict[str, Any] = {
        "subject": (str, ModelField(alias=found.subject, description="the title")),
        "judged_by": (list[str], ModelField([], alias="judged-by")),
        "as_of": (
            Annotated[str, WithJsonSchema({"type": "string", "format": "date"})] | None,
            ModelField(None, alias="as-of"),
        ),
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


def design_model(vocabulary: Vocabulary) -> type[BaseModel]:
    """The pydantic model of a design in JSON."""
    return _model(_ByIdentity(vocabulary))


def design_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a design in JSON."""
    schema = design_model(vocabulary).model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _entity_model(entity: EntityType, vocabulary: Vocabulary) -> type[BaseModel]:
    fields: dict[str, Any] = {
        f"field_{field.name}": (
            _fact_type(field, vocabulary),
            ModelField(None, alias=field.name, description=field.ask),
        )
        for field in entity.fields.values()
    }
    config = ConfigDict(strict=True, extra="forbid")
    return create_model(f"{entity.name}", __config__=config, __doc__=entity.description, **fields)


def _fact_type(field: Field, vocabulary: Vocabulary) -> Any:
    value = _value_type(field, vocabulary)
    stated = create_model(
        f"{field.owner}.{field.name}",
        __config__=ConfigDict(strict=True, extra="forbid"),
        value=(value | None, ...),
        more=(bool, False),
        evidence=(list[str], []),
        attested=(Attested | None, None),
    )
    return value | stated | None


def _value_type(field: Field, vocabulary: Vocabulary) -> Any:
    if field.shape == "yes-no":
        return bool
    if field.shape == "number":
        return int | Decimal
    if field.target is None:
        pattern = {"ages": r"^\d*\.\.\d*$", "duration": f"^{_DURATION.pattern}$"}.get(field.shape)
        extra = {"pattern": pattern} if pattern else {}
        if field.shape == "date":
            extra = {"format": "date"}
        plain = Annotated[str, WithJsonSchema({"type": "string", **extra})]
        return plain | list[str] if field.may_be_none else plain
    name = Annotated[str, WithJsonSchema({"type": "string", **_listed(field, vocabulary)})]
    if field.is_many:
        return list[name]
    return name | list[str] if field.may_be_none else name


def _listed(field: Field, vocabulary: Vocabulary) -> dict[str, Any]:
    """The terms, for an editor; the checker reports wrong ones, with what was meant."""
    if field.is_reference:
        return {"description": f"the name of an entity of type {field.target}"}
    terms = list(vocabulary.taxonomy_of(field).parents)
    return {"enum": terms} if len(terms) <= MOST_TERMS else {}


def _report(
    error: ValidationError, design: JsonDesign, vocabulary: Vocabulary, problems: Diagnostics
) -> None:
    """One diagnostic for each place that does not fit; unknown types and fields are left to the checker."""
    seen: set[JsonPath] = set()
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        path: JsonPath = tuple(part for part in found["loc"])
        while path and path not in design.spans:
            path = path[:-1]
        is_entity = len(path) == 1 and path[0] not in HEADER and path[0] != vocabulary.subject
        if found["type"] == "extra_forbidden" and (len(path) > 1 or is_entity):
            value = design.value[str(path[0])]
            if isinstance(value, dict) and len(path) <= 3:
                continue
        if path in seen:
            continue
        seen.add(path)
        if found["type"] == "missing" and not path:
            hint = f'write `"{vocabulary.subject}": "A title"`'
            problems.add("E103", f"there is no `{vocabulary.subject}`", Span(0, 1), hint=hint)
            continue
        name = path[-1] if path else vocabulary.subject
        hint = _hint(path, vocabulary)
        problems.add("E103", f"`{name}` does not fit", design.spans[path], hint=hint)


def _hint(path: JsonPath, vocabulary: Vocabulary) -> str:
    """What fits at a path."""
    entity = vocabulary.entities.get(str(path[0])) if path else None
    if entity is None:
        return "a title is text, `judged-by` a list of names, `as-of` a date, `draft` true or false"
    of_field = path[1 if entity.single else 2 :]
    field = entity.fields.get(str(of_field[0])) if of_field else None
    if field is None:
        held = "facts by field" if entity.single else "entities by name, each an object"
        return f"`{entity.name}` holds {held}"
    example = {"yes-no": "true", "number": "18", "ages": '"18.."', "duration": '"30 days"'}
    many = '["a-name"]' if field.is_many else '"a-name"'
    shown = example.get(field.shape, many if field.target else '"..."')
    return f'write `{shown}`, or `{{"value": {shown}, "evidence": ["..."]}}`'


# the tree


class _TreeOf:
    """Makes the tree of a JSON design that fits its model."""

    def __init__(self, design: JsonDesign, vocabulary: Vocabulary, problems: Diagnostics) -> None:
        self.problems = problems
        self.value = design.value
        self.spans = design.spans
        self.judged_by = design.judged_by
        self.vocabulary = vocabulary

    def design(self) -> syntax.Design:
        subject = self.vocabulary.subject
        as_of = self.value.get("as-of")
        return syntax.Design(
            syntax.Name(subject, self.spans[(subject,)]),
            syntax.Text(self.value[subject], self.spans[(subject,)]),
            self.value.get("draft", False),
            self.judged_by,
            self.day_or_mistake(as_of, ("as-of",)) if as_of else None,
            tuple(self.blocks()),
        )

    def blocks(self) -> list[syntax.Block]:
        found = []
        for type_, held in self.value.items():
            if type_ in HEADER or type_ == self.vocabulary.subject or held is None:
                continue
            entity = self.vocabulary.entities.get(type_)
            if entity and entity.single:
                found.append(self.block(type_, None, held, (type_,)))
            else:
                found += [self.block(type_, n, facts, (type_, n)) for n, facts in held.items()]
        return found

    def block(
        self, type_: str, name: str | None, facts: dict[str, Any], path: JsonPath
    ) -> syntax.Block:
        span = self.spans[path]
        given = syntax.Name(name, span) if name is not None else None
        entity = self.vocabulary.entities.get(type_)
        fields = entity.fields if entity else {}
        statements = tuple(
            self.statement(key, value, fields.get(key), (*path, key))
            for key, value in (facts.items() if isinstance(facts, dict) else ())
        )
        return syntax.Block(syntax.Name(type_, span), given, statements)

    def statement(
        self, key: str, fact: Any, field: Field | None, path: JsonPath
    ) -> syntax.Statement:
        if field is None:  # the checker refuses the field, whatever is stated
            return syntax.Statement(syntax.Name(key, self.spans[path]), (syntax.Name("unknown"),))
        stated = fact if isinstance(fact, dict) else {"value": fact}
        items = self.items(stated.get("value"), field.shape, path)
        if stated.get("more"):
            empty = items == (syntax.Name("none"),)
            items = (*(() if empty else items), syntax.More(self.spans[path]))
        evidence = tuple(syntax.Text(text) for text in stated.get("evidence", ()))
        attested = stated.get("attested")
        by = self.attestation(attested, (*path, "attested")) if attested else None
        return syntax.Statement(syntax.Name(key, self.spans[path]), items, evidence, by)

    def items(self, value: Any, shape: str, path: JsonPath) -> tuple[syntax.Item, ...]:
        span = self.spans[path]
        if value is None:
            return (syntax.Name("unknown", span),)
        if isinstance(value, list):
            return tuple(syntax.Name(name, span) for name in value) or (syntax.Name("none", span),)
        if isinstance(value, bool):
            return (syntax.Name("yes" if value else "no", span),)
        if isinstance(value, int | Decimal):
            return (syntax.Number(Decimal(value), span),)
        return (self.item(str(value), shape, path),)

    def item(self, text: str, shape: str, path: JsonPath) -> syntax.Item:
        """What a string means for a shape of field; what does not fit stays text, for the checker to refuse."""
        span = self.spans[path]
        if shape == "duration" and (found := _DURATION.fullmatch(text)):
            return syntax.Duration(Decimal(found[1]), f"{found[2]}s", span)
        if shape == "ages" and (found := _RANGE.fullmatch(text)) and text != "..":
            low, high = (int(end) if end else None for end in found.groups())
            if low is None or high is None or low <= high:
                return syntax.Range(low, high, span)
        if shape == "date" and (day := self.day(text, path)):
            return day
        if shape in ("duration", "ages", "date", "text", "yes-no", "number"):
            return syntax.Text(text, span)
        return syntax.Name(text, span)

    def day(self, text: str, path: JsonPath) -> syntax.Day | None:
        try:
            return syntax.Day(date.fromisoformat(text), self.spans[path])
        except ValueError:
            return None

    def day_or_mistake(self, text: str, path: JsonPath) -> syntax.Day | None:
        day = self.day(text, path)
        if day is None:
            message = f"`{text}` is not a day of the calendar"
            self.problems.add("E101", message, self.spans[path], hint="write year-month-day")
        return day

    def attestation(self, stated: dict[str, Any], path: JsonPath) -> syntax.Attestation:
        on, because = stated.get("on"), stated.get("because")
        return syntax.Attestation(
            syntax.Text(stated["by"]),
            self.day_or_mistake(on, (*path, "on")) if on else None,
            syntax.Text(because) if because else None,
        )
