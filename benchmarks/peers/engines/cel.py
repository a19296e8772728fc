"""CEL, by its C++ engine: an expression a clause, all compiled to one; one activation a deployment."""

from __future__ import annotations

import json
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.hosted import blocks, closed, joined, tables, with_terms, written_out
from benchmarks.peers.protocol import Answer, Mode

decoded = msgspec.json.Decoder().decode


class Cel:
    """The compiled expression. What the clauses share is taken over into the engine's objects only once so."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("cel-expr-python")
        cel: Any = import_module("cel_expr_python.cel")
        self.environment: Any = cel.NewEnv(variables={"d": cel.Type.DYN})
        self.names, truths, code = joined(_clauses(work), "against-code")
        self.clauses: Any = self.environment.compile(f"[{truths}].map(v, [v, [{code}]])[0]")

    def judge(self, deployment: bytes) -> Any:
        """The truth of each clause, in their order, and of the clause about the others."""
        activation = self.environment.Activation({"d": closed(decoded(deployment))})
        return self.clauses.eval(activation).plain_value()

    def read(self, answer: Any) -> Answer:
        """The clauses that are true.

        Raises:
            ValueError: an expression is an error.
        """
        if not isinstance(answer, list):
            raise ValueError(answer)
        truths, (code,) = answer
        violated = [name for name, truth in zip(self.names, truths, strict=True) if truth]
        violated += ["against-code"] if code else []
        return Answer(violated, violated)


def _clauses(work: Path) -> dict[str, str]:
    """The expressions by clause, with the tables put in: what is given as a variable is taken over each time."""
    known = tables(work)
    found = blocks((work / "clauses.cel").read_text(encoding="utf-8"))
    found["$ages"] = json.dumps(known["adult_age"])
    found["$adult"] = str(known["adult_age_otherwise"])
    return with_terms(written_out(found), known)


def load(mode: Mode, work: Path) -> Cel:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.FALSE:
        raise ValueError(mode)
    return Cel(work)
