"""Answers that alone settle a verdict, whatever the other facts are; of fields of many values, too."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress

from clausewise.dsl.models.deployment import (
    AS_OF,
    FactName,
    NoEntity,
    Terms,
    Value,
    place_of,
    show_value,
)
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Duration
from clausewise.engine.advice.questions import Answer, Question
from clausewise.engine.backends.solver.asking.twins import Twins
from clausewise.engine.backends.solver.bound import UnboundedError
from clausewise.engine.backends.solver.circuit import Lit
from clausewise.engine.backends.solver.completion import Completion, assumed
from clausewise.engine.backends.solver.exact import GIVEN_UP
from clausewise.engine.backends.solver.judging import exact_of, plainly
from clausewise.engine.backends.solver.states import one_of, states
from clausewise.engine.backends.solver.values import values_of
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.outcomes import Verdict, verdict_of
from clausewise.engine.judging.judgement import Judgement, Outcomes, can_be_judged

MOST_ASKED = 200
"""Of so many questions the answers are tried."""
MOST_ANSWERS = 60
"""Of each, so many answers: a place has more, which policies tell apart."""
MOST_EXAMPLES = 12
"""Completions are kept as examples of either verdict, so many."""


def settling(judgement: Judgement, asked: Sequence[Question]) -> dict[str, tuple[Answer, ...]]:
    """By fact, the answers to its question that settle the verdict, whatever the other facts are.

    The solver finds them among deployments with one unlisted entity of a type, and then says of each clause what
    it comes to among as many as are enough. Of a field of many values, an answer is that it holds one, and perhaps
    more.

    Args:
        judgement: an exact one.
        asked: its questions.
    """
    if not judgement.verdict.is_open:
        return {}
    try:
        search = _Settling(judgement)
    except GIVEN_UP:
        return {}
    found: dict[str, tuple[Answer, ...]] = {}
    for question in asked[:MOST_ASKED]:
        if not isinstance(question.fact, NoEntity) and question.fact != AS_OF:
            found[question.fact] = tuple(search.answers(question.fact))
        if search.exact.meter.left <= 0:
            break
    return found


class _Settling:
    """The search for answers that settle a verdict."""

    def __init__(self, judgement: Judgement) -> None:
        """
        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        self.judgement = judgement
        self.exact = exact_of(judgement)
        self.prohibited = self.exact.prohibited()
        self.clauses = [judged.clause.name for judged in judgement.clauses if judged.is_open]
        self._examples: dict[bool, list[Completion]] = {True: [], False: []}
        self._can_be_kept = self.exact.can_be(-self.prohibited)
        """Whether anything is permitted among few entities. If not, each answer would have to be judged exactly
        again to see that it changes nothing, so the judge alone is asked."""
        self._most: dict[str, Mapping[str, int] | None] = {}
        self._twins = Twins(judgement.deployment)
        self._known: dict[Hashable, Verdict | None] = {}
        """To what answers settle the verdict, by what they are like; `None` if they do not."""

    def answers(self, name: FactName) -> Iterator[Answer]:
        """The answers to one question that settle the verdict."""
        entity, field_name = place_of(name)
        field = self.judgement.deployment.entities[entity].type.fields[field_name]
        for value in [*candidates(self.exact.world, entity, field)][:MOST_ANSWERS]:
            like = self._twins.like(entity, field, value)
            if like not in self._known:
                self._known[like] = None
                with suppress(*GIVEN_UP):
                    self._known[like] = self._verdict(entity, field, value)
            verdict = self._known[like]
            if verdict:
                yield Answer(show_value(value), verdict)

    def _verdict(self, entity: str, field: Field, value: Value) -> Verdict | None:
        """To what an answer settles the verdict, if it does.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        world = self.exact.world
        given = states(world, field, world.fact(entity, field), value)
        ways = {way for way in (True, False) if self._can_be(given, prohibited=way)}
        return self._settled(entity, field, value, ways.pop()) if len(ways) == 1 else None

    def _can_be(self, given: Lit, *, prohibited: bool) -> bool:
        """Whether a design with an answer can be prohibited, or not: as an earlier one shows, or the solver
        says."""
        if any(known.holds(given) for known in self._examples[prohibited]):
            return True
        grounded = self.exact.among({})
        if not grounded.sat.can_be(given, self.prohibited * (1 if prohibited else -1)):
            return False
        if len(self._examples[prohibited]) < MOST_EXAMPLES:
            self._examples[prohibited].append(Completion(grounded.world, grounded.sat.model()))
        return True

    def _settled(self, entity: str, field: Field, value: Value, prohibited: bool) -> Verdict | None:
        """The verdict with an answer, if it is settled: prohibited, if there is a clause that is violated then.

        Where nothing is violated, which is rare, and where it is not known how many entities are enough for a
        clause, the whole is judged exactly once more.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        if not prohibited:
            return _confirmed(self.judgement, self.judgement.outcomes_of, entity, field, value)
        grounded = self.exact.among({})
        given = states(grounded.world, field, grounded.world.fact(entity, field), value)
        roots = {clause: grounded.ground.violated(clause) for clause in self.clauses}
        unsure = False
        while roots:
            clause, root = next(iter(roots.items()))
            if grounded.sat.can_be(given, -root):
                model = grounded.sat.model()
                roots = {c: r for c, r in roots.items() if (model[abs(r)] == 1) is (r > 0)}
            elif self._is_violated(clause, entity, field, value):
                return Verdict.PROHIBITED
            else:
                unsure |= self._enough(clause) is None
                del roots[clause]
        if not unsure:
            return None
        outcomes_of = self.judgement.outcomes_of if self._can_be_kept else plainly(self.judgement)
        return _confirmed(self.judgement, outcomes_of, entity, field, value)

    def _is_violated(self, clause: str, entity: str, field: Field, value: Value) -> bool:
        """Whether a clause that is violated with an answer among few entities is so among as many as are
        enough."""
        most = self._enough(clause)
        if not most:
            return most is not None
        grounded = self.exact.among(most)
        given = states(grounded.world, field, grounded.world.fact(entity, field), value)
        return not grounded.sat.can_be(given, -grounded.ground.violated(clause))

    def _enough(self, clause: str) -> Mapping[str, int] | None:
        """How many unlisted entities decide whether a clause can be kept; `None` if that is not known."""
        if clause not in self._most:
            try:
                self._most[clause] = self.exact.enough(
                    [Not(self.exact.policy.clauses[clause].violation)]
                )
            except UnboundedError:
                self._most[clause] = None
        return self._most[clause]


def candidates(
    world: OpenWorld, entity: str, field: Field, *, unlisted: bool = False
) -> Iterator[Value]:
    """What can be answered: each value, or, where there may be many, that it is among them. Of what is stated
    whole, though in words that leave something open, it is one of these said more precisely.

    Args:
        unlisted: whether entities that are not listed can be named, too, by their names in the world.
    """
    value = world.value(entity, field)
    if field.has_terms and isinstance(value, Terms) and not value.more:
        yield from _more_precisely(world, field, value.names)
        return
    stated = value.names if isinstance(value, Terms) else ()
    if field.is_reference:
        named = [name for name in world.domain(field) if unlisted or name not in world.unlisted]
        yield from (
            Terms((*stated, name), more=field.is_many) for name in named if name not in stated
        )
    elif field.has_terms and field.is_many:
        shown = [world.classes(field).shown[one] for one in world.domain(field)]
        yield from (Terms((*stated, one), more=True) for one in shown if one not in stated)
    else:
        found = (value for value in values_of(world, entity, field) if value != Terms(()))
        yield from (v for v in found if not isinstance(v, Duration) or v.amount >= 0)
    if field.may_be_none:
        yield Terms(())


def _more_precisely(world: OpenWorld, field: Field, names: tuple[str, ...]) -> Iterator[Terms]:
    """Terms of which one is said more precisely, in each way that policies tell apart."""
    shown = world.classes(field).shown
    for place, name in enumerate(names):
        below = one_of(world, field, name)
        for one in below if len(below) > 1 else ():
            yield Terms((*names[:place], shown[one], *names[place + 1 :]))


def _confirmed(
    judgement: Judgement, outcomes_of: Outcomes, entity: str, field: Field, value: Value
) -> Verdict | None:
    """The verdict with an answer, if it is settled."""
    answered = judgement.deployment.with_fact(assumed(entity, field, value))
    outcomes = outcomes_of(answered, judgement.readings).values()
    verdict = verdict_of(outcomes, draft=answered.draft)
    if verdict.is_open or not can_be_judged(judgement.policy, answered, outcomes):
        return None
    return verdict
