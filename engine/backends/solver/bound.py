"""How many entities that no design lists are enough: beyond them, no condition can turn out otherwise.

If a condition holds in some completion, it holds in one with at most so many. The argument is that of many-sorted
logic without alternation in a circle; docs/decisions/0022-how-many-are-enough.md gives it in full. In short: from
a completion in which the condition holds, keep the listed entities, a witness for each *some* (one for each choice
of those that an *every* above it goes through), and whomever a reference that is read leads to. Leave the others
out. What was true of those kept still is.

Where one of a type asks for another of the same type, directly or in a circle, there is no such number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from clausewise.dsl.models.deployment import Deployment, may_be_more
from clausewise.engine.backends.planes import turned
from clausewise.engine.backends.solver.demands import Demand, ReadReferences, demanded, sum_of
from clausewise.engine.backends.solver.world import may_come
from clausewise.engine.core.conditions import And, Condition
from clausewise.engine.core.policy import Policy


class UnboundedError(Exception):
    """No number of entities is known to be enough. The text says why."""


def enough(
    deployment: Deployment,
    wanted: Iterable[tuple[Policy, Condition]],
    beside: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """How many entities of each type, beside those listed, decide whether conditions can hold together.

    Args:
        deployment: what is known.
        wanted: conditions, each with the policy whose definitions and clauses it may name.
        beside: how many are kept whatever the condition says, by type.

    Raises:
        UnboundedError: no such number is known.
    """
    found = [each for policy, condition in wanted for each in _demanded(policy, condition)]
    references = ReadReferences()
    for each, _ in found:
        references.add(each)
    return _Counts(deployment, references, sum_of(of for _, of in found), beside or {}).counts()


def _demanded(policy: Policy, condition: Condition) -> list[tuple[ReadReferences, Demand]]:
    """What it takes so that a condition holds: of each part, if all of them must.

    No design matters for that, so of what a policy's clauses come to it is worked out once.
    """
    if isinstance(condition, And):
        return [each for part in condition.parts for each in _demanded(policy, part)]
    known = policy.kept.setdefault("demands", {})
    assert isinstance(known, dict)
    inner, truth = turned(condition, truth=True)
    key = id(inner), truth
    if key not in known:
        references = ReadReferences()
        found = references, demanded(policy, condition, references)
        if not any(
            inner is own for c in policy.clauses.values() for own in (c.violation, c.application)
        ):
            return [found]
        known[key] = found
    return [known[key]]


class _Counts:
    """How many entities it takes beside those listed, by type."""

    def __init__(
        self,
        deployment: Deployment,
        references: ReadReferences,
        demand: Demand,
        beside: Mapping[str, int],
    ) -> None:
        self.deployment = deployment
        self.beside = beside
        self.types = deployment.vocabulary.entities
        self.references = references
        self.demand = demand
        self.coming = frozenset(may_come(deployment))
        self._found: dict[str, int] = {}
        self._open: list[str] = []
        """The types of which the count is being found."""

    def counts(self) -> dict[str, int]:
        """For each type of which one may come; at least one, so that whoever is required is there."""
        self._refuse_mixed()
        return {type_: max(1, self._count(type_)) for type_ in sorted(self.coming)}

    def _refuse_mixed(self) -> None:
        """A reference that is followed by links must lead on where those between are left out."""
        for name, field in self.references.closed.items():
            if name in self.references.once:
                raise UnboundedError(f"`{name}` is followed both once and any number of times")
            if not field.may_be_none:
                raise UnboundedError(
                    f"`{name}` is followed any number of times, and always leads on"
                )

    def _count(self, type_: str) -> int:
        if type_ not in self.coming:
            return 0
        if type_ not in self._found:
            if type_ in self._open:
                circle = " and ".join(f"`{name}`" for name in self._open[self._open.index(type_) :])
                raise UnboundedError(f"how many of {circle} are enough depends on itself")
            self._open.append(type_)
            count = self._witnesses(type_) + self._led_to(type_) + self._on_the_way(type_)
            count += self.beside.get(type_, 0)
            self._found[type_] = max(count, self._is_needed(type_))
            self._open.pop()
        return self._found[type_]

    def _is_needed(self, type_: str) -> bool:
        """Whether one stays of whom nothing is asked: one is required, or a reference must lead somewhere."""
        if self.deployment.of_type(type_):
            return False
        fields = [f for owner in self.types.values() for f in owner.fields.values()]
        must = any(f.is_reference and f.target == type_ and not f.may_be_none for f in fields)
        return must or self.types[type_].required

    def _witnesses(self, type_: str) -> int:
        """The witnesses: as many as there are choices of those on which they depend."""
        found = [
            times * prod(len(self.deployment.of_type(each)) + self._count(each) for each in choice)
            for (of, choice), times in self.demand.items()
            if of == type_
        ]
        return sum(found)

    def _led_to(self, type_: str) -> int:
        """Those to whom a reference leads for certain, or whose facts are read: one for each that refers."""
        found = 0
        for owner in self.types.values():
            for field in owner.fields.values():
                name = f"{owner.name}.{field.name}"
                is_read = name in self.references.once or name in self.references.closed
                is_kept = name in self.references.functions or (is_read and not field.may_be_none)
                if field.target == type_ and field.is_reference and is_kept:
                    listed = self.deployment.of_type(owner.name)
                    found += sum(may_be_more(e.value(field.name)) for e in listed) + self._count(
                        owner.name
                    )
        return found

    def _on_the_way(self, type_: str) -> int:
        """Those by whom witnesses exist who are found among all of their type. In a draft all exist by themselves.

        Of each witness, there is one of each type from which references lead to it. Of a type that leads to itself
        there are two: by one the way comes in, and by one it goes on.
        """
        if self.deployment.draft:
            return 0
        loops = self._loops(type_)
        found = 0
        for target in sorted(self.references.all & self.coming):
            if target == type_:
                found += self._witnesses(target) if loops else 0
            elif self._leads(type_, target):
                found += self._witnesses(target) * (2 if loops else 1)
        return found

    def _loops(self, type_: str) -> bool:
        """Whether a type leads to itself, by references over which a way can be made shorter."""
        fields = [f for f in self.types[type_].fields.values() if f.target == type_]
        read = [
            f
            for f in fields
            if (name := f"{type_}.{f.name}") in self.references.once
            or name in self.references.closed
        ]
        if read and (len(fields) > 1 or f"{type_}.{read[0].name}" in self.references.once):
            raise UnboundedError(f"`{type_}` leads to itself by what is read")
        return bool(fields)

    def _leads(self, type_: str, target: str) -> bool:
        """Whether references lead from one type to another."""
        found = [type_]
        for each in found:
            fields = [f for f in self.types[each].fields.values() if f.is_reference]
            found += {f.target or "": None for f in fields if f.target not in found}
        if type_ in (
            f.target
            for each in found[1:]
            for f in self.types[each].fields.values()
            if f.is_reference
        ):
            raise UnboundedError(f"`{type_}` leads to itself by others")
        return target in found[1:]
