"""The smallest change: the fewest, cheapest changes of choices that make a deployment as good as choices can.

A stated choice changes only for the sake of a violated clause. So there are two steps, each of which first finds
out how much can be promised, and then what it costs at least:

1. for clauses that are violated, all levers may change;
2. for clauses that are open, those may change that step 1 had to change, and what is not stated may be stated.

No change leaves a clause worse than it was. The judge has the last word: what it does not confirm is not proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence

from clausewise.dsl.models.deployment import Deployment, Fact
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import Lit, TooLargeError, as_bytes
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.mending.chosen import preferred, value_of
from clausewise.engine.backends.solver.mending.levers import Levers, differing
from clausewise.engine.backends.solver.mending.refining import ChoiceSearch, Model
from clausewise.engine.backends.solver.meter import Meter
from clausewise.engine.backends.solver.sat import (
    CONFLICTS,
    WORK_OF_A_CLAUSE,
    Cheapest,
    NotSettledError,
)
from clausewise.engine.backends.solver.world import FactPlace
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy

ClauseKey = tuple[int, str]
"""A policy, by its place among those that judge, and the name of one of its clauses."""
OutcomesByClause = Mapping[ClauseKey, Outcome]
WHOLE: ClauseKey = (-1, "")
"""Stands for the whole, as a clause that says that no clause is violated: where it is prohibited though no clause
alone is violated for certain."""
Prohibits = Callable[[Deployment], bool]
"""Whether a deployment is prohibited on the whole."""
WORK = 30_000_000
"""So much work a search may take in all: some three seconds."""
MOST_REFUSED = 50
"""So many proposals may the judge refuse; then the search is given up."""
MORE = 2
"""So many more proposals are looked for than are asked for: those that keep clauses come before those that only
leave them."""
STATING, CHANGING = 2, 3
"""What it costs to state a choice that is not stated, and to change one that is.

One such unit is more than all that the values of lists can cost: 1 for each that is new, or no longer there.
"""


@lean_dataclass(frozen=True, slots=True)
class JudgingPolicy:
    """A policy that judges the deployment, by its readings, and how it does.

    Attributes:
        outcomes_of: judges a deployment: the outcome of each clause, by name.
    """

    policy: Policy
    readings: Mapping[str, str]
    outcomes_of: Callable[[Deployment], Mapping[str, Outcome]]


@lean_dataclass(frozen=True, slots=True)
class ChoiceChange:
    """A choice that a proposal states or changes.

    Attributes:
        before: what is stated of it, if anything is.
    """

    fact: Fact
    before: Fact | None


@lean_dataclass(frozen=True, slots=True)
class Proposal:
    """Changes that make a deployment better, which the judge has confirmed.

    Attributes:
        deployment: what comes of it.
        outcomes: what the clauses then come to.
        cost: what it costs (`STATING`, `CHANGING`), in units of the smallest difference.
    """

    changes: tuple[ChoiceChange, ...]
    deployment: Deployment
    outcomes: OutcomesByClause
    cost: int


@lean_dataclass(frozen=True, slots=True)
class Repair:
    """What can be done for a deployment.

    Attributes:
        before: what the clauses come to as it is, and the whole (`WHOLE`), if that was asked for.
        proposals: minimal ones: of each, no changes of some of its facts alone do the same. Those come last by
            which a violated clause no longer applies (`left`); else the cheapest is first.
        settled: whether the search came to its end; if not, there may be better ones, or others, and a single
            one may change more than it must.
        levers: the choices that could change.
        doomed: clauses that are violated however the facts turn out, though the judge leaves them open. Nothing
            is changed for their sake.
    """

    before: OutcomesByClause
    proposals: tuple[Proposal, ...]
    settled: bool
    levers: frozenset[FactPlace]
    doomed: frozenset[ClauseKey] = frozenset()


def repair(
    deployment: Deployment,
    judges: Sequence[JudgingPolicy],
    *,
    allowed: frozenset[tuple[str, str]] = frozenset(),
    most: int = 3,
    conflicts: int = CONFLICTS,
    prohibits: Prohibits | None = None,
) -> Repair:
    """The smallest changes of choices that make a deployment as good as choices can.

    Args:
        deployment: of which only admitted facts are known.
        judges: those that judge it, by one vocabulary.
        allowed: fields that may change although they say what their entity is, by type and name.
        most: how many proposals are looked for.
        conflicts: how many wrong guesses each question to the solver may take.
        prohibits: what tells of a deployment whether it is prohibited on the whole; only where this one is, though
            none of its clauses is violated.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    before = judged_by(judges, deployment, prohibits)
    if not any(outcome is Outcome.VIOLATED or outcome.is_open for outcome in before.values()):
        return Repair(before, (), settled=True, levers=frozenset())
    distinctions = Distinctions([judge.policy for judge in judges])
    world = Levers(distinctions, deployment, allowed, Meter(WORK))
    found: list[Proposal] = []
    settled, doomed, repairer = True, frozenset[ClauseKey](), None
    try:
        repairer = _Repairer(world, judges, before, conflicts, prohibits)
        doomed = frozenset(repairer.doomed)
        for proposal in repairer.proposals(most + MORE):
            found.append(proposal)  # noqa: PERF402  (those that come before the search is given up)
    except (NotSettledError, TooLargeError):
        settled = False
        if repairer and not found and (guessed := repairer.not_smallest()):
            found.append(guessed)
    found.sort(key=lambda proposal: proposal.cost)
    ranked = sorted(_minimal(found), key=lambda proposal: bool(left(before, proposal.outcomes)))
    return Repair(before, tuple(ranked[:most]), settled, frozenset(world.levers), doomed)


def left(before: OutcomesByClause, after: OutcomesByClause) -> list[ClauseKey]:
    """The clauses that were violated and do not apply any more: the design steps out of them, and keeps none."""
    return [
        key
        for key, outcome in after.items()
        if outcome is Outcome.NOT_APPLICABLE and before[key] is Outcome.VIOLATED
    ]


def judged_by(
    judges: Sequence[JudgingPolicy], deployment: Deployment, prohibits: Prohibits | None = None
) -> OutcomesByClause:
    """What the clauses of all policies come to, and the whole, if it is asked for."""
    found = {
        (number, name): outcome
        for number, judge in enumerate(judges)
        for name, outcome in judge.outcomes_of(deployment).items()
    }
    return {**found, WHOLE: _whole(found, prohibits(deployment))} if prohibits else found


def _whole(found: OutcomesByClause, is_prohibited: bool) -> Outcome:
    if is_prohibited:
        return Outcome.VIOLATED
    is_open = any(outcome.is_open for outcome in found.values())
    return Outcome.UNDETERMINED if is_open else Outcome.MET


def _minimal(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Those of which no other changes a part only. They come in the order of their costs."""
    kept: list[set[str]] = []
    for proposal in proposals:
        facts = {change.fact.name for change in proposal.changes}
        if not any(other <= facts for other in kept):
            kept.append({*facts})
            yield proposal


@lean_dataclass(frozen=True, slots=True)
class Goal:
    """What a proposal is to come to.

    Attributes:
        sure: clauses that are kept, whatever turns out to be so.
        open: clauses that are not violated for certain.
        closed: those of the first that are open without it, and no longer open for the judge, either.
    """

    sure: Sequence[ClauseKey]
    open: Sequence[ClauseKey]
    closed: Sequence[ClauseKey]


class _Repairer:
    def __init__(
        self,
        world: Levers,
        judges: Sequence[JudgingPolicy],
        before: OutcomesByClause,
        conflicts: int,
        prohibits: Prohibits | None,
    ) -> None:
        self.world, self.judges, self.before, self.conflicts = world, judges, before, conflicts
        self.prohibits = prohibits
        violated: dict[ClauseKey, Lit] = {}
        for number, judge in enumerate(judges):
            ground = Ground(judge.policy, world, judge.readings)
            for name in judge.policy.clauses:
                violated[number, name] = ground.violated(name)
        if prohibits:
            violated[WHOLE] = world.circuit.any_of(violated.values())
        self.search = ChoiceSearch(world, violated, conflicts)
        self.bad = [key for key, outcome in before.items() if outcome is Outcome.VIOLATED]
        self.waiting = [key for key, outcome in before.items() if outcome.is_open]
        self.good = [k for k, o in before.items() if o in (Outcome.MET, Outcome.NOT_APPLICABLE)]
        as_it_is = [-lever.changed for lever in world.levers.values()]
        self.doomed = {k for k in self.waiting if not self.search.holds(as_it_is, (), [k])}
        """Clauses that are violated in truth, though the judge does not see it: nothing is promised of them."""
        self.refused, self.unit = 0, 1

    def proposals(self, most: int) -> Iterator[Proposal]:
        """The cheapest proposals."""
        try:
            if self.bad:
                yield from self._for_violated(most)
            else:
                yield from self._for_open(frozenset(), self.waiting, (), most)
        finally:
            self.search.close()

    def _for_violated(self, most: int) -> Iterator[Proposal]:
        """Changes for the sake of violated clauses, each with what can be stated for the sake of open ones."""
        must = [*self._never_worse(self.good, self.waiting)]
        kept, open_ = self._promised(must, self.bad, self.bad)
        must += [[self.search.kept[key]] for key in kept]
        must += [[self.search.open[key]] for key in open_]
        waiting = [*self.waiting, *(key for key in open_ if key not in kept)]
        seen = set[frozenset[FactPlace]]()
        for changed in self._cheapest_sets(must, most):
            stated = frozenset(p for p in changed if self.world.levers[p].is_stated)
            if stated not in seen:
                yield from self._for_open(stated, waiting, kept, 1 if seen else most)
            seen.add(stated)

    def not_smallest(self) -> Proposal | None:
        """What was guessed last before the search was given up, if the judge finds that it helps all the same."""
        if not (self.bad and self.search.changed(self.search.last)):
            return None
        proposal = self._judged(self.search.last)
        outcomes = proposal.outcomes
        helps = any(outcomes[key] is not Outcome.VIOLATED for key in self.bad)
        worse = [key for key in outcomes if not _is_no_worse(self.before[key], outcomes[key])]
        return proposal if helps and not worse else None

    def _cheapest_sets(
        self, must: Iterable[list[Lit]], most: int
    ) -> Iterator[frozenset[FactPlace]]:
        """The cheapest sets of levers whose change does what must be, none with another one inside."""
        cheapest = self._costs(must)
        try:
            for _ in range(most):
                model = self.search.next_of(cheapest)
                if model is None:
                    return
                changed = self.search.changed(model)
                yield frozenset(changed)
                if not changed:
                    return
                cheapest.require([-lever.changed for lever in changed.values()])
        finally:
            cheapest.close()

    def _for_open(
        self,
        free: Collection[FactPlace],
        waiting: Sequence[ClauseKey],
        promised: Sequence[ClauseKey],
        most: int,
    ) -> Iterator[Proposal]:
        """Proposals that keep what is promised, and close what can be closed by stating what is not stated.

        Args:
            free: the stated choices that may change.
            waiting: clauses that may be closed, and must not be violated.
        """
        must = [*self._never_worse([*self.good, *promised], waiting)]
        must += [
            [-lever.changed]
            for place, lever in self.world.levers.items()
            if lever.is_stated and place not in free
        ]
        kept: Sequence[ClauseKey] | None = self._promised(must, waiting, ())[0]
        while kept is not None:
            sure = [*self.good, *promised, *kept]
            goal = Goal(sure, [key for key in waiting if key not in sure], kept)
            must_be = [*must, *([self.search.kept[key]] for key in kept)]
            kept = yield from self._confirmed(must_be, goal, most)

    def _never_worse(
        self, good: Iterable[ClauseKey], waiting: Iterable[ClauseKey]
    ) -> Iterator[list[Lit]]:
        yield from ([self.search.kept[key]] for key in good)
        yield from ([self.search.open[key]] for key in waiting if key not in self.doomed)

    def _promised(
        self,
        must: Iterable[list[Lit]],
        kept: Iterable[ClauseKey],
        open_: Sequence[ClauseKey],
    ) -> tuple[list[ClauseKey], list[ClauseKey]]:
        """As many clauses as can be promised at once to be kept, and of others not to be violated for certain.

        That none of these is violated for certain comes first.
        """
        kept = list(kept)
        soft = [(self.search.open[key], len(kept) + 1) for key in open_]
        soft += [(self.search.kept[key], 1) for key in kept]
        search = self._cheapest(soft)
        try:
            for clause in [*must, *self.search.lessons]:
                search.require(clause)
            for key in open_:  # what is kept is not violated for certain
                search.require([-self.search.kept[key], self.search.open[key]])
            model = self.search.next_of(search)
        finally:
            search.close()
        if model is None:
            return [], []
        return (
            [key for key in kept if model.get(self.search.kept[key], False)],
            [key for key in open_ if model.get(self.search.open[key], False)],
        )

    def _cheapest(self, soft: Sequence[tuple[Lit, int]]) -> Cheapest:
        search = Cheapest(self.world.circuit, soft, self.conflicts, self.search.meter)
        self.search.meter.left -= WORK_OF_A_CLAUSE * len(self.world.circuit.clauses)
        return search

    def _costs(self, must: Iterable[list[Lit]]) -> Cheapest:
        """A search for the cheapest changes."""
        values = [
            self.world.circuit.all_of([lever.changed, literal])
            for lever in self.world.levers.values()
            for literal in differing(lever)
        ]
        soft = [(-literal, 1) for literal in values]
        self.unit = len(values) + 1
        soft += [
            (-lever.changed, self.unit * (CHANGING if lever.is_stated else STATING))
            for lever in self.world.levers.values()
        ]
        search = self._cheapest(soft)
        for clause in [*must, *self.search.lessons]:
            search.require(clause)
        return search

    def _confirmed(
        self, must: Iterable[list[Lit]], goal: Goal, most: int
    ) -> Generator[Proposal, None, list[ClauseKey] | None]:
        """The cheapest proposals that the judge confirms.

        Gives the clauses that are closed even so that the judge sees it, if it does not see it of others.
        """
        costs = self._costs(must)
        found = 0
        try:
            while found < most and (model := self.search.next_of(costs)) is not None:
                changed = self.search.changed(model)
                if not changed:
                    return None
                proposal = self._proposal(model, goal)
                unseen = [k for k in goal.closed if proposal.outcomes[k].is_open]
                if unseen and not found:
                    return [key for key in goal.closed if key not in unseen]
                if not unseen and self._is_as_promised(proposal, goal):
                    found += 1
                    yield proposal
                    costs.require([-lever.changed for lever in changed.values()])
                else:
                    self._refuse()
                    costs.require([-choice for choice in self.search.choices(model)])
        finally:
            costs.close()
        return None

    def _refuse(self) -> None:
        self.refused += 1
        if self.refused > MOST_REFUSED:
            raise NotSettledError

    def _proposal(self, model: Model, goal: Goal) -> Proposal:
        """The proposal of a model, judged."""
        open_ = [key for key in goal.open if key not in self.doomed]

        def works(other: Model) -> bool:
            return self.search.holds(self.search.choices(other), goal.sure, open_)

        return self._judged(preferred(self.world, model, works))

    def _judged(self, best: Model) -> Proposal:
        changes = [
            ChoiceChange(Fact(entity, lever.field, value_of(self.world, lever, best)), lever.fact)
            for (entity, _), lever in self.search.changed(best).items()
        ]
        deployment = self.world.deployment.with_facts([change.fact for change in changes])
        outcomes = judged_by(self.judges, deployment, self.prohibits)
        return Proposal(tuple(changes), deployment, outcomes, self._cost(best))

    def _cost(self, model: Model) -> int:
        cost, held = 0, as_bytes(model)
        for lever in self.search.changed(model).values():
            known: dict[int, bool] = {}
            values = (self.world.circuit.value(d, held, known) for d in differing(lever))
            cost += self.unit * (CHANGING if lever.is_stated else STATING) + sum(values)
        return cost

    def _is_as_promised(self, proposal: Proposal, goal: Goal) -> bool:
        """Whether the judge finds no clause worse than it was, and none violated that must not be."""
        outcomes = proposal.outcomes
        return not any(
            outcomes[key] is Outcome.VIOLATED for key in [*goal.sure, *goal.open]
        ) and all(_is_no_worse(self.before[key], outcomes[key]) for key in outcomes)


def _is_no_worse(before: Outcome, after: Outcome) -> bool:
    return before is Outcome.VIOLATED or (
        after is not Outcome.VIOLATED and (before.is_open or not after.is_open)
    )
