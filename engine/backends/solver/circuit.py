"""Conditions as a circuit over Boolean inputs, and the clauses by which a SAT solver knows them.

A *literal* is a number: a variable, or, negative, its negation. `TRUE` and `FALSE` are literals. A *gate* is a
variable that stands for a conjunction of literals; equal gates are one. So `a.kind is police`, which ten clauses
ask, is one gate, and what is `FALSE` for certain never becomes one.

Of a gate the solver hears only when something asks for it, by clauses that hold for it and all below it (Tseitin's
encoding). What is built and never asked costs nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausewise.engine.backends.solver.meter import WORK_OF_A_PART, Meter

Lit = int
TRUE, FALSE = 1, -1
Clauses = list[list[Lit]]


MOST_PARTS = 1_000_000
"""A circuit of more parts is not built: it would take some ten seconds, and 300 MB."""


def as_bytes(model: Mapping[int, bool]) -> bytes:
    """A model as 1 at the number of each variable that holds, else 0."""
    found = bytearray(max(model, default=0) + 1)
    for variable, holds in model.items():
        found[variable] = holds
    return bytes(found)


class TooLargeError(Exception):
    """A circuit would grow too large. The text says so."""


class Circuit:
    """Gates over inputs, and the constraints that hold of the inputs."""

    def __init__(self, most: int = MOST_PARTS, meter: Meter | None = None) -> None:
        """
        Args:
            most: so many literals may be put together in all, be they known already or not.
            meter: what pays for each of them, if something does.
        """
        self.most = most
        self.meter = meter
        self._parts_seen = 0
        self.count = 1
        """How many variables there are; the first is `TRUE`."""
        self.clauses: Clauses = [[TRUE]]
        """All that the solver must know, in the order in which it came up."""
        self.constraints: Clauses = []
        """What is required of the inputs, beside what gates mean."""
        self.counters: dict[Lit, tuple[Lit, Lit]] = {}
        """Inputs that hold where one of two literals does, and may hold elsewhere (`at_most_one`)."""
        self._parts: dict[int, tuple[Lit, ...]] = {}
        self._gates: dict[tuple[Lit, ...], int] = {}
        self._told: set[int] = set()

    def variable(self) -> Lit:
        """A new input.

        Raises:
            TooLargeError: there are too many.
        """
        self._count(1)
        self.count += 1
        return self.count

    def all_of(self, literals: Iterable[Lit]) -> Lit:
        """That all literals hold.

        Raises:
            TooLargeError: the circuit grows too large.
        """
        parts = literals if isinstance(literals, list) else list(literals)
        self._count(len(parts))
        found = set(parts)
        if FALSE in found or not found.isdisjoint([-part for part in parts]):
            return FALSE
        found.discard(TRUE)
        if len(found) < 2:
            return next(iter(found), TRUE)
        return self._gate(tuple(sorted(found)))

    def both(self, one: Lit, other: Lit) -> Lit:
        """That both literals hold: `all_of` two of them, as most gates are.

        Raises:
            TooLargeError: the circuit grows too large.
        """
        self._count(2)
        if one in (TRUE, other):
            return other
        if other == TRUE:
            return one
        if FALSE in (one, other) or one == -other:
            return FALSE
        return self._gate((one, other) if one < other else (other, one))

    def either(self, one: Lit, other: Lit) -> Lit:
        """That one of two literals holds.

        Raises:
            TooLargeError: the circuit grows too large.
        """
        return -self.both(-one, -other)

    def _gate(self, key: tuple[Lit, ...]) -> Lit:
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = self.variable()
            self._parts[gate] = key
        return gate

    def _count(self, parts: int) -> None:
        self._parts_seen += parts
        if self._parts_seen > self.most:
            raise TooLargeError(f"the circuit grows beyond {self.most:,} parts")
        if self.meter:
            self.meter.left -= WORK_OF_A_PART * parts
            if self.meter.left <= 0:
                raise TooLargeError("the circuit grows beyond the work that may be done")

    def any_of(self, literals: Iterable[Lit]) -> Lit:
        """That some literal holds."""
        negated = [-literal for literal in literals]
        return -(self.all_of(negated) if len(negated) != 1 else negated[0])

    def require(self, literals: Iterable[Lit]) -> None:
        """Some of these literals holds, whatever else is so."""
        clause = []
        for literal in literals:
            if literal == TRUE:
                return
            if literal != FALSE:
                clause.append(literal)
        self.constraints.append(clause)
        self.clauses.append(clause)
        self.tell(clause)

    def at_most_one(self, literals: Iterable[Lit]) -> None:
        """No two of these literals hold. Of many, a counter says so, which needs few clauses."""
        open_ = [literal for literal in literals if literal != FALSE]
        if len(open_) <= 6:
            for number, one in enumerate(open_):
                for other in open_[number + 1 :]:
                    self.require([-one, -other])
            return
        before = open_[0]
        for literal in open_[1:]:
            self.require([-before, -literal])
            so_far = self.variable()
            self.require([-before, so_far])
            self.require([-literal, so_far])
            self.counters[so_far] = before, literal
            before = so_far

    def tell(self, literals: Iterable[Lit]) -> None:
        """Add the clauses by which the solver knows what these literals, and all below them, mean."""
        told, gates = self._told, self._parts
        todo = [x for x in map(abs, literals) if x in gates and x not in told]
        while todo:
            gate = todo.pop()
            if gate in told:
                continue
            told.add(gate)
            parts = gates[gate]
            self.clauses += [[-gate, part] for part in parts]
            self.clauses.append([gate, *[-part for part in parts]])
            todo += [x for x in map(abs, parts) if x in gates and x not in told]

    def inputs(self, literals: Iterable[Lit]) -> set[int]:
        """The inputs on which literals depend."""
        return {gate for gate in self._below(literals) if gate not in self._parts}

    def are_inputs(self, literals: Iterable[Lit]) -> bool:
        """Whether no literal is a gate."""
        return not any(abs(literal) in self._parts for literal in literals)

    def alternatives(self, literal: Lit) -> Iterator[Lit]:
        """The literals of which this one says that some holds: itself, if it is no disjunction."""
        todo, seen = [literal], {literal}
        while todo:
            one = todo.pop()
            if one < 0 and -one in self._parts:
                new = [-part for part in self._parts[-one] if -part not in seen]
                seen.update(new)  # disjunctions share parts, and so lead to one in many ways
                todo += new
            else:
                yield one

    def gates(self, literals: Iterable[Lit]) -> dict[int, tuple[Lit, ...]]:
        """The gates at and below literals, each with its parts, those that others are made of first."""
        found = set[int]()
        todo = [abs(literal) for literal in literals]
        while todo:
            gate = todo.pop()
            if gate in self._parts and gate not in found:
                found.add(gate)
                todo += map(abs, self._parts[gate])
        return {gate: self._parts[gate] for gate in sorted(found)}

    def _below(self, literals: Iterable[Lit]) -> Iterator[int]:
        seen = {TRUE}
        todo = [abs(literal) for literal in literals]
        while todo:
            gate = todo.pop()
            if gate not in seen:
                seen.add(gate)
                yield gate
                todo += map(abs, self._parts.get(gate, ()))

    def value(self, literal: Lit, model: bytes, known: dict[int, bool]) -> bool:
        """What a literal comes to where inputs are as a model says; those that it lacks are false.

        Args:
            known: what was found of gates for this model before, and is found now.
        """
        known[TRUE] = True
        todo = [abs(literal)]
        while todo:
            gate = todo[-1]
            parts = self._parts.get(gate)
            if parts is None:
                known[gate] = gate == TRUE or (gate < len(model) and model[gate] == 1)
            elif unknown := [abs(part) for part in parts if abs(part) not in known]:
                todo += unknown
                continue
            else:
                known[gate] = all(known[abs(part)] is (part > 0) for part in parts)
            todo.pop()
        return known[abs(literal)] is (literal > 0)

    def substituted(self, literal: Lit, given: Mapping[int, Lit], known: dict[int, Lit]) -> Lit:
        """A literal with other literals in the place of inputs.

        Args:
            given: the literals, by input.
            known: what was found of gates for the same `given` before, and is found now.
        """
        todo = [abs(literal)]
        while todo:
            gate = todo[-1]
            parts = self._parts.get(gate)
            if parts is None:
                known[gate] = given.get(gate, gate)
            elif gate not in known:
                unknown = [abs(part) for part in parts if abs(part) not in known]
                if unknown:
                    todo += unknown
                    continue
                known[gate] = self.all_of(replaced(parts, known))
            todo.pop()
        return known[abs(literal)] * (1 if literal > 0 else -1)


def replaced(literals: Sequence[Lit], given: Mapping[int, Lit]) -> list[Lit]:
    """Literals, with others in the place of some variables."""
    return [given.get(x, x) if x > 0 else -given.get(-x, -x) for x in literals]
