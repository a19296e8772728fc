"""Dataclasses that are cheap to define.

Each `check` defines a hundred classes before it does anything else. `dataclasses` needs `inspect`, which takes
longer to import than a design takes to judge, and it writes and compiles six methods for a frozen class, which
takes half a millisecond. A lean class shares its methods with the others; only `__init__` is its own, and is
made with the first object of the class. To the type checker lean classes are dataclasses like any other, and only
the type checker keeps code from changing fields. `dataclasses.fields` and `dataclasses.replace` work on them, too.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType

TYPE_CHECKING = False  # `typing` would cost more than this whole module
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from dataclasses import dataclass as lean_dataclass, field, replace
    from typing import Any

__all__ = ["field", "lean_dataclass", "replace"]


class _Field:
    """A field of a lean class. Its options are those of `dataclasses.field`."""

    __slots__ = ("name", "options", "type")

    name: str
    type: str

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options


if not TYPE_CHECKING:

    def field(**options: Any) -> _Field:
        """What is said of a field beside its type: `default`, `default_factory`, `compare`, `repr`."""
        return _Field(options)

    def replace(value: Any, /, **changes: Any) -> Any:
        """A value with some fields changed, as by `dataclasses.replace`."""
        for name in type(value).__lean_fields__:
            if name not in changes:
                changes[name] = getattr(value, name)
        return type(value)(**changes)

    def lean_dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True) -> Any:
        """Make a class a dataclass. That its fields do not change is for the reader and the type checker."""

        def made(cls: type[Any]) -> type[Any]:
            fields = dict(_fields(cls))
            body = dict(cls.__dict__) if slots else {}
            for name, found in fields.items():
                body.pop(name, None)
                if not slots and "default" in found.options:
                    body[name] = found.options["default"]
            body["__lean_fields__"] = fields
            body["__match_args__"] = tuple(fields)
            body["__dataclass_fields__"] = _AsDataclass()
            body["__init__"] = _first_init
            body["__repr__"] = _repr
            if slots and not hasattr(cls, "__post_init__"):
                body["__reduce__"] = _reduce
            if eq:
                compared = [name for name in fields if fields[name].options.get("compare", True)]
                body["__lean_compared__"] = attrgetter(*compared) if compared else type
                body["__eq__"] = _eq
                body["__hash__"] = _hash if frozen else None
            if slots:
                return _with_slots(cls, body)
            for name, value in body.items():
                setattr(cls, name, value)
            return cls

        return made


def _fields(cls: type[Any]) -> Iterator[tuple[str, _Field]]:
    for name, type_ in cls.__annotations__.items():
        found = cls.__dict__.get(name)
        if not isinstance(found, _Field):
            found = _Field({"default": found} if name in cls.__dict__ else {})
        found.name, found.type = name, type_
        yield name, found


def _with_slots(cls: type[Any], body: dict[str, Any]) -> type[Any]:
    """The class anew, since slots cannot be added to one that is there."""
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body["__slots__"] = body["__match_args__"]
    body["__qualname__"] = cls.__qualname__
    made: type[Any] = type(cls.__name__, cls.__bases__, body)
    return made


def _first_init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Make the class's own `__init__`, which is called for this object and all others."""
    cls = type(self)
    cls.__init__ = _init(cls.__lean_fields__, ends=hasattr(cls, "__post_init__"))
    cls.__init__(self, *args, **kwargs)


def _init(fields: dict[str, _Field], *, ends: bool) -> Callable[..., None]:
    """The `__init__` of a class, which sets its fields.

    Those of all classes with as many fields are the same but for the names, so one is compiled for them. A class
    with a field whose default is made anew for each object has one of its own.
    """
    options = [found.options for found in fields.values()]
    if any("default_factory" in given for given in options):
        return _own_init(fields, ends=ends)
    code = _code_for(len(fields), ends=ends)
    calls = code.co_names[len(fields) :]  # `__post_init__`, where there is one
    own = code.replace(co_varnames=("self", *fields), co_names=(*fields, *calls))
    defaults = [given["default"] for given in options if "default" in given]
    return FunctionType(own, {}, "__init__", tuple(defaults))


@cache
def _code_for(size: int, *, ends: bool) -> CodeType:
    """The code of an `__init__` that sets so many fields."""
    names = [f"field_{index}" for index in range(size)]
    lines = [f"self.{name} = {name}" for name in names]
    return _compiled(names, lines, {}, ends=ends).__code__


def _own_init(fields: dict[str, _Field], *, ends: bool) -> FunctionType:
    names: dict[str, Any] = {"_NOTHING": object()}
    parameters, lines = [], []
    for name, found in fields.items():
        parameter, value = name, name
        if "default" in found.options:
            names[f"_default_{name}"] = found.options["default"]
            parameter = f"{name}=_default_{name}"
        elif "default_factory" in found.options:
            names[f"_make_{name}"] = found.options["default_factory"]
            parameter = f"{name}=_NOTHING"
            value = f"_make_{name}() if {name} is _NOTHING else {name}"
        parameters.append(parameter)
        lines.append(f"self.{name} = {value}")
    return _compiled(parameters, lines, names, ends=ends)


def _compiled(
    parameters: list[str], lines: list[str], names: dict[str, Any], *, ends: bool
) -> FunctionType:
    if ends:
        lines = [*lines, "self.__post_init__()"]
    body = "".join(f"\n    {line}" for line in lines or ["pass"])
    exec(f"def __init__({', '.join(['self', *parameters])}):{body}", names)
    made: FunctionType = names["__init__"]
    return made


def _eq(self: Any, other: Any) -> bool:
    compared = self.__lean_compared__
    return type(self) is type(other) and bool(compared(self) == compared(other))


def _hash(self: Any) -> int:
    return hash((type(self), self.__lean_compared__(self)))


def _reduce(self: Any) -> tuple[type[Any], tuple[Any, ...]]:
    """How an object is kept: as its class, called with its fields. A state would be set field by field."""
    return type(self), tuple([getattr(self, name) for name in self.__lean_fields__])


def _repr(self: Any) -> str:
    fields = type(self).__lean_fields__.values()
    shown = [
        f"{found.name}={getattr(self, found.name)!r}"
        for found in fields
        if found.options.get("repr", True)
    ]
    return f"{type(self).__qualname__}({', '.join(shown)})"


class _AsDataclass:
    """`__dataclass_fields__`, made when `dataclasses` asks for it: it then takes a lean class for its own."""

    def __get__(self, value: object, cls: Any) -> dict[str, Any]:
        import dataclasses

        said = [
            (found.name, found.type, dataclasses.field(**found.options))
            for found in cls.__lean_fields__.values()
        ]
        made: Any = dataclasses.make_dataclass(cls.__name__, said)
        fields: dict[str, Any] = made.__dataclass_fields__
        cls.__dataclass_fields__ = fields
        return fields
