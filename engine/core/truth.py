"""Kleene's strong three-valued logic.

Source: S. C. Kleene, Introduction to Metamathematics, 1952, section 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """True, false, or not known yet."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def negation(truth: Truth) -> Truth:
    """Not; unknown stays unknown."""
    if truth is Truth.UNKNOWN:
        return truth
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def conjunction(truths: Iterable[Truth]) -> Truth:
    """False if any is false, true if all are true, else unknown."""
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return truth
        if truth is Truth.UNKNOWN:
            result = truth
    return result


def disjunction(truths: Iterable[Truth]) -> Truth:
    """True if any is true, false if all are false, else unknown."""
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return truth
        if truth is Truth.UNKNOWN:
            result = truth
    return result
