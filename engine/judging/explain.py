"""Why a step came out as it did, read off the record: the facts that decide it, and those that are missing.

A *sufficient* set of facts is one that alone gives the same outcome. What is shown is a smallest one
among those found, with nothing in it that could be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby

from clausewise.dsl.models.deployment import (
    Deployment,
    FactName,
    Gap,
    Missing,
    Terms,
    Value,
    place_of,
)
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import TypeVar
from clausewise.dsl.trees.values import Range
from clausewise.engine.core.conditions import Condition, Prohibited, Violated, Violation
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.record import (
    Bundle,
    Chain,
    Read,
    Step,
    chain_facts,
    known,
    length,
    spelled,
    violation_parts,
)

MOST_ALTERNATIVES = 8
"""How many sufficient sets are kept for a step: enough to find a smallest one in practice."""
MOST_PRUNED = 64
"""Larger sets are not searched for facts that could be left out."""
MOST_COMBINED = 16
"""Of so many steps that each offer a choice, all combinations are ranked; of more, each takes a set in turn."""

FactSet = frozenset[Read]
P = TypeVar("P")
_NO_FACTS: FactSet = frozenset()
_TEXTS = frozenset([str])
"""The types of facts that stand alone, in no bundle."""


def deciding_facts(
    step: Step, always: Iterable[FactName] = (), search: Search | None = None
) -> tuple[FactName, ...]:
    """A smallest set of facts, in alphabetical order, that decides a settled step.

    Args:
        always: facts that are part of the reason in any case.
        search: one that other steps of the same record share, all of which are kept.
    """
    search, given = search or Search(), frozenset(always)
    search.is_cut = False
    found = search.smallest(search.alternatives(step), given) if given else search.least(step)
    best = frozenset(known(found))
    if search.is_cut and len(best) <= MOST_PRUNED:
        for fact in sorted(best - given):
            if _suffices(step, best - {fact}):
                best -= {fact}
    return tuple(sorted(best))


def in_order(facts: FactSet) -> tuple[FactName, ...]:
    """Facts spelled out, each once, in alphabetical order."""
    if _TEXTS.issuperset(map(type, facts)):
        return tuple(sorted(facts))  # type: ignore[arg-type]
    return tuple(sorted(frozenset(known(facts))))


def missing_facts(step: Step, *, own: bool = False) -> tuple[Gap, ...]:
    """The unknown facts that keep a step open, in the order in which they were read.

    Args:
        own: without those for which it only waits because another clause does.
    """
    found_of: dict[int, tuple[Read, ...]] = {}

    def missing(one: Step) -> tuple[Read, ...]:
        if id(one) not in found_of:
            found: dict[Read, None] = dict.fromkeys(one.missing)
            parts = () if own and isinstance(one.condition, Violated) else one.parts
            for part in parts:
                if part.truth is Truth.UNKNOWN:
                    found.update(dict.fromkeys(missing(part)))
            found_of[id(one)] = tuple(found)
        return found_of[id(one)]

    return tuple(dict.fromkeys(spelled(missing(step))))


@lean_dataclass(slots=True)
class Way:
    """One way to establish a settled step: its own facts, those of a chain, and steps are together enough."""

    facts: tuple[Read, ...]
    steps: tuple[Step, ...] = ()
    chain: Chain | None = None

    def own(self) -> Iterator[Read]:
        """The facts that are not those of steps."""
        yield from self.facts
        yield from chain_facts(self.chain)


def ways(step: Step) -> Iterator[Way]:
    """The ways to establish a settled step, each of which is enough by itself.

    For example, `a and b` is true by both its parts at once, and false by each part that is false. What kind of
    condition it is does not matter: the step says itself by which truth one part is enough (`by_one`).
    """
    if not step.parts and not step.anyway:
        yield Way(step.facts)
    elif step.truth is not step.by_one:
        assert step.by_one or len(step.parts) == 1, (
            "a step of several parts says which of them it takes"
        )
        if step.anyway:
            yield Way((), (step.anyway,))
        if not step.is_open:
            yield Way(step.facts, step.parts)
    else:
        if step.anyway:
            yield Way((), (step.anyway,), step.witness)
        for index, part in enumerate(step.parts):
            member = step.instances[index] if step.instances else None
            if part.truth is step.truth and (member is None or member.is_listed):
                yield Way((), (part,), member.chain if member else None)


def only_when(root: Step) -> Step | None:
    """The record of a clause that does not apply, with that of its `when` in the place of the violation's.

    `None` if it may apply: that an exception holds for whoever may be in a set is no reason why it does not.
    """
    if isinstance(root.condition, Violation):
        when = violation_parts(root).when
        return when if when.truth is Truth.FALSE else None
    cut = {part: only_when(part) for part in dict.fromkeys(root.parts)}
    anyway = only_when(root.anyway) if root.anyway else None
    parts = [found for part in root.parts if (found := cut[part])]
    if len(parts) < len(root.parts) or (root.is_open and root.anyway and not anyway):
        return None
    return replace(root, parts=tuple(parts), anyway=anyway)


class Shortened(list[FactSet]):
    """Alternatives of which larger ones, or those of further members of a set, were left out.

    The smallest is still that of all that there are, but for further members. They could only do with less
    than those that were looked at if the condition tells members apart by their names.
    """


def with_facts(alternatives: Sequence[FactSet], facts: FactSet) -> Sequence[FactSet]:
    """Alternatives with further facts in each."""
    if not facts:
        return alternatives
    more = [facts | found for found in alternatives]
    return Shortened(more) if isinstance(alternatives, Shortened) else more


def is_broad(value: Value | None) -> bool:
    """Whether a value leaves much open: a range of ages, a list that may go on.

    Of two reasons of one size, one that says `consent none` says more than one that says `ages 0..`.
    """
    return isinstance(value, Range) or (isinstance(value, Terms) and value.more)


def has_broad(deployment: Deployment, fact: FactName) -> bool:
    """Whether the value of a deployment's fact leaves much open."""
    entity, field = place_of(fact)
    fields = deployment.vocabulary.broad_fields
    return field in fields and is_broad(deployment.entities[entity].value(field))


class BroadFacts(dict[Read, bool]):
    """Which facts of a deployment leave much open, each asked about once."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def __missing__(self, fact: Read) -> bool:
        self[fact] = found = isinstance(fact, str) and has_broad(self.deployment, FactName(fact))
        return found

    def count(self, facts: FactSet) -> int:
        """How many of some facts leave much open."""
        return sum(map(self.__getitem__, facts))


class Search:
    """A search for sufficient sets, which remembers those of each step.

    Args:
        broad: how many of some facts leave much open. Where there are reasons of one size, such are taken last;
            only there it is asked.
        fields_in: the names of the fields of which facts can be a reason why a condition is settled; `None`: any.

    Attributes:
        is_cut: whether, since this was last set to `False`, sets were put together of which some had been left
            out: then the smallest one found may hold a fact too many.
    """

    def __init__(
        self,
        broad: Callable[[FactSet], int] = lambda _: 0,
        fields_in: Callable[[Condition], frozenset[str] | None] = lambda _: None,
    ) -> None:
        self.is_cut = False
        self._broad = broad
        self._fields_in = fields_in
        self._fields: dict[int, tuple[Condition, frozenset[str] | None]] = {}
        """By the identity of conditions, which are kept alive beside them."""
        self._known: dict[Step, tuple[Sequence[FactSet], bool]] = {}
        self._least: dict[Step, tuple[FactSet, bool]] = {}
        self._listed: dict[FactSet, tuple[frozenset[Gap], list[FactName]]] = {}

    def alternatives(self, step: Step) -> Sequence[FactSet]:
        """Sufficient sets for a settled step."""
        if not step.parts and not step.anyway:
            return [frozenset(step.facts)]
        return self._noted(self._known, step, self._find)

    def _noted(self, known: dict[Step, tuple[P, bool]], step: Step, find: Callable[[Step], P]) -> P:
        """What is found for a step, and whether it was cut, which is looked for once."""
        if step not in known:
            before, self.is_cut = self.is_cut, False
            known[step] = find(step), self.is_cut
            self.is_cut = before
        found, is_cut = known[step]
        self.is_cut |= is_cut
        return found

    def _find(self, step: Step) -> Sequence[FactSet]:
        found, more = self._ways(step)
        return self.either([self._by(way) for way in found], more=more)

    def _ways(self, step: Step) -> tuple[list[Way], bool]:
        """The ways to establish a step, those of members of a set by the nearest; and whether there are more."""
        found = list(ways(step))
        more = bool(step.instances) and len(found) > MOST_ALTERNATIVES
        if more:
            found = sorted(found, key=lambda way: length(way.chain))[:MOST_ALTERNATIVES]
        return found, more

    def _by(self, way: Way) -> Sequence[FactSet]:
        return self._all_of(frozenset(way.own()), way.steps)

    def _all_of(self, own: FactSet, steps: Sequence[Step]) -> Sequence[FactSet]:
        """Sets that are sufficient for steps at once, with facts that are in each of them."""
        parts = [self.alternatives(step) for step in steps]
        return with_facts(parts[0], own) if len(parts) == 1 else self.together([[own], *parts])

    def least(self, step: Step) -> FactSet:
        """The smallest sufficient set for a step, if that is all that is asked for: the others need not be found.

        Of parts that have no field in common, each is looked at by itself. That is quicker, and exact: together
        they take as many facts as they take one by one.
        """
        if not step.parts and not step.anyway:
            return frozenset(step.facts)
        return self._noted(self._least, step, self._find_least)

    def _find_least(self, step: Step) -> FactSet:
        if isinstance(step.condition, Prohibited):  # what lies below is of another policy
            return self.smallest(self.alternatives(step))
        return self.smallest([self._least_by(way) for way in self._ways(step)[0]])

    def _least_by(self, way: Way) -> FactSet:
        own = frozenset(way.own())
        if not way.steps:
            return own
        parts: list[tuple[frozenset[str] | None, Step | None]] = (
            [(_fields_of(own), None)] if own else []
        )
        parts += [(self._fields_of(step), step) for step in way.steps]
        return _NO_FACTS.union(*[self._least_of(group, own) for group in apart(parts)])

    def _least_of(self, group: Sequence[Step | None], own: FactSet) -> FactSet:
        """The smallest set for steps that may share facts; `None` stands for facts that are in it in any case."""
        steps = [step for step in group if step is not None]
        if len(steps) == len(group) == 1:
            return self.least(steps[0])
        given = own if None in group else _NO_FACTS
        return self.smallest(self._all_of(given, steps)) if steps else given

    def _fields_of(self, step: Step) -> frozenset[str] | None:
        key = id(step.condition)
        if key not in self._fields:
            self._fields[key] = step.condition, self._fields_in(step.condition)
        return self._fields[key][1]

    def either(
        self, parts: Sequence[Sequence[FactSet]], *, more: bool = False
    ) -> Sequence[FactSet]:
        """Sets that are sufficient for some of several things.

        Args:
            more: whether there are further ones that were not looked at.
        """
        if len(parts) == 1 and not more:
            return parts[0]
        found = self._few([facts for part in parts for facts in part])
        is_short = more or Shortened in map(type, parts)
        return Shortened(found) if is_short else found

    def together(self, parts: Sequence[Sequence[FactSet]]) -> list[FactSet]:
        """Sets that are sufficient for all parts at once."""
        alone = [found[0] for found in parts if len(found) == 1]
        found = [_NO_FACTS.union(*alone)]
        if len(alone) == len(parts):
            return found
        choices = [alternatives for alternatives in parts if len(alternatives) > 1]
        if len(choices) > MOST_COMBINED:
            ranked = [self.ranked(alternatives) for alternatives in choices]
            found = [found[0].union(*[only[0] for only in ranked if len(only) == 1])]
            choices = [alternatives for alternatives in ranked if len(alternatives) > 1]
        if len(choices) > MOST_COMBINED:
            return [self._one_by_one(found[0], choices)]
        for alternatives in choices:
            # What was left out might have made a smaller set together with the others.
            self.is_cut |= Shortened in (type(alternatives), type(found))
            if len(found) == 1:
                found = self._few([*_joined(found[0], alternatives)])
            else:
                found = self._few([s for facts in found for s in _joined(facts, alternatives)])
        return found

    def _one_by_one(self, forced: FactSet, choices: Sequence[Sequence[FactSet]]) -> FactSet:
        """A set that is sufficient for many steps at once, of which none of them can spare a fact.

        Each step in turn takes the set that costs least. A fact costs the less, the more steps offer it; one that
        was taken costs nothing. This grows with what is offered, where combinations grow with its square.
        """
        self.is_cut = True
        offered_by: dict[Read, list[Sequence[FactSet]]] = {}
        for offer in choices:
            for fact in frozenset[Read]().union(*offer):
                offered_by.setdefault(fact, []).append(offer)
        cost = {fact: _WHOLE * _weight(fact) // len(by) for fact, by in offered_by.items()}
        chosen = set(forced)
        for offer in choices:
            chosen |= min(offer, key=lambda facts: sum(cost[f] for f in facts - chosen))
        for fact in sorted(f for f in chosen - forced if isinstance(f, str)):
            if all(any(fact not in f and f <= chosen for f in offer) for offer in offered_by[fact]):
                chosen.remove(fact)
        return frozenset(chosen)

    def _few(self, alternatives: list[FactSet]) -> list[FactSet]:
        """Alternatives, the smallest of them if there are many: to rank takes longer than to put together."""
        return self.ranked(alternatives) if len(alternatives) > MOST_ALTERNATIVES else alternatives

    def smallest(self, alternatives: Sequence[FactSet], always: FactSet = _NO_FACTS) -> FactSet:
        """The smallest set, with those facts that are part of it in any case."""
        if len(alternatives) == 1:
            return alternatives[0] | always if always else alternatives[0]
        different = {facts | always for facts in alternatives} if always else {*alternatives}
        if len(different) == 1:
            return different.pop()
        if not _are_texts(different):
            return min(different, key=self._rank)
        least = min(map(len, different))
        alike = [facts for facts in different if len(facts) == least]
        if len(alike) == 1:
            return alike[0]
        # What all of them hold does not tell them apart.
        common = alike[0].intersection(*alike[1:])
        return min(alike, key=lambda facts: self._order(facts - common))

    def ranked(self, alternatives: Iterable[FactSet]) -> list[FactSet]:
        """The smallest sets, none containing another; at equal size the least broad, then alphabetically first."""
        kept: list[FactSet] = []
        for facts in self._in_order(set(alternatives)):
            for other in kept:
                if other <= facts:
                    break
            else:
                if len(kept) == MOST_ALTERNATIVES:
                    return Shortened(kept)
                kept.append(facts)
        return kept

    def _in_order(self, different: Collection[FactSet]) -> Iterator[FactSet]:
        """Different sets by their rank. The first ones are most often all that is asked for."""
        if not _are_texts(different):
            yield from sorted(different, key=self._rank)
            return
        for _, group in groupby(sorted(different, key=len), key=len):
            alike = [*group]
            yield from sorted(alike, key=self._order) if len(alike) > 1 else alike

    def _order(self, facts: FactSet) -> tuple[int, list[Read]]:
        return self._broad(facts), sorted(facts)  # type: ignore[type-var]

    def _rank(self, facts: FactSet) -> tuple[int, int, list[Missing], list[FactName]]:
        """How many facts there are, and are broad; those that stand in no bundle, in order; and those that do."""
        is_broad = self._broad(facts)
        alone = [fact for fact in facts if isinstance(fact, str)]
        if len(alone) == len(facts):
            return len(alone), is_broad, alone if len(alone) == 1 else sorted(alone), []
        bundles = facts.difference(alone)
        if bundles not in self._listed:
            self._listed[bundles] = frozenset(spelled(bundles)), sorted(set(known(bundles)))
        listed, in_order = self._listed[bundles]
        others = sorted(fact for fact in alone if fact not in listed)
        return len(listed) + len(others), is_broad, others, in_order


def apart(parts: Sequence[tuple[frozenset[str] | None, P]]) -> list[list[P]]:
    """Groups of parts, so that those in different groups have no field in common.

    Args:
        parts: each with the names of its fields; `None`: of any.
    """
    leader = [*range(len(parts))]  # a forest: each part leads to another of its group, or to itself

    def group(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    first: dict[str, int] = {}
    for number, (fields, _) in enumerate(parts):
        if fields is None:
            return [[part for _, part in parts]]
        for field in fields:
            leader[group(number)] = group(first.setdefault(field, number))
    groups: dict[int, list[P]] = {}
    for number, (_, part) in enumerate(parts):
        groups.setdefault(group(number), []).append(part)
    return [*groups.values()]


def _fields_of(facts: FactSet) -> frozenset[str] | None:
    """The names of the fields of some facts; `None` if a bundle is among them, which may be of any."""
    if not _TEXTS.issuperset(map(type, facts)):
        return None
    return frozenset([fact.rpartition(".")[2] for fact in facts if isinstance(fact, str)])


def _joined(facts: FactSet, alternatives: Sequence[FactSet]) -> Sequence[FactSet]:
    """Facts with each of some alternatives; alone if they hold one of these, for the others only add to them."""
    if any(map(facts.issuperset, alternatives)):
        return (facts,)
    return [facts | more for more in alternatives]


def _are_texts(sets: Iterable[FactSet]) -> bool:
    """Whether each fact stands alone, in no bundle. Then sets are as large as they are long."""
    return _TEXTS.issuperset(map(type, chain.from_iterable(sets)))


_WHOLE = 1_000_000_000
"""The cost of a fact that only one step offers. In whole numbers, so that the order of a sum does not matter."""


def _weight(fact: Read) -> int:
    return len(fact.facts) if isinstance(fact, Bundle) else 1


def _suffices(step: Step, facts: frozenset[FactName]) -> bool:
    """Whether these facts alone establish a settled step, as far as the record shows."""
    return any(
        facts.issuperset(spelled(way.own())) and all(_suffices(part, facts) for part in way.steps)
        for way in ways(step)
    )
