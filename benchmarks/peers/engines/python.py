"""The fourteen clauses by hand in Python, over dictionaries: what someone might write without an engine."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines import python_explained, python_false, python_three
from benchmarks.peers.engines.python_three import Finding
from benchmarks.peers.protocol import Answer, Mode, bound

PAIRS = frozenset(python_explained.OF_PEOPLE) | {"us-police"}
"""The clauses that bind two entities."""
decoded = msgspec.json.Decoder().decode


class PythonFalse:
    """A test of a missing fact is false."""

    version = platform.python_version()

    def __init__(self, clauses: python_false.Clauses) -> None:
        self.clauses = clauses

    def judge(self, deployment: bytes) -> Any:
        """The violated clauses, twice."""
        return self.clauses.judge(decoded(deployment))

    def read(self, answer: Any) -> Answer:
        """As it is."""
        return Answer(*answer)


class PythonThree:
    """Three values: what is asked for is read off the findings."""

    version = platform.python_version()

    def __init__(self, mode: Mode, clauses: python_three.Clauses) -> None:
        self.mode = mode
        self.clauses = clauses

    def judge(self, deployment: bytes) -> Any:
        """The findings in the mode `bindings`; else violated clauses, possible ones, reasons, missing facts."""
        view = self.clauses.view(decoded(deployment))
        found = self.clauses.findings(view)
        if self.mode is Mode.BINDINGS:
            return found
        violated = {clause for clause, sure, _, _ in found if sure}
        possible = {clause for clause, _, _, _ in found}
        if self.mode is Mode.THREE:
            return violated, possible
        reasons = python_explained.reasons(view, found)
        if self.mode is Mode.REASONS:
            return violated, possible, reasons
        missing = python_explained.missing(self.clauses, view, found, violated)
        return violated, possible, reasons, missing

    def read(self, answer: Any) -> Answer:
        """As it is, or the findings as text."""
        if self.mode is not Mode.BINDINGS:
            return Answer(*answer)
        sure = [finding for finding in answer if finding[1]]
        return Answer([*map(_bound, sure)], [*map(_bound, answer)])


def _bound(finding: Finding) -> str:
    clause, _, name, other = finding
    if not name:
        return bound(clause)
    return bound(clause, name, other) if clause in PAIRS else bound(clause, name)


def load(mode: Mode, work: Path) -> PythonFalse | PythonThree:
    """The engine, ready."""
    tables = json.loads((work / "below.json").read_bytes())
    terms = {term: frozenset(leaves) for term, leaves in tables["below"].items()}
    ages, adult = tables["adult_age"], tables["adult_age_otherwise"]
    if mode is Mode.FALSE:
        return PythonFalse(python_false.Clauses(terms, ages, adult))
    return PythonThree(mode, python_three.Clauses(terms, ages, adult))
