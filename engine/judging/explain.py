"""Why a step came out as it did, read off the record: the facts that decide it, and those that are missing.

A *sufficient* set of facts is one that alone gives the same outcome. What is shown is a smallest one
among those found, with nothing in it that could be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from clausewise.engine.core.conditions import (
    And,
    Compare,
    Defined,
    Empty,
    Every,
    Meet,
    Not,
    Or,
    Overlaps,
    Prohibited,
    ReadingIs,
    Same,
    Some,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.record import Chain, Step, chain_facts, length, violation_parts

MOST_ALTERNATIVES = 8
"""How many sufficient sets are kept for a step: enough to find a smallest one in practice."""
MOST_PRUNED = 64
"""Larger sets are not searched for facts that could be left out."""

Facts = frozenset[str]


def deciding_facts(
    step: Step, always: Iterable[str] = (), search: Search | None = None
) -> tuple[str, ...]:
    """A smallest set of facts, in alphabetical order, that decides a settled step.

    Args:
        always: facts that are part of the reason in any case.
        search: one that other steps of the same record share, all of which are kept.
    """
    search, known = search or Search(), frozenset(always)
    found = search.alternatives(step)
    best = min((facts | known for facts in found), key=len) if known else found[0]
    if search.is_cut and len(best) <= MOST_PRUNED:
        for fact in sorted(best - known):
            if _suffices(step, best - {fact}):
                best -= {fact}
    return tuple(sorted(best))


def missing_facts(step: Step, *, own: bool = False) -> tuple[str, ...]:
    """The unknown facts that keep a step open, in the order in which they were read.

    Args:
        own: without those for which it only waits because another clause does.
    """
    found: dict[str, None] = {}
    seen: set[int] = set()
    todo = [step]
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for fact in current.missing:
            found[fact] = None
        if own and isinstance(current.condition, Violated):
            continue
        todo += [part for part in reversed(current.parts) if part.truth is Truth.UNKNOWN]
    return tuple(found)


@dataclass(slots=True)
class Way:
    """One way to establish a settled step: its own facts, those of a chain, and steps are together enough."""

    facts: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    chain: Chain | None = None

    def own(self) -> Facts:
        """The facts that are not those of steps."""
        return frozenset(self.facts).union(chain_facts(self.chain))


def ways(step: Step) -> Iterator[Way]:
    """The ways to establish a settled step, each of which is enough by itself.

    For example, `a and b` is true by both its parts at once, and false by each part that is false.
    """
    condition, settled = step.condition, step.truth
    if not step.parts and not step.anyway:
        yield Way(step.facts)
        return
    match condition:
        case And() | Violation() | Or():
            if settled is (Truth.FALSE if isinstance(condition, Or) else Truth.TRUE):
                yield Way((), step.parts)
            else:
                yield from (Way((), (part,)) for part in step.parts if part.truth is settled)
        case Some() | Every():
            if settled is (Truth.FALSE if isinstance(condition, Some) else Truth.TRUE):
                if step.anyway:
                    yield Way((), (step.anyway,))
                if not step.is_open:
                    yield Way(step.facts, step.parts)
                return
            for part, instance in zip(step.parts, step.instances, strict=True):
                if part.truth is settled and instance.entity:
                    yield Way((), (part,), instance.chain)
        case Not() | Defined() | Violated() | Prohibited():
            yield Way(step.facts, step.parts)
        case Overlaps() | Within() | Empty() | Compare() | Same() | Meet() | ReadingIs():
            yield Way(step.facts)
        case _:
            assert_never(condition)


def only_when(root: Step) -> Step:
    """The record of a clause that does not apply, with that of its `when` in the place of the violation's."""
    if isinstance(root.condition, Violation):
        return violation_parts(root).when
    parts = tuple(only_when(part) for part in root.parts)
    anyway = only_when(root.anyway) if root.anyway else None
    if anyway is not None and anyway.truth is not Truth.FALSE:
        anyway = None
    return replace(root, parts=parts, anyway=anyway)


class Search:
    """A search for sufficient sets, which remembers those of each step.

    Attributes:
        is_cut: whether some were left out: then the smallest one found may hold a fact too many.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self._known: dict[int, list[Facts]] = {}

    def alternatives(self, step: Step) -> list[Facts]:
        """Sufficient sets for a settled step, the smallest first."""
        if not step.parts and not step.anyway:
            return [frozenset(step.facts)]
        if id(step) not in self._known:
            found = self._find(step)
            self._known[id(step)] = self._ranked(found) if len(found) > 1 else found
        return self._known[id(step)]

    def _find(self, step: Step) -> list[Facts]:
        found = list(ways(step))
        if step.instances and len(found) > MOST_ALTERNATIVES:
            self.is_cut = True
            found = sorted(found, key=lambda way: length(way.chain))[:MOST_ALTERNATIVES]
        return [facts for way in found for facts in self._by(way)]

    def _by(self, way: Way) -> list[Facts]:
        own, parts = way.own(), [self.alternatives(step) for step in way.steps]
        if len(parts) == 1:
            return [own | facts for facts in parts[0]] if own else parts[0]
        return self._together([[own], *parts])

    def _together(self, parts: list[list[Facts]]) -> list[Facts]:
        """Sets that are sufficient for all parts at once."""
        found = [frozenset[str]().union(*(p[0] for p in parts if len(p) == 1))]
        for alternatives in (p for p in parts if len(p) > 1):
            found = self._ranked(facts | more for facts in found for more in alternatives)
        return found

    def _ranked(self, alternatives: Iterable[Facts]) -> list[Facts]:
        """The smallest sets, none containing another; at equal size the alphabetically first."""
        different = set(alternatives)
        if len(different) == 1:
            return list(different)
        kept: list[Facts] = []
        for facts in sorted(different, key=lambda f: (len(f), sorted(f))):
            if not any(other <= facts for other in kept):
                if len(kept) == MOST_ALTERNATIVES:
                    self.is_cut = True
                    break
                kept.append(facts)
        return kept


def _suffices(step: Step, facts: Facts) -> bool:
    """Whether these facts alone establish a settled step, as far as the record shows."""
    return any(
        facts.issuperset(way.own()) and all(_suffices(part, facts) for part in way.steps)
        for way in ways(step)
    )
