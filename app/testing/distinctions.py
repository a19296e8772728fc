"""What policies tell apart: the values that matter to some condition, of which designs are best drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field
from clausewise.engine.core.conditions import (
    Compare,
    Condition,
    Constant,
    EntitySet,
    FieldOf,
    Node,
    Operand,
    Overlaps,
    TermSet,
    Within,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey, field_key, reads
from clausewise.engine.core.walk import walk

OF_EACH = 2
"""Terms drawn of those that no condition tells apart: two, so that fields that compare can differ in them."""

DAY = Decimal(86_400)
USUAL = date(2026, 11, 23)
"""The date of judging, where nothing is compared with any."""


@dataclass
class ToldApart:
    """What the conditions of a policy read, and what they tell apart."""

    policy: Policy
    read: set[RuleKey] = field(default_factory=set)
    tested: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    """By taxonomy, the sets of terms for which something is tested."""
    compared: dict[str, set[Decimal]] = field(
        default_factory=lambda: {"number": {Decimal(0)}, "duration": {Decimal(0)}}
    )
    """The numbers, and the durations in seconds, with which something is compared."""
    dates: set[date] = field(default_factory=set)

    def __post_init__(self) -> None:
        for body in _bodies(self.policy):
            self.read |= {key for key, _ in reads(body)}
            for node in walk(body):
                self._add(node)
        for table in self.policy.tables.values():
            sets = [table.of.inside([term]) for term in table.rows]
            self.tested.setdefault(table.of.name, set()).update(sets)
            quantities = (
                v for v in (*table.rows.values(), table.otherwise) if isinstance(v, Decimal)
            )
            self.compared.get(table.gives, set()).update(quantities)

    def _add(self, node: Node) -> None:
        if isinstance(node, Overlaps | Within) and isinstance(node.right, TermSet):
            self._add_terms(node.left.field, node.right)
        elif isinstance(node, Compare):
            for constant, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(constant, Constant):
                    self._add_constant(other, constant.value)

    def _add_constant(self, other: Operand, value: Decimal | date) -> None:
        if isinstance(value, date):
            self.dates.add(value)
        else:
            is_duration = isinstance(other, FieldOf) and other.field.shape == "duration"
            self.compared["duration" if is_duration else "number"].add(value)

    def _add_terms(self, tested: Field, terms: TermSet) -> None:
        name = self.policy.vocabulary.taxonomy_of(tested).name
        self.tested.setdefault(name, set()).add(terms.inside)

    def is_read(self, field_: Field) -> bool:
        """Whether a condition reads a field, or follows it."""
        return field_key(field_) in self.read

    def terms(self, taxonomy: Taxonomy) -> list[str]:
        """Some terms with none below them: of those that no condition tells apart, two."""
        if taxonomy.name not in self._terms:
            sets = sorted(self.tested.get(taxonomy.name, ()), key=sorted)
            alike: dict[tuple[bool, ...], list[str]] = {}
            for term in taxonomy.parents:
                if term not in taxonomy.children:
                    alike.setdefault(tuple([term in s for s in sets]), []).append(term)
            self._terms[taxonomy.name] = [t for terms in alike.values() for t in terms[:OF_EACH]]
        return self._terms[taxonomy.name]

    @cached_property
    def _terms(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def numbers(self) -> list[Decimal]:
        """The numbers with which something is compared, and those beside them."""
        return sorted(
            {max(n + step, Decimal(0)) for n in self.compared["number"] for step in (-1, 0, 1)}
        )

    @cached_property
    def durations(self) -> list[Decimal]:
        """The durations with which something is compared, in seconds, and those beside them."""
        found = self.compared["duration"]
        return sorted({max(n + step * DAY, Decimal(0)) for n in found for step in (-1, 0, 1)})

    @cached_property
    def days(self) -> list[date]:
        """The dates with which something is compared, and those beside them."""
        found = self.dates or {USUAL}
        return sorted({day + timedelta(days=step) for day in found for step in (-1, 0, 1)})


def _bodies(policy: Policy) -> Iterable[Condition | EntitySet]:
    yield from (clause.violation for clause in policy.clauses.values())
    yield from (clause.application for clause in policy.clauses.values())
    yield from (definition.body for definition in policy.definitions.values())
    for other in policy.policies.values():
        yield from _bodies(other)
