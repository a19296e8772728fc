"""A vocabulary to Python source that turns what was decoded from JSON into what records hold.

As in program.py, all names in the source are generated, and all values are constants beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.backends.python.records import Record, Shape

Records = Mapping[str, Mapping[str, Record]]
"""Records by the name of their type, and by their own."""
Fill = Callable[[Records, set[str]], None]
"""Fills in records. It adds the types of which others than those listed are referred to.

Raises:
    KeyError: a reference is to an entity that is not there.
"""
Read = Callable[[Any], Any]


def filler(shapes: Mapping[str, Shape], reader: Callable[[Field], Read | None]) -> Fill:
    """The generated function for the records of all types.

    Args:
        reader: gives what reads the values of a field; `None` if records hold them as JSON does.
    """
    constants: dict[str, Any] = {}
    types = {name: index for index, name in enumerate(shapes)}
    lines = [f"[{', '.join(f't{index}' for index in types.values())}] = records.values()"]
    for name, shape in shapes.items():
        constants |= {f"U{types[name]}": shape.unlisted, f"N{types[name]}": shape.nobody}
        constants[f"T{types[name]}"] = name
        lines.append(f"g{types[name]} = t{types[name]}.__getitem__")
    for name, shape in shapes.items():
        lines += [f"for n, r in t{types[name]}.items():", " r.name = n"]
        for field in shape.entity.fields.values():
            slot = shape.slots[field.name]
            if field.is_reference:
                written = _many if field.is_many else _one
                lines += written(slot, types[field.target or ""])
            elif field.is_many:
                lines.append(f" if r.{slot} is None: r.{slot} = (None,)")
            elif field.shape == "yes-no":
                lines.append(f" if (v := r.{slot}) is not None: r.{slot} = 'yes' if v else 'no'")
            elif read := reader(field):
                read_by = f"R{len(constants)}"
                constants[read_by] = read
                slots = f"r.{slot}, r.{slot}b" if field.shape == "ages" else f"r.{slot}"
                lines.append(f" if (v := r.{slot}) is not None: {slots} = {read_by}(v)")
    source = "\n".join(["def fill(records, others):", *(f" {line}" for line in lines)])
    exec(compile(source, "<intake>", "exec"), constants)
    made: Fill = constants["fill"]
    return made


def _one(slot: str, target: int) -> list[str]:
    return [
        f" if (v := r.{slot}) is None:",
        f"  r.{slot} = U{target}",
        f"  others.add(T{target})",
        f" else: r.{slot} = g{target}(v) if v != [] else N{target}",
    ]


def _many(slot: str, target: int) -> list[str]:
    return [
        f" if (v := r.{slot}) is None: v = (None,)",
        " if v and v[-1] is None:",
        f"  r.{slot} = v = tuple(map(g{target}, v[:-1]))",
        f"  r.{slot}b = (*v, U{target})",
        f"  others.add(T{target})",
        f" else: r.{slot} = r.{slot}b = tuple(map(g{target}, v))",
    ]
