"""ARM templates in JSON, which `az bicep build` makes of Bicep.

Of the functions of templates only `variables` is followed, to what is literal. Any other expression is open, as is
a parameter: its default is only what it is unless somebody gives another value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import shown
from clausewise.importing.opening import json_of, problem
from clausewise.importing.seen import OPEN, Described, See, Survey
from clausewise.intake.access import Access

BICEP = (".bicep", ".bicepparam")
SCHEMA = re.compile(
    r"/(subscription|tenant|managementGroup)?deploymentTemplate\.json", re.IGNORECASE
)
NESTED = "microsoft.resources/deployments"
MOST_STEPS = 20
"""From one variable to the next."""
_VARIABLE = re.compile(r"\[\s*variables\(\s*'([^']+)'\s*\)\s*\]", re.IGNORECASE)


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
    make = "give a template of ARM; of Bicep, `az bicep build` makes one"
    template = json_of(path, access, make)
    if not is_template(template):
        raise problem(path, "E114", f"`{name}` is no template of ARM", make)
    counted = 0
    for counted, one in enumerate(_resources(template, "", name), 1):  # noqa: B007  (the last is how many)
        see(one)
    return Survey((name,), counted)


def is_template(value: dict[str, Any]) -> bool:
    """Whether a JSON object is a template."""
    return bool(SCHEMA.search(str(value.get("$schema", "")))) and "resources" in value


def _resources(template: Mapping[str, Any], within: str, file: str) -> Iterator[Described]:
    """The resources of a template, those of its nested deployments included."""
    variables = template.get("variables")
    names = variables if isinstance(variables, dict) else {}
    yield from _listed(template.get("resources"), f"{within}resources", names, file, certain=True)


def _listed(
    resources: Any, place: str, variables: Mapping[str, Any], file: str, *, certain: bool
) -> Iterator[Described]:
    by_name = resources.items() if isinstance(resources, dict) else ()
    listed = enumerate(resources) if isinstance(resources, list) else by_name
    for key, resource in listed:
        if not isinstance(resource, dict) or not isinstance(kind := resource.get("type"), str):
            continue
        if resource.get("condition") is False:
            continue  # it is not deployed, nor what is nested in it
        address = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}"
        there = certain and resource.get("condition", True) is True and "copy" not in resource
        yield Described("arm", kind, file, address, _known(resource, variables), certain=there)
        yield from _listed(
            resource.get("resources"), f"{address}.resources", variables, file, certain=there
        )
        match resource:
            case {"properties": {"template": dict(inner)}} if kind.lower() == NESTED:
                below = f"{address}.properties.template."
                for one in _resources(inner, below, file):
                    yield one if there else _perhaps(one)


def _perhaps(seen: Described) -> Described:
    return Described(
        seen.vendor, seen.kind, seen.file, seen.address, seen.attributes, certain=False
    )


def _known(value: Any, variables: Mapping[str, Any], steps: int = 0) -> Any:
    """A value with its variables followed, and all other expressions open."""
    match value:
        case str() if value.startswith("[") and not value.startswith("[["):
            found = _VARIABLE.fullmatch(value)
            held = variables.get(found[1]) if found else None
            if held is None or isinstance(held, dict | list) or steps > MOST_STEPS:
                return OPEN
            return _known(held, variables, steps + 1)
        case str():
            return value.removeprefix("[") if value.startswith("[[") else value
        case list():
            return [_known(one, variables) for one in value]
        case dict():
            return {
                name: _known(one, variables) for name, one in value.items() if name != "resources"
            }
        case _:
            return value
