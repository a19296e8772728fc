"""Clausewise by the recorded judge: outcomes with a record, and reasons read off it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.engines.compiled import answer_of
from benchmarks.peers.protocol import Answer, Mode


class Recorded:
    """The long way of a design: parsed, checked, admitted, judged."""

    def __init__(self, mode: Mode, work: Path) -> None:
        import clausewise
        from clausewise.checking.check import Options, check_source
        from clausewise.dsl.text.source import Source
        from clausewise.intake.load import load_policy

        self.version = clausewise.__version__
        self.policy = str(work / "bench.policy")
        self.with_reasons = mode is Mode.REASONS
        load_policy(self.policy)
        self._source, self._check, self._options = Source, check_source, Options(self.policy)

    def judge(self, deployment: bytes) -> Any:
        """Outcomes by clause, and the facts that decide each violation."""
        source = self._source("<bench>.json", deployment.decode())
        (report,) = self._check(source, self._options)
        outcomes = {judged.clause.name: judged.outcome for judged in report.clauses}
        if not self.with_reasons:
            return outcomes, {}
        reasons = {j.clause.name: j.facts for j in report.clauses if j.outcome == "violated"}
        return outcomes, reasons

    def read(self, answer: Any) -> Answer:
        """The outcomes as sets, with the reasons."""
        outcomes, reasons = answer
        found = answer_of(outcomes)
        return Answer(found.violated, found.possible, reasons)


def load(mode: Mode, work: Path) -> Recorded:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is Mode.FALSE:
        raise ValueError(mode)
    return Recorded(mode, work)
