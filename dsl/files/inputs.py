"""What a command has read, or was told to go by: nothing that it writes takes the place of one of these.

The door remembers each file that it is asked for, and the intake each that a design names, so that no command has
to list its inputs. Nothing is remembered outside of a command, nor by one that serves for months.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_INPUTS: ContextVar[dict[str, None] | None] = ContextVar("inputs", default=None)
"""The paths, in the order in which they came. A worker that is forked has a copy of it."""


@contextmanager
def remembered_inputs() -> Iterator[None]:
    """Meanwhile inputs are remembered, beside those before; and afterwards, if they were before."""
    outer = _INPUTS.get()
    own = dict(outer or {})
    token = _INPUTS.set(own)
    try:
        yield
    finally:
        _INPUTS.reset(token)
        if outer is not None:
            outer.update(own)


def is_remembering() -> bool:
    """Whether inputs are remembered."""
    return _INPUTS.get() is not None


def remember(paths: Iterable[str]) -> None:
    """Remember files as inputs. They need not be there."""
    known = _INPUTS.get()
    if known is not None:
        known.update(dict.fromkeys(paths))


def inputs_after(count: int) -> list[str]:
    """The inputs without the first so many."""
    return list(_INPUTS.get() or ())[count:]


def is_input(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to a file that is remembered, by another name of it (a link), too."""
    try:
        written = os.stat(path)
    except (OSError, ValueError):
        return False
    return any(_is(one, written) for one in _INPUTS.get() or ())


def _is(path: str, other: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), other)
    except (OSError, ValueError):
        return False
