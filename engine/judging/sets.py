"""Sets of entities: who is in, through which facts, and whether there may be others."""

from __future__ import annotations

from typing import assert_never

from clausewise.dsl.models.deployment import FactName, MayGrow, NoEntity, Terms
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.engine.core.conditions import All, DefinedSet, EntitySet, Hop, Path, Union
from clausewise.engine.judging.operands import Bindings, Operands, ReadValue
from clausewise.engine.judging.record import (
    Bundle,
    Chain,
    Read,
    chain_facts,
    length,
    longer,
    spelled,
)


@lean_dataclass(slots=True)
class Members:
    """A set of entities, as far as known.

    Attributes:
        known: the listed members, with the facts that put them in.
        bounds: the facts that say that there are no others, such as `acts-for none`.
        gaps: the facts, unknown or ending in `...`, because of which there may be others.
        is_open: whether there may be others.
    """

    known: dict[str, Chain | None] = field(default_factory=dict)
    bounds: list[Read] = field(default_factory=list)
    gaps: list[Read] = field(default_factory=list)
    is_open: bool = False


class Sets:
    """The sets of entities of one deployment, as the conditions of one policy name them."""

    def __init__(self, operands: Operands) -> None:
        self.operands = operands
        self.policy = operands.policy
        self.deployment = operands.deployment
        self._by_type: dict[str, Members] = {}
        self._called: dict[tuple[str, ...], Members] = {}

    def members(self, range_: EntitySet, bindings: Bindings) -> Members:
        """The entities of a set, for given variables."""
        match range_:
            case All(type_):
                return self._all(type_)
            case Path():
                return self._along(range_, bindings)
            case Union(parts):
                return _united([self.members(part, bindings) for part in parts])
            case DefinedSet(name, arguments):
                return self._defined_set(name, arguments, bindings)
            case _:
                assert_never(range_)

    def _all(self, type_name: str) -> Members:
        if type_name not in self._by_type:
            self._by_type[type_name] = self._find_all(type_name)
        return self._by_type[type_name]

    def _find_all(self, type_name: str) -> Members:
        """The entities of a type: those listed, and whoever a reference may name that is not listed."""
        listed = self.deployment.of_type(type_name)
        members = Members({entity.name: None for entity in listed})
        for source in self._leading_to(type_name):
            if self.deployment.draft:
                members.gaps.append(MayGrow.DRAFT)
            elif self.policy.vocabulary.entities[source].required and not self._listed(source):
                members.gaps.append(NoEntity(source))
            for entity in self.deployment.entities.values():
                for field_ in entity.type.fields.values():
                    if field_.is_reference and field_.target == source:
                        self._bound(self.operands.read(entity, field_.name), members)
        members.is_open = bool(members.gaps)
        members.bounds, members.gaps = _bundled(members.bounds), _bundled(members.gaps)
        return members

    def _listed(self, type_name: str) -> bool:
        return bool(self.deployment.of_type(type_name))

    def _leading_to(self, type_name: str) -> list[str]:
        """A type, and the types from which references lead to it, over any number of links.

        An unlisted entity of one of them may refer to an unlisted entity of the next.
        """
        entities = self.policy.vocabulary.entities
        found = [type_name]
        for target in found:
            for name, type_ in entities.items():
                refers = any(f.is_reference and f.target == target for f in type_.fields.values())
                if refers and not type_.single and name not in found:
                    found.append(name)
        return found

    def _defined_set(self, name: str, arguments: tuple[Path, ...], bindings: Bindings) -> Members:
        given, ways = self.operands.arguments(name, arguments, bindings)
        extra_facts = [fact for way in ways for fact in way.facts]
        extra_gaps = [fact for way in ways for fact in way.missing]
        if given is None:
            return Members(bounds=[*extra_facts])
        key = (name, *(entity.name for entity in given.values()))
        if key not in self._called:
            body = self.policy.definitions[name].body
            assert isinstance(body, EntitySet)
            self._called[key] = self.members(body, given)
        found = self._called[key]
        if not extra_facts and not extra_gaps:
            return found
        return Members(
            {name: _joined(chain, extra_facts) for name, chain in found.known.items()},
            [*extra_facts, *found.bounds],
            [*extra_gaps, *found.gaps],
            found.is_open or bool(extra_gaps),
        )

    def _along(self, path: Path, bindings: Bindings) -> Members:
        root = self.deployment.entities[path.root] if path.single else bindings[path.root]
        members = Members({root.name: None} if root.is_listed else {}, is_open=not root.is_listed)
        for hop in path.hops:
            members = self._closure(hop, members) if hop.closed else self._hop(hop, members)
        return members

    def _hop(self, hop: Hop, start: Members) -> Members:
        reached = Members({}, list(start.bounds), list(start.gaps), start.is_open)
        for name, chain in start.known.items():
            self._leave(name, chain, hop, reached)
        return reached

    def _closure(self, hop: Hop, start: Members) -> Members:
        reached = Members(dict(start.known), list(start.bounds), list(start.gaps), start.is_open)
        todo = list(start.known)
        for name in todo:
            todo.extend(self._leave(name, reached.known[name], hop, reached))
        return reached

    def _bound(self, read: ReadValue, members: Members) -> None:
        """Whether a reference leads to listed entities alone, or may lead to others."""
        if isinstance(read.value, Terms) and not read.value.more:
            members.bounds.extend(read.facts)
        else:
            members.gaps.extend(read.missing or read.facts)
            members.is_open = True

    def _leave(self, name: str, chain: Chain | None, hop: Hop, reached: Members) -> list[str]:
        """Add what one entity leads to; returns the entities that are new."""
        read = self.operands.read(self.deployment.entities[name], hop.field.name)
        self._bound(read, reached)
        value = read.value
        if not isinstance(value, Terms):
            return []
        fact = read.facts[0]
        new = [other for other in value.names if other not in reached.known]
        for other in new:
            reached.known[other] = longer(fact, chain)
        return new


def _bundled(facts: list[Read]) -> list[Read]:
    """Facts as one bundle, if there are any."""
    return [Bundle(tuple(dict.fromkeys(spelled(facts))))] if facts else []


def _united(sets: list[Members]) -> Members:
    """The union of sets; a member of several keeps the shortest of its chains."""
    united = Members()
    for members in sets:
        for name, chain in members.known.items():
            if name not in united.known or length(chain) < length(united.known[name]):
                united.known[name] = chain
        united.bounds.extend(members.bounds)
        united.gaps.extend(members.gaps)
        united.is_open = united.is_open or members.is_open
    united.bounds = list(dict.fromkeys(united.bounds))
    return united


def _joined(chain: Chain | None, first: list[FactName]) -> Chain | None:
    """A chain that goes through the facts of `first`, then on through `chain`."""
    joined: Chain | None = None
    for fact in [*first, *reversed(list(chain_facts(chain)))]:
        joined = longer(fact, joined)
    return joined
