"""What goes between the bench and an engine's process: a job on stdin, a result on stdout, both JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Mode(StrEnum):
    """What is asked of an engine."""

    FALSE = "false"
    """A test of a missing fact is false."""
    THREE = "three"
    """Kleene's three values: what is certainly, and what is possibly violated."""
    BINDINGS = "bindings"
    """Three values, of each clause for each of its bindings."""
    REASONS = "reasons"
    """Three values, and the facts that decide each certain violation."""
    MISSING = "missing"
    """Three values, the facts that decide each certain violation, and the missing facts of what is open."""


CLAUSES = (
    "against-law",
    "against-code",
    "beyond-registration",
    "exploits-young",
    "machine-decides",
    "sensitive-inference",
    "probing-automated",
    "probing-derived",
    "without-consent",
    "infers-gender",
    "infers-emotion",
    "us-police",
    "mobile-cameras",
    "being-watched",
)
"""The names of the fourteen clauses, in the policy's order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says of one deployment.

    Attributes:
        violated: the clauses that are certainly violated; in the mode `bindings`, each with a binding for which
            it is: see `bound`.
        possible: those that are certainly or possibly violated; the same as `violated` in the mode `false`.
        reasons: by violated clause, the facts that decide it, as `entity.field`.
        missing: by open clause, the unknown facts that it waits for.
    """

    violated: Collection[str]
    possible: Collection[str]
    reasons: Mapping[str, Collection[str]] = field(default_factory=dict)
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)


def bound(clause: str, *entities: str) -> str:
    """A clause for one binding, as text; an empty name stands for someone who is not listed."""
    return f"{clause}({','.join(entities)})"


Said = tuple[list[str], list[str], dict[str, list[str]], dict[str, list[str]]]
"""An answer as a result holds it: violated, possible, reasons, missing."""


class Engine(Protocol):
    """An engine that is ready: its policy is compiled, its tables are loaded."""

    @property
    def version(self) -> str:
        """The version of what judges."""

    def judge(self, deployment: bytes) -> Any:
        """Judge a deployment in JSON. This is what is timed; the answer is in the engine's own form."""

    def read(self, answer: Any) -> Answer:
        """The engine's own form, read. This is not timed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What an engine is to do.

    Attributes:
        engine: the engine's module in `benchmarks.peers.engines`.
        work: the folder with the policy in all languages.
        deployments: a file with a deployment a line.
        seconds: how long all deployments are judged over and over under the clock; once at least.
        warm: whether to judge them once without the clock first.
    """

    engine: str
    mode: Mode
    work: Path
    deployments: Path
    seconds: float = 1.0
    warm: bool = True

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), default=str)

    @staticmethod
    def load(text: str) -> Job:
        """From JSON."""
        given = json.loads(text)
        given |= {"mode": Mode(given["mode"])}
        given |= {name: Path(given[name]) for name in ("work", "deployments")}
        return Job(**given)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job.

    Attributes:
        setup: seconds from the start of loading the engine to its being ready.
        seconds: what a pass over the deployments took: the median of the passes.
        peak_mb: the most memory that the process held at a time, in megabytes, its interpreter included.
        answers: what was said of each deployment.
    """

    version: str
    setup: float
    seconds: float
    peak_mb: float
    answers: list[Said]

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def load(text: str) -> Result:
        """From JSON."""
        return Result(**json.loads(text))
