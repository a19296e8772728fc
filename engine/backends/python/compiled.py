"""Judging by generated code: the outcomes of a policy's clauses, fast and without reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clausewise.dsl.models.deployment import Deployment
from clausewise.engine.backends.python import runtime
from clausewise.engine.backends.python.program import Program, compile_policy
from clausewise.engine.backends.python.records import RecordLayout, World, layouts_of, world_of
from clausewise.engine.backends.results import OUTCOMES
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.judging.judge import NothingToJudgeError, judge

if TYPE_CHECKING:
    from clausewise.engine.backends.python.from_json import Intake

_NAMES = (
    "ANYTHING",
    "alone",
    "along",
    "closure",
    "closure_of",
    "link",
    "meet_certain",
    "meet_possible",
    "one",
    "reaches_certain",
    "reaches_possible",
    "same_certain",
    "same_possible",
    "union",
)


@dataclass(frozen=True)
class CompiledPolicy:
    """A policy under chosen readings, as generated code."""

    policy: Policy
    readings: Mapping[str, str]
    layouts: Mapping[str, RecordLayout]
    program: Program
    run: Callable[[World], list[int]]
    others: Mapping[str, CompiledPolicy]

    def outcomes(self, deployment: Deployment) -> dict[str, Outcome]:
        """The outcome of each clause for a deployment of which only admitted facts are known."""
        return self.outcomes_of(world_of(deployment, self.layouts))

    def outcomes_of(self, world: World) -> dict[str, Outcome]:
        """The outcome of each clause for records of these layouts.

        Where a judgement waits for the date of judging, which is rare, the recorded judge is asked.
        """
        if world.undated:
            return self._recorded(world.undated)
        return self._by_clause(self.judge_world(world))

    def _recorded(self, deployment: Deployment) -> dict[str, Outcome]:
        try:
            judged = judge(self.policy, deployment, self.readings).clauses
        except NothingToJudgeError:
            return dict.fromkeys(self.policy.clauses, Outcome.NOT_APPLICABLE)
        return {found.clause.name: found.outcome for found in judged}

    def outcomes_of_json(self, content: bytes) -> dict[str, Outcome] | None:
        """The outcome of each clause for a design in JSON, as UTF-8; claims count without evidence.

        `None` if the design must go the long way, through the parser and the checker: it may have mistakes.
        """
        found = self.intake.world(content)
        return None if found is None else self.outcomes_of(found)

    def binds(self, world: World) -> bool:
        """Whether a world lists anything of which the policy speaks."""
        listed = zip(self.layouts, world.listed, strict=True)
        return self.policy.speaks_of(name for name, records in listed if records)

    def _by_clause(self, results: list[int]) -> dict[str, Outcome]:
        return dict(zip(self.policy.clauses, map(OUTCOMES.__getitem__, results), strict=True))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The clauses' places in the policy's order."""
        return {name: number for number, name in enumerate(self.policy.clauses)}

    @cached_property
    def read_by(self) -> dict[str, list[str]]:
        """The clauses that each clause reads, directly or not, in the order in which they are judged."""
        found: dict[str, list[str]] = {name: [] for name in self.policy.clauses}
        for name in self.policy.order:
            for reader in self.policy.readers.get(("clause", name), ()):
                found[reader].append(name)
        return found

    @cached_property
    def intake(self) -> Intake:
        """Reads designs in JSON."""
        from clausewise.engine.backends.python.from_json import Intake

        return Intake(self.policy.vocabulary, self.layouts)

    def judge_world(self, world: World) -> list[int]:
        """The results of the clauses, in the policy's order (program.py)."""
        for name, other in self.others.items():
            world.remembered[name] = other.judge_world(world.again())
        return self.run(world)


def compiled(
    policy: Policy,
    readings: Mapping[str, str] | None = None,
    layouts: Mapping[str, RecordLayout] | None = None,
) -> CompiledPolicy:
    """Compile a policy under chosen readings, its defaults by default.

    Raises:
        KeyError: there is no such reading or alternative.
    """
    chosen = choose_readings(policy, readings or {})
    layouts = layouts or layouts_of(policy.vocabulary)
    program = compile_policy(policy, chosen)
    scope = {name: getattr(runtime, name) for name in _NAMES}
    for index, layout in enumerate(layouts.values()):
        scope |= {f"UNLISTED_{index}": layout.unlisted, f"NOBODY_{index}": layout.nobody}
    scope |= program.constants
    exec(compile(program.source, f"<{policy.name}>", "exec"), scope)
    others = {name: compiled(other, None, layouts) for name, other in policy.policies.items()}
    return CompiledPolicy(policy, chosen, layouts, program, scope["judge"], others)
