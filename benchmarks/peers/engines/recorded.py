"""Clausewise by the recorded judge: outcomes with a record, and reasons read off it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.engines.compiled import answer_of
from benchmarks.peers.protocol import Answer, Mode, bound


class Recorded:
    """The long way of a design: parsed, checked, admitted, judged."""

    def __init__(self, mode: Mode, work: Path) -> None:
        import clausewise
        from clausewise.dsl.text.source import Source
        from clausewise.engine.judging.judge import judge
        from clausewise.intake.designs import read_design
        from clausewise.intake.load import load_policy

        self.version = clausewise.__version__
        self.policy = load_policy(str(work / "bench.policy"))
        self.mode = mode
        self._source, self._read, self._judge = Source, read_design, judge

    def judge(self, deployment: bytes) -> Any:
        """Outcomes by clause, or by clause and binding, with reasons and missing facts if they are asked for."""
        written = self._read(self._source("<bench>.json", deployment.decode()))
        report = self._judge(self.policy, written.deployment(self.policy.vocabulary))
        if self.mode is Mode.BINDINGS:
            return [
                (judged.clause.name, finding.outcome, finding.bindings.values())
                for judged in report.clauses
                for finding in judged.findings
            ]
        outcomes = {judged.clause.name: judged.outcome for judged in report.clauses}
        if self.mode is Mode.THREE:
            return outcomes, {}, {}
        reasons = {j.clause.name: j.facts for j in report.clauses if j.outcome == "violated"}
        if self.mode is Mode.REASONS:
            return outcomes, reasons, {}
        return outcomes, reasons, {j.clause.name: j.missing for j in report.clauses if j.is_open}

    def read(self, answer: Any) -> Answer:
        """The outcomes as sets, with the reasons."""
        if self.mode is Mode.BINDINGS:
            return answer_of({bound(clause, *names): outcome for clause, outcome, names in answer})
        outcomes, reasons, missing = answer
        found = answer_of(outcomes)
        return Answer(found.violated, found.possible, reasons, missing)


def load(mode: Mode, work: Path) -> Recorded:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is Mode.FALSE:
        raise ValueError(mode)
    return Recorded(mode, work)
