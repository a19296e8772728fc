"""Searches for designs that refute laws, or that show what laws say is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup import lean
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.records import world_of
from clausewise.engine.backends.results import OUTCOMES
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.laws import Always, Law, Laws, NeverWorsens, Possible
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.testing.complete import CompleteDesigns
from clausewise.testing.law_clauses import clauses_of, name_of
from clausewise.testing.pairs import ChangedPair, changes
from clausewise.testing.reducing import reduced
from clausewise.testing.strategies import Drawn

T = TypeVar("T")
DrawnReadings = Mapping[str, str]
HELD = (Outcome.MET, Outcome.NOT_APPLICABLE)
SHOWN = "These facts refute it, whatever else a design says:"
NOTHING_TO_TRY = "nothing to which it applies was found"


class _FoundError(Exception):
    """Ends a search: what it looks for is found."""


class _Hidden:
    """Holds what is drawn, so that Hypothesis does not write out whole trees: what is found is shown smaller."""

    def __init__(self, value: Any) -> None:
        self.value = value


@dataclass(frozen=True, repr=False)
class LawSearch:
    """Where laws are tried: laws, and designs near which others are drawn."""

    laws: Laws
    near: tuple[Design, ...]

    @cached_property
    def policy(self) -> Policy:
        """The policy with the laws as clauses of it, so that one judgement says what all of them come to."""
        about = self.laws.policy
        made = {c.name: c for law in self.laws.laws.values() for c in clauses_of(law, about)}
        order = (*about.order, *made)
        return lean.replace(about, clauses={**about.clauses, **made}, order=order)

    @cached_property
    def designs(self) -> CompleteDesigns:
        """The designs on which laws are tried."""
        return CompleteDesigns(Distinctions([self.policy]), self.near)

    def run(self, law: Law, examples: int) -> str:
        """Try a law on so many designs. What was not found, in words, or an empty text.

        Raises:
            AssertionError: it is refuted.
        """
        match law.claim:
            case Always():
                return self._always(law, examples)
            case Possible() as claim:
                return self._possible(law, claim, examples)
            case NeverWorsens() as claim:
                return self._never_worsens(law, claim, examples)

    def _always(self, law: Law, examples: int) -> str:
        seen = set[Outcome]()

        def is_refuted(drawn: Drawn, readings: DrawnReadings) -> bool:
            outcome = self._outcomes(drawn, readings)[name_of(law)]
            seen.add(outcome)
            return outcome is Outcome.VIOLATED

        found = _first(self.designs.strategy(), law, is_refuted, examples)
        if found:
            drawn, readings = found
            smallest = reduced(drawn, lambda d: is_refuted(d, readings))
            raise AssertionError(f"{self._says(law, readings)}\n{SHOWN}\n\n{smallest.text}")
        return "" if Outcome.MET in seen else NOTHING_TO_TRY

    def _possible(self, law: Law, claim: Possible, examples: int) -> str:
        todo = {name_of(law, number): said for number, (said, _) in enumerate(claim.ways)}

        def is_all_found(drawn: Drawn, readings: DrawnReadings) -> bool:
            outcomes = self._outcomes(drawn, readings)
            for name in [name for name in todo if outcomes[name] is Outcome.VIOLATED]:
                del todo[name]
            return not todo

        _first(self.designs.strategy(), law, is_all_found, examples)
        return f"not found: {', '.join(todo.values())}" if todo else ""

    def _never_worsens(self, law: Law, claim: NeverWorsens, examples: int) -> str:
        tried = False

        def is_refuted(changed: ChangedPair, readings: DrawnReadings) -> bool:
            nonlocal tried
            if not self._is_where(law, claim, changed, readings):
                return False
            tried = True
            return bool(self._worse(claim, changed, readings))

        found = _first(changes(self.designs, claim), law, is_refuted, examples)
        if found:
            changed, readings = found
            smallest = reduced(changed.after, lambda d: is_refuted(changed.of(d), readings))
            changed = changed.of(smallest)
            worse = self._worse(claim, changed, readings)
            said = f"{self._says(law, readings)}\n`{worse[0]}` becomes violated where {changed}"
            raise AssertionError(f"{said}:\n\n{smallest.text}")
        return "" if tried else NOTHING_TO_TRY

    def _worse(
        self, claim: NeverWorsens, changed: ChangedPair, readings: DrawnReadings
    ) -> list[str]:
        after = self._outcomes(changed.after, readings)
        worse = [clause for clause in claim.clauses if after[clause] is Outcome.VIOLATED]
        before = self._outcomes(changed.before, readings) if worse else {}
        return [clause for clause in worse if before[clause] in HELD]

    def _is_where(
        self, law: Law, claim: NeverWorsens, changed: ChangedPair, readings: DrawnReadings
    ) -> bool:
        """Whether the condition on the entity that changes holds of it."""
        if not claim.where:
            return True
        code = self._code(readings)
        world = world_of(_deployment(changed.before), code.layouts)
        outcomes = code.outcomes_of(world)
        if not self.policy.clauses[name_of(law)].bindings:
            return outcomes[name_of(law)] is Outcome.VIOLATED
        findings = code.functions.get(f"findings_{code.numbers[name_of(law)]}")
        return any(
            record.name == changed.entity and OUTCOMES[result] is Outcome.VIOLATED
            for (record,), result in findings(world)
        )

    def _outcomes(self, drawn: Drawn, readings: DrawnReadings) -> dict[str, Outcome]:
        return self._code(readings).outcomes(_deployment(drawn))

    def _code(self, readings: DrawnReadings) -> CompiledPolicy:
        return compiled(self.policy, readings)

    def _says(self, law: Law, readings: DrawnReadings) -> str:
        others = [
            f"reading {name} is {alternative}"
            for name, alternative in readings.items()
            if alternative != self.policy.readings[name].default
        ]
        under = f", under {', '.join(others)}" if others else ""
        return f"the law `{law.name}` does not hold{under}: {law.says}"


def _deployment(drawn: Drawn) -> Deployment:
    """As `Drawn.deployment`, but for the text of the source, which takes as long as all the rest."""
    return admit(check_design(drawn.tree, Source("", ""), drawn.vocabulary)[0])


def _first(
    drawn: st.SearchStrategy[T],
    law: Law,
    is_it: Callable[[T, DrawnReadings], bool],
    examples: int,
) -> tuple[T, DrawnReadings] | None:
    """The first of so many that are drawn, with readings under which the law must hold, that is looked for."""
    found: list[tuple[T, DrawnReadings]] = []
    readings = st.fixed_dictionaries({name: st.sampled_from(a) for name, a in law.readings.items()})

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.reuse, Phase.generate],
        report_multiple_bugs=False,
    )
    @given(drawn.map(_Hidden), readings)
    def look(hidden: _Hidden, chosen: dict[str, str]) -> None:
        if is_it(hidden.value, chosen):
            found.append((hidden.value, chosen))
            raise _FoundError

    try:
        look()
    except _FoundError:
        return found[-1]
    return None
