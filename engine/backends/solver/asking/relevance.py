"""Which unknown facts can still matter to a clause, alone or after others.

A fact can, if there are two completions that differ in it alone, of which one violates the clause and the other
does not. So the part of the circuit that depends on the fact is built a second time, with inputs of its own for
the fact, and the solver looks for inputs by which the clause is violated in the one and not in the other.

What is found so can matter. That nothing is found among few entities says nothing of more; so it is asked again
among as many as decide whether a clause can be both violated and kept, which are enough for the two completions,
too (docs/decisions/0022). Where no number is known, a fact stays in question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from clausewise.dsl.models.deployment import FactName, fact_name, place_of
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.asking.fanout import Fanout
from clausewise.engine.backends.solver.asking.neighbours import Neighbours
from clausewise.engine.backends.solver.asking.twins import Twins
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit, TooLargeError, replaced
from clausewise.engine.backends.solver.exact import GIVEN_UP, Exact, Grounded
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.sat import WORTH_LOOKING
from clausewise.engine.backends.solver.world import FactPlace
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.reads import field_key

MOST_GATES = 100_000
"""So many gates may depend on all facts together, each counted for each fact: some half a second of work."""
MOST_QUIET = 3
"""After so many completions near which little is found, no more are looked at."""
TOGETHER = 40
"""So many facts are looked at together: a model shows of many that they matter, and each makes it larger."""


@lean_dataclass(frozen=True, slots=True)
class Relevance:
    """On what each unknown fact of a listed entity can bear.

    Attributes:
        bears_on: by fact, the clauses to which it can matter.
        cannot: by fact, the clauses to which it cannot. Of a clause that stands in neither, it is not known.
        fanout: what depends on what in the circuit of the clauses, if it was built.
    """

    bears_on: Mapping[FactName, Collection[str]]
    cannot: Mapping[FactName, Collection[str]]
    fanout: Fanout | None = None


def relevance(
    exact: Exact, clauses: Iterable[str], waiting: Mapping[FactName, Collection[str]]
) -> Relevance:
    """On which of some clauses each unknown fact can bear.

    Args:
        exact: the deployment.
        clauses: those that are open in truth.
        waiting: by fact, the clauses for which the judge misses it. Of these it is found out, if it can be,
            whether they can be left out.
    """
    can: dict[FactName, list[str]] = {}
    cannot: dict[FactName, list[str]] = {}
    try:
        few = Variations(exact, exact.among({}), clauses)
    except GIVEN_UP:
        return Relevance({}, {})
    first = Twins(exact.deployment).first
    places = few.places()
    tried = [place for place in places if first[place[0]] == place[0]]
    with suppress(*GIVEN_UP):
        few.look_near(tried)
    for start in range(0, len(tried), TOGETHER):
        with suppress(*GIVEN_UP):
            shown = few.matter(tried[start : start + TOGETHER])
            can |= {_name(place): clauses for place, clauses in shown.items()}
    enough = _Enough(exact)
    # those that may lead to somebody are looked at among more entities, which then serve for the others
    fields = {fact: exact.world.field(place_of(fact)) for fact in can}
    for fact, found in sorted(can.items(), key=lambda each: not fields[each[0]].is_reference):
        missed = waiting.get(fact, ())
        for clause in few.roots:
            if clause in found or not (
                clause in missed or (not found and enough.reads(clause, place_of(fact)))
            ):
                continue
            way = enough.matters(clause, place_of(fact), known=bool(found))
            if way:
                found.append(clause)
            elif way is not None and clause in missed:
                cannot.setdefault(fact, []).append(clause)
    twins = {_name(place): _name((first[place[0]], place[1])) for place in places}
    return Relevance(
        {fact: can[one] for fact, one in twins.items() if can.get(one)},
        {fact: cannot[one] for fact, one in twins.items() if one in cannot},
        few.fanout,
    )


def _name(place: FactPlace) -> FactName:
    return fact_name(*place)


class _Enough:
    """The clauses among so many entities that more of them would change nothing."""

    def __init__(self, exact: Exact) -> None:
        self.exact = exact
        self._most: dict[tuple[str, str], Mapping[str, int]] = {}
        """By a clause and the type to which a fact may lead."""
        self._variations: dict[str, list[tuple[Mapping[str, int], Variations]]] = {}
        """By clause, among how many entities it was looked at."""

    def reads(self, clause: str, place: FactPlace) -> bool:
        """Whether a fact may bear on a clause, though the judge perhaps does not miss it before another is known.

        A reference may decide who exists, of whom a clause goes through all. In a draft, anybody may.
        """
        policy, field = self.exact.policy, self.exact.world.field(place)
        if field.is_reference and not self.exact.deployment.draft:
            return True
        keys = [field_key(field), *(("policy", name) for name in policy.policies)]
        return any(clause in policy.readers.get(key, ()) for key in keys)

    def matters(self, clause: str, place: FactPlace, *, known: bool) -> bool | None:
        """Whether a fact matters to a clause; `None` if that is not known.

        Args:
            known: whether it is known to matter to another. Then it is asked anyway, and many entities are not
                tried.
        """
        field = self.exact.world.field(place)
        of = clause, (field.is_reference and field.target) or ""
        try:
            most = self._enough(of)
            if not most:
                return False
            if known:
                return None
            found = self._among(most, clause).matter([place]).get(place)
            return None if found is None else bool(found)
        except GIVEN_UP:
            return None

    def _among(self, most: Mapping[str, int], clause: str) -> Variations:
        """A clause among so many entities, or among more, if it was looked at among these.

        Raises:
            NotSettledError: there is no work left.
            TooLargeError: it is too large.
        """
        known = self._variations.setdefault(clause, [])
        for more, variations in known:
            if all(more[type_] >= count for type_, count in most.items()):
                return variations
        known.append((most, Variations(self.exact, self.exact.among(most), [clause])))
        return known[-1][1]

    def _enough(self, of: tuple[str, str]) -> Mapping[str, int]:
        """How many entities those are.

        Raises:
            UnboundedError: that is not known, or they are too many.
        """
        if of not in self._most:
            clause, target = of
            violation = self.exact.policy.clauses[clause].violation
            others = {target: 1} if target else {}  # whoever it leads to in the second completion
            self._most[of] = self.exact.enough([violation, Not(violation)], others)
        return self._most[of]


class Variations:
    """The clauses of a grounded policy with each fact as it may also be."""

    def __init__(self, exact: Exact, grounded: Grounded, clauses: Iterable[str]) -> None:
        self.exact = exact
        self.grounded = grounded
        self.roots = {name: grounded.ground.violated(name) for name in clauses}
        self.fanout = Fanout(grounded.world.circuit, self.roots.values())
        self._left = MOST_GATES
        self._near: Neighbours | None = None
        self._shown: set[tuple[FactPlace, str]] = set()
        """Facts and clauses to which they matter, as completions show that are known anyway."""

    def look_near(self, places: Sequence[FactPlace]) -> None:
        """Look which facts matter near some completions in which clauses are violated, or kept.

        Raises:
            NotSettledError: it was given up.
        """
        near = self._near = Neighbours(self.grounded.world, places, self.roots.values())
        sat, quiet = self.grounded.sat, 0
        for root in [way for each in self.roots.values() for way in (each, -each)]:
            if quiet < MOST_QUIET and sat.can_be(root):
                before = len(self._shown)
                self._shown |= self._mattering(near, sat.model())
                quiet = quiet + 1 if len(self._shown) - before < WORTH_LOOKING else 0

    def _mattering(self, near: Neighbours, model: bytes) -> set[tuple[FactPlace, str]]:
        found = near.of(model)
        shown = set()
        for clause, root in self.roots.items():
            violated = found.where(root)
            others = found.completions & ~violated if violated & 1 else violated
            if others:
                shown |= {(p, clause) for p, changing in near.changing.items() if others & changing}
        return shown

    def places(self) -> list[FactPlace]:
        """The unknown facts of listed entities."""
        world = self.grounded.world
        return [
            place
            for place, fact in world.facts.items()
            if place[0] not in world.unlisted
            and any(literal not in (TRUE, FALSE) for literal in literals(fact))
        ]

    def matter(self, places: Iterable[FactPlace]) -> dict[FactPlace, list[str]]:
        """By fact, the clauses that another value of it violates or keeps.

        Facts on which too much depends are left out.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        found: dict[FactPlace, list[str]] = {}
        differ: dict[tuple[FactPlace, str], Lit] = {}
        for place in places:
            with suppress(TooLargeError):
                differ |= {(place, clause): way for clause, way in self._differing(place)}
                found[place] = []
        near = self._near

        def shown(model: bytes) -> set[tuple[FactPlace, str]]:
            return self._mattering(near, model) if near else set()

        can = self._shown | self.grounded.sat.which_can_be(differ, shown=shown if near else None)
        return {place: [c for c in self.roots if (place, c) in can] for place in found}

    def _differing(self, place: FactPlace) -> list[tuple[str, Lit]]:
        """For clauses of which it is not known whether they depend on a fact: that they do, in some completion.

        That is that one is violated, and with another value of the fact kept.

        Raises:
            TooLargeError: too much depends on facts.
        """
        world = self.grounded.world
        field = world.field(place)
        before = literals(world.fact(place[0], field))
        own = {abs(literal) for literal in before}
        above = self.fanout.above(own)
        reached = {*above, *own}
        open_ = [
            clause
            for clause, root in self.roots.items()
            if abs(root) in reached and (place, clause) not in self._shown
        ]
        if not open_:
            return []
        self._left -= len(above)
        if self._left < 0:
            raise TooLargeError("too much depends on facts")
        after = literals(world.encoded(field, world.value(place[0], field)))
        given = {abs(x): y if x > 0 else -y for x, y in zip(before, after, strict=True)}
        changed = self.fanout.replaced(given)
        roots = [self.roots[clause] for clause in open_]
        both = world.circuit.both
        ways = [
            both(root, -other) for root, other in zip(roots, replaced(roots, changed), strict=True)
        ]
        return [(clause, way) for clause, way in zip(open_, ways, strict=True) if way != FALSE]
