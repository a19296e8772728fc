"""The fewest answers that make a design prohibited, whatever its other facts are.

Two searches meet. One chooses the fewest answers that fit no known *way out*, which is a completion in which
nothing is violated. The other looks for a way out that the chosen answers leave. If there is none, these are the
fewest. So each way out rules out all sets of answers that fit it, and small sets are tried before large ones
(implicit hitting sets).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms, Value
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.backends.solver.asking.answers import MOST_ANSWERS, answers_to
from clausewise.engine.backends.solver.circuit import FALSE, TRUE, Lit
from clausewise.engine.backends.solver.completion import Completion, assumed
from clausewise.engine.backends.solver.exact import GIVEN_UP, Grounded
from clausewise.engine.backends.solver.facts import Encoded, literals
from clausewise.engine.backends.solver.judging import exact_of, verdict_by
from clausewise.engine.backends.solver.sat import Cheapest
from clausewise.engine.backends.solver.states import states
from clausewise.engine.backends.solver.world import FactPlace, OpenWorld
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.judging.judgement import Judgement

MOST_ROUNDS = 150
"""So many ways out are looked for, and then it is given up: no set of answers is told. So it is once no work is
left, which both searches count."""
ONE = 1_000
"""What an answer weighs; one about an entity that is not listed weighs a little more, so others are preferred."""


@lean_dataclass(frozen=True, slots=True)
class Together:
    """Answers that make a design prohibited together.

    Attributes:
        facts: the answers; none if none were found.
        least: whether no fewer do: no answer was left out of the search.
    """

    facts: tuple[Fact, ...] = ()
    least: bool = False


@lean_dataclass(frozen=True, slots=True)
class Choice:
    """An answer that may be chosen: the literal that it is given, and the one that it is chosen."""

    place: FactPlace
    value: Value
    given: Lit
    chosen: Lit


def fewest_to_prohibited(judgement: Judgement) -> Together:
    """The fewest answers that make a design prohibited; nothing if it is settled, or none were found.

    An answer about a list is that it holds one value, and perhaps more. Answers may list another entity.

    Args:
        judgement: an exact one.
    """
    if not judgement.verdict.is_open:
        return Together()
    exact = exact_of(judgement)
    try:
        prohibited = exact.prohibited()
        found = _first_confirmed(judgement, exact.among({}), prohibited)
    except GIVEN_UP:
        return Together()
    is_least = found.least and not _is_cut(exact.world, prohibited)
    return replace(found, least=is_least)


def _first_confirmed(judgement: Judgement, grounded: Grounded, prohibited: Lit) -> Together:
    """The fewest answers that do so by an exact judgement, too: among more entities than were looked at."""
    fewest = 0
    for chosen in _search(grounded, prohibited):
        fewest = fewest or len(chosen)
        facts = _confirmed(judgement, chosen, grounded.world)
        if facts:
            return Together(facts, least=len(chosen) == fewest)
    return Together()


def _is_cut(world: OpenWorld, prohibited: Lit) -> bool:
    """Whether answers to questions that can matter were left out."""
    return any(
        len([*answers_to(world, place[0], world.field(place), unlisted=True)]) > MOST_ANSWERS
        for place, _ in _asked(world, prohibited)
    )


def _search(grounded: Grounded, prohibited: Lit) -> Iterator[list[Choice]]:
    """Answers that leave no way out among few entities, the fewest first."""
    choices = list(_choices(grounded.world, prohibited))
    soft = [(-each.chosen, ONE + _is_new(each, grounded.world)) for each in choices]
    fewest = Cheapest(grounded.world.circuit, soft, meter=grounded.sat.meter)
    try:
        fewest.require([prohibited])
        for _ in range(MOST_ROUNDS):
            model = fewest.model()
            if model is None:
                return
            chosen = [each for each in choices if model.get(each.chosen)]
            if grounded.sat.can_be(-prohibited, *(each.given for each in chosen)):
                way_out = Completion(grounded.world, grounded.sat.model())
                fewest.require([each.chosen for each in choices if not way_out.holds(each.given)])
            else:
                yield _with_first_values(chosen, choices, grounded, prohibited)
                fewest.require(
                    [-each.chosen if each in chosen else each.chosen for each in choices]
                )
    finally:
        fewest.close()


def _with_first_values(
    chosen: list[Choice], choices: Sequence[Choice], grounded: Grounded, prohibited: Lit
) -> list[Choice]:
    """The same answers, each with the first value that does: of values that do, it is chance which is found."""
    for each in list(chosen):
        rest = [other for other in chosen if other is not each]
        given = [other.given for other in rest]
        same = [c for c in choices if c.place == each.place and c not in rest]
        before = same[: same.index(each)]
        can_be = grounded.sat.can_be
        first = next((c for c in before if not can_be(-prohibited, c.given, *given)), each)
        chosen = [first if other is each else other for other in chosen]
    return chosen


def _is_new(choice: Choice, world: OpenWorld) -> bool:
    """Whether an answer is about an entity that is not listed."""
    named = choice.value.names if isinstance(choice.value, Terms) else ()
    return any(name in world.unlisted for name in (choice.place[0], *named))


def _choices(world: OpenWorld, prohibited: Lit) -> Iterator[Choice]:
    """All answers to questions that can matter."""
    circuit = world.circuit
    for place, fact in _asked(world, prohibited):
        field = world.field(place)
        for value in [*answers_to(world, place[0], field, unlisted=True)][:MOST_ANSWERS]:
            given = states(world, field, fact, value)
            if given not in (TRUE, FALSE):
                chosen = circuit.variable()
                circuit.require([-chosen, given])
                yield Choice(place, value, given, chosen)


def _asked(world: OpenWorld, prohibited: Lit) -> list[tuple[FactPlace, Encoded]]:
    """The facts that can matter, with what they may be."""
    circuit = world.circuit
    cone = circuit.inputs([prohibited])
    return [
        (place, fact)
        for place, fact in world.facts.items()
        if cone & circuit.inputs(x for x in literals(fact) if x not in (TRUE, FALSE))
    ]


def _confirmed(
    judgement: Judgement, chosen: Sequence[Choice], world: OpenWorld
) -> tuple[Fact, ...]:
    """The facts that are chosen, if by an exact judgement the design is prohibited with them."""
    names = _names(world)
    values: dict[FactPlace, Value] = {}
    for each in chosen:
        values[each.place] = _together(values.get(each.place), each.value)
    facts = [
        assumed(names[entity], world.field((entity, name)), _named(value, names))
        for (entity, name), value in values.items()
    ]
    design = with_answers(judgement.deployment, facts)
    verdict, _ = verdict_by(judgement, design)
    return tuple(facts) if verdict is Verdict.PROHIBITED else ()


def _names(world: OpenWorld) -> dict[str, str]:
    """What entities are called, by their names in the world: those that are not listed get one."""
    names: dict[str, str] = {}
    listed = world.deployment.entities
    for name, type_ in world.types.items():
        free = (f"{type_}-{number}" for number in range(1, len(world.types) + len(listed) + 2))
        taken = {*listed, *names.values()}
        names[name] = name if name in listed else next(new for new in free if new not in taken)
    return names


def _together(one: Value | None, other: Value) -> Value:
    if isinstance(one, Terms) and isinstance(other, Terms):
        return Terms((*one.names, *other.names), more=one.more and other.more)
    return other


def _named(value: Value, names: dict[str, str]) -> Value:
    if not isinstance(value, Terms):
        return value
    return replace(value, names=tuple([names.get(name, name) for name in value.names]))


def with_answers(deployment: Deployment, facts: Sequence[Fact]) -> Deployment:
    """A deployment with further facts, and with the entities of which they speak and that it does not list."""
    entities = dict(deployment.entities)
    types = deployment.vocabulary.entities
    for fact in facts:
        spoken_of = [(fact.entity, fact.field.owner)]
        if fact.field.is_reference and isinstance(fact.value, Terms):
            spoken_of += [(name, fact.field.target or "") for name in fact.value.names]
        for name, type_ in spoken_of:
            entities.setdefault(name, Entity(types[type_], name, {}))
    found = replace(deployment, entities=entities)
    for fact in facts:
        found = found.with_fact(fact)
    return found
