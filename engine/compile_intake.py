"""A vocabulary to Python source that turns what was decoded from JSON into what records hold.

As in engine/compile.py, all names in the source are generated, and all values are constants beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clausewise.dsl.vocabulary import Field
from clausewise.engine.records import Record, Shape

Records = Mapping[str, Mapping[str, Record]]
"""Records by the name of their type, and by their own."""
Fill = Callable[[Records, set[str]], None]
"""Fills in the records of one type. It adds the types of which others than those listed are referred to.

Raises:
    KeyError: a reference is to an entity that is not there.
"""
Read = Callable[[Any], Any]


def filler(
    shape: Shape, shapes: Mapping[str, Shape], reader: Callable[[Field], Read | None]
) -> Fill:
    """The generated function for a type.

    Args:
        reader: gives what reads the values of a field; `None` if records hold them as JSON does.
    """
    constants: dict[str, Any] = {"NAME": shape.entity.name}
    before: list[str] = []
    each: list[str] = []
    for field in shape.entity.fields.values():
        slot = shape.slots[field.name]
        if field.is_reference:
            target = shapes[field.target or ""]
            constants |= {
                f"U_{slot}": target.unlisted,
                f"N_{slot}": target.nobody,
                f"T_{slot}": field.target,
            }
            before.append(f"t_{slot} = records[T_{slot}]")
            each += _many(slot) if field.is_many else _one(slot)
        elif field.is_many:
            each.append(f"if r.{slot} is None: r.{slot} = (None,)")
        elif read := reader(field):
            constants[f"R_{slot}"] = read
            slots = f"r.{slot}, r.{slot}b" if field.shape == "ages" else f"r.{slot}"
            each.append(f"if (v := r.{slot}) is not None: {slots} = R_{slot}(v)")
    loop = ["for n, r in records[NAME].items():", " r.name = n", *(f" {line}" for line in each)]
    source = "\n".join(["def fill(records, others):", *(f" {line}" for line in [*before, *loop])])
    exec(compile(source, f"<{shape.entity.name}>", "exec"), constants)
    made: Fill = constants["fill"]
    return made


def _one(slot: str) -> list[str]:
    return [
        f"v = r.{slot}",
        "if v is None:",
        f" r.{slot} = U_{slot}",
        f" others.add(T_{slot})",
        f"else: r.{slot} = t_{slot}[v] if v != [] else N_{slot}",
    ]


def _many(slot: str) -> list[str]:
    return [
        f"v = r.{slot}",
        "if v is None: v = (None,)",
        "if v and v[-1] is None:",
        f" r.{slot} = v = tuple([t_{slot}[o] for o in v[:-1]])",
        f" r.{slot}b = (*v, U_{slot})",
        f" others.add(T_{slot})",
        f"else: r.{slot} = r.{slot}b = tuple([t_{slot}[o] for o in v])",
    ]
