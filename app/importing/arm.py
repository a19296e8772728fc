"""ARM templates in JSON, which `az bicep build` makes of Bicep.

Of the functions of templates only `variables` and `parameters` are followed, to what is literal. Any other
expression is open, as is a parameter of the whole: its default is only what it is unless somebody gives another
value. To those of a nested template, such as one made of a module of Bicep, the template gives the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import shown
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.importing.opening import json_of, problem
from clausewise.importing.seen import Described, Open, See, Survey, in_a_line
from clausewise.intake.access import Access

BICEP = (".bicep", ".bicepparam")
SCHEMA = re.compile(
    r"/(subscription|tenant|managementGroup)?deploymentTemplate\.json", re.IGNORECASE
)
NESTED = "microsoft.resources/deployments"
MOST_STEPS = 20
"""From one variable to the next."""
ODD = "it is not written out, with a `type` for each resource"
ELSEWHERE = "its template stands elsewhere, and is to be imported by itself"
"""Why something was not looked into."""
MOST_SHOWN = 60
"""Characters of an expression, a name or a default that is told."""
NAMED = re.compile(
    r"\[\s*(variables|parameters)\(\s*'([^']+)'\s*\)((?:\.\w+)*)\s*\]", re.IGNORECASE
)

ID = re.compile(
    r"\[(?:subscription)?resourceId\( *+'([^'/]+/[^'/]+)' *+, *+([^,]+)\)\]", re.IGNORECASE
)
"""An expression that makes the id of a resource, by its type and its name."""
PROVIDERS = "/providers/"
"""Before the type and the name in the id of a resource."""


def look(path: Path, access: Access, see: See) -> Survey:
    """See what a template describes.

    Raises:
        InvalidError: it cannot be read, or is no template.
    """
    name = shown(path)
    if path.name.lower().endswith(BICEP):
        built = f"{path.name.rsplit('.', 1)[0]}.json"
        hint = f"run `az bicep build --file {path.name}` first, and import `{built}`"
        raise problem(path, "E114", f"`{name}` is Bicep", hint)
    make = "give a template of ARM, as JSON without comments; of Bicep, `az bicep build` makes one"
    template = json_of(path, access, make)
    if not is_template(template):
        raise problem(path, "E114", f"`{name}` is no template of ARM", make)
    return _survey(_resources(template, "", _names(template), name, ""), name, see)


def _survey(resources: Iterator[Described | str], name: str, see: See) -> Survey:
    counted = 0
    odd: list[str] = []
    linked: list[str] = []
    for one in resources:
        if isinstance(one, str):
            odd.append(one)
            continue
        counted += 1
        see(one)
        if one.kind.lower() == NESTED and "templateLink" in _object(
            one.attributes.get("properties")
        ):
            linked.append(one.address)
    return Survey((name,), counted, (*_told(odd, ODD), *_told(linked, ELSEWHERE)))


def _told(places: Sequence[str], why: str) -> tuple[str, ...]:
    """Of the first of some places, that they were not looked into, and how many more there are."""
    if not places:
        return ()
    more = f" and {len(places) - 1:,} more" * (len(places) > 1)
    return (f"{in_a_line(places[0], MOST_SHOWN)}{more}: {why}",)


def is_template(value: dict[str, Any]) -> bool:
    """Whether a JSON object is a template."""
    return bool(SCHEMA.search(str(value.get("$schema", "")))) and "resources" in value


@lean_dataclass(frozen=True, slots=True)
class _Names:
    """What names in expressions stand for, by names in lower case; a parameter may be open."""

    variables: Mapping[str, Any]
    parameters: Mapping[str, Any]


def _names(template: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> _Names:
    """The names of a template, whose parameters have these values; `None` if others are to give them."""
    parameters = {}
    for name, declared in _object(template.get("parameters")).items():
        default = _object(declared).get("defaultValue")
        if given is None:
            parameters[name.lower()] = _parameter(name, _object(declared).get("type"), default)
        elif default is not None:
            parameters[name.lower()] = default
    variables = _object(template.get("variables"))
    lowered = {name.lower(): value for name, value in variables.items()}
    return _Names(lowered, {**parameters, **(given or {})})


def _parameter(name: str, type_: object, default: object) -> Open:
    told = f"parameter {in_a_line(name, MOST_SHOWN)}"
    if str(type_).lower() == "string" and isinstance(default, str):
        told += f", {in_a_line(default, MOST_SHOWN)} by default"
    return Open(told)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _resources(
    template: Mapping[str, Any], within: str, names: _Names, file: str, perhaps: str
) -> Iterator[Described | str]:
    """The resources of a template, those of its nested deployments included, and places at which there is none."""
    yield from _listed(template.get("resources"), f"{within}resources", names, file, perhaps)


def _listed(
    resources: Any, place: str, names: _Names, file: str, above: str
) -> Iterator[Described | str]:
    if not isinstance(resources, list | dict | None):
        yield place
        return
    by_name = resources.items() if isinstance(resources, dict) else ()
    listed = enumerate(resources) if isinstance(resources, list) else by_name
    for key, resource in listed:
        address = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}"
        if not isinstance(resource, dict) or not isinstance(kind := resource.get("type"), str):
            yield address
            continue
        perhaps = _perhaps(resource)
        if perhaps is None:
            continue  # it is not deployed, nor what is nested in it
        perhaps = above or perhaps
        known = _known(resource, names)
        yield Described("arm", kind, file, address, known, perhaps=perhaps)
        yield from _listed(resource.get("resources"), f"{address}.resources", names, file, perhaps)
        match resource:
            case {"properties": {"template": dict(inner)} as nested} if kind.lower() == NESTED:
                below = f"{address}.properties.template."
                yield from _resources(inner, below, _names_in(nested, inner, names), file, perhaps)
            case {"properties": {"template": _}} if kind.lower() == NESTED:
                yield f"{address}.properties.template"


def _names_in(nested: Mapping[str, Any], inner: Mapping[str, Any], names: _Names) -> _Names:
    """The names of a nested template: those around it, unless it is evaluated by itself, as a module is."""
    scope = _object(nested.get("expressionEvaluationOptions")).get("scope")
    if str(scope).lower() != "inner":
        return names
    given = {}
    for name, passed in _object(nested.get("parameters")).items():
        value = _object(passed).get("value")
        told = f"parameter {in_a_line(name, MOST_SHOWN)} of a nested template"
        given[name.lower()] = Open(told) if value is None else _known(value, names)
    return _names(inner, given)


def _perhaps(resource: Mapping[str, Any]) -> str | None:
    """By what a resource is there or not; empty if it is for certain, `None` if it is not."""
    condition, copy = resource.get("condition", True), resource.get("copy")
    count = copy.get("count") if isinstance(copy, dict) else None if copy else 1
    if condition is False or count == 0:
        return None
    if condition is not True:
        return "there or not by its condition"
    return "" if isinstance(count, int) else "there or not by its copy loop"


def _known(value: Any, names: _Names, steps: int = 0) -> Any:
    """A value with variables and known parameters followed, and all other expressions open."""
    match value:
        case str() if value.startswith("[") and not value.startswith("[["):
            found = NAMED.fullmatch(value)
            if made := ID.fullmatch(value):
                return _id(made, names, steps)
            table = (
                names.variables if found and found[1].lower() == "variables" else names.parameters
            )
            held = table.get(found[2].lower()) if found else None
            for name in found[3].split(".")[1:] if found else ():
                below = held.get(name) if isinstance(held, dict) else None
                held = held if isinstance(held, Open) else below
            if isinstance(held, Open):
                return held
            if held is None or isinstance(held, dict | list) or steps > MOST_STEPS:
                return Open(f"not literal: {in_a_line(value, MOST_SHOWN)}")
            return _known(held, names, steps + 1)
        case str() if value.startswith("/") and PROVIDERS in value:
            return value.rpartition(PROVIDERS)[2]
        case str():
            return value.removeprefix("[") if value.startswith("[[") else value
        case list():
            return [_known(one, names) for one in value]
        case dict():
            return {name: _known(one, names) for name, one in value.items() if name != "resources"}
        case _:
            return value


def _id(made: re.Match[str], names: _Names, steps: int) -> Any:
    """The id of a resource, without what only its subscription says: `TYPE/NAME`; open if the name is."""
    name = made[2].strip()
    literal = len(name) > 1 and name[0] == name[-1] == "'"
    known = name[1:-1] if literal else _known(f"[{name}]", names, steps + 1)
    return (
        f"{made[1]}/{known}"
        if isinstance(known, str)
        else Open(f"not literal: {in_a_line(made[0], MOST_SHOWN)}")
    )
