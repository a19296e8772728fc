"""What can be left out of something: half of it is tried first, or less, then less at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def without_needless(
    items: Sequence[T],
    suffices: Callable[[list[T]], bool],
    most: int = 10_000,
    at_once: int = 10_000,
) -> list[T]:
    """Items that suffice, of which none can be left out; perhaps more, where `most` tries are not enough.

    Args:
        items: they all together suffice.
        suffices: whether some do, in their order.
        most: how often that is asked.
        at_once: how many are left out together at most. Where few can be, one by one is quickest.
    """
    kept = [*items]
    size = max(1, min(at_once, len(kept) // 2))
    while kept:
        for start in reversed(range(0, len(kept), size)):
            fewer = kept[:start] + kept[start + size :]
            if most and suffices(fewer):
                kept = fewer
            most = max(0, most - 1)
        if size == 1:
            break
        size = max(1, size // 2)
    return kept
