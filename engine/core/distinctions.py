"""What policies tell apart. Terms that all their tests treat alike are one, and so are numbers between constants.

For example, of all places a policy may only ask whether one is in the US. Then two classes of places are enough,
and the US stands for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import pairwise
from typing import Literal

from clausewise.dsl.models.deployment import Deployment, Terms, Value
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Duration, Range
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.engine.core.conditions import (
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    FieldOf,
    Lookup,
    Node,
    Operand,
    Overlaps,
    TermSet,
    Within,
)
from clausewise.engine.core.policy import Policy, policies_read
from clausewise.engine.core.walk import walk

Dimension = Literal["number", "duration", "date"]
"""What is compared with each other: ages are numbers."""
INFINITY = Decimal("Infinity")


@lean_dataclass(frozen=True)
class Classes:
    """The terms of a taxonomy, put together where no test tells them apart.

    Attributes:
        of: for each most precise term, the one that stands for its class.
        shown: for each of those, the term by which to name the class: one that means nobody else, the widest.
    """

    taxonomy: Taxonomy
    of: Mapping[str, str]
    shown: Mapping[str, str]

    @cached_property
    def all(self) -> tuple[str, ...]:
        """One term for each class, in the taxonomy's order."""
        return tuple(dict.fromkeys(self.of.values()))

    def below(self, term: str) -> tuple[str, ...]:
        """The classes of which a term, said more precisely, may turn out to be."""
        if term in self.of:
            return (self.of[term],)
        inside = self.taxonomy.inside([term])
        return tuple(dict.fromkeys(of for leaf, of in self.of.items() if leaf in inside))


class Distinctions:
    """What some policies, and those that they read, tell apart. It is found once, and serves all designs."""

    def __init__(
        self,
        policies: Iterable[Policy],
        conditions: Iterable[Condition] = (),
        values: Iterable[tuple[Field, Sequence[Value]]] = (),
    ) -> None:
        """
        Args:
            policies: of one vocabulary.
            conditions: what else is asked, in words of the first policy.
            values: what else may be stated of fields: one of these values each.
        """
        self.policies = tuple(policies_read(policies))
        self.vocabulary = self.policies[0].vocabulary
        self._tested: dict[str, dict[frozenset[str], None]] = {}
        """By taxonomy, the sets of terms for which some test asks."""
        self._compared: set[str] = set()
        """The taxonomies of which one field is compared with another: no two terms are alike."""
        self._constants: dict[Dimension, set[Decimal]] = {
            "number": set(),
            "duration": set(),
            "date": set(),
        }
        self._related: dict[Dimension, set[tuple[str, str, str]]] = {
            "number": set(),
            "duration": set(),
            "date": set(),
        }
        """The quantities that are compared with others rather than with constants."""
        self.relates_entities = False
        """Whether a quantity of one entity is compared with one of another, or with the date of judging."""
        for policy in self.policies:
            for condition in policy.conditions():
                for node in walk(condition):
                    self._note(policy, node)
        for condition in conditions:
            for node in walk(condition):
                self._note(self.policies[0], node)
        for field, stated in values:
            for value in stated:
                for dimension, number in quantities(value):
                    self._constants[dimension].add(number)
            if field.has_terms:
                names = [value.names for value in stated if isinstance(value, Terms)]
                taxonomy = self.vocabulary.taxonomy_of(field)
                # which one of them it is does not matter where it can be only one
                for terms in names if field.is_many else [sum(names, ())]:
                    self._test(taxonomy, terms)
        self._classes: dict[tuple[str, frozenset[str]], Classes] = {}

    # what there is

    def _note(self, policy: Policy, node: Node) -> None:
        if isinstance(node, Overlaps | Within):
            self._note_test(policy, node)
        elif isinstance(node, Lookup):
            table = policy.tables[node.table]
            for term in table.rows:
                self._test(table.of, [term])
        elif isinstance(node, Compare):
            self._note_comparison(policy, node)

    def _note_test(self, policy: Policy, node: Overlaps | Within) -> None:
        taxonomy = self.vocabulary.taxonomy_of(node.left.field)
        if isinstance(node.right, TermSet):
            self._tested.setdefault(taxonomy.name, {})[node.right.inside] = None
        elif isinstance(node.right, FieldOf):
            self._compared.add(taxonomy.name)
        else:
            table = policy.tables[node.right.table]
            for row in (*table.rows.values(), table.otherwise):
                assert isinstance(row, tuple)
                self._test(taxonomy, row)

    def _test(self, taxonomy: Taxonomy, terms: Iterable[str]) -> None:
        self._tested.setdefault(taxonomy.name, {})[taxonomy.inside(terms)] = None

    def _note_comparison(self, policy: Policy, node: Compare) -> None:
        sides = (node.left, node.right)
        dimension = next(d for side in sides if (d := _dimension(policy, side)))
        for side in sides:
            self._constants[dimension].update(_constants(policy, side))
        if not any(isinstance(side, Constant | Lookup) for side in sides):
            self._related[dimension].update(_quantity(side) for side in sides)
            paths = {
                side.of.path if isinstance(side, Bound) else side.path
                for side in sides
                if isinstance(side, Bound | FieldOf)
            }
            shared = any(isinstance(side, AsOf) for side in sides)  # one date for all entities
            self.relates_entities = self.relates_entities or shared or len(paths) > 1

    # what it comes to

    def classes(self, taxonomy: Taxonomy, stated: frozenset[str]) -> Classes:
        """The classes of a taxonomy's terms.

        Args:
            stated: terms that a design states though others are below them, which it thereby tells from others.
        """
        key = taxonomy.name, stated
        if key not in self._classes:
            self._classes[key] = self._find_classes(taxonomy, stated)
        return self._classes[key]

    def _find_classes(self, taxonomy: Taxonomy, stated: frozenset[str]) -> Classes:
        leaves = [term for term in taxonomy.parents if term not in taxonomy.children]
        if taxonomy.name in self._compared:
            return Classes(taxonomy, {t: t for t in leaves}, {t: t for t in leaves})
        tests = [
            *self._tested.get(taxonomy.name, ()),
            *(taxonomy.inside([t]) for t in sorted(stated)),
        ]
        first: dict[tuple[bool, ...], str] = {}
        of = {
            leaf: first.setdefault(tuple(leaf in test for test in tests), leaf) for leaf in leaves
        }
        return Classes(taxonomy, of, _shown(taxonomy, of, tests))

    def points(
        self, deployment: Deployment | None = None, entities: int = 1
    ) -> Mapping[Dimension, Sequence[Decimal]]:
        """The values between which nothing changes, by dimension: one of each stretch, in order.

        Args:
            deployment: whose stated values count as constants, if one is given.
            entities: how many entities there may be, of which quantities are compared with each other.
        """
        found = {dimension: set(constants) for dimension, constants in self._constants.items()}
        for entity in deployment.entities.values() if deployment else ():
            for fact in entity.facts.values():
                for dimension, value in quantities(fact.value):
                    found[dimension].add(value)
        if deployment and deployment.as_of:
            found["date"].add(quantity(deployment.as_of))
        room = {
            d: max(1, len(r)) * (entities if self.relates_entities else 1)
            for d, r in self._related.items()
        }
        return {d: _within(constants or {_SOME[d]}, room[d], d) for d, constants in found.items()}

    def ages(self, numbers: Iterable[Decimal]) -> Sequence[Decimal]:
        """The ages at which ends of ranges are tried: whole numbers around those at which numbers are."""
        ways = ("ROUND_FLOOR", "ROUND_CEILING")
        near = {number.to_integral_value(way) for number in numbers for way in ways}
        return sorted(age for age in near if 0 <= age <= _OLDEST)


def _within(constants: set[Decimal], room: int, dimension: Dimension) -> list[Decimal]:
    """Values as of `_apart`, of those that can be stated. Where these end, there is room up to there, too."""
    found = _apart(constants, room, dimension)
    first, last = _ENDS[dimension]
    ends = {first} if found[0] < first else set()
    ends |= {last} if found[-1] > last else set()
    if not ends <= constants:
        found = _apart(constants | ends, room, dimension)
    low, high = _STATED[dimension]
    return [value for value in found if low <= value <= high]


def _apart(constants: set[Decimal], room: int, dimension: Dimension) -> list[Decimal]:
    """The constants and `room` values within each stretch. Durations are whole days where there are so many."""
    with localcontext(prec=sum(map(_digits, (*constants, _DAY, Decimal(room)))) + 4):
        days = sorted(constant / _DAY for constant in constants) if dimension == "duration" else []
        wide = all(high - low > room for low, high in pairwise(days))
        if days and wide and all(day == day.to_integral_value() for day in days):
            return [day * _DAY for day in around(days, room, whole=True)]
    return around(constants, room, whole=dimension == "date")


_DAY = Decimal(86_400)
_SOME: Mapping[Dimension, Decimal] = {
    "number": Decimal(1),
    "duration": Decimal(86_400),
    "date": Decimal(date(2026, 1, 1).toordinal()),
}
"""A value for where no constant is in sight."""
_OLDEST = Decimal(10**MOST_DIGITS - 1)
_FIRST, _LAST = Decimal(date.min.toordinal()), Decimal(date.max.toordinal())
_STATED: Mapping[Dimension, tuple[Decimal, Decimal]] = {
    "number": (-INFINITY, INFINITY),
    "duration": (Decimal(0), INFINITY),
    "date": (_FIRST, _LAST),
}
"""The least and the greatest value that a design can state."""
_ENDS: Mapping[Dimension, tuple[Decimal, Decimal]] = {**_STATED, "number": (Decimal(0), _OLDEST)}
"""Where such values end; of numbers, where ages do, which are compared with them."""


def _dimension(policy: Policy, side: Operand) -> Dimension | None:
    match side:
        case Constant(value):
            return "date" if isinstance(value, date) else None
        case AsOf():
            return "date"
        case Bound():
            return "number"
        case FieldOf(field=field):
            return _of_field(field)
        case Lookup(name):
            return "duration" if policy.tables[name].gives == "duration" else "number"


def _of_field(field: Field) -> Dimension:
    assert field.shape in ("number", "duration", "date")
    return field.shape


def _quantity(side: Operand) -> tuple[str, str, str]:
    """What tells a quantity from others of the same entity: its field, and which end of a range."""
    if isinstance(side, Bound):
        return side.of.field.owner, side.of.field.name, side.end
    return (
        (side.field.owner, side.field.name, "") if isinstance(side, FieldOf) else ("", "as-of", "")
    )


def _constants(policy: Policy, side: Operand) -> Iterable[Decimal]:
    """The constants with which something is compared."""
    if isinstance(side, Constant):
        value = side.value
        return [quantity(value)]
    if isinstance(side, Lookup):
        table = policy.tables[side.table]
        return [row for row in (*table.rows.values(), table.otherwise) if isinstance(row, Decimal)]
    return []


def quantity(value: Decimal | Duration | date) -> Decimal:
    """A value as it is compared: a number, a duration in seconds, or a date as its ordinal."""
    match value:
        case Decimal():
            return value
        case Duration():
            return value.seconds
        case date():
            return Decimal(value.toordinal())


def quantities(value: Value | None) -> Iterable[tuple[Dimension, Decimal]]:
    """The numbers that a stated value holds, as they are compared."""
    match value:
        case Range(low, high):
            return [("number", Decimal(end)) for end in (low, high) if end is not None]
        case Decimal():
            return [("number", value)]
        case Duration():
            return [("duration", quantity(value))]
        case date():
            return [("date", quantity(value))]
        case None | Terms() | str():
            return []


def around(constants: Iterable[Decimal], room: int, *, whole: bool) -> list[Decimal]:
    """The constants, and `room` values in each stretch between, below and above them, as far as there are.

    Args:
        whole: whether only whole numbers are values; else whole ones come first.
    """
    known = sorted(constants)
    with localcontext(prec=sum(map(_digits, (*known, Decimal(room)))) + 4):  # no value is rounded
        found = {
            *known,
            *(known[0] - n for n in range(1, room + 1)),
            *(known[-1] + n for n in range(1, room + 1)),
        }
        for low, high in pairwise(known):
            found.update(_between(low, high, room, whole=whole))
    return sorted(found)


def _digits(value: Decimal) -> int:
    """How many digits a value has at most, before its point and behind it."""
    _, digits, exponent = value.as_tuple()
    return len(digits) + abs(int(exponent))


def _between(low: Decimal, high: Decimal, room: int, *, whole: bool) -> Iterable[Decimal]:
    first = low.to_integral_value("ROUND_FLOOR") + 1
    inside = max(Decimal(0), high.to_integral_value("ROUND_CEILING") - first)
    if inside >= room or whole:
        step = max(Decimal(1), inside // (room + 1))
        return [first + n * step for n in range(room if inside > room else int(inside))]
    return [low + (high - low) * n / (room + 1) for n in range(1, room + 1)]


def _shown(
    taxonomy: Taxonomy, of: Mapping[str, str], tests: Sequence[frozenset[str]]
) -> dict[str, str]:
    """For each class the term that stands for most of its members, and for nobody else.

    The judge must see that it passes the tests of its class: of `a` it does not see that it is in `{b c}`, even
    where these are all that is below it.
    """
    shown = {representative: (1, representative) for representative in of.values()}
    for term in taxonomy.children:
        inside = [leaf for leaf in taxonomy.inside([term]) if leaf in of]
        if len({of[leaf] for leaf in inside}) == 1:
            one = of[inside[0]]
            is_seen = all(term in test for test in tests if one in test)
            if is_seen and len(inside) > shown[one][0]:
                shown[one] = len(inside), term
    return {representative: term for representative, (_, term) in shown.items()}
