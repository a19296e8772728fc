"""What is true of all nodes of a class, for those who look for some nodes and pass over the rest.

A `match` over nodes must name all their classes: the type checker reports one that is missing. Code that only
picks some nodes out of a tree has no such guard, and would pass over a node of a new class in silence. So what
such code picks by stands here, in a table with a row for each class, and a test fails where a row is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Literal
from clausewise.engine.core.conditions import (
    All,
    And,
    AsOf,
    Bound,
    Compare,
    Constant,
    Defined,
    DefinedSet,
    Empty,
    Every,
    FieldOf,
    Lookup,
    Meet,
    Node,
    Not,
    Or,
    Overlaps,
    Path,
    Prohibited,
    ReadingIs,
    Same,
    Some,
    TermSet,
    Union,
    Violated,
    Violation,
    Within,
)

NODES: tuple[type[Node], ...] = Node.__args__
"""All classes of nodes."""

Named = Literal["clause", "definition", "policy", "reading", "table"]
"""What a node can refer to by its name."""

FIELDS, MEMBERS, SETS = range(3)
"""What judging a condition takes: reading fields, going through the members of a set, working out whole sets."""


@lean_dataclass(frozen=True, slots=True)
class Traits:
    """What is true of all nodes of a class.

    Attributes:
        binds: its fields that hold a variable's name, and the node in which it stands for one entity after
            another. In `some u in use has (u.audience is public)`, nothing outside the brackets can say `u`.
        cost: `FIELDS`, `MEMBERS` or `SETS`, apart from what its parts take and the definition that it names.
        names: what it reads by a name, which is in its field of this name.
        of_design: whether what it reads belongs to no entity, but to the whole design: the date, for example.
        is_test: whether it is a condition that is decided by facts or by another clause, and not by conditions
            below it.
    """

    binds: tuple[str, str] | None = None
    cost: int = FIELDS
    names: Named | None = None
    of_design: bool = False
    is_test: bool = False


TRAITS: Mapping[type[Node], Traits] = {
    # sets
    All: Traits(),
    DefinedSet: Traits(cost=SETS, names="definition"),
    Path: Traits(),
    Union: Traits(),
    # operands
    AsOf: Traits(of_design=True),
    Bound: Traits(),
    Constant: Traits(),
    FieldOf: Traits(),
    Lookup: Traits(names="table"),
    TermSet: Traits(),
    # conditions
    And: Traits(),
    Compare: Traits(is_test=True),
    Defined: Traits(names="definition"),
    Empty: Traits(is_test=True),
    Every: Traits(binds=("variable", "body"), cost=MEMBERS),
    Meet: Traits(cost=SETS, is_test=True),
    Not: Traits(),
    Or: Traits(),
    Overlaps: Traits(is_test=True),
    Prohibited: Traits(names="policy", of_design=True, is_test=True),
    ReadingIs: Traits(names="reading"),
    Same: Traits(is_test=True),
    Some: Traits(binds=("variable", "body"), cost=MEMBERS),
    Violated: Traits(names="clause", of_design=True, is_test=True),
    Violation: Traits(),
    Within: Traits(is_test=True),
}


def traits(node: Node) -> Traits:
    """What is true of all nodes of a node's class."""
    return TRAITS[type(node)]
