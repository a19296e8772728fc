"""Which way each value of each fact pushes each clause, over all complete designs.

A value pushes *towards violated* if in some design that keeps the clause it violates it, put in the place of
another value, all else being equal; and *towards met* if it is the other way round in some design. It may do both,
in different designs, or neither. Of a field of many values a term is put in beside the others, or taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from clausewise.dsl.models.deployment import Terms, Value, show_value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.engine.backends.solver.circuit import TooLargeError
from clausewise.engine.backends.solver.proving.changes import Changes
from clausewise.engine.backends.solver.proving.search import DesignSearch
from clausewise.engine.backends.solver.sat import NotSettledError
from clausewise.engine.backends.solver.values import as_stated
from clausewise.engine.core.laws import Law, NeverWorsens
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import field_key


@lean_dataclass(frozen=True, slots=True)
class Direction:
    """Which way a value pushes a clause.

    Attributes:
        value: as a design states it.
        violates: whether it pushes towards violated.
        keeps: whether it pushes towards met.
        why: why it may push otherwise in larger designs, or that it was given up; empty if it does not.
    """

    clause: str
    field: Field
    value: str
    violates: bool
    keeps: bool
    why: str = ""


class Directions:
    """The directions in one policy, under any of its readings.

    Where python-sat is not installed, the first question raises `ModuleNotFoundError`.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.search = DesignSearch(policy)

    def of(self, clauses: Collection[str]) -> Iterator[Direction]:
        """Of clauses, those of all values that policies tell apart, by field in the vocabulary's order.

        References, ages and texts are left out: they have too many values, or none that a policy tells apart.
        """
        for type_ in self.policy.vocabulary.entities.values():
            for field in type_.fields.values():
                readers = self.policy.readers.get(field_key(field), frozenset())
                read_by = [name for name in clauses if name in readers]
                if read_by:
                    yield from self._of_field(field, read_by)

    def _of_field(self, field: Field, clauses: Collection[str]) -> Iterator[Direction]:
        """The directions of a field's values.

        A search keeps what it has written down for other fields and clauses. Where that leaves no room for this
        field, it is begun anew, once.
        """
        is_anew = False
        like: Changes | None = None
        for value in self._values(field):
            ways = self._ways(field, value, like)
            for clause in clauses:
                try:
                    found = _direction(ways, clause)
                except TooLargeError as error:
                    if is_anew:
                        found = False, False, str(error)
                    else:
                        is_anew, self.search = True, DesignSearch(self.policy)
                        ways = self._ways(field, value, None)
                        found = _direction_if_known(ways, clause)
                except NotSettledError as error:
                    found = False, False, str(error)
                yield Direction(clause, field, show_value(value), *found)
            like = ways[0]

    def _ways(self, field: Field, value: Value, like: Changes | None) -> tuple[Changes, Changes]:
        """The changes by which a value is put in, and those by which it is taken out."""
        put_in = self._changes(field, value, like, is_put=True)
        return put_in, self._changes(field, value, like or put_in, is_put=False)

    def _values(self, field: Field) -> Iterator[Value]:
        if field.has_terms:
            taxonomy = self.policy.vocabulary.taxonomy_of(field)
            classes = self.search.distinctions.classes(taxonomy, frozenset())
            yield from (Terms((classes.shown[one],)) for one in classes.all)
        elif field.shape in ("number", "duration", "date"):
            points = self.search.distinctions.points()[field.shape]
            yield from (as_stated(field, point) for point in points)
        else:
            return
        if field.may_be_none:
            yield Terms(())

    def _changes(
        self, field: Field, value: Value, like: Changes | None, *, is_put: bool
    ) -> Changes:
        """The changes by which a value is put in, or taken out."""
        joins = field.is_many and field.has_terms and value != Terms(())
        word: Literal["changing", "adding", "removing"]
        word = ("adding" if is_put else "removing") if joins else "changing"
        before, after = (None, (value,)) if is_put else ((value,), None)
        claim = NeverWorsens(field, word, before, after, None, ())
        law = Law("", "", {}, claim, Span(0, 0))
        return Changes(self.search, law, claim, like)


def _direction(ways: tuple[Changes, Changes], clause: str) -> tuple[bool, bool, str]:
    """Whether a value pushes a clause towards violated, whether towards met, and why it may be otherwise."""
    put_in, taken_out = ways
    violates, why = put_in.can_worsen(clause)
    keeps, why_not = taken_out.can_worsen(clause)
    return violates, keeps, why or why_not


def _direction_if_known(ways: tuple[Changes, Changes], clause: str) -> tuple[bool, bool, str]:
    try:
        return _direction(ways, clause)
    except (NotSettledError, TooLargeError) as error:
        return False, False, str(error)
