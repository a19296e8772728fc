"""Why a step came out as it did, read off the record: the facts that decide it, and those that are missing.

A *sufficient* set of facts is one that alone gives the same outcome. What is shown is a smallest one
among those found, with nothing in it that could be left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
    Within,
)
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.record import Step, chain_facts, length

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


def missing_facts(step: Step) -> tuple[str, ...]:
    """The unknown facts that keep a step open, in the order in which they were read."""
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
        todo += [part for part in reversed(current.parts) if part.truth is Truth.UNKNOWN]
    return tuple(found)


def only_when(root: Step, bindings: int) -> Step:
    """The steps of a clause that does not apply, cut down to its `when`.

    Below `bindings` quantifiers stands the clause's `And`, whose first part is `when`.
    """
    if bindings == 0:
        return root.parts[0]
    parts = tuple(only_when(part, bindings - 1) for part in root.parts)
    anyway = only_when(root.anyway, bindings - 1) if root.anyway else None
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
        condition, settled = step.condition, step.truth
        match condition:
            case And() | Or():
                parts = [self.alternatives(p) for p in step.parts if p.truth is settled]
                if settled is _by_all(condition):
                    return self._together(parts)
                return [facts for alternatives in parts for facts in alternatives]
            case Not() | Defined() | Violated() | Prohibited():
                found = self.alternatives(step.parts[0])
                own = frozenset(step.facts)
                return [facts | own for facts in found] if own else found
            case Some() | Every():
                return self._find_quantified(step)
            case Overlaps() | Within() | Empty() | Compare() | Same() | Meet() | ReadingIs():
                return [frozenset(step.facts)]
            case _:
                assert_never(condition)

    def _find_quantified(self, step: Step) -> list[Facts]:
        exhausted = Truth.FALSE if isinstance(step.condition, Some) else Truth.TRUE
        if step.truth is not exhausted:
            members = zip(step.parts, step.instances, strict=True)
            decisive = [(p, i) for p, i in members if p.truth is step.truth and i.entity]
            nearest = sorted(decisive, key=lambda member: length(member[1].chain))
            self.is_cut |= len(nearest) > MOST_ALTERNATIVES
            return [
                facts.union(chain_facts(instance.chain))
                for part, instance in nearest[:MOST_ALTERNATIVES]
                for facts in self.alternatives(part)
            ]
        found = self.alternatives(step.anyway) if step.anyway else []
        if not step.is_open:
            parts = [self.alternatives(part) for part in step.parts]
            found = found + self._together([[frozenset(step.facts)], *parts])
        return found

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


def _by_all(condition: And | Or) -> Truth:
    """The truth that takes all parts to establish."""
    return Truth.TRUE if isinstance(condition, And) else Truth.FALSE


def _suffices(step: Step, facts: Facts) -> bool:
    """Whether these facts alone establish a settled step, as far as the record shows."""
    if not step.parts and not step.anyway:
        return facts.issuperset(step.facts)
    condition, settled = step.condition, step.truth
    match condition:
        case And() | Or():
            tests = (_suffices(p, facts) for p in step.parts if p.truth is settled)
            return all(tests) if settled is _by_all(condition) else any(tests)
        case Some() | Every():
            exhausted = Truth.FALSE if isinstance(condition, Some) else Truth.TRUE
            if settled is not exhausted:
                return any(
                    facts.issuperset(chain_facts(instance.chain)) and _suffices(part, facts)
                    for part, instance in zip(step.parts, step.instances, strict=True)
                    if part.truth is settled and instance.entity
                )
            if step.anyway and _suffices(step.anyway, facts):
                return True
            own = not step.is_open and facts.issuperset(step.facts)
            return own and all(_suffices(part, facts) for part in step.parts)
        case _:
            own = facts.issuperset(step.facts)
            return own and all(_suffices(part, facts) for part in step.parts)
