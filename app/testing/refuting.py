"""Searches for designs that refute laws, or that show what laws say is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings, strategies as st

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
from clausewise.testing.supposing import asks_of_law, supposing_a_law

T = TypeVar("T")
HELD = (Outcome.MET, Outcome.NOT_APPLICABLE)
SHOWN = "These facts refute it, whatever else a design says:"
WITNESSES = 20
NOTHING_TO_TRY = "nothing to which it applies was found"


@dataclass(frozen=True)
class Supposition:
    """What is drawn beside a design: the alternatives of readings, and whether some law prohibits it."""

    readings: Mapping[str, str]
    by_a_law: bool


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
    def supposing(self) -> Policy:
        """The same as it judges what some law prohibits: itself, if it does not ask."""
        return supposing_a_law(self.policy) if asks_of_law(self.policy) else self.policy

    @cached_property
    def designs(self) -> CompleteDesigns:
        """The designs on which laws are tried."""
        return CompleteDesigns(Distinctions([self.policy]), self.near)

    def run(self, law: Law, examples: int) -> str:
        """Try a law on so many designs. What was not found, in words, or an empty text.

        What a law says is possible is looked for in `WITNESSES` times as many: most often it is found long before.

        Raises:
            AssertionError: it is refuted.
        """
        match law.claim:
            case Always():
                lacking = self._always(law, examples)
            case NeverWorsens() as claim:
                lacking = self._never_worsens(law, claim, examples)
            case Possible() as claim:
                examples *= WITNESSES
                lacking = self._possible(law, claim, examples)
        return lacking and f"{lacking} in {examples:,} designs"

    def _always(self, law: Law, examples: int) -> str:
        seen = set[Outcome]()

        def is_refuted(drawn: Drawn, beside: Supposition) -> bool:
            outcome = self._outcomes(drawn, beside)[name_of(law)]
            seen.add(outcome)
            return outcome is Outcome.VIOLATED

        found = self._first(self.designs.strategy(), law, is_refuted, examples)
        if found:
            drawn, beside = found
            smallest = reduced(drawn, lambda d: is_refuted(d, beside))
            raise AssertionError(f"{self._says(law, beside)}\n{SHOWN}\n\n{smallest.text}")
        return "" if Outcome.MET in seen else NOTHING_TO_TRY

    def _possible(self, law: Law, claim: Possible, examples: int) -> str:
        todo = {name_of(law, number): said for number, (said, _) in enumerate(claim.ways)}

        def is_all_found(drawn: Drawn, beside: Supposition) -> bool:
            outcomes = self._outcomes(drawn, beside)
            for name in [name for name in todo if outcomes[name] is Outcome.VIOLATED]:
                del todo[name]
            return not todo

        self._first(self.designs.strategy(), law, is_all_found, examples)
        return f"nothing shows {', '.join(todo.values())}" if todo else ""

    def _never_worsens(self, law: Law, claim: NeverWorsens, examples: int) -> str:
        tried = False

        def is_refuted(changed: ChangedPair, beside: Supposition) -> bool:
            nonlocal tried
            if not self._is_where(law, claim, changed, beside):
                return False
            tried = True
            return bool(self._worse(claim, changed, beside))

        found = self._first(changes(self.designs, claim), law, is_refuted, examples)
        if found:
            changed, beside = found
            smallest = reduced(changed.after, lambda d: is_refuted(changed.of(d), beside))
            changed = changed.of(smallest)
            worse = self._worse(claim, changed, beside)
            said = f"{self._says(law, beside)}\n`{worse[0]}` becomes violated where {changed}"
            raise AssertionError(f"{said}:\n\n{smallest.text}")
        return "" if tried else NOTHING_TO_TRY

    def _first(
        self,
        drawn: st.SearchStrategy[T],
        law: Law,
        is_it: Callable[[T, Supposition], bool],
        examples: int,
    ) -> tuple[T, Supposition] | None:
        matter = self.supposing is not self.policy
        return _first(drawn, law, is_it, examples, laws_matter=matter)

    def _worse(self, claim: NeverWorsens, changed: ChangedPair, beside: Supposition) -> list[str]:
        after = self._outcomes(changed.after, beside)
        worse = [clause for clause in claim.clauses if after[clause] is Outcome.VIOLATED]
        before = self._outcomes(changed.before, beside) if worse else {}
        return [clause for clause in worse if before[clause] in HELD]

    def _is_where(
        self, law: Law, claim: NeverWorsens, changed: ChangedPair, beside: Supposition
    ) -> bool:
        """Whether the condition on the entity that changes holds of it."""
        if not claim.where:
            return True
        code = self._code(beside)
        world = world_of(_deployment(changed.before), code.layouts)
        outcomes = code.outcomes_of(world)
        if not self.policy.clauses[name_of(law)].bindings:
            return outcomes[name_of(law)] is Outcome.VIOLATED
        findings = code.functions.get(f"findings_{code.numbers[name_of(law)]}")
        return any(
            record.name == changed.entity and OUTCOMES[result] is Outcome.VIOLATED
            for (record,), result in findings(world)
        )

    def _outcomes(self, drawn: Drawn, beside: Supposition) -> dict[str, Outcome]:
        return self._code(beside).outcomes(_deployment(drawn))

    def _code(self, beside: Supposition) -> CompiledPolicy:
        policy = self.supposing if beside.by_a_law else self.policy
        return compiled(policy, beside.readings)

    def _says(self, law: Law, beside: Supposition) -> str:
        others = [
            f"reading {name} is {alternative}"
            for name, alternative in beside.readings.items()
            if alternative != self.policy.readings[name].default
        ]
        under = f", under {', '.join(others)}" if others else ""
        under += ", where a law prohibits the design" if beside.by_a_law else ""
        return f"the law `{law.name}` does not hold{under}: {law.says}"


def _deployment(drawn: Drawn) -> Deployment:
    """As `Drawn.deployment`, but for the text of the source, which takes as long as all the rest."""
    return admit(check_design(drawn.tree, Source("", ""), drawn.vocabulary)[0])


def _first(
    drawn: st.SearchStrategy[T],
    law: Law,
    is_it: Callable[[T, Supposition], bool],
    examples: int,
    *,
    laws_matter: bool,
) -> tuple[T, Supposition] | None:
    """The first of so many that are drawn that is looked for, with what is supposed beside.

    That is readings under which the law must hold, and, if `laws_matter`, now and then that a law prohibits it.
    """
    found: list[tuple[T, Supposition]] = []
    readings = st.fixed_dictionaries({name: st.sampled_from(a) for name, a in law.readings.items()})
    by_a_law = st.booleans() if laws_matter else st.just(value=False)

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.reuse, Phase.generate],
        report_multiple_bugs=False,
    )
    @given(drawn.map(_Hidden), st.builds(Supposition, readings, by_a_law))
    def look(hidden: _Hidden, beside: Supposition) -> None:
        if is_it(hidden.value, beside):
            found.append((hidden.value, beside))
            raise _FoundError

    try:
        look()
    except _FoundError:
        return found[-1]
    return None
