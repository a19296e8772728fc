"""How the values of single fields are read in JSON, to what records hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import Any
from clausewise.dsl.syntax import Duration
from clausewise.dsl.text.values import day_of, duration_of, range_of


class OddError(Exception):
    """Something that goes the long way."""


def reader_of(field: Field) -> Callable[[Any], Any] | None:
    """What reads a field's values in JSON; `None` if records hold them as JSON does.

    It raises OddError where the long way may find a mistake.
    """
    if field.may_be_none and not field.is_many:
        return _text_or_none
    match field.shape:
        case "ages":
            return _ages
        case "duration":
            return _seconds
        case "date":
            return day
        case "text":
            return _text
        case "yes-no" | "one of" | "any of" | "some of" | "number":
            return None


def _text_or_none(stated: str | list[str]) -> str:
    return _text(stated) if isinstance(stated, str) else ""


def _text(stated: str) -> str:
    if not stated.strip():
        raise OddError
    return stated


@lru_cache(maxsize=4096)
def _ages(text: str) -> tuple[float, float]:
    found = range_of(text)
    if found is None:
        raise OddError
    low, high = found
    return float("-inf") if low is None else low, float("inf") if high is None else high


@lru_cache(maxsize=4096)
def _seconds(text: str) -> Decimal:
    found = duration_of(text)
    if found is None:
        raise OddError
    return Duration(*found).seconds


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """A day, as `2026-11-23`."""
    found = day_of(text)
    if found is None:
        raise OddError
    return found
