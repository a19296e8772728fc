"""ZEN, the Rust engine: an expression a clause, all compiled to one.

A decision with the same expressions, as the engine is mostly used, takes five times as long.
"""

from __future__ import annotations

from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.hosted import blocks, closed, joined, tables, with_terms, written_out
from benchmarks.peers.protocol import Answer, Mode

decoded = msgspec.json.Decoder().decode


class Zen:
    """The compiled expression, and the ages."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("zen-engine")
        known = tables(work)
        self.more = {"ages": known["adult_age"], "adult": known["adult_age_otherwise"]}
        text = (work / "clauses.zen").read_text(encoding="utf-8")
        clauses = with_terms(written_out(blocks(text)), known)
        self.names, truths, code = joined(clauses, "against-code")
        zen: Any = import_module("zen")
        self.clauses: Any = zen.compile_expression(f"map([{truths}] as v, [v, {code}])[0]")

    def judge(self, deployment: bytes) -> Any:
        """The truth of each clause, in their order, and of the clause about the others."""
        return self.clauses.evaluate(closed(decoded(deployment)) | self.more)

    def read(self, answer: Any) -> Answer:
        """The clauses that are true."""
        truths, code = answer
        violated = [name for name, truth in zip(self.names, truths, strict=True) if truth]
        violated += ["against-code"] if code else []
        return Answer(violated, violated)


def load(mode: Mode, work: Path) -> Zen:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.FALSE:
        raise ValueError(mode)
    return Zen(work)
