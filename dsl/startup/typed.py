"""Stands in for `typing`, which takes longer to import than a design takes to read.

To the type checker each name is that of `typing`. While a command runs they do as little as `typing` would have
to: nothing but the type checker reads them. So nobody can ask at run time what such a type is made of:
`get_args(FileKind)` is empty. What a table, a test or a model goes through is written out, or takes `Literal` from
`typing`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        IO as IO,
        Any as Any,
        BinaryIO as BinaryIO,
        Generic as Generic,
        Literal as Literal,
        NewType as NewType,
        NoReturn as NoReturn,
        Protocol as Protocol,
        TextIO as TextIO,
        TypeGuard as TypeGuard,
        TypeVar as TypeVar,
        assert_never as assert_never,
        cast as cast,
        overload as overload,
    )
else:

    class Generic:
        """A class that is generic, or the name of a type."""

        def __class_getitem__(cls, _: object) -> type:
            return cls

    Any = BinaryIO = IO = Literal = NoReturn = Protocol = TextIO = TypeGuard = Generic

    def TypeVar(name: str, **_: object) -> str:
        return name

    def NewType(_: str, type_: type) -> type:
        return type_

    def cast(_: object, value: object) -> object:
        return value

    def overload(function: object) -> object:
        return function

    def assert_never(value: object) -> None:
        raise AssertionError(f"nobody has thought of {value!r}")
