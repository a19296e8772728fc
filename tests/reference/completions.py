"""All worlds that a deployment may turn out to be: each unknown fact with each value of its type."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, product
from math import prod
from typing import Generic, TypeVar

from clausewise.dsl import syntax
from clausewise.dsl.deployment import Deployment, Fact, Terms
from clausewise.dsl.deployment import Value as Stated
from clausewise.dsl.syntax import Step
from clausewise.dsl.vocabulary import Field, Vocabulary
from tests.reference.world import Ages, Names, Place, Value, World, is_leaf, leaves_below

T = TypeVar("T")
INFINITY = Decimal("Infinity")
SOME_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Scale(Generic[T]):
    """Values that show every difference a comparison can make: each constant, and what lies around it."""
