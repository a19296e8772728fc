"""The fourteen clauses by hand in Python, over dictionaries: what someone might write without an engine."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import python_false, python_three
from benchmarks.peers.protocol import Answer, Mode

Clauses = Callable[[dict[str, Any]], Any]


class Python:
    """Functions over what `json.loads` gives."""

    version = platform.python_version()

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses

    def judge(self, deployment: bytes) -> Any:
        """The violated clauses, the possible ones, the reasons."""
        return self.clauses(json.loads(deployment))

    def read(self, answer: Any) -> Answer:
        """As it is."""
        return Answer(*answer)


def load(mode: Mode, work: Path) -> Python:
    """The engine, ready."""
    tables = json.loads((work / "below.json").read_bytes())
    terms = {term: frozenset(leaves) for term, leaves in tables["below"].items()}
    ages, adult = tables["adult_age"], tables["adult_age_otherwise"]
    if mode is Mode.FALSE:
        return Python(python_false.Clauses(terms, ages, adult).judge)
    return Python(python_three.Clauses(terms, ages, adult, explain=mode is Mode.REASONS).judge)
