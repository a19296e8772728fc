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
    Condition,
    Constant,
    EntitySet,
    FieldOf,
    Node,
    Overlaps,
    TermSet,
    Within,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey, field_key, reads
from clausewise.engine.core.walk import walk

OF_EACH = 2
"""Terms drawn of those that no condition tells apart: two, so that fields that compare can differ in them."""


@dataclass
class Distinctions:
    """What the conditions of a policy read, and what they tell apart."""

    policy: Policy
    read: set[RuleKey] = field(default_factory=set)
    tested: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    """By taxonomy, the sets of terms for which something is tested."""
    constants: set[Decimal | date] = field(default_factory=set)

    def __post_init__(self) -> None:
        for body in _bodies(self.policy):
            self.read |= {key for key, _ in reads(body)}
            for node in walk(body):
                self._add(node)
        for table in self.policy.tables.values():
            sets = [table.of.inside([term]) for term in table.rows]
            self.tested.setdefault(table.of.name, set()).update(sets)
            self.constants |= {v for v in table.rows.values() if isinstance(v, Decimal)}

    def _add(self, node: Node) -> None:
        match node:
            case Overlaps(FieldOf(_, tested), TermSet() as terms):
                self._add_terms(tested, terms)
            case Within(FieldOf(_, tested), TermSet() as terms):
                self._add_terms(tested, terms)
            case Constant(value):
                self.constants.add(value)
            case _:
                pass

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
        """The numbers that occur, and those beside them."""
        found = {c for c in self.constants if isinstance(c, Decimal)} or {Decimal(0)}
        return sorted({max(n + step, Decimal(0)) for n in found for step in (-1, 0, 1)})

    @cached_property
    def durations(self) -> list[Decimal]:
        """The numbers that occur, as seconds, and those beside them: a day away from whole days."""
        found = {c for c in self.constants if isinstance(c, Decimal)} | {Decimal(0)}
        day = Decimal(86_400)
        steps = {n: day if n % day == 0 else Decimal(1) for n in found}
        return sorted(
            {max(n + s * step, Decimal(0)) for n, s in steps.items() for step in (-1, 0, 1)}
        )

    @cached_property
    def days(self) -> list[date]:
        """The dates that occur, and those beside them."""
        found = {c for c in self.constants if isinstance(c, date)} or {date(2026, 11, 23)}
        return sorted({day + timedelta(days=step) for day in found for step in (-1, 0, 1)})


def _bodies(policy: Policy) -> Iterable[Condition | EntitySet]:
    yield from (clause.violation for clause in policy.clauses.values())
    yield from (clause.application for clause in policy.clauses.values())
    yield from (definition.body for definition in policy.definitions.values())
    for other in policy.policies.values():
        yield from _bodies(other)
