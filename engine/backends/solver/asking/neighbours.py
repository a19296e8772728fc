"""A completion, and those that differ from it in one fact alone: looked at all at once, without the solver.

Each of them is a bit of a number. What a gate comes to in all of them is one number, too, found from those of its
parts by one operation for each part, however many completions there are. So a model that the solver finds shows
beside itself what each other value of each fact makes of it. (Circuits are compared so before a solver is asked,
where it is called parallel simulation.)
"""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.engine.backends.solver.asking.possible import assignments_of
from clausewise.engine.backends.solver.circuit import TRUE, Lit
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.world import FactPlace, OpenWorld

Bits = int
"""A set of completions: the lowest bit is the one from which the others differ."""


class Neighbours:
    """The completions that differ in one fact from one that is given."""

    def __init__(self, world: OpenWorld, places: Iterable[FactPlace], asked: Iterable[Lit]) -> None:
        """
        Args:
            places: the facts in which they differ.
            asked: literals of which it is asked in which completions they hold.
        """
        self.circuit = world.circuit
        self.changing: dict[FactPlace, Bits] = {}
        """By fact, the completions that differ in it. Facts that are no inputs of the circuit are left out."""
        self._holding: dict[int, Bits] = {}
        """By input of such a fact, the completions in which it holds, of those that differ in the fact."""
        self._changing: dict[int, Bits] = {}
        self._count = 1
        for place in places:
            self._add(world, place)
        self._all = (1 << self._count) - 1
        self._constraints = [*self.circuit.constraints]
        below = [*asked, *(literal for each in self._constraints for literal in each)]
        self._gates = self.circuit.gates(below)
        self._inputs = self.circuit.inputs(below)
        self._counters = {
            variable: two
            for variable, two in self.circuit.counters.items()
            if min(two) > 0 and self.circuit.are_inputs(two)
        }

    def _add(self, world: OpenWorld, place: FactPlace) -> None:
        fact = world.facts[place]
        if not self.circuit.are_inputs(literals(fact)):
            return
        answers = assignments_of(world.field(place), fact)
        bits = ((1 << len(answers)) - 1) << self._count
        self.changing[place] = bits
        for number, given in enumerate(answers, self._count):
            for variable, holds in given.items():
                self._changing[variable] = bits
                if holds:
                    self._holding[variable] = self._holding.get(variable, 0) | 1 << number
        self._count += len(answers)

    def of(self, model: bytes) -> Near:
        """What they are, of a completion in which inputs are as a model says."""
        all_ = self._all
        found: dict[int, Bits] = {TRUE: all_}
        for variable in self._inputs:
            own = all_ if variable < len(model) and model[variable] else 0
            if variable in self._changing:
                own = own & ~self._changing[variable] | self._holding.get(variable, 0)
            found[variable] = own
        for variable, (one, other) in self._counters.items():
            found[variable] = found[one] | found[other]
        for gate, parts in self._gates.items():
            value = all_
            for part in parts:
                value &= found[part] if part > 0 else ~found[-part]
                if not value:
                    break
            found[gate] = value
        near = Near(all_, found)
        for constraint in self._constraints:
            value = 0
            for part in constraint:
                value |= found[part] if part > 0 else ~found[-part]
            near.completions &= value
        if self.circuit.meter:
            self.circuit.meter.left -= len(self._gates) + len(self._constraints)
        return near


class Near:
    """What literals come to near a completion.

    Attributes:
        completions: those that fit all that is required.
    """

    def __init__(self, completions: Bits, found: dict[int, Bits]) -> None:
        self.completions = completions
        self._found = found

    def where(self, literal: Lit) -> Bits:
        """The completions in which a literal holds that was asked of."""
        if literal > 0:
            return self._found[literal] & self.completions
        return ~self._found[-literal] & self.completions
