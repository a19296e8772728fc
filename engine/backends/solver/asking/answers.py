"""Answers that alone settle a verdict, whatever the other facts are; of fields of many values, too."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

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
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.advice.questions import Answer, Question
from clausewise.engine.backends.solver.asking.neighbours import Neighbours
from clausewise.engine.backends.solver.asking.twins import Twins
from clausewise.engine.backends.solver.bound import UnboundedError
from clausewise.engine.backends.solver.circuit import Lit
from clausewise.engine.backends.solver.completion import assumed
from clausewise.engine.backends.solver.exact import GIVEN_UP
from clausewise.engine.backends.solver.judging import exact_of, verdict_by
from clausewise.engine.backends.solver.states import one_of, states
from clausewise.engine.backends.solver.values import values_to_state
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.judging.judgement import Judgement, can_be_judged

MOST_ASKED = 200
"""Of so many questions the answers are tried."""
MOST_ANSWERS = 60
"""Of each, so many answers: a place has more, which policies tell apart."""
TOGETHER = 500
"""So many answers are tried together."""


@lean_dataclass(frozen=True, slots=True)
class _Tried:
    """An answer that is tried.

    Attributes:
        like: what is the same of all answers that cannot be told apart from it (`Twins.like`).
    """

    entity: str
    field: Field
    value: Value
    like: Hashable

    def stated(self, world: OpenWorld) -> Lit:
        """That the fact is so in a world."""
        return states(world, self.field, world.fact(self.entity, self.field), self.value)


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
    facts = [
        FactName(str(q.fact)) for q in asked if not isinstance(q.fact, NoEntity) and q.fact != AS_OF
    ]
    found: dict[str, tuple[Answer, ...]] = dict.fromkeys(facts[:MOST_ASKED], ())
    all_ = [(fact, each) for fact in found for each in search.tried(FactName(fact))]
    for start in range(0, len(all_), TOGETHER):
        batch = all_[start : start + TOGETHER]
        verdicts = search.verdicts([each for _, each in batch])
        for fact, each in batch:
            verdict = verdicts.get(each.like)
            told = (Answer(show_value(each.value), verdict),) if verdict else ()
            found[fact] = (*found[fact], *told)
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
        self._most: dict[str, Mapping[str, int] | None] = {}
        self._twins = Twins(judgement.deployment)
        self._known: dict[Hashable, Verdict | None] = {}
        """To what answers settle the verdict, by what they are like; `None` if they do not."""

    def tried(self, name: FactName) -> list[_Tried]:
        """The answers to a question."""
        entity, field_name = place_of(name)
        field = self.judgement.deployment.entities[entity].type.fields[field_name]
        values = [*answers_to(self.exact.world, entity, field)][:MOST_ANSWERS]
        return [_Tried(entity, field, v, self._twins.like(entity, field, v)) for v in values]

    def verdicts(self, tried: Sequence[_Tried]) -> Mapping[Hashable, Verdict | None]:
        """To what answers settle the verdict, by what they are like; `None` if they do not."""
        new = {each.like: each for each in tried if each.like not in self._known}
        self._known |= dict.fromkeys(new)
        with suppress(*GIVEN_UP):
            world = self.exact.world
            given = {like: each.stated(world) for like, each in new.items()}
            places = dict.fromkeys([(each.entity, each.field.name) for each in new.values()])
            near = Neighbours(world, places, [self.prohibited, *given.values()])
            can_be, can_not_be = (self._possible(given, near, way) for way in (True, False))
            for like in [like for like in given if (like in can_be) is not (like in can_not_be)]:
                with suppress(*GIVEN_UP):
                    self._known[like] = self._settled(new[like], prohibited=like in can_be)
        return self._known

    def _possible(
        self, given: Mapping[Hashable, Lit], near: Neighbours, prohibited: bool
    ) -> set[Hashable]:
        """The answers with which a design can be prohibited, or can be not.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        verdict = self.prohibited * (1 if prohibited else -1)

        def shown(model: bytes) -> set[Hashable]:
            found = near.of(model)
            fitting = found.where(verdict)
            return {like for like, literal in given.items() if found.where(literal) & fitting}

        return self.exact.among({}).sat.which_can_be(given, verdict, shown=shown)

    def _settled(self, tried: _Tried, *, prohibited: bool) -> Verdict | None:
        """The verdict with an answer, if it is settled: prohibited, if there is a clause that is violated then.

        Where nothing is violated, the whole is judged exactly once more; where it is not known how many entities
        are enough for some clauses, these are, and the whole.

        Raises:
            NotSettledError: it was given up.
            TooLargeError: there is too much that could be.
        """
        if not prohibited:
            return _confirmed(self.judgement, tried, unless_open=True)
        grounded = self.exact.among({})
        given = tried.stated(grounded.world)
        roots = {clause: grounded.ground.violated(clause) for clause in self.clauses}
        unsure: list[str] = []
        while roots:
            clause, root = next(iter(roots.items()))
            if grounded.sat.can_be(given, -root):
                holding = grounded.sat.holding(roots)
                roots = {c: root for c, root in roots.items() if c in holding}
            elif self._is_violated(clause, tried):
                # answers that do it often do it by the same clause
                self.clauses.sort(key=lambda other: other != clause)
                return Verdict.PROHIBITED
            else:
                unsure += [clause] if self._enough(clause) is None else []
                del roots[clause]
        if self._is_prohibited(tried):
            return Verdict.PROHIBITED
        return _confirmed(self.judgement, tried, only=unsure) if unsure else None

    def _is_prohibited(self, tried: _Tried) -> bool:
        """Whether some clause is violated with an answer in each way, though none is in all of them."""
        most = self._enough_for_all
        if not most:
            return most is not None
        grounded = self.exact.among(most)
        given = tried.stated(grounded.world)
        return not grounded.sat.can_be(given, -grounded.ground.prohibited())

    @cached_property
    def _enough_for_all(self) -> Mapping[str, int] | None:
        """How many unlisted entities decide whether all clauses can be kept; `None` if that is not known."""
        clauses = self.exact.policy.clauses.values()
        try:
            return self.exact.enough([Not(clause.violation) for clause in clauses])
        except UnboundedError:
            return None

    def _is_violated(self, clause: str, tried: _Tried) -> bool:
        """Whether a clause that is violated with an answer among few entities is so among as many as are
        enough."""
        most = self._enough(clause)
        if not most:
            return most is not None
        grounded = self.exact.among(most)
        given = tried.stated(grounded.world)
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


def answers_to(
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
        yield from (value for value in values_to_state(world, entity, field) if value != Terms(()))
    if field.may_be_none and not stated:
        yield Terms(())


def _more_precisely(world: OpenWorld, field: Field, names: tuple[str, ...]) -> Iterator[Terms]:
    """Terms of which one is said more precisely, in each way that policies tell apart."""
    shown = world.classes(field).shown
    for place, name in enumerate(names):
        below = one_of(world, field, name)
        for one in below if len(below) > 1 else ():
            yield Terms((*names[:place], shown[one], *names[place + 1 :]))


def _confirmed(
    judgement: Judgement, tried: _Tried, *, unless_open: bool = False, only: Collection[str] = ()
) -> Verdict | None:
    """The verdict with an answer, if it is settled. `unless_open` and `only`: as of `verdict_by`."""
    answered = judgement.deployment.with_fact(assumed(tried.entity, tried.field, tried.value))
    verdict, outcomes = verdict_by(judgement, answered, unless_open=unless_open, only=only)
    if verdict.is_open or not can_be_judged(judgement.policy, answered, outcomes.values()):
        return None
    return verdict
