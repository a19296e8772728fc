"""OPA with its own trace: what it offers to those who ask why, for any policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.engines.opa import Opa
from benchmarks.peers.protocol import Mode


class Traced(Opa):
    """Three values, with each step of the evaluation."""

    def judge(self, deployment: bytes) -> Any:
        """The document's value as Python objects.

        Raises:
            ValueError: there is no trace.
        """
        evaluate = self.engine._lib.OpaEvalDocument
        envelope = self.engine._call(evaluate, self.document, deployment, 0, 1)
        if not envelope["trace"]:
            raise ValueError(deployment)
        return envelope["result"][0]["expressions"][0]["value"]


def load(mode: Mode, work: Path) -> Traced:
    """The engine, ready."""
    return Traced(mode, work)
