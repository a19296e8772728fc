"""Exact answers: whether a clause that is open for the judge is so in truth.

The judge looks at each part of a condition by itself, so `x or not x` is open for it where x is. Here, all parts
are looked at together, over everything that the deployment may turn out to be. An outcome that the judge has
settled is never another one here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms, Value, may_be_more
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit, TooLargeError
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.sat import NotSettledError, Sat
from clausewise.engine.backends.solver.world import FactPlace, OpenWorld
from clausewise.engine.core.conditions import And, Condition, Not
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.policy import Policy

GIVEN_UP = (NotSettledError, TooLargeError, UnboundedError)
"""Why it may not be known what a condition can be."""
WORK = 5_000_000
"""So much work of the solver may be spent on the outcomes of one deployment (`Meter`): two seconds."""
MOST_EXTRA = 12
"""More unlisted entities of one type are not tried: the circuit grows with their square."""
MANY_LINKS = 8
"""Of so many entities to which nothing leads, and which may lead on, it is first tried that they do not."""


@lean_dataclass(frozen=True, slots=True)
class PossibleTruths:
    """What a condition may turn out to be.

    Attributes:
        true: a completion in which it holds, if it can.
        false: a completion in which it does not, if it can fail.
        why_not: why it is not known whether it can, where no completion was found and none could be excluded.
    """

    true: Completion | None
    false: Completion | None
    why_not: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it has one truth however the facts turn out."""
        return not self.why_not and (self.true is None or self.false is None)


@lean_dataclass(frozen=True, eq=False, slots=True)
class Grounded:
    """A policy over a world, with whom to ask about it."""

    world: OpenWorld
    ground: Ground
    sat: Sat


class Exact:
    """Everything that a deployment may turn out to be, as one policy tells it apart."""

    def __init__(
        self,
        policy: Policy,
        deployment: Deployment,
        readings: Mapping[str, str] | None = None,
        distinctions: Distinctions | None = None,
        meter: Meter | None = None,
    ) -> None:
        """
        Args:
            meter: how much work all questions may take, `WORK` if nothing is said.

        Raises:
            KeyError: there is no such reading or alternative.
            ModuleNotFoundError: python-sat is not installed.
        """
        self.policy = policy
        self.deployment = deployment
        self.readings = readings
        self.distinctions = distinctions or Distinctions([policy])
        self.meter = meter or Meter(WORK)
        self._possible: dict[str, PossibleTruths] = {}
        self._grounded: dict[tuple[tuple[str, int], ...], Grounded] = {}

    @property
    def world(self) -> OpenWorld:
        """What the deployment may turn out to be, with one entity of a type that is not listed.

        Raises:
            TooLargeError: it is too large.
        """
        return self.among({}).world

    def among(self, extra: Mapping[str, int]) -> Grounded:
        """The policy over all that may be with so many entities that are not listed.

        Raises:
            NotSettledError: there is no work left for another.
            TooLargeError: it is too large.
        """
        key = tuple(extra.items())
        if key not in self._grounded:
            if self.meter.left <= 0:
                raise NotSettledError
            world = OpenWorld(
                self.distinctions, self.deployment, extra, self.meter
            ).ask_for_references()
            ground = Ground(self.policy, world, self.readings)
            self._grounded[key] = Grounded(world, ground, Sat(world.circuit, meter=self.meter))
        return self._grounded[key]

    def possible(self, clause: str) -> PossibleTruths:
        """Whether a clause can be violated, and whether it can be kept."""
        if clause not in self._possible:
            self._possible[clause] = self._find(clause)
        return self._possible[clause]

    def _find(self, clause: str) -> PossibleTruths:
        found: dict[bool, Completion | None] = {}
        why_not = ""
        for truth in (True, False):
            try:
                found[truth] = self._shown(self.policy.clauses[clause].violation, truth)
            except GIVEN_UP as error:
                found[truth], why_not = None, str(error)
        return PossibleTruths(found[True], found[False], why_not)

    def _shown(self, condition: Condition, truth: bool) -> Completion | None:
        """A completion in which a condition has a truth; `None` if there is none.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
            UnboundedError: none was found, and it is not known how many entities would have to be tried.
        """
        quick = self._among_few_links(condition, truth)
        few = quick or self._among({}, condition, truth)
        if few:
            return few
        most = self.enough([condition if truth else Not(condition)])
        return self._among(most, condition, truth) if most else None

    def enough(
        self, wanted: Iterable[Condition], beside: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """How many unlisted entities of each type decide whether conditions can hold together; none, if one is.

        Args:
            beside: how many are kept whatever the conditions say, by type.

        Raises:
            UnboundedError: no such number is known, or it is too large to be tried.
        """
        most = enough(self.deployment, [(self.policy, each) for each in wanted], beside)
        if all(count == 1 for count in most.values()):
            return {}
        if max(most.values()) > MOST_EXTRA:
            raise UnboundedError(
                f"{max(most.values())} more entities of a type would have to be tried"
            )
        return most

    def _among_few_links(self, condition: Condition, truth: bool) -> Completion | None:
        """A completion in which entities to which nothing leads refer to nobody of their type, if there are many.

        These are some of all completions: one of them is one, and that there is none says nothing. But what can be
        is mostly found among them, and circuits of what leads where grow with the cube of who may lead on.
        """
        return self._few_links._among({}, condition, truth) if self._few_links else None

    @cached_property
    def _few_links(self) -> Exact | None:
        fewer = _with_few_links(self.deployment)
        if fewer is None:
            return None
        return Exact(self.policy, fewer, self.readings, self.distinctions, self.meter)

    def _grounded_of(self, world: OpenWorld) -> Grounded:
        """The policy over a world of a completion that was found."""
        all_ = [*self._grounded.values()]
        if self._few_links:
            all_ += self._few_links._grounded.values()
        return next(grounded for grounded in all_ if grounded.world is world)

    def _among(
        self, extra: Mapping[str, int], condition: Condition, truth: bool
    ) -> Completion | None:
        """A completion in which a condition has a truth, with at most so many entities that are not listed."""
        grounded = self.among(extra)
        wanted = grounded.ground.condition(condition, {}) * (1 if truth else -1)
        can_be = grounded.sat.can_be(wanted)
        return Completion(grounded.world, grounded.sat.model()) if can_be else None

    def prohibited(self) -> Lit:
        """That some clause is violated, among all that may be with one unlisted entity of a type.

        Raises:
            TooLargeError: it is too large.
        """
        return self.among({}).ground.prohibited()

    def can_be(self, *literals: Lit) -> bool:
        """Whether literals can hold together, among the same.

        Raises:
            NotSettledError: it was given up.
        """
        return self.among({}).sat.can_be(*literals)

    def applies(self, clause: str) -> bool:
        """Whether a clause can apply to anything, as far as that is known."""
        try:
            return self._shown(self.policy.clauses[clause].application, truth=True) is not None
        except GIVEN_UP:
            return True

    def may_not_apply(self, clause: str) -> bool:
        """Whether a clause may turn out to apply to nothing, as far as that is known."""
        try:
            return self._shown(self.policy.clauses[clause].application, truth=False) is not None
        except GIVEN_UP:
            return False

    @cached_property
    def applies_anyway(self) -> bool:
        """Whether some clause applies in every completion, as far as that is known."""
        none = And(tuple([Not(clause.application) for clause in self.policy.clauses.values()]))
        try:
            return self._shown(none, truth=True) is None
        except GIVEN_UP:
            return False

    def violated_together(self) -> tuple[str, ...]:
        """Clauses of which one is violated in every completion; none, if none are.

        Where it is not known which can be left out, they are all.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
            UnboundedError: it is so among few entities, and it is not known how many would have to be tried.
        """
        all_ = tuple(self.policy.clauses)
        kept = self._kept(all_)
        if self._among_few_links(kept, truth=True) or self._among({}, kept, truth=True):
            return ()
        some = self._contradicting(all_)
        try:
            if self._shown(self._kept(some), truth=True) is None:
                return some
        except UnboundedError:
            pass  # with others beside, that may be known
        return all_ if self._shown(kept, truth=True) is None else ()

    def _kept(self, clauses: Iterable[str]) -> Condition:
        """That none of some clauses is violated."""
        return And(tuple([Not(self.policy.clauses[name].violation) for name in clauses]))

    def _contradicting(self, clauses: Iterable[str]) -> tuple[str, ...]:
        """Of clauses of which one is violated among few entities, some of which that is so."""
        grounded = self.among({})
        kept = {name: -grounded.ground.violated(name) for name in clauses}
        core = set(grounded.sat.smallest_core((), kept.values()))
        return tuple([name for name, literal in kept.items() if literal in core])

    def few(self, completion: Completion, clause: str, truth: bool) -> frozenset[FactPlace]:
        """The facts of a completion that alone make a clause violated, or kept: none of them can be left out.

        Raises:
            NotSettledError: it was given up.
        """
        grounded = self._grounded_of(completion.world)
        wanted = grounded.ground.violated(clause) * (1 if truth else -1)
        fixed = self._fixed(completion, wanted)
        all_ = [literal for given in fixed.values() for literal in given]
        needed = set(grounded.sat.smallest_core([-wanted], all_))
        return frozenset(place for place, given in fixed.items() if needed & set(given))

    def _fixed(self, completion: Completion, wanted: Lit) -> dict[FactPlace, list[Lit]]:
        """By fact that can matter, the literals that make it what it is in a completion."""
        world = completion.world
        fixed: dict[FactPlace, list[Lit]] = {}
        cone = world.circuit.inputs([wanted])
        for place, fact in world.facts.items():
            open_ = [literal for literal in literals(fact) if literal not in (TRUE, FALSE)]
            if cone & world.circuit.inputs(open_):
                fixed[place] = [x if completion.holds(x) else -x for x in open_]
        others = sorted(cone - world.circuit.inputs(x for given in fixed.values() for x in given))
        fixed["", "as-of"] = [x if completion.holds(x) else -x for x in others]
        return fixed


def _with_few_links(deployment: Deployment) -> Deployment | None:
    """A deployment in which entities to which nothing leads refer to nobody else of their type; `None` if few
    could."""
    named = {
        name
        for entity in deployment.entities.values()
        for fact in entity.facts.values()
        if fact.field.is_reference and isinstance(fact.value, Terms)
        for name in fact.value.names
    }
    closed: dict[str, Entity] = {}
    for name, entity in deployment.entities.items():
        links = [
            field
            for field in entity.type.fields.values()
            if field.target == entity.type.name
            and field.may_be_none
            and may_be_more(entity.value(field.name))
        ]
        if links and name not in named:
            facts = {f.name: Fact(name, f, _closed(entity.value(f.name))) for f in links}
            closed[name] = replace(entity, facts={**entity.facts, **facts})
    if len(closed) < MANY_LINKS:
        return None
    return replace(deployment, entities={**deployment.entities, **closed})


def _closed(value: Value | None) -> Terms:
    return Terms(value.names) if isinstance(value, Terms) else Terms(())
