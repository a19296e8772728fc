"""That a fact is what a design could state of it, as a literal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clausewise.dsl.models.deployment import Terms, Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Duration, Range
from clausewise.engine.backends.solver.circuit import FALSE, Lit
from clausewise.engine.backends.solver.facts import AgeRange, Encoded, Ladder
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.distinctions import INFINITY, quantity


def states(world: OpenWorld, field: Field, fact: Encoded, value: Value) -> Lit:
    """That a fact is a value: each term of it perhaps more precisely, and, unless it ends in `...`, no other."""
    circuit = world.circuit
    match fact:
        case Ladder() | AgeRange() if isinstance(value, Terms):
            return -fact.there
        case Ladder():
            assert isinstance(value, Decimal | Duration | date)
            return circuit.all_of([fact.there, *fact.exactly(quantity(value))])
        case AgeRange(youngest, oldest, there):
            assert isinstance(value, Range)
            low = -INFINITY if value.low is None else Decimal(value.low)
            high = INFINITY if value.high is None else Decimal(value.high)
            return circuit.all_of([there, *youngest.exactly(low), *oldest.exactly(high)])
        case _ if isinstance(value, str):
            return circuit.any_of(fact.values())
        case _:
            assert isinstance(value, Terms)
            named = [one_of(world, field, name) for name in value.names]
            ways = [circuit.any_of([fact.get(one, FALSE) for one in each]) for each in named]
            stated = {one for each in named for one in each}
            others = () if value.more else (-x for one, x in fact.items() if one not in stated)
            return circuit.all_of([*ways, *others])


def one_of(world: OpenWorld, field: Field, name: str) -> tuple[str, ...]:
    """What a stated name may be: the classes of the terms below it, or the entity."""
    return world.classes(field).below(name) if field.has_terms else (name,)
