"""Regorus, the Rego engine in Rust, by its interpreter."""

from __future__ import annotations

import json
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import rego
from benchmarks.peers.protocol import Answer, Mode


class Interpreted:
    """One engine for all deployments: the policy is parsed and the data loaded once."""

    def __init__(self, mode: Mode, work: Path) -> None:
        self.mode = mode
        self.version = metadata.version("celine-regorus")
        self.engine: Any = import_module("regorus").Engine()
        for name, text in rego.modules(mode, work):
            self.engine.add_policy(name, text)
        self.engine.add_data_json(json.dumps(rego.tables(work)))
        self.rule = f"data.bench.{rego.RULES[mode]}"
        self.judge(rego.NOTHING)

    def judge(self, deployment: bytes) -> Any:
        """The rule's value as Python objects; it comes as JSON, since a set of lists has no place in Python."""
        self.engine.set_input_json(deployment.decode())
        return json.loads(self.engine.eval_rule_as_json(self.rule))

    def read(self, answer: Any) -> Answer:
        """The value as an answer."""
        return rego.read(self.mode, answer)


def load(mode: Mode, work: Path) -> Interpreted:
    """The engine, ready."""
    return Interpreted(mode, work)
