"""Proofs of laws over all complete designs, of any size where it can be said how many entities are enough.

A law is refuted by a design, so one is looked for. Where there is none, some of what such a design must be
contradicts itself, and it is said how many entities are enough for that alone (`bound`). For example, that nobody
who serves police in the US is permitted follows from one clause of twenty, so the others need not be bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Entity, Value
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.planes import Joined, by_all, turned
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.backends.solver.circuit import Lit
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.sat import Sat
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import And, Condition, Not, Or, Violated
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.policy import Policy

FIRST = 1
"""So many entities of each type are tried first, and more where it can be said that more could matter."""
MOST = 12
"""More entities of one type than so many are not tried: the circuit grows with their square."""

UP_TO = 3
"""Where no number is known to be enough, so many of each type are tried."""
UNBOUNDED = 1_000

Sizes = Mapping[str, int]
AllowedReadings = Mapping[str, Sequence[str]]
"""For each reading, the alternatives that may be the chosen one."""


@lean_dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """Something that a design is looked for that fulfils it.

    Attributes:
        literal: that some complete design fulfils it.
        condition: what is so then, as far as it goes through sets; `None` if it is about facts alone.
        policy: whose definitions and clauses the condition may name.
    """

    literal: Callable[[Designs], Lit]
    policy: Policy
    condition: Condition | None = None


@lean_dataclass(frozen=True, eq=False, slots=True)
class SearchResult:
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

    def __init__(self, search: DesignSearch, sizes: Sizes) -> None:
        self.sizes = sizes
        world = OpenWorld(
            search.distinctions, anything(search.policy.vocabulary), sizes, any_law=True
        )
        self.world = world.ask_for_references()
        self.ground = Ground(search.policy, self.world, over_all=True)
        self.sat = Sat(self.world.circuit)
        self._grounds = {id(search.policy): self.ground}
        self.same_readings = search.same_readings

    def of(self, policy: Policy) -> Ground:
        """The conditions of a policy over these designs, by default readings but for the first policy."""
        if id(policy) not in self._grounds:
            ground = self._grounds[id(policy)] = Ground(policy, self.world)
            if self.same_readings:
                ground.readings.update(self.ground.readings)
        return self._grounds[id(policy)]

    def under(self, readings: AllowedReadings) -> list[Lit]:
        """That for each reading one of some alternatives is chosen."""
        return [
            -literal
            for name, ways in self.ground.readings.items()
            for way, literal in ways.items()
            if way not in readings.get(name, ways)
        ]

    def find(self, wanted: Iterable[Wanted], readings: AllowedReadings) -> Completion | None:
        """A design that fulfils all that is wanted, with few entities, and by default readings if it can."""
        literals = [*self.under(readings), *(each.literal(self) for each in wanted)]
        defaults = self.ground.policy.readings.items()
        liked = [self.ground.readings[name][reading.default] for name, reading in defaults]
        liked += [-self.world.exists(name) for name in reversed(self.world.unlisted)]
        liked += [-self.world.by_a_law] if self.world.asks_for_law else []
        if not self.sat.can_be(*literals):
            return None
        for literal in liked:
            if self.sat.can_be(*literals, literal):
                literals.append(literal)
        assert self.sat.can_be(*literals)
        return Completion(self.world, self.sat.model())

    def contradictions(
        self, wanted: Sequence[Wanted], readings: AllowedReadings
    ) -> Iterator[list[Wanted]]:
        """Of what no design fulfils together, some that none does, and then others without one of these."""
        first = self._contradicting(wanted, readings)
        yield first
        for left_out in first:
            rest = [each for each in wanted if each is not left_out]
            literals = [each.literal(self) for each in rest]
            if not self.sat.can_be(*self.under(readings), *literals):
                yield self._contradicting(rest, readings)

    def _contradicting(self, wanted: Sequence[Wanted], readings: AllowedReadings) -> list[Wanted]:
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


class DesignSearch:
    """Looks for complete designs, as policies tell them apart.

    Where python-sat is not installed, the first question raises `ModuleNotFoundError`.
    """

    def __init__(
        self,
        policy: Policy,
        conditions: Iterable[Condition] = (),
        values: Iterable[tuple[Field, Sequence[Value]]] = (),
        others: Iterable[Policy] = (),
        *,
        same_readings: bool = False,
    ) -> None:
        """
        Args:
            policy: whose clauses and definitions conditions may name.
            others: policies of the same vocabulary, of which something may be wanted, too.
            conditions: all that is asked beside the policy's own.
            values: values of fields that are looked for beside those that conditions compare with.
            same_readings: whether the others have the same readings, of which the same alternatives are chosen.
        """
        self.policy = policy
        self.same_readings = same_readings
        self.distinctions = Distinctions([policy, *others], conditions, values)
        self._designs: dict[tuple[int, ...], Designs] = {}
        self._costs: dict[tuple[int, str], int] = {}
        """By policy and clause, what it takes to bound that it is not violated."""

    def wanted(self, condition: Condition, policy: Policy | None = None) -> list[Wanted]:
        """A condition as all that is wanted: its parts, if all of them must hold.

        Args:
            policy: whose definitions and clauses it names, if not those of the first policy.
        """
        about = policy or self.policy

        def wanted(part: Condition) -> Wanted:
            return Wanted(lambda designs: designs.of(about).condition(part, {}), about, part)

        return [wanted(part) for part in dict.fromkeys(_parts(condition, about))]

    def search(
        self, wanted: Sequence[Wanted], readings: AllowedReadings, beside: Sizes | None = None
    ) -> SearchResult:
        """A complete design that fulfils all that is wanted, or that there is none.

        Args:
            wanted: what it must fulfil.
            readings: under which readings.
            beside: how many entities are spoken of by themselves, by type, beside those that conditions ask for.

        Raises:
            NotSettledError: it was given up.
        """
        sizes = dict.fromkeys(self.types, FIRST)
        while True:
            designs = self.designs(sizes)
            completion = designs.find(wanted, readings)
            if completion is not None:
                return SearchResult(designs, completion)
            bounded = self._bounded(wanted)
            enough_ = designs.find(bounded, readings) is None
            cores = designs.contradictions(bounded if enough_ else wanted, readings)
            provable = self._provable(cores, beside or {})
            if isinstance(provable, str):
                return self._up_to(wanted, readings, provable)
            needed, most = provable
            if all(most[type_] <= size for type_, size in sizes.items()):
                return SearchResult(designs, None)
            if self.designs(most).find(needed, readings) is None:
                return SearchResult(designs, None)
            sizes = {type_: max(size, most[type_]) for type_, size in sizes.items()}

    def _bounded(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """What can be bounded of what is wanted; the dear comes first, so that it is left out first."""
        costs = [self._cost(each) for each in wanted]
        by_cost = sorted(zip(costs, wanted, strict=True), key=lambda pair: -pair[0])
        return [each for cost, each in by_cost if cost < UNBOUNDED]

    def _provable(
        self, cores: Iterable[list[Wanted]], beside: Sizes
    ) -> tuple[list[Wanted], Sizes] | str:
        """The first of some contradictions of which not too many entities decide, and how many; or why none is."""
        why = ""
        for needed in cores:
            try:
                most = self._enough(needed, beside)
            except UnboundedError as error:
                why = why or str(error)
                continue
            if max(most.values(), default=0) <= MOST:  # none, where each type is single
                return needed, most
            why = why or f"{max(most.values())} of a type would have to be tried"
        return why

    def _up_to(self, wanted: Sequence[Wanted], readings: AllowedReadings, why: str) -> SearchResult:
        """What is among designs of a size, where no size is known to be enough."""
        designs = self.designs(dict.fromkeys(self.types, UP_TO))
        return SearchResult(designs, designs.find(wanted, readings), why)

    def _enough(self, wanted: Iterable[Wanted], beside: Sizes) -> dict[str, int]:
        conditions = [(each.policy, each.condition) for each in wanted if each.condition]
        found = enough(anything(self.policy.vocabulary), conditions, beside)
        return {type_: found.get(type_, 1) for type_ in self.types}

    def _cost(self, wanted: Wanted) -> int:
        """How many entities it takes to bound what is wanted by itself."""
        condition = wanted.condition
        if not isinstance(condition, Not) or not isinstance(condition.part, Violated):
            return self._found_cost(wanted)
        key = id(wanted.policy), condition.part.clause
        if key not in self._costs:
            self._costs[key] = self._found_cost(wanted)
        return self._costs[key]

    def _found_cost(self, wanted: Wanted) -> int:
        try:
            return sum(self._enough([wanted], {}).values())
        except UnboundedError:
            return UNBOUNDED

    @cached_property
    def types(self) -> list[str]:
        """The types of entities of which there may be any number."""
        return [name for name, type_ in self.policy.vocabulary.entities.items() if not type_.single]

    def few(self) -> Designs:
        """The smallest designs that are tried."""
        return self.designs(dict.fromkeys(self.types, FIRST))

    def designs(self, sizes: Sizes) -> Designs:
        """All complete designs with at most so many entities of each type."""
        key = tuple(sizes[type_] for type_ in self.types)
        if key not in self._designs:
            self._designs[key] = Designs(self, dict(sizes))
        return self._designs[key]


def _parts(condition: Condition, policy: Policy, *, truth: bool = True) -> Iterable[Condition]:
    """Conditions that hold together where a condition has a truth: the smaller, the fewer a proof may need."""
    condition, truth = turned(condition, truth)
    if isinstance(condition, Violated) and not truth and condition.clause in policy.derived:
        return _parts(policy.clauses[condition.clause].violation, policy, truth=False)
    if isinstance(condition, Joined) and not _is_of_laws(condition):
        nothing = And(()) if by_all(condition) else Or(())  # as a part, it leaves the rest as it is
        real = [part for part in condition.parts if part != nothing]
        if by_all(condition) is truth or len(real) == 1:
            return [each for part in real for each in _parts(part, policy, truth=truth)]
    return [condition if truth else Not(condition)]


def _is_of_laws(condition: Condition) -> bool:
    """Whether it asks for laws that judge beside, which differ from design to design."""
    return isinstance(condition, Or) and condition.of_laws


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
