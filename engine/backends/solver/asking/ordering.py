"""In which order to ask: first what leaves the fewest questions, whatever the answer is.

All answers to a question that the policies tell apart are taken to be equally likely. What is left after one is
read off the circuit: the facts on which what is still open depends there, of those that can matter at all; and
nothing, if the answer settles the verdict. So it is a count that the circuit shows at once, not another search for
each answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clausewise.engine.backends.solver.asking.fanout import Fanout
from clausewise.engine.backends.solver.asking.possible import GivenVariables, assignments_of
from clausewise.engine.backends.solver.circuit import TRUE, Lit
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.world import FactPlace

MOST_STEPS = 200_000
"""After so many gates that were looked at again the rest is left in the vocabulary's order."""


def questions_left(
    exact: Exact,
    clauses: Iterable[str],
    places: Collection[FactPlace],
    fanout: Fanout | None = None,
) -> dict[FactPlace, float]:
    """How many questions are left after each, on average; without those of which it takes too long to say.

    Args:
        clauses: those that are open in truth.
        places: the facts that can matter, listed entities' alone.
        fanout: what depends on what in the circuit of the clauses, if that was built already.

    Raises:
        TooLargeError: there is too much that could be.
    """
    grounded = exact.among({})
    roots = [grounded.ground.violated(clause) for clause in clauses]
    waiting = _Waiting(fanout or Fanout(grounded.world.circuit, roots), roots)
    for number, place in enumerate(places):
        waiting.waits_for(literals(grounded.world.facts[place]), number)
    waiting.spread()
    found = {}
    for place in places:
        answers = assignments_of(grounded.world.field(place), grounded.world.facts[place])
        left = waiting.left_after(answers)
        if left is None:
            break
        found[place] = left
    return found


class _Waiting:
    """For each gate, the facts for which it waits, as a number with a bit for each."""

    def __init__(self, fanout: Fanout, roots: Iterable[Lit]) -> None:
        self.fanout = fanout
        self.roots = list(roots)
        self._facts: dict[int, int] = {}
        self._count = 0
        """How many facts there are."""
        self._left = MOST_STEPS

    def waits_for(self, literals_: Iterable[Lit], number: int) -> None:
        """Note the literals of a fact."""
        self._count = max(self._count, number + 1)
        for literal in literals_:
            if abs(literal) != TRUE:
                self._facts[abs(literal)] = 1 << number

    def spread(self) -> None:
        """Find the facts of each gate."""
        for gate, parts in self.fanout.gates.items():
            if gate not in self._facts:
                found = 0
                for part in parts:
                    found |= self._facts.get(abs(part), 0)
                self._facts[gate] = found

    def left_after(self, answers: Collection[GivenVariables]) -> float | None:
        """How many facts are waited for after an answer, on average; `None` if it takes too long to say."""
        if not answers:
            return 0.0
        above = self.fanout.above(next(iter(answers)))
        self._left -= len(above) * len(answers)
        if self._left < 0:
            return None
        return self._waiting(answers, above) / len(answers)

    def _waiting(self, answers: Collection[GivenVariables], above: Iterable[int]) -> int:
        """How many facts are waited for after each answer, in all.

        All answers are looked at in one pass: of each there is a block of bits, one for each fact, and a gate that
        it settles is noted by the lowest bit of its block.
        """
        blocks = range(0, self._count * len(answers), self._count)
        lowest, whole = sum(1 << start for start in blocks), (1 << self._count) - 1
        true: dict[int, int] = {}
        false: dict[int, int] = {}
        waits: dict[int, int] = {}
        for start, given in zip(blocks, answers, strict=True):
            for variable, holds in given.items():
                settled = true if holds else false
                settled[variable] = settled.get(variable, 0) | 1 << start
                waits[variable] = 0
        for gate in above:
            all_true, some_false, found = lowest, 0, 0
            for part in self.fanout.gates[gate]:
                variable = abs(part)
                if variable not in waits:
                    waits[variable] = self._facts.get(variable, 0) * lowest
                found |= waits[variable]
                is_so, is_not = (true, false) if part > 0 else (false, true)
                all_true &= is_so.get(variable, 0)
                some_false |= is_not.get(variable, 0)
            true[gate], false[gate] = all_true, some_false
            waits[gate] = found & ~((all_true | some_false) * whole)
        left, prohibited = 0, 0
        for root in self.roots:
            variable = abs(root)
            left |= waits.get(variable, self._facts.get(variable, 0) * lowest)
            prohibited |= (true if root > 0 else false).get(variable, 0)
        return (left & ~(prohibited * whole)).bit_count()
