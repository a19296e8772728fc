"""What generated code calls to say why: it puts alternatives together, and lists what is lacking.

How alternatives are put together is the law of `judging/explain.py`. What a single test read, and who is in a set
by which facts, the recorded judge says, evaluated for that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice

from clausewise.dsl.models.deployment import Deployment, FactName, Gap, MayGrow, Missing
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any, Literal, TypeVar
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import Record, World
from clausewise.engine.backends.python.viewed import View
from clausewise.engine.backends.results import (
    MET,
    NOT_APPLICABLE,
    OUTCOMES,
    REVIEW,
    UNDETERMINED,
    VIOLATED,
)
from clausewise.engine.core.conditions import Condition, Defined, EntitySet, Meet, Or
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.explain import (
    MOST_ALTERNATIVES,
    MOST_PRUNED,
    FactSet,
    Search,
    in_order,
    missing_facts,
    with_facts,
)
from clausewise.engine.judging.record import Chain, Read, Step, chain_facts, length
from clausewise.engine.judging.sets import Sets

if TYPE_CHECKING:
    from clausewise.engine.judging.evaluate import Evaluator
    from clausewise.engine.judging.judge import RecordedJudge

Alternatives = Sequence[FactSet]
"""Sets of facts, each of which is enough by itself; empty for what is not so."""
OfMember = Callable[[Record], Alternatives]
F = TypeVar("F")
"""What a generated function finds."""
Variables = Mapping[str, Record]
"""Variables, with the records that they stand for."""


_ROLES = {VIOLATED: "violated", MET: "kept", NOT_APPLICABLE: "outside"}
"""How the names of generated functions end that say why a clause came to a result."""
_TRUTHS = {
    VIOLATED: Truth.TRUE,
    UNDETERMINED: Truth.UNKNOWN,
    REVIEW: Truth.UNKNOWN,
    MET: Truth.FALSE,
    NOT_APPLICABLE: Truth.FALSE,
}
"""Whether a clause is violated, by its result."""
_NO_CONDITION = Or(())


class Why:
    """Why the clauses of one policy came out as they did for one world, which it has judged.

    Attributes:
        search: what puts alternatives together.
    """

    def __init__(
        self, code: CompiledPolicy, world: World, deployment: Deployment | None = None
    ) -> None:
        self.code = code
        self.world = world
        self.view = View(code.policy, code.layouts, world, deployment or world.undated)
        self.sets: Sets[Record, Record] = Sets(code.policy, self.view)
        self.search = Search(self.view.count_broad)
        self._found: dict[Hashable, tuple[Any, bool]] = {}
        self._gaps: dict[int, tuple[Gap, ...]] = {}
        self._others: dict[str, Why] = {}

    def facts(self, clause: str) -> tuple[FactName, ...]:
        """A smallest set of facts, in alphabetical order, that decides a clause's outcome; empty if it is open."""
        if self.world.undated:
            return self.record.judged(clause).facts
        number = self.code.numbers[clause]
        role = _ROLES.get(self.world.results[number])
        if role is None:
            return ()
        self.search.is_cut = False
        smallest = self.once(self.code.functions.get(f"least_{role}_{number}"))
        if self.search.is_cut and len(smallest) <= MOST_PRUNED:
            return self.record.judged(clause).facts  # it shows which of them can be left out
        return in_order(smallest)

    def facts_for(
        self,
        clause: str,
        outcome: Outcome,
        bound: Sequence[Record],
        always: Sequence[FactName],
    ) -> tuple[FactName, ...] | None:
        """The same for one binding; `None` if the search was cut: a record shows what can be left out.

        Args:
            always: facts that are part of the reason in any case.
        """
        function = self.code.functions.get(
            f"why_{_ROLES[OUTCOMES.index(outcome)]}_for_{self.code.numbers[clause]}"
        )
        self.search.is_cut = False
        found = self.search.smallest(self.once(function, *bound), frozenset(always))
        return None if self.search.is_cut else in_order(found)

    def gaps(self, clause: str, *, own: bool = False) -> tuple[Gap, ...]:
        """The unknown facts that keep a clause open, in the order in which they are read.

        Args:
            own: without those for which it only waits because another clause does.
        """
        number = self.code.numbers[clause]
        if not REVIEW <= self.world.results[number] < VIOLATED:
            return ()
        if self.world.undated:
            return missing_facts(self.record.step(clause), own=own)
        return self._listed(number, own=True) if own else self.gaps_of(number)

    def gaps_of(self, number: int) -> tuple[Gap, ...]:
        """What a clause lacks that is open, by its number; looked for once, for other clauses wait for it, too."""
        if number not in self._gaps:
            self._gaps[number] = self._listed(number, own=False)
        return self._gaps[number]

    def _listed(self, number: int, *, own: bool) -> tuple[Gap, ...]:
        gaps = Gaps(self, own=own)
        self.code.functions.get(f"lists_clause_{number}")(gaps)
        return tuple(gaps)

    def missing(self, clause: str) -> tuple[Missing, ...]:
        """The unknown facts that keep a clause open, for which the design can be asked."""
        return tuple([gap for gap in self.gaps(clause) if not isinstance(gap, MayGrow)])

    @cached_property
    def record(self) -> RecordedJudge:
        """The recorded judge of whole clauses. Few designs need it, so it is imported here."""
        from clausewise.engine.judging.judge import RecordedJudge

        return RecordedJudge(self.code.policy, self.view.deployment, self.code.readings)

    @cached_property
    def _tests(self) -> Evaluator:
        """The recorded judge of what is about facts alone."""
        return self._evaluator_of({}, {})

    @cached_property
    def evaluator(self) -> Evaluator:
        """The recorded judge of single conditions. What other clauses came to it records without how."""
        return self._evaluator_of(_Steps(self._of_clause), _Steps(self._of_policy))

    @cached_property
    def shown(self) -> Evaluator:
        """The same, for steps that are looked at: what is alike is judged once."""
        from clausewise.engine.judging.shown import ShownEvaluator

        known = self.evaluator
        return ShownEvaluator(
            self.code.policy, known.operands, known.readings, known.violations, known.prohibitions
        )

    def _evaluator_of(self, clauses: dict[str, Step], policies: dict[str, Step]) -> Evaluator:
        from clausewise.engine.judging.evaluate import Evaluator

        code = self.code
        return Evaluator(code.policy, self.view.operands, code.readings, clauses, policies)

    def _of_clause(self, name: str) -> Step:
        truth = _TRUTHS[self.world.results[self.code.numbers[name]]]
        return Step(_NO_CONDITION, truth, self.facts(name), self.gaps(name))

    def _of_policy(self, name: str) -> Step:
        worst = max(self.world.others[name].results)
        truth, gaps = _TRUTHS[worst], Gaps(self)
        if truth is Truth.UNKNOWN:
            gaps.put_policy(name)
            return Step(_NO_CONDITION, truth, missing=tuple(gaps))
        found = self.of_policy(name, truth is Truth.TRUE)
        return Step(_NO_CONDITION, truth, tuple(self.search.smallest(found)))

    # what generated code calls

    def once(self, function: Callable[..., F], *given: Record) -> F:
        """What a generated function finds for some entities, which is looked for once."""
        key = function, *given
        known = self._found.get(key)
        if known is None:
            before, self.search.is_cut = self.search.is_cut, False
            known = self._found[key] = function(self, *given), self.search.is_cut
            self.search.is_cut = before
        found: F = known[0]
        self.search.is_cut |= known[1]
        return found

    def both(self, *parts: Alternatives) -> Alternatives:
        """Why all of several things are so."""
        return self.search.together(parts)

    def either(self, *parts: Alternatives) -> Alternatives:
        """Why some of several things are so."""
        found = [part for part in parts if part]
        if len(found) > 1:
            return self.search.either(found)
        return found[0] if found else ()

    def among(self, parts: Iterable[Alternatives]) -> Alternatives:
        """Why it is so of some member of a set, from why it is so of each."""
        found = list(islice(parts, MOST_ALTERNATIVES + 1))
        if len(found) <= 1:
            return found[0] if found else ()
        more = len(found) > MOST_ALTERNATIVES
        return self.search.either(found[:MOST_ALTERNATIVES] if more else found, more=more)

    def least(self, *found: FactSet | None) -> FactSet:
        """The smallest of sets of facts; `None` stands for one of something that is not so."""
        some = [facts for facts in found if facts is not None]
        return some[0] if len(some) == 1 else self.search.smallest(some)

    def least_fact(self, *facts: FactName | Literal[False]) -> FactSet:
        """The same for sets of one fact; `False` stands for one of something that is not so."""
        some = {fact for fact in facts if fact}
        if len(some) == 1:
            return frozenset(some)
        return self.search.smallest([frozenset((fact,)) for fact in some])

    def least_among(self, found: Iterable[FactSet], *more: FactName) -> FactSet | None:
        """The smallest set of facts for some member of a set, from those of each of whom it is so.

        Args:
            more: facts that are not in them, and are part of the reason, too.
        """
        some = list(islice(found, MOST_ALTERNATIVES))
        if not some:
            return None
        least = some[0] if len(some) == 1 else self.search.smallest(some)
        return least.union(more) if more else least

    def least_linked(
        self, anyone: FactSet | None, those: Iterable[FactSet], fact: FactName
    ) -> FactSet | None:
        """The same for all that one reference leads to, which never leads nowhere."""
        if anyone is None:
            return self.least_among(those, fact)
        someone = self.least_among(islice(those, MOST_ALTERNATIVES - 1), fact)
        return anyone if someone is None else self.search.smallest([anyone, someone])

    def among_linked(self, anyone: Alternatives, those: Iterable[Alternatives]) -> Alternatives:
        """Why it is so of some of all that one reference leads to, which never leads nowhere."""
        return self.among(chain([anyone], those) if anyone else those)

    def among_set(
        self,
        set_: EntitySet,
        variables: Variables,
        those: Iterable[Record],
        unlisted: Record,
        of_member: OfMember,
    ) -> Alternatives:
        """Why it is so of some member of a set; those come first that are in by the fewest facts.

        Args:
            those: the known members of whom it is so.
        """
        members = self.sets.members(set_, variables)
        chains: dict[Record, Chain | None] = members.known
        if members.is_nearer and of_member(unlisted):
            chains = {**chains, unlisted: members.witness}
            those = [unlisted, *those]
        nearest = sorted(those, key=lambda member: length(chains[member]))
        return self.among(
            with_facts(of_member(member), frozenset(chain_facts(chains[member])))
            for member in nearest
        )

    def throughout_linked(
        self,
        members: Sequence[Record],
        possible: Sequence[Record],
        fact: FactName,
        unlisted: Record,
        of_member: OfMember,
    ) -> Alternatives:
        """Why it is so of all that one reference may lead to."""
        return self._of_all(members, [fact], possible is not members, unlisted, of_member)

    def throughout_set(
        self, set_: EntitySet, variables: Variables, unlisted: Record, of_member: OfMember
    ) -> Alternatives:
        """Why it is so of all that may be in a set."""
        members = self.sets.members(set_, variables)
        return self._of_all([*members.known], members.bounds, members.is_open, unlisted, of_member)

    def _of_all(
        self,
        known: Sequence[Record],
        bounds: Sequence[Read],
        is_open: bool,
        unlisted: Record,
        of_member: OfMember,
    ) -> Alternatives:
        """By all members and what closes the set; or by nothing of that, if it is so of whoever may be in it."""
        anyway = of_member(unlisted) if bounds or is_open else ()
        parts = [] if is_open else [of_member(member) for member in known]
        if is_open or not all(parts):
            return anyway
        by_all = self.both([frozenset(bounds)], *parts)
        return self.search.either([anyway, by_all]) if anyway else by_all

    def meeting(self, test: Meet, variables: Variables) -> FactSet:
        """Why two sets have a member in common: there is one alternative."""
        return frozenset(self.sets.common(test, variables))

    def apart(self, test: Meet, variables: Variables) -> Alternatives:
        """Why two sets have no member in common."""
        _, facts = self.sets.meeting(test, variables)
        return [frozenset(facts)]

    def read(self, test: Condition, variables: Variables) -> Alternatives:
        """The facts that a settled test rests on."""
        return [frozenset(self._tests.evaluate(test, self.view.entities(variables)).facts)]

    def by_way_of(
        self, applied: Defined, variables: Variables, found: Alternatives
    ) -> Alternatives:
        """Alternatives with the facts by which the arguments of a definition were found."""
        given = self.view.arguments(applied.definition, applied.arguments, variables)
        facts = frozenset[Read](given.facts)
        return with_facts(found, facts)

    def of_clause(self, number: int, truth: bool) -> Alternatives:
        """Why a clause is violated, or why it is not, as the case may be."""
        role = "why_violated" if truth else "why_kept"
        return self.once(self.code.functions.get(f"{role}_{number}"))

    def least_of_clause(self, number: int, truth: bool) -> FactSet:
        """The smallest of these reasons."""
        role = "least_violated" if truth else "least_kept"
        return self.once(self.code.functions.get(f"{role}_{number}"))

    def of_policy(self, name: str, truth: bool) -> Alternatives:
        """Why another policy prohibits the deployment, or why it does not."""
        other = self.other(name)
        results = other.world.results
        if truth:
            violated = [n for n, result in enumerate(results) if result == VIOLATED]
            return self.search.either([other.of_clause(n, truth) for n in violated])
        if max(results) >= REVIEW:
            return ()
        return self.both(*[other.of_clause(n, truth) for n in range(len(results))])

    def other(self, name: str) -> Why:
        """The reasons of another policy's clauses, with which this one shares its search."""
        if name not in self._others:
            other = Why(self.code.others[name], self.world.others[name], self.view.given_deployment)
            other.search = self.search
            self._others[name] = other
        return self._others[name]


class _Steps(dict[str, Step]):
    """The steps of clauses or policies by name, each made when it is asked for."""

    def __init__(self, make: Callable[[str], Step]) -> None:
        self.make = make

    def __missing__(self, name: str) -> Step:
        self[name] = found = self.make(name)
        return found


class Gaps(dict[Gap, None]):
    """What is lacking, in the order in which it is found.

    Attributes:
        own: without that for which a clause only waits because another does.
    """

    __slots__ = ("_asked", "own", "why", "world")

    def __init__(self, why: Why, *, own: bool = False) -> None:
        self.why = why
        self.world = why.world
        self.own = own
        self._asked: set[Hashable] = set()

    def is_new(self, key: Hashable) -> bool:
        """Whether a key is asked about for the first time."""
        if key in self._asked:
            return False
        self._asked.add(key)
        return True

    def put_clause(self, number: int) -> None:
        """Add what another clause lacks."""
        if not self.own and self.is_new(("clause", number)):
            self.update(dict.fromkeys(self.why.gaps_of(number)))

    def put_policy(self, name: str) -> None:
        """Add what the clauses of another policy lack that are open."""
        if not self.is_new(("policy", name)):
            return
        other = self.why.other(name)
        for clause in other.code.policy.order:
            self.update(dict.fromkeys(other.gaps(clause, own=self.own)))
