"""What the engines for Rego share: the modules of each mode, and the tables as Rego's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answer, Mode

MODULES = {
    Mode.FALSE: ("false.rego",),
    Mode.THREE: ("three.rego",),
    Mode.REASONS: ("three.rego", "reasons.rego"),
}
RULES = {Mode.FALSE: "answer", Mode.THREE: "answer", Mode.REASONS: "explained"}
"""The rule that is asked for, in the package `bench`."""


NOTHING = b"{}"
"""A deployment without anything: judged once, so that an engine that prepares late is ready."""


def modules(mode: Mode, work: Path) -> list[tuple[str, str]]:
    """The names and texts of the modules. A larger policy goes on in files with a number before the name."""
    paths = [path for name in MODULES[mode] for path in sorted(work.glob(f"*{name}"))]
    return [(path.name, path.read_text(encoding="utf-8")) for path in paths]


def tables(work: Path) -> dict[str, Any]:
    """The tables, terms as keys, so that a test is one look-up."""
    found: dict[str, Any] = json.loads((work / "below.json").read_bytes())
    found["below"] = {term: dict.fromkeys(below, True) for term, below in found["below"].items()}
    return found


def read(answer: Any) -> Answer:
    """An answer as Rego gives it."""
    violated = answer["violated"]
    reasons = {clause: list(facts) for clause, facts in answer.get("reasons", {}).items()}
    return Answer(violated, answer.get("possible", violated), reasons)
