"""How much memory a piece of work may take beside what there is: a library that finds no more says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def memory_for(most: int) -> Iterator[None]:
    """Meanwhile no more than `most` bytes are taken beside what this process has, where Linux can see to it.

    Raises:
        MemoryError: by whatever asked for more, if it can be told.
    """
    taken = _taken()
    if taken is None:
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = [taken + most, *(one for one in (before, hard) if one != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(allowed), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _taken() -> int | None:
    """The bytes of addresses that this process has; `None` on a system that does not tell."""
    with suppress(OSError, ValueError, IndexError), open("/proc/self/statm", "rb") as file:  # noqa: PTH123
        return int(file.read(100).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return None
