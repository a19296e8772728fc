"""Decided applications judged again: by the newest version of their policy, by other readings, on another day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from clausewise.checking.judging import readings_of
from clausewise.checking.options import Options
from clausewise.checking.together import readings_for
from clausewise.desk.interview.drafts import ACCESS, MOST_STEPS
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.backends.python.records import World, world_of
from clausewise.engine.core.policy import Policy
from clausewise.intake.designs import read_design, source_of
from clausewise.intake.evidence import Proof, doubts_of
from clausewise.intake.judges import named_policy
from clausewise.intake.records import records_of
from clausewise.portfolio.judge import Judge, Judged, Task, in_a_line

MOST_TOLD = 5
"""Facts that are told of one clause."""


@lean_dataclass(frozen=True, slots=True)
class DecidedDesign:
    """What was decided, as it is judged again.

    Attributes:
        key: of the decision.
        form: the admitted form; empty if there is none.
        text: the design that was judged.
        verdict: the verdict then, and `outcomes` those of its clauses.
        proofs: what is known of its evidence today, if some has expired, or there is no admitted form.
    """

    key: int
    form: str
    text: str
    verdict: str
    outcomes: Mapping[str, str]
    proofs: Mapping[str, Proof] | None = None


@lean_dataclass(frozen=True, slots=True)
class Otherwise:
    """A decision that would come out otherwise.

    Attributes:
        verdict: what it is now; empty if it could not be judged.
        why: a sentence for each clause that comes to something else.
        flips: the same without the facts for which it does, in the order of the policy.
    """

    key: int
    verdict: str
    why: tuple[str, ...]
    flips: tuple[str, ...]


class AgainJudge:
    """Judges what was decided by one policy."""

    def __init__(self, policy: Policy, readings: Mapping[str, str], day: date) -> None:
        """Compile the policy by these readings, to judge as of a day."""
        self.policy = policy
        self.readings = readings
        self.day = day
        options = Options(access=ACCESS, max_steps=MOST_STEPS)
        self._quick = Judge(Task(policy, readings, options, with_reasons=False))
        self._full = Judge(Task(policy, readings, options))

    @property
    def words(self) -> str:
        """By what it judges: the policy with its version, and the readings that were chosen."""
        chosen = (f"{name}={way}" for name, way in self.readings.items())
        return ", ".join([self.policy.full_name, *chosen])

    def again(self, design: DecidedDesign) -> Otherwise | None:
        """What would be otherwise of one; `None` if it comes to the same verdict."""
        try:
            world = self._world(design)
        except InvalidError as error:
            return _not_judged(design, in_a_line(error.diagnostics))
        found = self._quick.judge_world(str(design.key), world)
        if found.verdict is None:
            return _not_judged(design, found.mistake)
        if found.verdict.value == design.verdict:
            return None
        full = self._full.judge_world(str(design.key), world)
        told = [*self._why(full, design)]
        flips = tuple(flip for flip, _ in told)
        why = tuple(f"{flip}{facts}" for flip, facts in told)
        return Otherwise(design.key, found.verdict.value, why, flips)

    def _world(self, design: DecidedDesign) -> World:
        code = self._quick.code
        if design.form and design.proofs is None:
            dated = f'{{"as-of":"{self.day}",{design.form[1:]}'
            return records_of(source_of("admitted.json", dated, ACCESS.max_bytes), code)
        proofs = design.proofs or {}

        def examine(text: str) -> Proof:
            return proofs.get(text) or Proof(text, doubt=f"its evidence `{text}` is not there")

        written = read_design(source_of("decided.design", design.text, ACCESS.max_bytes))
        stated = written.deployment(
            self.policy.vocabulary, as_of=self.day, evidence=doubts_of(examine)
        )
        return world_of(stated, code.layouts)

    def _why(self, found: Judged, design: DecidedDesign) -> Iterator[tuple[str, str]]:
        """Each clause that comes to something else, and for which facts."""
        for name, outcome in found.outcomes.items():
            before = design.outcomes.get(name, "not there" if design.outcomes else "")
            if before == outcome.value:
                continue
            facts = [*map(str, found.facts.get(name, found.missing.get(name, ())))]
            more = f" and {len(facts) - MOST_TOLD} more" if len(facts) > MOST_TOLD else ""
            said = f" for {', '.join(facts[:MOST_TOLD])}{more}" if facts else ""
            was = f", {before} before" if before else ""
            yield f"{self.policy.clauses[name].short} is {outcome.value}{was}", said


class NoJudge:
    """In place of a judge whose policy cannot be used any more: nothing of it can be judged."""

    def __init__(self, name: str, error: InvalidError) -> None:
        """Remember why it cannot."""
        self.words = name
        self._error = error

    def again(self, design: DecidedDesign) -> Otherwise:
        """That it cannot be judged, and why."""
        return _not_judged(design, in_a_line(self._error.diagnostics))


def _not_judged(design: DecidedDesign, mistake: str) -> Otherwise:
    said = (f"it cannot be judged: {mistake}",)
    return Otherwise(design.key, "", said, said)


def judges_of(
    names: Iterable[str], readings: Mapping[str, str], day: date
) -> Mapping[str, AgainJudge | NoJudge]:
    """A judge for each policy, by its name.

    Args:
        names: of policies; without a version it is the newest.
        readings: alternatives by reading, each for the policies that have it.
        day: as of which all is judged.

    Raises:
        InvalidError: none of the policies has such a reading or alternative.
    """
    found: dict[str, Policy | NoJudge] = {}
    for name in names:
        try:
            found[name] = named_policy(name, ACCESS)
        except InvalidError as error:
            found[name] = NoJudge(name, error)
    own = [policy.readings for policy in found.values() if isinstance(policy, Policy)]

    def judge(policy: Policy) -> AgainJudge:
        chosen = readings_for(readings, policy, own)
        return AgainJudge(policy, readings_of(policy, Options(readings=chosen)), day)

    return {name: judge(one) if isinstance(one, Policy) else one for name, one in found.items()}
