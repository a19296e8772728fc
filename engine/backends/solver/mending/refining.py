"""The search for changes: choices such that some clauses are kept, whatever else turns out to be so.

"There are choices such that, for everything that is open, ..." is more than a SAT solver can be asked at once. So
it guesses choices, looks for a way in which a clause is violated all the same, and learns from what it finds: of
that way, the choices must keep the clause, too (counterexample-guided refinement, as in Janota and
Marques-Silva, "Abstraction-based algorithm for 2QBF", SAT 2011).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.mending.levers import Lever, Levers
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.sat import (
    CONFLICTS,
    WORK_OF_A_CLAUSE,
    WORK_OF_A_QUESTION,
    Cheapest,
    NotSettledError,
    Sat,
)
from clausewise.engine.backends.solver.world import FactPlace

KeyOfClause = TypeVar("KeyOfClause", bound=Hashable)
"""What clauses are called."""
PartsOfClauses = Mapping[KeyOfClause, Sequence[Lit]]
"""Ways to violate clauses, by clause: it is violated where one of its literals holds."""
Model = Mapping[int, bool]
MOST_LESSONS = 2_000
"""So many ways to be wrong may be learnt; then the search is given up."""


class ChoiceSearch(Generic[KeyOfClause]):
    """Clauses over a world with levers, and what was learnt of them."""

    def __init__(
        self, world: Levers, violated: Mapping[KeyOfClause, Lit], conflicts: int = CONFLICTS
    ) -> None:
        """
        Args:
            violated: by clause, that it is violated.
            conflicts: how many conflicts each question to the solver may take.

        Raises:
            ModuleNotFoundError: python-sat is not installed.
        """
        self.world = world
        self.circuit = world.circuit
        self.violated = violated
        self.conflicts = conflicts
        self.meter = self.circuit.meter or Meter()
        self.sat = Sat(self.circuit, conflicts, self.meter)
        self.kept = {key: self.circuit.variable() for key in violated}
        """That a clause is promised to be kept, whatever else turns out to be so."""
        self.open = {key: self.circuit.variable() for key in violated}
        """That a clause is promised not to be violated for certain."""
        self.lessons = [[-self.kept[key], -literal] for key, literal in violated.items()]
        """What was learnt of all choices; first, that what is kept in every way is kept in some way."""
        self.decided = {
            abs(literal)
            for lever in world.levers.values()
            for literal in (lever.changed, *lever.inputs)
        }
        """The inputs that are up to whoever asks."""
        self.left = sorted(self.circuit.inputs(violated.values()) - self.decided)
        """The inputs that are not."""
        self.last: Model = {}
        """The choices that were guessed last. They may not do what they promise."""
        self._learnt = 0

    def close(self) -> None:
        """Give its memory back."""
        self.sat.close()

    # choices

    def choices(self, model: Model) -> list[Lit]:
        """The choices that a model makes: which levers are changed, and to what."""
        found = []
        for lever in self.world.levers.values():
            is_changed = model.get(lever.changed, False)
            found += [
                abs(literal) if model.get(abs(literal), False) else -abs(literal)
                for literal in (lever.changed, *(lever.inputs if is_changed else ()))
            ]
        return found

    def changed(self, model: Model) -> dict[FactPlace, Lever]:
        """The levers that a model changes."""
        return {
            p: lever for p, lever in self.world.levers.items() if model.get(lever.changed, False)
        }

    # promises

    def holds(
        self, choices: list[Lit], kept: Iterable[KeyOfClause], open_: Iterable[KeyOfClause]
    ) -> bool:
        """Whether choices keep some clauses whatever else is so, and leave it open that others are kept.

        Raises:
            NotSettledError: a question was given up.
        """
        some = self.circuit.any_of([self.violated[key] for key in kept])
        if not self.sat.can_be(*choices):
            return False
        if some != FALSE and self.sat.can_be(*choices, some):
            return False
        return all(self.sat.can_be(*choices, -self.violated[key]) for key in open_)

    def next_of(self, search: Cheapest) -> Model | None:
        """The cheapest choices that do what they promise; nothing if there are none.

        Raises:
            NotSettledError: a question was given up.
        """
        while (model := search.model()) is not None:
            self.last = model
            self.meter.left -= WORK_OF_A_QUESTION + WORK_OF_A_CLAUSE * len(self.world.levers)
            lessons = self._lessons_of(model)
            if not lessons:
                return model
            for lesson in lessons:
                self._learnt += 1
                self.lessons.append(lesson)
                search.require(lesson)
            if self._learnt > MOST_LESSONS:
                raise NotSettledError
        return None

    def _lessons_of(self, model: Model) -> list[list[Lit]]:
        """What there is to learn from choices that do not do what they promise."""
        choices = self.choices(model)
        kept = [key for key, literal in self.kept.items() if model.get(literal, False)]
        some = self.circuit.any_of([self.violated[key] for key in kept])
        if some != FALSE and self.sat.can_be(*choices, some):
            return [*self._of_ways(choices, kept)]
        found = []
        for key, literal in self.open.items():
            if model.get(literal, False):
                found += [[-literal, *core] for core in self._cores(choices, -self.violated[key])]
        return found

    def _cores(self, choices: list[Lit], kept: Lit) -> Iterator[list[Lit]]:
        """Choices by which a clause cannot be kept, as what is not to be chosen again; none is in two of them.

        One alone taught of one use, and the next round of the next: each costs a question less than a round does.
        """
        left = choices
        while not self.sat.can_be(*left, kept):
            core = self._not_again(kept)
            yield core
            if not core:
                return
            used = {-one for one in core}
            left = [one for one in left if one not in used]

    def _not_again(self, kept: Lit) -> list[Lit]:
        """That one of the choices is not made by which a clause cannot be kept, if it can be kept at all."""
        return [] if kept == FALSE else [-one for one in self.sat.core() if one != kept]

    def _of_ways(self, choices: list[Lit], kept: Iterable[KeyOfClause]) -> Iterator[list[Lit]]:
        """Of the way that was found, and of further ones, as long as one breaks what none before did.

        One way often breaks a clause by one use alone, and each use would take a round of its own.
        """
        way = self.sat.model()
        yield from self._of_a_way(way, {key: [self.violated[key]] for key in kept})
        whole = {key: [*self.circuit.alternatives(self.violated[key])] for key in kept}
        unbroken = self._broken(way, whole, is_so=False)
        while self.sat.some_can_be([p for some in unbroken.values() for p in some], *choices):
            way = self.sat.model()
            yield from self._of_a_way(way, self._broken(way, unbroken, is_so=True))
            unbroken = self._broken(way, unbroken, is_so=False)

    def _broken(
        self, way: bytes, parts: PartsOfClauses[KeyOfClause], *, is_so: bool
    ) -> PartsOfClauses[KeyOfClause]:
        """The parts that hold in a way, by which it breaks a clause, or those that do not."""
        known: dict[int, bool] = {}
        value = self.circuit.value
        found = {
            key: [p for p in some if value(p, way, known) is is_so] for key, some in parts.items()
        }
        return {key: some for key, some in found.items() if some}

    def _of_a_way(self, way: bytes, parts: PartsOfClauses[KeyOfClause]) -> Iterator[list[Lit]]:
        """In a way that was found, clauses that are promised to be kept must be kept, too, in these parts."""
        given = {i: TRUE if i < len(way) and way[i] else FALSE for i in self.left}
        known: dict[int, Lit] = {}
        for key, some in parts.items():
            for part in some:
                literal = self.circuit.substituted(part, given, known)
                if literal != FALSE:
                    yield [-self.kept[key], -literal]
