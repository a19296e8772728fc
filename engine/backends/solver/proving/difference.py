"""What changes from one policy to another, over all complete designs: clause by clause, and on the whole.

A policy is stricter than another if it prohibits some design that the other one does not, laxer if it is the other
way round, and incomparable if it is both. Each way is shown by a design.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import TooLargeError
from clausewise.engine.backends.solver.proving.search import AllowedReadings, DesignSearch
from clausewise.engine.backends.solver.proving.shown import Supposed, shown
from clausewise.engine.backends.solver.sat import NotSettledError
from clausewise.engine.core.conditions import Condition, Not, Or, Violated
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.truth import Truth


class MeaningChange(StrEnum):
    """How the meaning of a clause, or of a whole policy, changes."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LAXER = "laxer"
    INCOMPARABLE = "incomparable"
    NEW = "new"
    GONE = "gone"
    UNREAD = "not in the part that is held"


@lean_dataclass(frozen=True, slots=True)
class Witness:
    """A design that one of two policies prohibits, or a clause of it, and the other one does not.

    Attributes:
        violates: the titles of the clauses of the one that it violates, without those that only follow from
            others of them.
        by_a_law: whether it takes a law that prohibits the design.
    """

    design: Deployment
    violates: tuple[str, ...]
    by_a_law: bool


@lean_dataclass(frozen=True, slots=True)
class MeaningDifference:
    """How a clause changes.

    Attributes:
        clause: its name; empty for the policy on the whole.
        stricter: what violates it anew; `None` if nothing does.
        laxer: what violates it no more.
        why: why there may be a design though none was found; empty if none is known not to be.
    """

    clause: str
    change: MeaningChange
    stricter: Witness | None = None
    laxer: Witness | None = None
    why: str = ""


class Comparison:
    """Two policies of one vocabulary.

    Where python-sat is not installed, the first question raises `ModuleNotFoundError`.
    """

    def __init__(self, old: Policy, new: Policy, readings: Mapping[str, str] | None = None) -> None:
        """
        Args:
            readings: alternatives of the new policy; the default ones of all others, and of the old policy.

        Raises:
            KeyError: there is no such reading or alternative.
        """
        self.old = old
        self.new = new
        self.readings = choose_readings(new, readings or {})
        self.search = DesignSearch(new, others=[old])

    def clauses(self) -> Iterator[MeaningDifference]:
        """How each clause changes, in the order of the new policy; those that are gone come last."""
        for name in self.new.clauses:
            if name in self.old.clauses:
                yield self.clause(name)
            else:
                yield MeaningDifference(name, MeaningChange.NEW)
        for name in self.old.clauses:
            if name not in self.new.clauses:
                gone = MeaningChange.UNREAD if self.new.partial else MeaningChange.GONE
                yield MeaningDifference(name, gone)

    def pair(self, old: str, new: str) -> MeaningDifference:
        """How a clause of the old policy changes to one of the new policy, whatever each is called.

        Raises:
            KeyError: there is no such clause.
        """
        names = self.old.clauses[old].name, self.new.clauses[new].name
        return self._compared(" → ".join(names), Violated(old), Violated(new))

    def clause(self, name: str) -> MeaningDifference:
        """How a clause changes that both policies have."""
        return self._compared(name, Violated(name), Violated(name))

    def whole(self) -> MeaningDifference:
        """How the policies change on the whole: which designs they prohibit.

        Of a new policy that holds a part of its text only, nothing is said beyond the clauses that both have.
        """
        shared = [name for name in self.new.clauses if name in self.old.clauses]
        old, new = (shared, shared) if self.new.partial else (self.old.clauses, self.new.clauses)
        return self._compared("", _some(old), _some(new))

    def _compared(self, name: str, old: Condition, new: Condition) -> MeaningDifference:
        stricter, why = self._shown(old, new, anew=True)
        laxer, why_not = self._shown(old, new, anew=False)
        change = {
            (False, False): MeaningChange.EQUIVALENT,
            (True, False): MeaningChange.STRICTER,
            (False, True): MeaningChange.LAXER,
            (True, True): MeaningChange.INCOMPARABLE,
        }[stricter is not None, laxer is not None]
        return MeaningDifference(
            name,
            change,
            self._witness(stricter, self.new),
            self._witness(laxer, self.old),
            why or why_not,
        )

    def _witness(self, found: tuple[Deployment, Supposed] | None, policy: Policy) -> Witness | None:
        """A design with the clauses of a policy that it violates, without those that follow from others."""
        if found is None:
            return None
        design, beside = found
        judge = beside.judge(policy, design)
        violated = [name for name in policy.clauses if judge.step(name).truth is Truth.TRUE]
        own = [name for name in violated if not policy.derived.get(name, frozenset()) & {*violated}]
        titles = tuple([policy.clauses[name].title for name in own])
        return Witness(design, titles, beside.by_a_law)

    def _shown(
        self, old: Condition, new: Condition, *, anew: bool
    ) -> tuple[tuple[Deployment, Supposed] | None, str]:
        """A design that violates what is new and not what is old, or the other way round."""
        wanted = self.search.wanted(new if anew else Not(new))
        wanted += self.search.wanted(Not(old) if anew else old, self.old)
        readings: AllowedReadings = {name: (way,) for name, way in self.readings.items()}
        try:
            found = self.search.search(wanted, readings)
        except (NotSettledError, TooLargeError) as error:
            return None, str(error)
        if found.completion is None:
            size = min(found.designs.sizes.values())
            return None, found.why and f"none of up to {size} entities of each type: {found.why}"
        return shown(found, wanted), ""


def _some(clauses: Iterable[str]) -> Condition:
    return Or(tuple([Violated(name) for name in clauses]))
