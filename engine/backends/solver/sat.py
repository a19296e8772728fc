"""The SAT solver: the only door to python-sat, which the extra `clausewise[solver]` brings."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Circuit, Lit
from clausewise.engine.backends.solver.meter import Meter

K = TypeVar("K")

CONFLICTS = 100_000
"""After so many wrong guesses a question is given up: the same on every machine, some seconds on most."""
WORK_OF_A_QUESTION = 5_000
"""What a question takes beside what follows in it, such as to read its model."""
WORK_OF_A_CLAUSE = 10
"""What it takes to build a clause of a circuit, and to tell it."""


WORTH_LOOKING = 4
"""If fewer answers are found near a model, it would have been as quick to ask."""


class NotSettledError(Exception):
    """The solver gave a question up, having made too many wrong guesses. It says nothing about the answer."""

    def __str__(self) -> str:
        return "the solver gave it up"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C be what it is elsewhere: python-sat handles the signal, and makes an error of its own of it."""
    try:
        yield
    except Exception as error:
        if "keyboard interrupt" not in str(error):
            raise
        signal.signal(signal.SIGINT, signal.default_int_handler)
        raise KeyboardInterrupt from None


def _propagations(solver: Any) -> int:
    """How many values have followed from others in a solver so far."""
    return int(solver.accum_stats()["propagations"])


class Sat:
    """Questions about a circuit: whether its inputs can be such that some literals hold."""

    def __init__(
        self, circuit: Circuit, conflicts: int = CONFLICTS, meter: Meter | None = None
    ) -> None:
        """Each question may take so many conflicts (wrong guesses), and all together the work of a meter.

        Raises:
            ModuleNotFoundError: python-sat is not installed.
        """
        from pysat.solvers import Glucose4

        self.circuit = circuit
        self.conflicts = conflicts
        self.meter = meter or Meter()
        self.asked = 0
        self._solver: Any = Glucose4()
        self._sent = 0
        self._core: list[Lit] = []

    def can_be(self, *literals: Lit) -> bool:
        """Whether all literals can hold at once, with what the circuit requires.

        Raises:
            NotSettledError: the question was given up.
        """
        if FALSE in literals:
            self._core = [FALSE]
            return False
        if self.meter.left <= 0:
            raise NotSettledError
        assumed = [literal for literal in literals if literal != TRUE]
        self.circuit.tell(assumed)
        if self._sent < len(self.circuit.clauses):
            self._solver.append_formula(self.circuit.clauses[self._sent :])
            self.meter.left -= WORK_OF_A_CLAUSE * (len(self.circuit.clauses) - self._sent)
            self._sent = len(self.circuit.clauses)
        self.asked += 1
        before = _propagations(self._solver)
        self._solver.conf_budget(self.conflicts)
        self._solver.prop_budget(max(self.meter.left, 1))
        with _interruptible():
            answer: bool | None = self._solver.solve_limited(assumptions=assumed)
        self.meter.left -= _propagations(self._solver) - before + WORK_OF_A_QUESTION
        if answer is None:
            raise NotSettledError
        self._core = [] if answer else self._solver.get_core() or []
        return answer

    def some_can_be(self, literals: Sequence[Lit], *beside: Lit) -> bool:
        """Whether one of many literals can hold beside some others; as many of them are tried as can be.

        This solver alone hears of the question, so that asking it often lets no circuit grow.

        Raises:
            NotSettledError: the question was given up.
        """
        some = self.circuit.variable()
        self.circuit.tell(literals)
        self.prefer(literals)
        self._solver.add_clause([-some, *literals])
        self.meter.left -= len(literals)
        return self.can_be(some, *beside)

    def prefer(self, literals: Iterable[Lit]) -> None:
        """From now on, try first that literals hold: a model has as many of them as it happens to."""
        self._solver.set_phases([literal for literal in literals if abs(literal) != TRUE])

    def model(self) -> bytes:
        """What the inputs may be, after `can_be` said yes: 1 at the number of each that holds, else 0."""
        return b"\0" + bytes(map((0).__lt__, self._solver.get_model()))

    def holding(self, literals: Mapping[K, Lit]) -> set[K]:
        """Which literals hold in the model, after `can_be` said yes.

        Args:
            literals: what the solver was told of (`Circuit.tell`), by any keys.
        """
        values = self._solver.get_model()
        return {
            key
            for key, literal in literals.items()
            if (values[literal - 1] > 0 if literal > 0 else values[-literal - 1] < 0)
        }

    def which_can_be(
        self,
        literals: Mapping[K, Lit],
        *beside: Lit,
        shown: Callable[[bytes], Set[K]] | None = None,
    ) -> set[K]:
        """Which literals can hold, each for itself beside some others. What one model shows of many is not asked.

        Args:
            literals: by any keys.
            shown: what says of a model which literals can hold by it, beside those that hold in it.

        Raises:
            NotSettledError: a question was given up.
        """
        left, found = dict(literals), set[K]()
        self.circuit.tell(left.values())
        self.prefer(left.values())
        while left:
            key, literal = next(iter(left.items()))
            fits = self.holding(left) if self.can_be(literal, *beside) else set[K]()
            if fits and shown:
                more = shown(self.model()) & left.keys() - fits
                shown = shown if len(more) >= WORTH_LOOKING else None
                fits |= more
            found |= fits
            self.prefer(-left[one] for one in fits)
            for one in fits or {key}:
                del left[one]
        return found

    def core(self) -> list[Lit]:
        """Literals that cannot all hold, of those asked for, after `can_be` said no."""
        return self._core

    def smallest_core(self, fixed: Iterable[Lit], literals: Iterable[Lit]) -> list[Lit]:
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


class Cheapest:
    """Models of a circuit that break soft literals of the least weight in all (weighted MaxSAT, by RC2)."""

    def __init__(
        self,
        circuit: Circuit,
        soft: Iterable[tuple[Lit, int]],
        conflicts: int = CONFLICTS,
        meter: Meter | None = None,
    ) -> None:
        """Each question of the search may take so many conflicts, and all together the work of a meter.

        Raises:
            ModuleNotFoundError: python-sat is not installed.
        """
        from pysat.formula import WCNF

        self.circuit = circuit
        weights = [(literal, weight) for literal, weight in soft if abs(literal) != TRUE]
        circuit.tell([literal for literal, _ in weights])
        self._sent = len(circuit.clauses)
        formula = WCNF()
        formula.extend(circuit.clauses)
        formula.extend([[literal] for literal, _ in weights], [weight for _, weight in weights])
        self._search: Any = _bounded_search()(formula, solver="g4")
        self._search.conflicts = conflicts
        self._search.meter = meter or Meter()

    def require(self, clause: Iterable[Lit]) -> None:
        """Of these literals, some must hold in all further models."""
        literals = [literal for literal in clause if literal != FALSE]
        if TRUE in literals:
            return
        self.circuit.tell(literals)
        for told in self.circuit.clauses[self._sent :]:
            self._search.add_clause(told)
        self._sent = len(self.circuit.clauses)
        self._search.add_clause(literals or [FALSE])

    def model(self) -> Mapping[int, bool] | None:
        """One of the cheapest models, or nothing if there is none.

        Raises:
            NotSettledError: a question was given up, or there is no work left.
        """
        found = self._search.compute()
        return None if found is None else {abs(literal): literal > 0 for literal in found}

    def close(self) -> None:
        """Give its memory back."""
        self._search.delete()


@cache
def _bounded_search() -> type:
    """RC2, each of whose questions ends after some conflicts, and all of them after some work."""
    from pysat.examples.rc2 import RC2

    class BoundedRC2(RC2):  # type: ignore[misc]  # python-sat has no types
        conflicts = CONFLICTS
        meter: Meter

        def _call_oracle(self, assumptions: list[int], expect_interrupt: bool = False) -> bool:  # noqa: FBT002
            if self.meter.left <= 0:
                raise NotSettledError
            before = _propagations(self.oracle)
            self.oracle.conf_budget(self.conflicts)
            self.oracle.prop_budget(max(self.meter.left, 1))
            with _interruptible():
                answer = self.oracle.solve_limited(
                    assumptions=assumptions, expect_interrupt=expect_interrupt
                )
            self.meter.left -= _propagations(self.oracle) - before
            if answer is None:
                raise NotSettledError
            return bool(answer)

    return BoundedRC2
