"""How many members a set of entities can have at most in a world, by its widest references alone.

It is found without going through what a set is for each entity, and is exact where all refer to as many.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import assert_never
from clausewise.engine.backends.python.records import RecordLayout, World
from clausewise.engine.core.conditions import All, DefinedSet, EntitySet, Hop, Path, Union
from clausewise.engine.core.policy import Policy


class Widest:
    """The widest sets of one world, as a policy names them."""

    def __init__(self, policy: Policy, layouts: Mapping[str, RecordLayout], world: World) -> None:
        self.policy = policy
        self.layouts = layouts
        self.world = world
        self._of_fields: dict[str, tuple[int, int]] = {}
        self._of_definitions: dict[str, tuple[int, int]] = {}

    def listed(self, type_: str) -> int:
        """How many entities of a type are listed."""
        return len(self.world.listed[self.layouts[type_].number])

    def references(self, hop: Hop) -> int:
        """How many references there are of its field."""
        return self._of_field(hop.field)[1]

    def of(self, range_: EntitySet) -> tuple[int, int]:
        """How many members a set has at most, and how many references are followed to find them."""
        match range_:
            case All(type_):
                return self.listed(type_), 0
            case Path():
                return self._along(range_)
            case Union(parts):
                found = [self.of(part) for part in parts]
                members = min(sum(each for each, _ in found), self.listed(range_.type))
                return members, sum(followed for _, followed in found)
            case DefinedSet(name):
                if name not in self._of_definitions:
                    body = self.policy.definitions[name].body
                    assert isinstance(body, EntitySet)
                    self._of_definitions[name] = self.of(body)
                return self._of_definitions[name]
            case _:
                assert_never(range_)

    def _along(self, path: Path) -> tuple[int, int]:
        members, followed = 1, 0
        for hop in path.hops:
            most, together = self._of_field(hop.field)
            if hop.closed:
                members, followed = self.listed(hop.field.target or ""), followed + together
            else:
                members *= most
                followed += members
                members = min(members, self.listed(hop.field.target or ""))
        return members, followed

    def _of_field(self, field: Field) -> tuple[int, int]:
        """To how many a reference leads at most, and all references of a field together."""
        key = f"{field.owner}.{field.name}"
        if key not in self._of_fields:
            layout = self.layouts[field.owner]
            records = self.world.listed[layout.number]
            slot = layout.slots[field.name]
            sizes = (
                [len(getattr(r, slot)) for r in records] if field.is_many else [1] * len(records)
            )
            self._of_fields[key] = max(sizes, default=0), sum(sizes)
        return self._of_fields[key]
