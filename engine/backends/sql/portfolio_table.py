"""Portfolios: many designs as the rows of one table, such as a Parquet file holds.

One row is one design: `name`, `title`, `as-of`, `draft`, and a column for each entity type, a list of structs.
A struct holds the entity's `name` (a single entity has none) and a member for each field:

| shape | known | unknown | none |
| --- | --- | --- | --- |
| yes-no | true or false | NULL | |
| one of | the term's or the entity's name | NULL | `''` |
| any of, some of | a list of names; a NULL at its end if more may come | NULL | `[]` |
| number; duration | a decimal; a decimal of seconds | NULL | |
| date; text | a date; a text | NULL | `''` |
| ages | a struct of `youngest` and `oldest`, of which an open one is NULL | NULL | |

A judgement is a struct of its `value`, by whom it was attested (`by`) and when (`on`); a field marked `evidenced`
is a struct of its `value` and its `evidence`. A name that is taken already, but for its case, gets a `_`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

import pyarrow as pa

from clausewise.dsl.models.admission import answered
from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms, Value
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.syntax import Duration, Range

Row = dict[str, Any]
NUMBER = pa.decimal128(38, 9)
"""Numbers, and durations in seconds: exact, with nine digits behind the point."""

HEADER = {
    "name": pa.string(),
    "title": pa.string(),
    "as-of": pa.date32(),
    "draft": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a vocabulary's portfolios are called.

    Attributes:
        types: the columns by entity type.
        members: the members of each type's structs by field.
    """

    types: Mapping[str, str]
    members: Mapping[str, Mapping[str, str]]


def columns_of(vocabulary: Vocabulary) -> Columns:
    """The columns' names. Engines of SQL take no notice of case, so names differ in more than that."""
    entities = vocabulary.entities
    members = {name: apart(type_.fields, {"name"}) for name, type_ in entities.items()}
    return Columns(apart(entities, {*HEADER, "number"}), members)


def schema(vocabulary: Vocabulary) -> pa.Schema:
    """The schema of a vocabulary's portfolios."""
    columns = columns_of(vocabulary)
    types = {
        columns.types[name]: pa.list_(_struct(type_, columns.members[name]))
        for name, type_ in vocabulary.entities.items()
    }
    return pa.schema(HEADER | types)


def row_of(deployment: Deployment, name: str | None = None) -> Row:
    """A deployment, as it was checked and before admission, as a row.

    Args:
        deployment: what was stated.
        name: what the row is called; the deployment's title by default.
    """
    columns = columns_of(deployment.vocabulary)
    row: Row = {
        "name": deployment.title if name is None else name,
        "title": deployment.title,
        "as-of": deployment.as_of,
        "draft": deployment.draft,
    }
    row |= {column: [] for column in columns.types.values()}
    for entity in deployment.entities.values():
        members = columns.members[entity.type.name]
        row[columns.types[entity.type.name]].append(_entity(entity, members))
    return row


def design_of(row: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """A row as a design in JSON, which can go the ordinary way. It names no policy.

    Raises:
        KeyError: the row has not the columns of the vocabulary's schema.
        ValueError: an entity has no name, or one is listed twice, which JSON could not show.
    """
    columns = columns_of(vocabulary)
    design: dict[str, Any] = {vocabulary.subject: row["title"]}
    if row["as-of"]:
        design["as-of"] = row["as-of"].isoformat()
    if row["draft"] is not None and row["draft"] is not False:
        design["draft"] = row["draft"]  # anything but `true` is a mistake
    for name, type_ in vocabulary.entities.items():
        entities = row[columns.types[name]] or []
        members = columns.members[name]
        facts = [_facts(entity, type_, members) for entity in entities]
        if type_.single:
            names = [name for _ in facts]
            design[name] = facts[0] if facts else {}
        else:
            names = [entity["name"] for entity in entities]
            if facts:
                design[name] = dict(zip(names, facts, strict=True))
        _check_names(name, names)
    return design


def _check_names(type_: str, names: Sequence[str | None]) -> None:
    if None in names:
        raise ValueError(f"a `{type_}` has no name")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"`{twice[0]}` is written twice")


def has_parts(field: Field) -> bool:
    """Whether a field's facts are structs, with something beside the value."""
    return field.kind == "judgement" or field.evidenced


def apart(names: Iterable[str], taken: set[str]) -> dict[str, str]:
    """Names by what they are called in SQL, where case does not tell names apart."""
    taken = set(taken)
    found = {}
    for name in names:
        column = name
        while column.casefold() in taken:
            column += "_"
        taken.add(column.casefold())
        found[name] = column
    return found


# schemas


def _struct(type_: EntityType, members: Mapping[str, str]) -> pa.DataType:
    fields = {members[name]: _member(field) for name, field in type_.fields.items()}
    return pa.struct(fields if type_.single else {"name": pa.string()} | fields)


def _member(field: Field) -> pa.DataType:
    value = _value_type(field)
    if not has_parts(field):
        return value
    parts = {"value": value}
    if field.kind == "judgement":
        parts |= {"by": pa.string(), "on": pa.date32()}
    if field.evidenced:
        parts["evidence"] = pa.list_(pa.string())
    return pa.struct(parts)


def _value_type(field: Field) -> pa.DataType:
    match field.shape:
        case "yes-no":
            return pa.bool_()
        case "number" | "duration":
            return NUMBER
        case "date":
            return pa.date32()
        case "ages":
            return pa.struct({"youngest": pa.int64(), "oldest": pa.int64()})
        case "any of" | "some of":
            return pa.list_(pa.string())
        case "one of" | "text":
            return pa.string()


# rows


def _entity(entity: Entity, members: Mapping[str, str]) -> Row:
    facts = {
        member: _cell(entity.type.fields[name], entity.facts.get(name))
        for name, member in members.items()
    }
    return facts if entity.type.single else {"name": entity.name} | facts


def _cell(field: Field, fact: Fact | None) -> Any:
    value = _plain(field, fact.value if fact else None)
    if fact is None or not has_parts(field):
        return value
    parts = {"value": value}
    if field.kind == "judgement":
        parts["by"], parts["on"] = answered(fact) or (None, None)
    if field.evidenced:
        parts["evidence"] = list(fact.evidence)
    return parts


def _plain(field: Field, value: Value | None) -> Any:
    match value:
        case None:
            return None
        case Terms((), True):
            return None  # perhaps some, and none is known: no more than nothing at all
        case Terms(names, more) if field.is_many:
            return [*names, None] if more else list(names)
        case Terms(names):
            name = names[0] if names else ""
            return name == "yes" if field.shape == "yes-no" else name
        case Range(youngest, oldest):
            return {"youngest": youngest, "oldest": oldest}
        case Duration():
            return value.seconds
        case Decimal() | date() | str():
            return value
        case _:
            assert_never(value)


# designs


def _facts(entity: Row, type_: EntityType, members: Mapping[str, str]) -> dict[str, Any]:
    cells = {name: entity[member] for name, member in members.items()}
    return {
        name: _stated(type_.fields[name], cell) for name, cell in cells.items() if cell is not None
    }


def _stated(field: Field, cell: Any) -> Any:
    parts = cell if has_parts(field) else {"value": cell}
    cell = parts["value"]
    stated: dict[str, Any] = {"value": None if cell is None else written(field, cell)}
    if field.is_many and cell and cell[-1] is None:
        stated = {"value": cell[:-1] or None, "more": True} if cell[:-1] else {"value": None}
    if parts.get("evidence"):
        stated["evidence"] = parts["evidence"]
    if parts.get("by") is not None:
        on = {"on": parts["on"].isoformat()} if parts["on"] else {}
        stated["attested"] = {"by": parts["by"], **on}
    return stated["value"] if stated.keys() == {"value"} else stated


def written(field: Field, cell: Any) -> Any:
    """A known value as JSON writes it; a number with a fraction as the decimal that it is, which no float is."""
    match field.shape:
        case "number":
            return int(cell) if cell == cell.to_integral_value() else cell
        case "duration":
            return f"{cell.normalize():f} seconds"
        case "date":
            return cell.isoformat()
        case "ages":
            low, high = (("" if cell[end] is None else cell[end]) for end in ("youngest", "oldest"))
            return f"{low}..{high}"
        case "yes-no" | "any of" | "some of":
            return cell
        case "one of" | "text":
            return [] if cell == "" else cell
