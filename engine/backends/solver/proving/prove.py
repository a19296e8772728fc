"""Proofs of laws, or the designs that refute them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausewise.dsl.models.deployment import Deployment, Value
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.backends.solver.circuit import TooLargeError
from clausewise.engine.backends.solver.proving.changes import Changes
from clausewise.engine.backends.solver.proving.search import DesignSearch, SearchResult
from clausewise.engine.backends.solver.proving.shown import counted, shown
from clausewise.engine.backends.solver.sat import NotSettledError
from clausewise.engine.core.conditions import And, Condition, Not
from clausewise.engine.core.laws import Always, Law, Laws, NeverWorsens, Possible


@lean_dataclass(frozen=True, slots=True)
class LawProof:
    """What became of a law.

    Attributes:
        holds: whether it does; `None` if that is not known.
        why: why it is not known, or only for designs of some size.
        size: up to how many entities of a type it was tried, where it is not known for designs of any size.
        designs: by what each shows, the designs that show it: what is possible; or, in one of which a condition
            holds or not, what refutes the law.
        before: of two designs that refute a law about a change, the first.
        readings: the readings under which a law is refuted.
        by_a_law: whether it takes a law that prohibits these designs.
        worse: the clause that a change makes violated.
    """

    law: Law
    holds: bool | None
    why: str = ""
    size: int | None = None
    designs: Mapping[str, Deployment] = lean.field(default_factory=dict)
    before: Deployment | None = None
    readings: Mapping[str, str] = lean.field(default_factory=dict)
    by_a_law: bool = False
    worse: str = ""


class Prover:
    """Tries laws over all complete designs.

    Where python-sat is not installed, the first question raises `ModuleNotFoundError`.
    """

    def __init__(self, laws: Laws) -> None:
        conditions = [c for law in laws.laws.values() for c in conditions_of(law)]
        values = [v for law in laws.laws.values() for v in values_of(law)]
        self.search = DesignSearch(laws.policy, conditions, values)

    def prove(self, law: Law) -> LawProof:
        """What becomes of a law."""
        try:
            match law.claim:
                case Always(when, holds):
                    return self._always(law, And(((when or And(())), Not(holds))))
                case Possible() as claim:
                    return self._possible(law, claim)
                case NeverWorsens() as claim:
                    return self._never_worsens(law, claim)
        except (NotSettledError, TooLargeError) as error:
            return LawProof(law, None, str(error))

    def _always(self, law: Law, refuting: Condition) -> LawProof:
        wanted = self.search.wanted(refuting)
        found = self.search.search(wanted, law.readings)
        if found.completion is None:
            return _proved(law, [found])
        design, beside = shown(found, wanted)
        return LawProof(
            law,
            holds=False,
            designs={"": design},
            readings=beside.readings,
            by_a_law=beside.by_a_law,
        )

    def _possible(self, law: Law, claim: Possible) -> LawProof:
        designs: dict[str, Deployment] = {}
        lacking: dict[str, SearchResult] = {}
        by_a_law = False
        for said, condition in claim.ways:
            wanted = self.search.wanted(condition)
            found = self.search.search(wanted, law.readings)
            if found.completion is None:
                lacking[said] = found
            else:
                designs[said], beside = counted(found, wanted)
                by_a_law = by_a_law or beside.by_a_law
        if not lacking:
            return LawProof(law, holds=True, designs=designs, by_a_law=by_a_law)
        excluded = [said for said, found in lacking.items() if not found.why]
        if excluded:
            why = f"no design shows {', '.join(excluded)}"
            return LawProof(law, holds=False, why=why, designs=designs)
        why = f"no design was found that shows {', '.join(lacking)}"
        return LawProof(law, holds=None, why=why, designs=designs)

    def _never_worsens(self, law: Law, claim: NeverWorsens) -> LawProof:
        changes = Changes(self.search, law, claim)
        tried = []
        derived = (
            self.search.policy.derived
        )  # what says of others that they are violated comes last
        for clause in sorted(claim.clauses, key=lambda name: name in derived):
            found = changes.worse(clause)
            if found is None:
                continue
            if found.completion is not None:
                before, after, beside = changes.shown(found, clause)
                return LawProof(
                    law,
                    holds=False,
                    designs={"": after},
                    before=before,
                    readings=beside.readings,
                    by_a_law=beside.by_a_law,
                    worse=clause,
                )
            tried.append(found)
        return _proved(law, tried)


def _proved(law: Law, tried: Iterable[SearchResult]) -> LawProof:
    """A law that nothing refutes, perhaps only up to a size."""
    open_ = [found for found in tried if found.why]
    if not open_:
        return LawProof(law, holds=True)
    size = min(min(found.designs.sizes.values()) for found in open_)
    return LawProof(law, holds=True, why=open_[0].why, size=size)


def conditions_of(law: Law) -> Iterator[Condition]:
    """The conditions in a law."""
    match law.claim:
        case Always(when, holds):
            yield from (condition for condition in (when, holds) if condition)
        case Possible(ways):
            yield from (condition for _, condition in ways)
        case NeverWorsens(where=where):
            yield from (condition for condition in (where,) if condition)


def values_of(law: Law) -> Iterator[tuple[Field, Sequence[Value]]]:
    """The values of a field before and after a change that a law is about."""
    if isinstance(law.claim, NeverWorsens):
        for values in (law.claim.before, law.claim.after):
            if values is not None:
                yield law.claim.field, values
