"""OPA, the Go engine, as a shared library.

The library takes and gives JSON. Its Python wrapper takes objects and writes them as JSON, which would be
work done twice here; so the deployment's bytes go to the library's function as the wrapper itself calls it.
"""

from __future__ import annotations

from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import rego
from benchmarks.peers.protocol import Answer, Mode


class Opa:
    """One engine for all deployments, with the query prepared by a first one."""

    def __init__(self, mode: Mode, work: Path) -> None:
        self.mode = mode
        self.version = metadata.version("opa-golib-python-bindings")
        self.engine: Any = import_module("opa_bindings").OpaEngine()
        for name, text in rego.modules(mode, work):
            self.engine.add_policy(name, text)
        self.engine.add_data(rego.tables(work))
        self.document = f"bench.{rego.RULES[mode]}".encode()
        self.judge(rego.NOTHING)

    def judge(self, deployment: bytes) -> Any:
        """The document's value as Python objects."""
        evaluate = self.engine._lib.OpaEvalDocument
        envelope = self.engine._call(evaluate, self.document, deployment, 0, 0)
        return envelope["result"][0]["expressions"][0]["value"]

    def read(self, answer: Any) -> Answer:
        """The value as an answer."""
        return rego.read(self.mode, answer)


def load(mode: Mode, work: Path) -> Opa:
    """The engine, ready."""
    return Opa(mode, work)
