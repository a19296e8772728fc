"""Frozen dataclasses that are cheap to define.

Each `check` defines a hundred classes before it does anything else. A frozen dataclass writes and compiles six
methods of its own, which takes half a millisecond; a lean one has `__init__` alone and shares the others. To the
type checker it is a frozen dataclass like any other, and only the type checker keeps code from changing fields.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["lean_dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass as lean_dataclass
else:

    def lean_dataclass(*, frozen: bool, slots: bool = False) -> Any:
        """Make a class a dataclass. `frozen` is for the reader and the type checker."""
        assert frozen

        def made(cls: type[Any]) -> type[Any]:
            for method in (_eq, _hash, _repr):
                setattr(cls, f"_{method.__name__}__", method)
            return dataclasses.dataclass(slots=slots, eq=False, repr=False)(cls)

        return made


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, f.name) for f in dataclasses.fields(self) if f.compare])


def _eq(self: Any, other: object) -> bool:
    return type(self) is type(other) and _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash((type(self), _compared(self)))


def _repr(self: Any) -> str:
    shown = [f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"
