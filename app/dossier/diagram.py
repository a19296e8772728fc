"""A design as a graph: its entities, what each refers to, and what the clauses found about each.

It knows no type and no field by name: entities of any vocabulary are drawn, and each reference is a link. Entities
that are alike (of the same facts, findings and links) are one node: a design of a thousand doors stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import Entity, NoEntity, Terms, place_of
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement

FEW = 3
"""So many others that are alike are still shown one by one."""


@lean_dataclass(frozen=True, slots=True)
class DiagramNode:
    """An entity, or several that are alike.

    Attributes:
        names: of the entities, in the order of the design.
        concerns: the clauses, by their numbers, that came to an outcome by facts of it, the worst outcome first.
            Clauses that do not apply, or only follow from others, are not among them.
    """

    names: tuple[str, ...]
    type: str
    concerns: Mapping[Outcome, tuple[str, ...]]

    @property
    def outcome(self) -> Outcome | None:
        """The worst outcome to which it leads; `None` if no clause says anything of it."""
        return next(iter(self.concerns), None)


@lean_dataclass(frozen=True, slots=True)
class DiagramLink:
    """References from one node to another, by their fields. Nodes are given by their places."""

    source: int
    target: int
    fields: tuple[str, ...]


@lean_dataclass(frozen=True, slots=True)
class Diagram:
    """The nodes in the order of the design, and the links between them."""

    nodes: tuple[DiagramNode, ...]
    links: tuple[DiagramLink, ...]


def diagram_of(*reports: Report) -> Diagram:
    """The diagram of a design as one policy judged it, or several together."""
    concerns = _concerns(reports)
    entities = [
        entity
        for entity in _entities(reports)
        if entity.facts or not entity.type.single or entity.name in concerns
    ]
    groups = _alike(entities, concerns)
    numbers = {name: number for number, group in enumerate(groups) for name in group}
    by_name = {entity.name: entity for entity in entities}
    nodes = [
        DiagramNode(group, by_name[group[0]].type.name, concerns.get(group[0], {}))
        for group in groups
    ]
    links: dict[tuple[int, int], dict[str, None]] = {}
    for entity in entities:
        for field, target in _references(entity):
            ends = numbers[entity.name], numbers.get(target, -1)
            if ends[1] >= 0:
                links.setdefault(ends, {})[field] = None
    return Diagram(
        tuple(nodes), tuple(DiagramLink(*ends, tuple(found)) for ends, found in links.items())
    )


def _entities(reports: Sequence[Report]) -> Iterable[Entity]:
    """All that is listed, with the facts of all vocabularies in whose words it is said."""
    found: dict[str, Entity] = {}
    for report in reports:
        for name, entity in report.deployment.entities.items():
            facts = {**found[name].facts, **entity.facts} if name in found else entity.facts
            found[name] = replace(entity, facts=facts)
    return found.values()


def _references(entity: Entity) -> Iterator[tuple[str, str]]:
    """The fields of an entity that refer to others, each with one that it names."""
    for name, fact in entity.facts.items():
        if fact.field.is_reference and isinstance(fact.value, Terms):
            for target in fact.value.names:
                yield name, target


# what the clauses found


def _concerns(reports: Sequence[Report]) -> dict[str, dict[Outcome, tuple[str, ...]]]:
    """By entity, the numbers of the clauses that came to each outcome by facts of it.

    Of numbers that two policies have, the policy is told.
    """
    found: dict[str, dict[Outcome, dict[str, None]]] = {}
    used = Counter(judged.clause.short for report in reports for judged in report.clauses)
    for report in reports:
        for judged in report.clauses:
            if judged.outcome is Outcome.NOT_APPLICABLE:
                continue
            short = judged.clause.short
            number = short if used[short] == 1 else f"{report.policy.name} {short}"
            for name, outcome in _concerned(judged, report):
                found.setdefault(name, {}).setdefault(outcome, {})[number] = None
    return {
        name: {outcome: tuple(of[outcome]) for outcome in Outcome if outcome in of}
        for name, of in found.items()
    }


def _concerned(judged: ClauseJudgement, report: Report) -> Iterator[tuple[str, Outcome]]:
    """The entities by whose own facts a clause ended as it did, or is open."""
    read = report.policy.reached(judged.clause)
    others = {name for kind, name in read if kind == "clause"}
    theirs = {f for other in report.clauses if other.clause.name in others for f in other.facts}
    if judged.is_open:
        for gap in judged.own_missing:
            judgement = report.deployment.kind_of(gap) == "judgement"
            if not isinstance(gap, NoEntity):
                yield place_of(gap)[0], Outcome.REVIEW if judgement else Outcome.UNDETERMINED
    elif judged.outcome is Outcome.VIOLATED:
        for finding in judged.findings:
            if finding.outcome is Outcome.VIOLATED:
                own = [_entity(fact) for fact in finding.facts if fact not in theirs]
                for name in dict.fromkeys([*finding.bindings.values(), *own]):
                    yield name, Outcome.VIOLATED
    else:
        for name in dict.fromkeys(_entity(fact) for fact in judged.facts if fact not in theirs):
            yield name, judged.outcome


def _entity(fact: str) -> str:
    return fact.partition(".")[0]


# what is alike


def _alike(
    entities: Iterable[Entity], concerns: Mapping[str, Mapping[Outcome, tuple[str, ...]]]
) -> list[tuple[str, ...]]:
    """The entities in groups of those that are alike: no fact, finding or link tells two of a group apart.

    Groups begin as coarse as possible, and are split by the groups to which their members refer until none can be
    (partition refinement: Paige and Tarjan, "Three partition refinement algorithms", 1987, in its simple form).
    For example, a thousand doors with a camera each are two groups if the cameras are alike. Few that are alike
    stay apart.
    """
    listed = list(entities)
    of: dict[str, object] = {
        e.name: (_own(e), tuple(concerns.get(e.name, {}).items())) for e in listed
    }
    count = 0
    while count < (now := len(set(of.values()))):
        count = now
        numbers = {key: number for number, key in enumerate(dict.fromkeys(of.values()))}
        of = {
            e.name: (
                numbers[of[e.name]],
                frozenset((f, numbers[of[t]]) for f, t in _references(e) if t in of),
            )
            for e in listed
        }
    groups: dict[object, list[str]] = {}
    for entity in listed:
        groups.setdefault(of[entity.name], []).append(entity.name)
    told: list[tuple[str, ...]] = []
    for group in groups.values():
        told += [tuple(group)] if len(group) > FEW else [(name,) for name in group]
    place = {entity.name: index for index, entity in enumerate(listed)}
    return sorted(told, key=lambda group: place[group[0]])


def _own(entity: Entity) -> object:
    """What an entity is by itself: its type and its facts, but for the entities to which it refers."""
    return entity.type.name, frozenset(
        (name, fact.evidence, fact.attestations, fact.value, fact.doubt)
        for name, fact in entity.facts.items()
        if not fact.field.is_reference
    )
