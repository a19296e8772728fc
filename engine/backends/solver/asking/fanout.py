"""What of a circuit depends on a few literals: only that is looked at again where these are others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clausewise.engine.backends.solver.circuit import Circuit, Lit, replaced


class Fanout:
    """The gates below some literals, each found from those that it is made of."""

    def __init__(self, circuit: Circuit, roots: Iterable[Lit]) -> None:
        self.circuit = circuit
        self.gates = circuit.gates(roots)
        """Each with its parts, those that others are made of first."""
        self._above: dict[int, list[int]] = defaultdict(list)
        for gate, parts in self.gates.items():
            for part in parts:
                self._above[abs(part)].append(gate)

    def above(self, variables: Iterable[int]) -> list[int]:
        """The gates that depend on some inputs or gates, those that others are made of first."""
        todo = list(variables)
        seen = set(todo)
        found = []
        for variable in todo:
            for gate in self._above.get(variable, ()):
                if gate not in seen:
                    seen.add(gate)
                    todo.append(gate)
                    found.append(gate)
        return sorted(found)

    def replaced(self, given: Mapping[int, Lit]) -> dict[int, Lit]:
        """What each gate comes to that depends on some inputs or gates, with other literals in their place.

        Raises:
            TooLargeError: the circuit grows too large.
        """
        found = dict(given)
        for gate in self.above(given):
            found[gate] = self.circuit.all_of(replaced(self.gates[gate], found))
        return found
