"""Exact answers: whether a clause that is open for the judge is so in truth.

The judge looks at each part of a condition by itself, so `x or not x` is open for it where x is. Here, all parts
are looked at together, over everything that the deployment may turn out to be. An outcome that the judge has
settled is never another one here.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Literal
from clausewise.engine.backends.solver.completion import Completion
from clausewise.engine.backends.solver.distinctions import Distinctions
from clausewise.engine.backends.solver.facts import literals
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.sat import NotSettledError, Sat
from clausewise.engine.backends.solver.world import Place, World
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.policy import Policy

MOST_EXTRA = 12
"""More unlisted entities of one type are not tried: the circuit grows with their square."""


@lean_dataclass(frozen=True, slots=True)
class Possible:
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


class Exact:
    """Everything that a deployment may turn out to be, as one policy tells it apart."""

    def __init__(
        self,
        policy: Policy,
        deployment: Deployment,
        readings: Mapping[str, str] | None = None,
        distinctions: Distinctions | None = None,
    ) -> None:
        """
        Raises:
            KeyError: there is no such reading or alternative.
            ModuleNotFoundError: python-sat is not installed.
        """
        self.policy = policy
        self.deployment = deployment
        self.readings = readings
        self.distinctions = distinctions or Distinctions([policy])
        self.world = World(self.distinctions, deployment).ask_for_references()
        self.ground = Ground(policy, self.world, readings)
        self.sat = Sat(self.world.circuit)
        self._possible: dict[str, Possible] = {}

    def possible(self, clause: str) -> Possible:
        """Whether a clause can be violated, and whether it can be kept."""
        if clause not in self._possible:
            self._possible[clause] = self._find(clause)
        return self._possible[clause]

    def _find(self, clause: str) -> Possible:
        found: dict[bool, Completion | None] = {}
        why_not = ""
        for truth in (True, False):
            try:
                found[truth] = self._shown(clause, truth)
            except (NotSettledError, UnboundedError) as error:
                found[truth], why_not = None, str(error) or "the solver gave it up"
        return Possible(found[True], found[False], why_not)

    def _shown(self, clause: str, truth: bool) -> Completion | None:
        """A completion in which a clause is violated, or is not; `None` if there is none.

        Raises:
            NotSettledError: it was given up.
            UnboundedError: none was found, and it is not known how many entities would have to be tried.
        """
        wanted = self.ground.violated(clause) * (1 if truth else -1)
        if self.sat.can_be(wanted):
            return Completion(self.world, self.sat.model())
        violation = self.policy.clauses[clause].violation
        asked = violation if truth else Not(violation)
        most = enough(self.deployment, [(self.policy, asked)])
        if all(count == 1 for count in most.values()):
            return None
        if max(most.values()) > MOST_EXTRA:
            raise UnboundedError(
                f"{max(most.values())} more entities of a type would have to be tried"
            )
        world = World(self.distinctions, self.deployment, most).ask_for_references()
        larger = Ground(self.policy, world, self.readings).violated(clause) * (1 if truth else -1)
        sat = Sat(world.circuit)
        return Completion(world, sat.model()) if sat.can_be(larger) else None

    def applies(self, clause: str) -> bool:
        """Whether a clause can apply to anything."""
        return self.sat.can_be(self.ground.applies(clause))

    def few(self, completion: Completion, clause: str, truth: bool) -> frozenset[Place]:
        """The facts of a completion that alone make a clause violated, or kept: none of them can be left out.

        Raises:
            NotSettledError: it was given up.
        """
        world = completion.world
        ground = self.ground if world is self.world else Ground(self.policy, world, self.readings)
        sat = self.sat if world is self.world else Sat(world.circuit)
        wanted = ground.violated(clause) * (1 if truth else -1)
        fixed = self._fixed(completion, wanted)
        needed = set(
            sat.smallest_core([-wanted], [literal for given in fixed.values() for literal in given])
        )
        return frozenset(place for place, given in fixed.items() if needed & set(given))

    def _fixed(self, completion: Completion, wanted: Literal) -> dict[Place, list[Literal]]:
        """By fact that can matter, the literals that make it what it is in a completion."""
        world = completion.world
        fixed: dict[Place, list[Literal]] = {}
        cone = world.circuit.inputs([wanted])
        for place, fact in world.facts.items():
            open_ = [literal for literal in literals(fact) if literal not in (TRUE, FALSE)]
            if cone & world.circuit.inputs(open_):
                fixed[place] = [x if completion.holds(x) else -x for x in open_]
        others = sorted(cone - world.circuit.inputs(x for given in fixed.values() for x in given))
        fixed["", "as-of"] = [x if completion.holds(x) else -x for x in others]
        return fixed
