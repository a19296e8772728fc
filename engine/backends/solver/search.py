"""Proofs of laws over all complete designs, of any size where it can be said how many entities are enough.

A law is refuted by a design, so one is looked for. Where there is none, some of what such a design must be
contradicts itself, and it is said how many entities are enough for that alone (`bound`). For example, that nobody
who serves police in the US is permitted follows from one clause of twenty, so the others need not be bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Entity, Value
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.backends.solver.circuit import Literal
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.distinctions import Distinctions
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.sat import Sat
from clausewise.engine.backends.solver.world import World
from clausewise.engine.core.conditions import And, Condition, Not, Or, Violated, Violation
from clausewise.engine.core.policy import Policy

FIRST = 1
"""So many entities of each type are tried first, and more where it can be said that more could matter."""
MOST = 12
"""More entities of one type than so many are not tried: the circuit grows with their square."""

UP_TO = 3
"""Where no number is known to be enough, so many of each type are tried."""
UNBOUNDED = 1_000

Sizes = Mapping[str, int]
Readings = Mapping[str, Sequence[str]]
"""For each reading, the alternatives that may be the chosen one."""


@lean_dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """Something that a design is looked for that fulfils it.

    Attributes:
        literal: that some complete design fulfils it.
        condition: what is so then, as far as it goes through sets; `None` if it is about facts alone.
    """

    literal: Callable[[Designs], Literal]
    condition: Condition | None = None


@lean_dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What a search found.

    Attributes:
        designs: among which it ended.
        completion: what was found; `None` if there is none.
        why: why there might be one among larger designs; empty if there is none of any size.
    """

    designs: Designs
    completion: Completion | None
    why: str = ""


class Designs:
    """All complete designs with at most so many entities of each type, under any readings."""

    def __init__(self, search: Search, sizes: Sizes) -> None:
        self.sizes = sizes
        self.world = World(search.distinctions, anything(search.policy.vocabulary), sizes)
        self.ground = Ground(search.policy, self.world, over_all=True)
        self.sat = Sat(self.world.circuit)

    def under(self, readings: Readings) -> list[Literal]:
        """That for each reading one of some alternatives is chosen."""
        return [
            -literal
            for name, ways in self.ground.readings.items()
            for way, literal in ways.items()
            if way not in readings.get(name, ways)
        ]

    def find(self, wanted: Iterable[Wanted], readings: Readings) -> Completion | None:
        """A design that fulfils all that is wanted, with few entities, and by default readings if it can."""
        literals = [*self.under(readings), *(each.literal(self) for each in wanted)]
        defaults = self.ground.policy.readings.items()
        liked = [self.ground.readings[name][reading.default] for name, reading in defaults]
        liked += [-self.world.exists(name) for name in reversed(self.world.unlisted)]
        if not self.sat.can_be(*literals):
            return None
        for literal in liked:
            if self.sat.can_be(*literals, literal):
                literals.append(literal)
        assert self.sat.can_be(*literals)
        return Completion(self.world, self.sat.model())

    def contradicting(self, wanted: Sequence[Wanted], readings: Readings) -> list[Wanted]:
        """Of what no design fulfils together, some that none does, and of which none can be left out."""
        literals = [each.literal(self) for each in wanted]
        core = set(self.sat.smallest_core(self.under(readings), literals))
        return [each for each, literal in zip(wanted, literals, strict=True) if literal in core]

    def readings(self, completion: Completion) -> dict[str, str]:
        """The readings under which a completion is one."""
        return {
            name: next(way for way, literal in ways.items() if completion.holds(literal))
            for name, ways in self.ground.readings.items()
        }


class Search:
    """Looks for complete designs, as policies tell them apart."""

    def __init__(
        self,
        policy: Policy,
        conditions: Iterable[Condition] = (),
        values: Iterable[tuple[Field, Sequence[Value]]] = (),
    ) -> None:
        """
        Args:
            policy: whose clauses and definitions conditions may name.
            conditions: all that is asked beside the policy's own.
            values: values of fields that are looked for beside those that conditions compare with.

        Raises:
            ModuleNotFoundError: python-sat is not installed.
        """
        self.policy = policy
        self.distinctions = Distinctions([policy], conditions, values)
        self._designs: dict[tuple[int, ...], Designs] = {}
        self._costs: dict[str, int] = {}
        """By clause, what it takes to bound that it is not violated."""

    def wanted(self, condition: Condition) -> list[Wanted]:
        """A condition as all that is wanted: its parts, if all of them must hold."""
        return [
            Wanted(lambda designs, part=part: designs.ground.condition(part, {}), part)  # type: ignore[misc]
            for part in self._parts(condition)
        ]

    def _parts(self, condition: Condition) -> Iterable[Condition]:
        """Conditions that hold together where a condition does: the smaller, the fewer a proof may need."""
        match condition:
            case And(parts) | Violation(parts=parts):
                return [part for each in parts for part in self._parts(each)]
            case Not(And(parts) | Violation(parts=parts)) if len(_real(parts)) == 1:
                return self._parts(Not(_real(parts)[0]))
            case Not(Violated(name)) if name in self.policy.derived:
                return self._parts(Not(self.policy.clauses[name].violation))
            case Not(Or(parts)):
                return [part for each in parts for part in self._parts(Not(each))]
            case Not(Not(part)):
                return self._parts(part)
            case _:
                return [condition]

    def search(
        self, wanted: Sequence[Wanted], readings: Readings, beside: Sizes | None = None
    ) -> Found:
        """A complete design that fulfils all that is wanted, or that there is none.

        Args:
            wanted: what it must fulfil.
            readings: under which readings.
            beside: how many entities are spoken of by themselves, by type, beside those that conditions ask for.

        Raises:
            NotSettledError: it was given up.
        """
        costs = [self._cost(each) for each in wanted]
        by_cost = sorted(zip(costs, wanted, strict=True), key=lambda pair: -pair[0])
        bounded = [
            each for cost, each in by_cost if cost < UNBOUNDED
        ]  # dear ones are left out first
        sizes = dict.fromkeys(self.types, FIRST)
        while True:
            designs = self.designs(sizes)
            completion = designs.find(wanted, readings)
            if completion is not None:
                return Found(designs, completion)
            enough_ = designs.find(bounded, readings) is None
            needed = designs.contradicting(bounded if enough_ else wanted, readings)
            try:
                most = self._enough(needed, beside or {})
            except UnboundedError as error:
                return self._up_to(wanted, readings, str(error))
            if all(most[type_] <= size for type_, size in sizes.items()):
                return Found(designs, None)
            if max(most.values()) > MOST:
                why = f"{max(most.values())} of a type would have to be tried"
                return self._up_to(wanted, readings, why)
            if self.designs(most).find(needed, readings) is None:
                return Found(designs, None)
            sizes = {type_: max(size, most[type_]) for type_, size in sizes.items()}

    def _up_to(self, wanted: Sequence[Wanted], readings: Readings, why: str) -> Found:
        """What is among designs of a size, where no size is known to be enough."""
        designs = self.designs(dict.fromkeys(self.types, UP_TO))
        return Found(designs, designs.find(wanted, readings), why)

    def _enough(self, wanted: Iterable[Wanted], beside: Sizes) -> dict[str, int]:
        conditions = tuple([each.condition for each in wanted if each.condition])
        design = anything(self.policy.vocabulary)
        found = enough(self.policy, design, And(conditions), beside=beside)
        return {type_: found.get(type_, 1) for type_ in self.types}

    def _cost(self, wanted: Wanted) -> int:
        """How many entities it takes to bound what is wanted by itself."""
        match wanted.condition:
            case Not(Violated(clause)):
                if clause not in self._costs:
                    self._costs[clause] = self._found_cost(wanted)
                return self._costs[clause]
            case _:
                return self._found_cost(wanted)

    def _found_cost(self, wanted: Wanted) -> int:
        try:
            return sum(self._enough([wanted], {}).values())
        except UnboundedError:
            return UNBOUNDED

    @cached_property
    def types(self) -> list[str]:
        """The types of entities of which there may be any number."""
        return [name for name, type_ in self.policy.vocabulary.entities.items() if not type_.single]

    def designs(self, sizes: Sizes) -> Designs:
        """All complete designs with at most so many entities of each type."""
        key = tuple(sizes[type_] for type_ in self.types)
        if key not in self._designs:
            self._designs[key] = Designs(self, dict(sizes))
        return self._designs[key]


def _real(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Parts of a conjunction without those that always hold."""
    return tuple([part for part in parts if part != And(())])


def anything(vocabulary: Vocabulary) -> Deployment:
    """A deployment that may turn out to be any: a draft of which nothing is stated."""
    entities = {
        name: Entity(type_, name, {}) for name, type_ in vocabulary.entities.items() if type_.single
    }
    return Deployment(
        vocabulary,
        "Counterexample",
        draft=True,
        judged_by=(),
        as_of=None,
        entities=entities,
        source=Source("", ""),
    )
