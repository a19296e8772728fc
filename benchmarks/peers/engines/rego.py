"""What the engines for Rego share: the modules of each mode, and the tables as Rego's data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Answer, Mode, bound

MODULES = {
    Mode.FALSE: ("false.rego",),
    Mode.THREE: ("three.rego",),
    Mode.BINDINGS: ("bindings.rego",),
    Mode.REASONS: ("bindings.rego", "explained.rego"),
    Mode.MISSING: ("bindings.rego", "explained.rego"),
}
RULES = {
    Mode.FALSE: "answer",
    Mode.THREE: "answer",
    Mode.BINDINGS: "bound",
    Mode.REASONS: "with_reasons",
    Mode.MISSING: "with_missing",
}
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


def read(mode: Mode, answer: Any) -> Answer:
    """An answer as Rego gives it."""
    if mode is Mode.BINDINGS:
        return Answer(_bound(answer["violated"]), _bound(answer["possible"]))
    violated, undecided = answer["violated"], answer.get("open", ())
    possible = [*violated, *undecided]
    if mode in (Mode.FALSE, Mode.THREE):
        return Answer(violated, possible)
    reasons = {
        clause: [f"{name}.{field}" for name, fields in facts for field in fields]
        for clause, facts in violated.items()
    }
    if mode is Mode.REASONS:
        return Answer(violated, possible, reasons)
    missing = {c: [f"{name}.{field}" for name, field in facts] for c, facts in undecided.items()}
    return Answer(violated, possible, reasons, missing)


def _bound(clauses: dict[str, Iterable[Any]]) -> list[str]:
    """Each clause for each of its bindings: a name, or a list of names."""
    return [
        bound(clause, *([binding] if isinstance(binding, str) else binding))
        for clause, bindings in clauses.items()
        for binding in bindings
    ]
