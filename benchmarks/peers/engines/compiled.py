"""Clausewise by generated code: outcomes, and reasons that the recorded judge reads where it is told to look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answer, Mode

OPEN = ("undetermined", "review")


class Compiled:
    """The policy as generated Python."""

    def __init__(self, mode: Mode, work: Path) -> None:
        import clausewise
        from clausewise.engine.backends.python.compiled import compiled
        from clausewise.engine.backends.python.reasons import Reasons
        from clausewise.intake.load import load_policy

        self.version = clausewise.__version__
        self.policy = compiled(load_policy(str(work / "bench.policy")))
        self.reasons = Reasons
        self.mode = mode

    def judge(self, deployment: bytes) -> Any:
        """Outcomes by clause, the facts that decide each violation, and what each open clause waits for.

        Raises:
            ValueError: the deployment would have to go the long way, which is not what is measured here.
        """
        world = self.policy.intake.world(deployment)
        if world is None:
            raise ValueError(deployment)
        outcomes = self.policy.outcomes_of(world)
        if self.mode is Mode.THREE:
            return outcomes, {}, {}
        why = self.reasons(self.policy, world)
        violated = [name for name, outcome in outcomes.items() if outcome == "violated"]
        reasons = {name: why.facts(name) for name in violated}
        if self.mode is Mode.REASONS:
            return outcomes, reasons, {}
        undecided = [name for name, outcome in outcomes.items() if outcome in OPEN]
        return outcomes, reasons, {name: why.missing(name) for name in undecided}

    def read(self, answer: Any) -> Answer:
        """The outcomes as sets, with the reasons."""
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
    if mode in (Mode.FALSE, Mode.BINDINGS):
        raise ValueError(mode)
    return Compiled(mode, work)
