"""rego-cpp, the Rego engine in C++: the policy built into a bundle once."""

from __future__ import annotations

import json
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import rego
from benchmarks.peers.protocol import Answer, Mode


class Regopy:
    """One interpreter and one bundle for all deployments."""

    def __init__(self, mode: Mode, work: Path) -> None:
        self.mode = mode
        self.version = metadata.version("regopy")
        self.engine: Any = import_module("regopy").Interpreter()
        for name, text in rego.modules(mode, work):
            self.engine.add_module(name, text)
        self.engine.add_data_json(json.dumps(rego.tables(work)))
        self.bundle: Any = self.engine.build(f"x=data.bench.{rego.RULES[mode]}")

    def judge(self, deployment: bytes) -> Any:
        """The engine's output as Python objects; it comes as JSON."""
        self.engine.set_input_term(deployment.decode())
        return json.loads(str(self.engine.query_bundle(self.bundle)))

    def read(self, answer: Any) -> Answer:
        """The value as an answer."""
        return rego.read(self.mode, answer["bindings"]["x"])


def load(mode: Mode, work: Path) -> Regopy:
    """The engine, ready."""
    return Regopy(mode, work)
