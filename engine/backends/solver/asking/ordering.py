"""In which order to ask: first what leaves the fewest questions, whatever the answer is.

All answers to a question that the policies tell apart are taken to be equally likely. What is left after one is
read off the circuit: the facts on which what is still open depends there, of those that can matter at all; and
nothing, if the answer settles the verdict. So it is a count that the circuit shows at once, not another search for
each answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from clausewise.engine.backends.solver.asking.fanout import Fanout
from clausewise.engine.backends.solver.asking.possible import GivenVariables, assignments_of
from clausewise.engine.backends.solver.circuit import TRUE, Lit
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.world import FactPlace

MOST_STEPS = 200_000
"""After so many gates that were looked at again the rest is left in the vocabulary's order."""


def questions_left(
    exact: Exact, clauses: Iterable[str], places: Collection[FactPlace]
) -> dict[FactPlace, float]:
    """How many questions are left after each, on average; without those of which it takes too long to say.

    Args:
        clauses: those that are open in truth.
        places: the facts that can matter, listed entities' alone.

    Raises:
        TooLargeError: there is too much that could be.
    """
    grounded = exact.among({})
    roots = [grounded.ground.violated(clause) for clause in clauses]
    waiting = _Waiting(Fanout(grounded.world.circuit, roots), roots)
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
        self._left = MOST_STEPS

    def waits_for(self, literals_: Iterable[Lit], number: int) -> None:
        """Note the literals of a fact."""
        for literal in literals_:
            if abs(literal) != TRUE:
                self._facts[abs(literal)] = 1 << number

    def spread(self) -> None:
        """Find the facts of each gate."""
        for gate, parts in self.fanout.gates.items():
            if gate not in self._facts:
                self._facts[gate] = self._of(parts, {}, {})

    def _of(
        self, parts: Iterable[Lit], known: Mapping[int, bool], changed: Mapping[int, int]
    ) -> int:
        """The facts for which a gate waits of which these are the parts."""
        found = 0
        for part in parts:
            part = abs(part)
            if part not in known:
                found |= changed[part] if part in changed else self._facts.get(part, 0)
        return found

    def left_after(self, answers: Collection[GivenVariables]) -> float | None:
        """How many facts are waited for after an answer, on average; `None` if it takes too long to say."""
        if not answers:
            return 0.0
        above = self.fanout.above(next(iter(answers)))
        self._left -= len(above) * len(answers)
        if self._left < 0:
            return None
        return sum(self._after(given, above) for given in answers) / len(answers)

    def _after(self, given: GivenVariables, above: Iterable[int]) -> int:
        known, changed = dict(given), dict[int, int]()
        gates, facts = self.fanout.gates, self._facts
        for gate in above:  # in one pass: it is run for each answer to each question
            waits, is_open = 0, False
            for part in gates[gate]:
                variable = abs(part)
                truth = known.get(variable)
                if truth is None:
                    waits |= changed[variable] if variable in changed else facts.get(variable, 0)
                    is_open = True
                elif truth is not (part > 0):
                    known[gate] = False
                    break
            else:
                if is_open:
                    changed[gate] = waits
                else:
                    known[gate] = True
        settled = [known[abs(r)] is (r > 0) for r in self.roots if abs(r) in known]
        return 0 if True in settled else self._of(self.roots, known, changed).bit_count()
