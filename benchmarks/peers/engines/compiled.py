"""Clausewise by generated code, for a design in JSON: outcomes, bindings, reasons and missing facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answer, Mode, bound

OPEN = ("undetermined", "review")


class Compiled:
    """The policy as generated Python."""

    def __init__(self, mode: Mode, work: Path) -> None:
        import clausewise
        from clausewise.engine.backends.python.compiled import compiled
        from clausewise.engine.backends.python.reasoning import Why
        from clausewise.engine.backends.results import OUTCOMES
        from clausewise.intake.load import load_policy

        self.version = clausewise.__version__
        self.policy = compiled(load_policy(str(work / "bench.policy")))
        self.why, self.outcomes = Why, OUTCOMES
        self.mode = mode

    def judge(self, deployment: bytes) -> Any:
        """Outcomes by clause, or by clause and binding; the facts that decide each violation; what open ones lack.

        Raises:
            ValueError: the deployment would have to go the long way, which is not what is measured here.
        """
        world = self.policy.intake.world(deployment)
        if world is None:
            raise ValueError(deployment)
        outcomes = self.policy.outcomes_of(world)
        if self.mode is Mode.THREE:
            return outcomes, {}, {}
        if self.mode is Mode.BINDINGS:
            return [
                (name, self.outcomes[result], [record.name for record in bound])
                for number, name in enumerate(outcomes)
                for bound, result in self.policy.functions.get(f"findings_{number}")(world)
            ]
        why = self.why(self.policy, world)
        violated = [name for name, outcome in outcomes.items() if outcome == "violated"]
        reasons = {name: why.facts(name) for name in violated}
        if self.mode is Mode.REASONS:
            return outcomes, reasons, {}
        undecided = [name for name, outcome in outcomes.items() if outcome in OPEN]
        return outcomes, reasons, {name: why.missing(name) for name in undecided}

    def read(self, answer: Any) -> Answer:
        """The outcomes as sets, with the reasons."""
        if self.mode is Mode.BINDINGS:
            return answer_of({bound(clause, *names): outcome for clause, outcome, names in answer})
        outcomes, reasons, missing = answer
        found = answer_of(outcomes)
        return Answer(found.violated, found.possible, reasons, missing)


def answer_of(outcomes: dict[str, str]) -> Answer:
    """Outcomes by clause as sets."""
    violated = {name for name, outcome in outcomes.items() if outcome == "violated"}
    return Answer(violated, violated | {n for n, outcome in outcomes.items() if outcome in OPEN})


def load(mode: Mode, work: Path) -> Compiled:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is Mode.FALSE:
        raise ValueError(mode)
    return Compiled(mode, work)
