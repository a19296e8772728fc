"""Sets of entities: who is in, through which facts, and whether there may be others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clausewise.dsl.models.deployment import FactName, MayGrow, NoEntity
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.startup.typed import Any, Generic, Protocol, TypeVar, assert_never
from clausewise.engine.core.conditions import All, DefinedSet, EntitySet, Hop, Meet, Path, Union
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.record import (
    Bundle,
    Chain,
    Read,
    chain_facts,
    length,
    longer,
    spelled,
)

E = TypeVar("E")
"""What stands for a listed entity as a member of a set; it can be hashed."""
X = TypeVar("X")
"""What a variable stands for."""


@lean_dataclass(slots=True)
class Members(Generic[E]):
    """A set of entities, as far as known.

    Attributes:
        known: the listed members, with the facts that put them in.
        bounds: the facts that say that there are no others, such as `acts-for none`.
        gaps: the facts, unknown or ending in `...`, because of which there may be others.
        is_open: whether there may be others.
        is_inhabited: whether somebody is in it for certain, be it known who or not.
        witness: the facts that say so.
        followed: how many references were followed to find them.
    """

    known: dict[E, Chain | None] = field(default_factory=dict)
    bounds: list[Read] = field(default_factory=list)
    gaps: list[Read] = field(default_factory=list)
    is_open: bool = False
    is_inhabited: bool = False
    witness: Chain | None = None
    followed: int = 0

    @property
    def is_nearer(self) -> bool:
        """Whether fewer facts say that somebody is in it than who: what is so of anyone is so by these."""
        least = length(self.witness)
        return self.is_inhabited and all(length(chain) > least for chain in self.known.values())

    def note(self, fact: FactName, *, is_open: bool) -> None:
        """A fact that was read to find out who is in: it bounds the set, or leaves it open."""
        if is_open:
            self.gaps.append(fact)
            self.is_open = True
        else:
            self.bounds.append(fact)


@lean_dataclass(frozen=True, slots=True)
class Application(Generic[X]):
    """What a definition is applied to.

    Attributes:
        variables: its parameters with what they stand for; `None` if an argument leads to no entity.
        key: what tells it from other applications.
        facts: those by which its arguments were found.
        gaps: the unknown ones, because of which it is not known where one leads.
        is_certain: whether each argument leads to somebody for certain, be it known to whom or not.
    """

    variables: Mapping[str, X] | None
    key: tuple[Any, ...]
    facts: Sequence[FactName] = ()
    gaps: Sequence[FactName] = ()
    is_certain: bool = True


class FactReader(Protocol[E, X]):
    """The facts of one deployment, in whatever form they are held."""

    @property
    def is_draft(self) -> bool:
        """Whether more entities may be listed."""
        ...

    def start(self, path: Path, variables: Mapping[str, X]) -> E | None:
        """The entity from which a path starts; `None` if that is not listed."""
        ...

    def of_type(self, type_name: str) -> Sequence[E]:
        """The listed entities of a type."""
        ...

    def reference(self, entity: E, field: Field) -> tuple[Sequence[E], bool, FactName]:
        """To whom a reference of an entity leads, whether it may lead to others, and what the fact is called."""
        ...

    def given(self, applied: DefinedSet, variables: Mapping[str, X]) -> Application[X]:
        """What a definition is applied to."""
        ...


class Sets(Generic[E, X]):
    """The sets of entities of one deployment, as the conditions of one policy name them."""

    def __init__(self, policy: Policy, reader: FactReader[E, X]) -> None:
        self.policy = policy
        self.reader = reader
        self._by_type: dict[str, Members[E]] = {}
        self._called: dict[tuple[Any, ...], Members[E]] = {}
        self._reached: dict[tuple[E | None, int], Members[E]] = {}
        """By where paths start, and by the identity of paths, which the policy keeps alive."""
        self._known: dict[tuple[Any, ...], dict[E, Chain | None]] = {}

    def members(self, range_: EntitySet, variables: Mapping[str, X]) -> Members[E]:
        """The entities of a set, for given variables."""
        match range_:
            case All(type_):
                return self._all(type_)
            case Path():
                return self._along(range_, variables)
            case Union(parts):
                return _united([self.members(part, variables) for part in parts])
            case DefinedSet():
                return self._defined_set(range_, variables)
            case _:
                assert_never(range_)

    def meeting(self, node: Meet, variables: Mapping[str, X]) -> tuple[Truth, tuple[Read, ...]]:
        """Whether two sets have a member in common, and the facts that say so; if it is unknown, those missing."""
        other = self.members(node.right, variables)
        start = self._start(node.left, variables)
        if start is not None and start in other.known:
            # The nearest member of all, found without following what it leads to.
            return Truth.TRUE, tuple(chain_facts(other.known[start]))
        one = self.members(node.left, variables)
        for empty in (one, other):
            if not empty.known and not empty.is_open:
                return Truth.FALSE, tuple(empty.bounds)
        facts = _meeting_by(one.known, other.known)
        if facts is not None:
            return Truth.TRUE, facts
        if one.is_open or other.is_open:
            return Truth.UNKNOWN, tuple(dict.fromkeys(one.gaps + other.gaps))
        return Truth.FALSE, tuple(dict.fromkeys(one.bounds + other.bounds))

    def common(self, node: Meet, variables: Mapping[str, X]) -> tuple[Read, ...]:
        """The facts that say that two sets have a member in common, of which it is known that they have one."""
        start = self._start(node.left, variables)
        other = self.known(node.right, variables)
        if start is not None and start in other:
            return tuple(chain_facts(other[start]))
        found = _meeting_by(self.known(node.left, variables), other)
        assert found is not None
        return found

    def known(self, range_: EntitySet, variables: Mapping[str, X]) -> dict[E, Chain | None]:
        """The known members of a set, as in `members`, without what bounds the set."""
        match range_:
            case All(type_):
                return self._found_once((type_,), lambda: dict.fromkeys(self.reader.of_type(type_)))
            case Path():
                start = self.reader.start(range_, variables)
                key = start, id(range_)
                return self._found_once(key, lambda: self._follow(start, range_.hops))
            case Union(parts):
                return _nearest([self.known(part, variables) for part in parts])
            case DefinedSet():
                given = self.reader.given(range_, variables)
                to = given.variables
                if to is None or not given.is_certain:
                    return {}
                found = self._found_once(given.key, lambda: self.known(self._body(range_), to))
                return _by_way_of(given.facts, found)
            case _:
                assert_never(range_)

    def _found_once(
        self, key: tuple[Any, ...], find: Callable[[], dict[E, Chain | None]]
    ) -> dict[E, Chain | None]:
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]

    def _follow(self, start: E | None, hops: Sequence[Hop]) -> dict[E, Chain | None]:
        """Those to whom hops lead from an entity."""
        chains: dict[E, Chain | None] = {} if start is None else {start: None}
        for hop in hops:
            chains = self._followed(hop, chains)
        return chains

    def _start(self, set_: EntitySet, variables: Mapping[str, X]) -> E | None:
        """The entity from which a path starts, if its set includes that one, as `a.acts-for*` includes `a`."""
        if not isinstance(set_, Path) or not all(hop.closed for hop in set_.hops):
            return None
        return self.reader.start(set_, variables)

    def _all(self, type_name: str) -> Members[E]:
        if type_name not in self._by_type:
            self._by_type[type_name] = self._find_all(type_name)
        return self._by_type[type_name]

    def _find_all(self, type_name: str) -> Members[E]:
        """The entities of a type: those listed, and whoever a reference may name that is not listed."""
        vocabulary, reader = self.policy.vocabulary, self.reader
        members = Members(dict.fromkeys(reader.of_type(type_name)))
        members.is_inhabited = any(
            vocabulary.entities[source].required or reader.of_type(source)
            for source in vocabulary.ensuring(type_name)
        )
        for source, fields in vocabulary.leading_to(type_name).items():
            if reader.is_draft:
                members.gaps.append(MayGrow.DRAFT)
            elif vocabulary.entities[source].required and not reader.of_type(source):
                members.gaps.append(NoEntity(source))
            for reference in fields:
                for entity in reader.of_type(reference.owner):
                    _, is_open, fact = reader.reference(entity, reference)
                    members.note(fact, is_open=is_open)
        members.bounds, members.gaps = _bundled(members.bounds), _bundled(members.gaps)
        members.is_open = bool(members.gaps)
        return members

    def _defined_set(self, applied: DefinedSet, variables: Mapping[str, X]) -> Members[E]:
        given = self.reader.given(applied, variables)
        if given.variables is None:
            return Members(bounds=[*given.facts])
        if given.key not in self._called:
            self._called[given.key] = self.members(self._body(applied), given.variables)
        found = self._called[given.key]
        if not given.facts and not given.gaps:
            return found
        bounds, gaps = [*given.facts, *found.bounds], [*given.gaps, *found.gaps]
        if not given.is_certain:  # where an argument leads nowhere, nobody is in
            return Members({}, bounds, gaps, found.is_open or bool(found.known))
        return Members(
            _by_way_of(given.facts, found.known),
            bounds,
            gaps,
            found.is_open,
            found.is_inhabited,
            _joined(found.witness, given.facts),
            found.followed,
        )

    def _body(self, applied: DefinedSet) -> EntitySet:
        body = self.policy.definitions[applied.definition].body
        assert isinstance(body, EntitySet)
        return body

    def _along(self, path: Path, variables: Mapping[str, X]) -> Members[E]:
        key = self.reader.start(path, variables), id(path)
        if key not in self._reached:
            self._reached[key] = self._reach(path, variables)
        return self._reached[key]

    def _reach(self, path: Path, variables: Mapping[str, X]) -> Members[E]:
        """The entities to which a path leads."""
        start = self.reader.start(path, variables)
        if start is None:
            return Members(is_open=True, is_inhabited=path.optional is None)
        members: Members[E] = Members({start: None}, is_inhabited=True)
        for hop in path.hops:
            members.known = self._followed(hop, members.known, noted=members)
            if hop.field.may_be_none and not hop.closed:
                members.is_inhabited = bool(members.known)
                members.witness = min(members.known.values(), key=length, default=None)
        return members

    def _followed(
        self,
        hop: Hop,
        chains: dict[E, Chain | None],
        *,
        noted: Members[E] | None = None,
    ) -> dict[E, Chain | None]:
        """Those to whom a reference of some entities leads. If the hop is closed, they are added to these.

        Args:
            noted: where to note which of the facts read bound a set, and which leave it open.
        """
        reference, field, closed = self.reader.reference, hop.field, hop.closed
        reached: dict[E, Chain | None] = chains if closed else {}
        todo = [*chains]
        for entity in todo:
            others, is_open, fact = reference(entity, field)
            if noted is not None:
                noted.note(fact, is_open=is_open)
                noted.followed += len(others)
            if not others:
                continue
            chain = longer(fact, chains[entity])
            for other in others:
                if other not in reached:
                    reached[other] = chain
                    if closed:
                        todo.append(other)
        return reached


def _bundled(facts: list[Read]) -> list[Read]:
    """Facts as one bundle, if there are any."""
    return [Bundle(tuple(dict.fromkeys(spelled(facts))))] if facts else []


def _united(sets: list[Members[E]]) -> Members[E]:
    """The union of sets; a member of several keeps the shortest of its chains."""
    united: Members[E] = Members(_nearest([members.known for members in sets]))
    for members in sets:
        united.bounds.extend(members.bounds)
        united.gaps.extend(members.gaps)
        united.is_open = united.is_open or members.is_open
        if members.is_inhabited and (
            not united.is_inhabited or length(members.witness) < length(united.witness)
        ):
            united.is_inhabited, united.witness = True, members.witness
        united.followed += members.followed
    united.bounds = list(dict.fromkeys(united.bounds))
    return united


def _nearest(sets: Sequence[Mapping[E, Chain | None]]) -> dict[E, Chain | None]:
    """The members of several sets, each with the shortest of its chains."""
    found = {**sets[0]}
    for known in sets[1:]:
        for entity, chain in known.items():
            if entity not in found or length(chain) < length(found[entity]):
                found[entity] = chain
    return found


def _meeting_by(
    one: Mapping[E, Chain | None], other: Mapping[E, Chain | None]
) -> tuple[FactName, ...] | None:
    """The facts that put the nearest common member of two sets into both; `None` if they have none in common."""
    chains = [(chain, other[entity]) for entity, chain in one.items() if entity in other]
    if not chains:
        return None
    nearest = min(chains, key=lambda pair: length(pair[0]) + length(pair[1]))
    return tuple(dict.fromkeys([fact for chain in nearest for fact in chain_facts(chain)]))


def _by_way_of(facts: Sequence[FactName], known: dict[E, Chain | None]) -> dict[E, Chain | None]:
    """Members that are known by these facts, too, which come first in their chains."""
    if not facts:
        return known
    return {entity: _joined(chain, facts) for entity, chain in known.items()}


def _joined(chain: Chain | None, first: Sequence[FactName]) -> Chain | None:
    """A chain that goes through the facts of `first`, then on through `chain`."""
    joined: Chain | None = None
    for fact in [*first, *reversed(list(chain_facts(chain)))]:
        joined = longer(fact, joined)
    return joined
