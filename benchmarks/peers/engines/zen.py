"""ZEN, the Rust engine: one decision with an expression a clause, compiled once."""

from __future__ import annotations

import json
import re
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.hosted import blocks, closed, written_out
from benchmarks.peers.protocol import Answer, Mode

decoded = msgspec.json.Decoder().decode


class Zen:
    """The decision."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("zen-engine")
        tables = json.loads((work / "below.json").read_bytes())
        self.more = {"ages": tables["adult_age"], "adult": tables["adult_age_otherwise"]}
        text = (work / "clauses.zen").read_text(encoding="utf-8")
        text = re.sub(r"\bt\['([\w-]+)'\]", lambda t: json.dumps(tables["below"][t[1]]), text)
        engine: Any = import_module("zen").ZenEngine()
        self.decision: Any = engine.create_decision(json.dumps(_graph(written_out(blocks(text)))))

    def judge(self, deployment: bytes) -> Any:
        """The truth of each clause."""
        return self.decision.evaluate(closed(decoded(deployment)) | self.more)["result"]

    def read(self, answer: Any) -> Answer:
        """The clauses that are true."""
        violated = [clause for clause, truth in answer.items() if truth is True]
        return Answer(violated, violated)


def _graph(clauses: dict[str, str]) -> dict[str, Any]:
    """A decision of one node, in the engine's JSON."""
    rows = [
        {"id": name, "key": name, "value": " ".join(body.split())} for name, body in clauses.items()
    ]
    names = {"in": "inputNode", "clauses": "expressionNode", "out": "outputNode"}
    nodes: list[dict[str, Any]] = [{"id": n, "name": n, "type": t} for n, t in names.items()]
    nodes[1]["content"] = {"expressions": rows}
    pairs = (("in", "clauses"), ("clauses", "out"))
    edges = [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairs]
    return {"nodes": nodes, "edges": edges}


def load(mode: Mode, work: Path) -> Zen:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.FALSE:
        raise ValueError(mode)
    return Zen(work)
