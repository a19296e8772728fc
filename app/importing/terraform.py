"""Terraform: a plan or a state as JSON, or the files of a module, which `hcl` reads.

Of a plan, the changes are read and not the planned values, since only these say what is not known before it is
applied; and what its data sources found, which stands in the state before it. A state says what there is.
Sensitive values count as unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import shown
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.importing.opening import json_of, problem
from clausewise.importing.seen import Described, See, Survey
from clausewise.intake.access import Access
from clausewise.intake.walk import find_files

HCL = (".tf", ".tf.json")
MOST_FILES = 200
"""Of a folder."""
LATER, SECRET = "known once the plan is applied", "sensitive"
"""Why a plan or a state does not say a value."""
DEFERRED = "there or not by a later plan, to which it is deferred"
FAILED = "the plan failed: what it did not come to is not in it"
MAKE = "make it by `terraform show -json PLAN > plan.json`, or without PLAN of what is deployed"


def look(path: Path, access: Access, see: See) -> Survey:
    """See what a plan or a state in JSON, a file of Terraform, or a folder of such files describes.

    Raises:
        InvalidError: it cannot be read, or is none of these.
    """
    if os.path.isdir(path):
        return _folder(path, access, see)
    if path.name.lower().endswith(HCL):
        from clausewise.importing.hcl import look_at_files

        return look_at_files([path], access, see)
    return _shown(path, json_of(path, access, MAKE), see)


def is_plan_or_state(value: dict[str, Any]) -> bool:
    """Whether a JSON object is what `terraform show -json` prints, of a plan or of a state."""
    return isinstance(value.get("resource_changes"), list) or isinstance(value.get("values"), dict)


def _shown(path: Path, value: dict[str, Any], see: See) -> Survey:
    if not is_plan_or_state(value):
        message = (
            f"`{shown(path)}` is no plan and no state: it has no `resource_changes` and no `values`"
        )
        raise problem(path, "E114", message, MAKE)
    listed = [
        *_list(value.get("resource_changes")),
        *_of_state(value.get("values")),
        *_found(value),
    ]
    later = _deferred(value)
    odd: list[str] = []
    for number, resource in enumerate([*listed, *later], 1):
        seen = _resource(resource, shown(path), DEFERRED if number > len(listed) else "")
        if isinstance(seen, Described):
            see(seen)
        elif not _is_gone(resource):
            odd.append(f"resource {number}")
    more = f" and {len(odd) - 1:,} more" if len(odd) > 1 else ""
    told = [f"{odd[0]}{more}: it has no address, type and values"] if odd else []
    told += [FAILED] if value.get("errored") is True else []
    return Survey((shown(path),), len(listed) + len(later), tuple(told))


def _is_gone(resource: Any) -> bool:
    """Whether a plan takes a resource away."""
    change = resource.get("change") if isinstance(resource, dict) else None
    return isinstance(change, dict) and "after" in change and change["after"] is None


def _of_state(values: Any) -> Iterator[Any]:
    """The resources of a state, those of its modules included."""
    modules = [values.get("root_module")] if isinstance(values, dict) else []
    for module in modules:
        held = module if isinstance(module, dict) else {}
        yield from _list(held.get("resources"))
        modules += _list(held.get("child_modules"))


def _found(plan: dict[str, Any]) -> Iterator[Any]:
    """What data sources found as the plan was made: a plan changes nothing of it."""
    before = plan.get("prior_state")
    held = _of_state(before.get("values")) if isinstance(before, dict) else ()
    yield from (one for one in held if isinstance(one, dict) and one.get("mode") == "data")


def _deferred(plan: dict[str, Any]) -> list[Any]:
    """The changes that a plan leaves to a later one, since something is not known yet on which they rest."""
    changes = _list(plan.get("deferred_changes"))
    return [one.get("resource_change") if isinstance(one, dict) else None for one in changes]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resource(resource: Any, file: str, perhaps: str) -> Described | None:
    """A resource as it is, or after the plan; none if the plan takes it away, or says nothing of it.

    Args:
        perhaps: by what it is there or not, in a few words; empty if it is there for certain.
    """
    match resource:
        case {
            "address": str(address),
            "type": str(kind),
            "change": {"after": dict(after)} as change,
        }:
            open_ = {LATER: change.get("after_unknown"), SECRET: change.get("after_sensitive")}
            return Described("terraform", kind, file, address, after, open_, perhaps)
        case {"address": str(address), "type": str(kind), "values": dict(values)}:
            open_ = {SECRET: resource.get("sensitive_values")}
            return Described("terraform", kind, file, address, values, open_, perhaps)
        case _:
            return None


def _folder(path: Path, access: Access, see: See) -> Survey:
    from clausewise.importing.hcl import look_at_files

    found = find_files([path], HCL, access)
    problems = [diagnostic for _, diagnostic in found.problems]
    if len(found.files) > MOST_FILES:
        message = f"`{shown(path)}` holds more than {MOST_FILES} files of Terraform"
        problems = [Diagnostic("E114", message, hint="name a folder below it, or give the plan")]
    elif not found.files and not problems:
        hint = "name the folder of a module, or give the plan as JSON"
        problems = [
            Diagnostic("E114", f"`{shown(path)}` holds no `.tf` file, nor one in JSON", hint=hint)
        ]
    if problems:
        raise InvalidError(problems)
    left_out = tuple(f"{one.path}: {one.why}" for one in found.left_out)
    return look_at_files(found.files, access, see, left_out)
