"""CEL, by its C++ engine: an expression a clause, compiled once; one activation a deployment."""

from __future__ import annotations

import json
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.hosted import blocks, closed, written_out
from benchmarks.peers.protocol import Answer, Mode

decoded = msgspec.json.Decoder().decode


class Cel:
    """The compiled expressions, and the tables."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("cel-expr-python")
        cel: Any = import_module("cel_expr_python.cel")
        tables = json.loads((work / "below.json").read_bytes())
        self.tables = {
            "t": {term: dict.fromkeys(below, True) for term, below in tables["below"].items()},
            "ages": tables["adult_age"],
            "adult": tables["adult_age_otherwise"],
        }
        names = ("d", *self.tables)
        self.environment: Any = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))
        text = (work / "clauses.cel").read_text(encoding="utf-8")
        clauses = written_out(blocks(text))
        self.clauses: Any = {name: self.environment.compile(body) for name, body in clauses.items()}

    def judge(self, deployment: bytes) -> Any:
        """The clauses whose expressions are true."""
        design = closed(decoded(deployment))
        activation = self.environment.Activation({"d": design, **self.tables})
        return [name for name, clause in self.clauses.items() if _is_true(clause.eval(activation))]

    def read(self, answer: Any) -> Answer:
        """The names as they are."""
        return Answer(answer, answer)


def _is_true(value: Any) -> bool:
    """Whether a value is true.

    Raises:
        ValueError: it is an error.
    """
    found = value.plain_value()
    if not isinstance(found, bool):
        raise ValueError(found)
    return found


def load(mode: Mode, work: Path) -> Cel:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.FALSE:
        raise ValueError(mode)
    return Cel(work)
