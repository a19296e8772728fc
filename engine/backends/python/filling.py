"""A vocabulary to Python source that turns what was decoded from JSON into what records hold.

As in program.py, all names in the source are generated, and all values are constants beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.python.record_classes import second_slot
from clausewise.engine.backends.python.records import Record, RecordLayout

Records = Mapping[str, Mapping[str, Record]]
"""Records by the name of their type, and by their own."""
Fill = Callable[[Records, set[str]], None]
"""Fills in records. It adds the types of which others than those listed are referred to.

Raises:
    KeyError: a reference is to an entity that is not there.
"""
Reader = Callable[[Any], Any]


def filler(layouts: Mapping[str, RecordLayout], reader: Callable[[Field], Reader | None]) -> Fill:
    """The generated function for the records of all types.

    Args:
        reader: gives what reads the values of a field; `None` if records hold them as JSON does.
    """
    constants: dict[str, Any] = {}
    types = {name: index for index, name in enumerate(layouts)}
    lines = [f"[{', '.join(f'records_{index}' for index in types.values())}] = records.values()"]
    for name, layout in layouts.items():
        constants |= {
            f"UNLISTED_{types[name]}": layout.unlisted,
            f"NOBODY_{types[name]}": layout.nobody,
        }
        constants[f"TYPE_{types[name]}"] = name
        lines.append(f"find_{types[name]} = records_{types[name]}.__getitem__")
    for name, layout in layouts.items():
        lines += [f"for name, record in records_{types[name]}.items():", " record.name = name"]
        for field in layout.entity.fields.values():
            slot = layout.slots[field.name]
            known = f" if (value := record.{slot}) is not None:"
            if field.is_reference:
                written = _many if field.is_many else _one
                lines += written(slot, types[field.target or ""])
            elif field.is_many:
                lines.append(f" if record.{slot} is None: record.{slot} = (None,)")
            elif field.shape == "yes-no":
                lines.append(f"{known} record.{slot} = 'yes' if value else 'no'")
            elif read := reader(field):
                read_by = f"READ_{len(constants)}"
                constants[read_by] = read
                second = second_slot(field, slot)
                slots = f"record.{slot}, record.{second}" if second else f"record.{slot}"
                lines.append(f"{known} {slots} = {read_by}(value)")
    source = "\n".join(["def fill(records, others):", *(f" {line}" for line in lines)])
    exec(compile(source, "<intake>", "exec"), constants)
    made: Fill = constants["fill"]
    return made


def _one(slot: str, target: int) -> list[str]:
    return [
        f" if (value := record.{slot}) is None:",
        f"  record.{slot} = UNLISTED_{target}",
        f"  others.add(TYPE_{target})",
        f" else: record.{slot} = find_{target}(value) if value != [] else NOBODY_{target}",
    ]


def _many(slot: str, target: int) -> list[str]:
    return [
        f" if (value := record.{slot}) is None: value = (None,)",
        " if value and value[-1] is None:",
        f"  record.{slot} = known = tuple(map(find_{target}, value[:-1]))",
        f"  record.{slot}_possible = (*known, UNLISTED_{target})",
        f"  others.add(TYPE_{target})",
        f" else: record.{slot} = record.{slot}_possible = tuple(map(find_{target}, value))",
    ]
