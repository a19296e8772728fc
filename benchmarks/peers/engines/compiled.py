"""Clausewise by generated code: outcomes, no reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answer, Mode

OPEN = ("undetermined", "review")


class Compiled:
    """The policy as generated Python."""

    def __init__(self, work: Path) -> None:
        import clausewise
        from clausewise.engine.compiled import compiled
        from clausewise.load import load_policy

        self.version = clausewise.__version__
        self.policy = compiled(load_policy(str(work / "bench.policy")))

    def judge(self, deployment: bytes) -> Any:
        """Outcomes by clause.

        Raises:
            ValueError: the deployment would have to go the long way, which is not what is measured here.
        """
        outcomes = self.policy.outcomes_of_json(deployment)
        if outcomes is None:
            raise ValueError(deployment)
        return outcomes

    def read(self, answer: Any) -> Answer:
        """The outcomes as sets."""
        return answer_of(answer)


def answer_of(outcomes: dict[str, str]) -> Answer:
    """Outcomes by clause as sets."""
    violated = {name for name, outcome in outcomes.items() if outcome == "violated"}
    return Answer(violated, violated | {n for n, outcome in outcomes.items() if outcome in OPEN})


def load(mode: Mode, work: Path) -> Compiled:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.THREE:
        raise ValueError(mode)
    return Compiled(work)
