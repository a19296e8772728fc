"""Regorus, the Rego engine in Rust, by its register machine: the policy compiled to a program.

The machine stops after 25,000 instructions, and its Python package has no way to allow it more.
"""

from __future__ import annotations

import json
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import rego
from benchmarks.peers.protocol import Answer, Mode


class Regorus:
    """One program and one machine for all deployments."""

    def __init__(self, mode: Mode, work: Path) -> None:
        self.mode = mode
        self.version = metadata.version("celine-regorus")
        regorus: Any = import_module("regorus.regorus")
        data = json.dumps(rego.tables(work))
        rule = f"data.bench.{rego.RULES[mode]}"
        program = regorus.Program.compile_from_modules(data, rego.modules(mode, work), [rule])
        self.machine: Any = regorus.Rvm()
        self.machine.load_program(program)
        self.machine.set_data_json(data)

    def judge(self, deployment: bytes) -> Any:
        """The rule's value as Python objects; the machine gives JSON."""
        self.machine.set_input_json(deployment.decode())
        return json.loads(self.machine.execute())

    def read(self, answer: Any) -> Answer:
        """The value as an answer."""
        return rego.read(self.mode, answer)


def load(mode: Mode, work: Path) -> Regorus:
    """The engine, ready."""
    return Regorus(mode, work)
