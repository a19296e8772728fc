"""Laws as clauses of a policy, so that whoever judges designs says what laws come to."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.conditions import All, Not
from clausewise.engine.core.laws import Always, Law, NeverWorsens, Possible
from clausewise.engine.core.policy import Policy


def name_of(law: Law, number: int = 0) -> str:
    """The name of a clause that is made of a law: no clause of a policy has blanks in its name."""
    return f"law {law.name} {number}"


def clauses_of(law: Law, policy: Policy) -> Iterator[Clause]:
    """A law as clauses.

    That of what is always so is violated where it is not so, and does not apply where the law says nothing. Those
    of what is possible are violated where it is so. That of a change is violated by each entity which it is about.
    """
    match law.claim:
        case Always(when, holds):
            yield Clause.unplaced(name_of(law), when, Not(holds))
        case Possible(ways):
            for number, (_, condition) in enumerate(ways):
                yield Clause.unplaced(name_of(law, number), None, condition)
        case NeverWorsens(field) as claim:
            if claim.where and policy.vocabulary.entities[field.owner].single:
                yield Clause.unplaced(name_of(law), None, claim.where)
            elif claim.where:
                of_all = Binding(claim.variable, All(field.owner))
                yield Clause.unplaced(name_of(law), None, claim.where, (of_all,))
