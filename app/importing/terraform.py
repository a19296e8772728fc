"""Terraform: a plan as JSON, or the files of a module, which `hcl` reads.

Of a plan, the changes are read and not the planned values, since only these say what is not known before it is
applied. Sensitive values count as unknown.
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

HCL = (".tf",)
MOST_FILES = 200
"""Of a folder."""
MAKE = "make it by `terraform show -json PLAN > plan.json`"


def look(path: Path, access: Access, see: See) -> Survey:
    """See what a plan in JSON, a file of Terraform, or a folder of such files describes.

    Raises:
        InvalidError: it cannot be read, or is none of these.
    """
    if os.path.isdir(path):
        return _folder(path, access, see)
    if path.name.lower().endswith(HCL):
        from clausewise.importing.hcl import look_at_files

        return look_at_files([path], access, see)
    return _plan(path, json_of(path, access, MAKE), see)


def is_plan(value: dict[str, Any]) -> bool:
    """Whether a JSON object is a plan."""
    return isinstance(value.get("resource_changes"), list)


def _plan(path: Path, plan: dict[str, Any], see: See) -> Survey:
    if not is_plan(plan):
        of = "a state" if "values" in plan else "no plan"
        message = f"`{shown(path)}` is {of}: it has no `resource_changes`"
        raise problem(path, "E114", message, MAKE)
    changes = plan["resource_changes"]
    for change in changes:
        for one in _resource(change, shown(path)):
            see(one)
    return Survey((shown(path),), len(changes))


def _resource(resource: Any, file: str) -> Iterator[Described]:
    """A resource as it is after the plan; none if the plan takes it away, or says nothing of it."""
    held = resource if isinstance(resource, dict) else {}
    address, kind, change = held.get("address"), held.get("type"), held.get("change")
    if not (isinstance(address, str) and isinstance(kind, str) and isinstance(change, dict)):
        return
    if isinstance(after := change.get("after"), dict):
        open_ = [change.get("after_unknown"), change.get("after_sensitive")]
        yield Described("terraform", kind, file, address, after, open_)


def _folder(path: Path, access: Access, see: See) -> Survey:
    from clausewise.importing.hcl import look_at_files

    found = find_files([path], HCL, access)
    problems = [diagnostic for _, diagnostic in found.problems]
    if len(found.files) > MOST_FILES:
        message = f"`{shown(path)}` holds more than {MOST_FILES} files of Terraform"
        problems = [Diagnostic("E114", message, hint="name a folder below it, or give the plan")]
    elif not found.files and not problems:
        hint = "name the folder of a module, or give the plan as JSON"
        problems = [Diagnostic("E114", f"`{shown(path)}` holds no `.tf` file", hint=hint)]
    if problems:
        raise InvalidError(problems)
    left_out = tuple(f"{one.path}: {one.why}" for one in found.left_out)
    return look_at_files(found.files, access, see, left_out)
