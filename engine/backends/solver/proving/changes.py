"""Two complete designs that differ in one fact, as a law about a change says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clausewise.dsl.models.deployment import Deployment, Terms, Value
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.completion import assumed
from clausewise.engine.backends.solver.facts import Encoded, literals
from clausewise.engine.backends.solver.proving.search import (
    Designs,
    DesignSearch,
    SearchResult,
    Wanted,
)
from clausewise.engine.backends.solver.proving.shown import (
    Supposed,
    confirmed,
    reduced,
    supposed,
)
from clausewise.engine.backends.solver.states import one_of, states
from clausewise.engine.core.conditions import Not, Violated
from clausewise.engine.core.laws import Law, NeverWorsens
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.reads import field_key
from clausewise.engine.judging.judgement import ClauseJudgement


class Changes:
    """The changes of one fact of which a law says that they worsen nothing.

    The fact is one of the first entity of its type: names mean nothing, so what is so of one is so of any.
    """

    def __init__(
        self,
        search: DesignSearch,
        law: Law,
        claim: NeverWorsens,
        like: Changes | None = None,
    ) -> None:
        """`like`: changes of the same field, whose parts of circuits serve these, too."""
        self.search = search
        self.law = law
        self.claim = claim
        self.field = claim.field
        self.reading = search.policy.readers.get(field_key(claim.field), frozenset())
        self._after: dict[int, Encoded] = like._after if like else {}
        self._known: dict[int, dict[int, Lit]] = like._known if like else {}

    def worse(self, clause: str) -> SearchResult | None:
        """A design in which a clause is kept, and after the change is not; `None` if it does not read the fact.

        Raises:
            NotSettledError: it was given up.
        """
        if clause not in self.reading:
            return None
        return self.search.search(self._wanted(clause), self.law.readings, self._beside())

    def can_worsen(self, clause: str) -> tuple[bool, str]:
        """Whether some design is worse by a clause after the change; and why that is known up to a size only.

        Raises:
            NotSettledError: it was given up.
        """
        if clause not in self.reading:
            return False, ""
        wanted, few = self._wanted(clause), self.search.few()
        literals_ = [*few.under(self.law.readings), *(each.literal(few) for each in wanted)]
        if few.sat.can_be(*literals_):
            return True, ""
        found = self.search.search(wanted, self.law.readings, self._beside())
        return found.completion is not None, found.why if found.completion is None else ""

    def _wanted(self, clause: str) -> list[Wanted]:
        violation = self.search.policy.clauses[clause].violation
        return [
            Wanted(self._changed, self.search.policy),
            *self.search.wanted(Not(Violated(clause))),
            Wanted(partial(self._violated_after, clause=clause), self.search.policy, violation),
            *self._where(),
        ]

    def _beside(self) -> dict[str, int]:
        """The changed entity, and whom it refers to."""
        beside = {} if self._is_single else {self.field.owner: 1}
        if self.field.is_reference:
            target = self.field.target or ""
            beside[target] = beside.get(target, 0) + 1
        return beside

    @property
    def _is_single(self) -> bool:
        return self.search.policy.vocabulary.entities[self.field.owner].single

    def _entity(self, designs: Designs) -> str:
        return designs.world.by_type[self.field.owner][0]

    def _where(self) -> list[Wanted]:
        where = self.claim.where
        if where is None:
            return []

        def literal(designs: Designs) -> Lit:
            scope = {} if self._is_single else {self.claim.variable: self._entity(designs)}
            return designs.ground.condition(where, scope)

        return [Wanted(literal, self.search.policy, where)]

    # the two facts

    def _before(self, designs: Designs) -> Encoded:
        return designs.world.fact(self._entity(designs), self.field)

    def after(self, designs: Designs) -> Encoded:
        """What the fact is after the change, in literals of its own."""
        if id(designs) not in self._after:
            self._after[id(designs)] = designs.world.encoded(self.field, None)
        return self._after[id(designs)]

    def _changed(self, designs: Designs) -> Lit:
        """That the entity is there, and the fact is before and after as the law says."""
        before, after = self._before(designs), self.after(designs)
        given: list[Lit] = [designs.world.exists(self._entity(designs))]
        match self.claim.word:
            case "changing":
                given.append(self._one_of(designs, before, self.claim.before))
                given.append(self._one_of(designs, after, self.claim.after))
            case "adding":
                given.append(self._joins(designs, before, after, self.claim.after))
            case "removing":
                given.append(self._joins(designs, after, before, self.claim.before))
        return designs.world.circuit.all_of(given)

    def _one_of(self, designs: Designs, fact: Encoded, values: Sequence[Value] | None) -> Lit:
        if values is None:
            return TRUE
        if not self.field.has_terms or self.field.is_many:
            ways = [states(designs.world, self.field, fact, value) for value in values]
            return designs.world.circuit.any_of(ways)
        assert isinstance(fact, dict)
        named = [value.names for value in values if isinstance(value, Terms)]
        classes = dict.fromkeys(
            o for names in named for n in names for o in self._classes(designs, n)
        )
        ways = [fact[one] for one in classes]
        ways += [-designs.world.circuit.any_of(fact.values())] if () in named else []
        return designs.world.circuit.any_of(ways)

    def _classes(self, designs: Designs, name: str) -> tuple[str, ...]:
        return one_of(designs.world, self.field, name)

    def _joins(
        self, designs: Designs, without: Encoded, with_: Encoded, values: Sequence[Value] | None
    ) -> Lit:
        """That one fact holds what another does, and one of some terms beside."""
        circuit = designs.world.circuit
        assert isinstance(without, dict)
        assert isinstance(with_, dict)
        names = [name for value in values or () if isinstance(value, Terms) for name in value.names]
        joining = {one for name in names for one in one_of(designs.world, self.field, name)}
        ways = []
        for one in without:
            if one in joining:
                same = [_alike(designs, without[o], with_[o]) for o in without if o != one]
                ways.append(circuit.all_of([-without[one], with_[one], *same]))
        return circuit.any_of(ways)

    def _violated_after(self, designs: Designs, *, clause: str) -> Lit:
        before, after = literals(self._before(designs)), literals(self.after(designs))
        given = {
            abs(one): other if one > 0 else -other
            for one, other in zip(before, after, strict=True)
            if one not in (TRUE, FALSE)
        }
        known = self._known.setdefault(id(designs), {})
        return designs.world.circuit.substituted(designs.ground.violated(clause), given, known)

    # what was found

    def shown(self, found: SearchResult, clause: str) -> tuple[Deployment, Deployment, Supposed]:
        """The two designs that were found, and what is supposed of both, under which the second is worse.

        Raises:
            NotConfirmedError: the judge does not say so.
        """
        assert found.completion is not None
        completion, beside = found.completion, supposed(found)
        names = completion.names()
        entity = names[self._entity(found.designs)]
        value = completion.value(self.field, self.after(found.designs), names)
        changed = assumed(entity, self.field, value)

        def judged(design: Deployment) -> list[ClauseJudgement]:
            both = (design, design.with_fact(changed))
            return [beside.judge(self.search.policy, each).judged(clause) for each in both]

        def is_worse(design: Deployment) -> bool:
            if entity not in design.entities:
                return False
            before, after = [each.outcome for each in judged(design)]
            is_kept = not before.is_open and before is not Outcome.VIOLATED
            return is_kept and after is Outcome.VIOLATED

        design = completion.deployment()
        deciding = [fact for each in judged(design) for fact in each.facts]
        before = reduced(design, is_worse, deciding, changed)
        confirmed(before, beside, is_worse)
        return before, before.with_fact(changed), beside


def _alike(designs: Designs, one: Lit, other: Lit) -> Lit:
    circuit = designs.world.circuit
    return circuit.any_of([circuit.all_of([one, other]), circuit.all_of([-one, -other])])
