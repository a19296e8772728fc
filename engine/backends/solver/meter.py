"""How much may be done to answer questions: counted, so that it is the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

WORK = 300_000_000
"""So much work questions may take together if nothing else is said: a minute or two."""
WORK_OF_A_PART = 15
"""What it takes to put a part of a circuit together."""


def share_of(work: int, sharing: int) -> int:
    """What each of some may do of some work."""
    return work // max(sharing, 1)


class Meter:
    """How much work questions may still take together.

    Work is counted in propagations, the values that follow from others, and so it is the same on every machine: in
    a second, most do some three million. To build a circuit is work, too.
    """

    def __init__(self, left: int = WORK) -> None:
        self.left = left

    @contextmanager
    def with_work(self, work: int) -> Iterator[None]:
        """Within it there is so much work left, whatever there was before, and afterwards what there was."""
        before, self.left = self.left, work
        try:
            yield
        finally:
            self.left = before
