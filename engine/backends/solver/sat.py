"""The SAT solver: the only door to python-sat, which the extra `clausewise[solver]` brings."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from typing import Any

from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Circuit, Literal

CONFLICTS = 100_000
"""After so many wrong guesses a question is given up: the same on every machine, some seconds on most."""
MOST_CONFLICTS = 400_000
"""After so many in all questions about a circuit, each question may take `FEW_CONFLICTS` more."""
FEW_CONFLICTS = 500


class NotSettledError(Exception):
    """The solver gave a question up, having made too many wrong guesses. It says nothing about the answer."""


class Sat:
    """Questions about a circuit: whether its inputs can be such that some literals hold."""

    def __init__(
        self, circuit: Circuit, conflicts: int = CONFLICTS, most: int = MOST_CONFLICTS
    ) -> None:
        """Each question may take so many conflicts (wrong guesses), and all together `most`.

        Raises:
            ModuleNotFoundError: python-sat is not installed.
        """
        from pysat.solvers import Glucose4

        self.circuit = circuit
        self.conflicts = conflicts
        self._left = most
        self.asked = 0
        self._solver: Any = Glucose4()
        self._sent = 0
        self._core: list[Literal] = []

    def can_be(self, *literals: Literal) -> bool:
        """Whether all literals can hold at once, with what the circuit requires.

        Raises:
            NotSettledError: the question was given up.
        """
        if FALSE in literals:
            self._core = [FALSE]
            return False
        assumed = [literal for literal in literals if literal != TRUE]
        self.circuit.tell(assumed)
        if self._sent < len(self.circuit.clauses):
            self._solver.append_formula(self.circuit.clauses[self._sent :])
            self._sent = len(self.circuit.clauses)
        self.asked += 1
        before = self._conflicts()
        self._solver.conf_budget(min(self.conflicts, max(self._left, FEW_CONFLICTS)))
        answer = self._solved(assumed)
        self._left -= self._conflicts() - before
        if answer is None:
            raise NotSettledError
        self._core = [] if answer else self._solver.get_core() or []
        return answer

    def _conflicts(self) -> int:
        """How many wrong guesses were made so far."""
        return int(self._solver.accum_stats()["conflicts"])

    def _solved(self, assumed: list[Literal]) -> bool | None:
        """What the solver answers; `None` if it gave up.

        Raises:
            KeyboardInterrupt: somebody stopped it. The solver handles the signal itself, and says so otherwise.
        """
        try:
            answer: bool | None = self._solver.solve_limited(assumptions=assumed)
        except Exception as error:
            if "keyboard interrupt" not in str(error):
                raise
            signal.signal(signal.SIGINT, signal.default_int_handler)
            raise KeyboardInterrupt from None
        return answer

    def model(self) -> bytes:
        """What the inputs may be, after `can_be` said yes: 1 at the number of each that holds, else 0."""
        return bytes([0, *[literal > 0 for literal in self._solver.get_model()]])

    def core(self) -> list[Literal]:
        """Literals that cannot all hold, of those asked for, after `can_be` said no."""
        return self._core

    def smallest_core(self, fixed: Iterable[Literal], literals: Iterable[Literal]) -> list[Literal]:
        """Of literals that cannot all hold beside fixed ones, some that cannot, and of which none can be left out.

        Raises:
            NotSettledError: a question was given up.
        """
        fixed = list(fixed)
        if self.can_be(*fixed, *literals):
            raise ValueError("they can all hold")
        inside = set(self.core())
        needed = [literal for literal in literals if literal in inside]
        for literal in list(needed):
            rest = [other for other in needed if other != literal]
            if literal in needed and not self.can_be(*fixed, *rest):
                inside = set(self.core())
                needed = [other for other in rest if other in inside]
        return needed

    def close(self) -> None:
        """Give its memory back."""
        self._solver.delete()


def cheapest(
    clauses: Iterable[list[Literal]], soft: Iterable[tuple[Literal, int]]
) -> Iterator[tuple[set[Literal], int]]:
    """Models of clauses, each breaking soft literals of the least weight in all, and the weight.

    Whoever goes through them adds a clause to be asked for another, by `send`.
    """
    from pysat.examples.rc2 import RC2
    from pysat.formula import WCNF

    formula = WCNF()
    for clause in clauses:
        formula.append(clause)
    for literal, weight in soft:
        formula.append([literal], weight=weight)
    with RC2(formula, solver="g4") as search:
        while (model := search.compute()) is not None:
            for clause in (yield set(model), search.cost) or ():
                search.add_clause(clause)
