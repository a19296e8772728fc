"""Who takes part, where each engine lives, and what it cannot say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.protocol import CLAUSES, Mode

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / ".peers"
"""Where the peers' virtual environments are; git ignores it."""

TWO = (Mode.FALSE, Mode.THREE)
ALL = tuple(Mode)
OURS = (Mode.THREE, Mode.BINDINGS, Mode.REASONS, Mode.MISSING)


@dataclass(frozen=True, slots=True)
class Contestant:
    """An engine that is measured.

    Attributes:
        module: its module in `benchmarks.peers.engines`.
        title: its name in tables.
        modes: what it is asked.
        package: what is installed for it, with pip's further arguments; empty for what needs nothing.
        says: the clauses that are written for it.
        grows: whether it takes part in the larger works.
        at_most: how many deployments it is given, the first ones.
        settings: the variables of its process that make it faster.
        cannot: what it cannot say, in a sentence.
    """

    module: str
    title: str
    modes: tuple[Mode, ...]
    package: tuple[str, ...] = ()
    says: tuple[str, ...] = CLAUSES
    grows: bool = False
    at_most: int = 1_000
    settings: Mapping[str, str] = field(default_factory=dict)
    cannot: str = ""

    @property
    def folder(self) -> Path:
        """Its virtual environment."""
        return FOLDER / self.package[0]

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        return self.folder / "bin" / "python" if self.package else Path(sys.executable)

    def install(self) -> str:
        """Install it if it is not there; gives what went wrong, or an empty text."""
        if not self.package:
            return ""
        ready, wanted = self.folder / "ready", " ".join(self.package)
        if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
            return ""
        commands = (
            [sys.executable, "-m", "venv", str(self.folder)],
            [str(self.python), "-m", "pip", "install", "--quiet", *self.package],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return "pip could not install it"
        ready.write_text(wanted, encoding="utf-8")
        return ""

    def environment(self) -> dict[str, str]:
        """The variables of its process."""
        return {**environment(), **self.settings}


REASONS = "Its reasons are all that the tests read, not a smallest set."
TWICE = "Three values need every rule twice, and missing facts rules of their own."
DECODER = "msgspec"
"""Decodes the JSON for engines that take Python's objects."""
OPA = ("opa-golib-python-bindings", "--ignore-requires-python")
FEWER_COLLECTIONS = {"GOGC": "400"}
"""Go's garbage collector runs less often and the heap may grow: what is usual where OPA must be fast."""
HOST = "It has no closure: the host works out who acts for whom, in Python."

ROSTER = (
    Contestant(
        "compiled",
        "Clausewise, compiled",
        OURS,
        grows=True,
        cannot="It cannot read a missing fact as false.",
    ),
    Contestant(
        "recorded",
        "Clausewise, recorded",
        OURS,
        grows=True,
        at_most=200,
        cannot="It cannot read a missing fact as false. Only the first 200 deployments: it takes long.",
    ),
    Contestant("python", "Python by hand", ALL, grows=True, cannot=REASONS),
    Contestant(
        "regorus",
        "regorus",
        ALL,
        ("celine-regorus",),
        grows=True,
        cannot=f"{TWICE} {REASONS} Its register machine holds 65,535 instructions and stops after 25,000 "
        "steps: most larger works are left to the interpreter. It gets `not` before a bare reference, "
        "`:=` of what is not there and `every` in functions wrong; they are not used.",
    ),
    Contestant(
        "regorus_interpreted",
        "regorus, interpreted",
        ALL,
        ("celine-regorus",),
        grows=True,
        cannot=f"{TWICE} {REASONS}",
    ),
    Contestant(
        "opa",
        "OPA",
        ALL,
        OPA,
        grows=True,
        settings=FEWER_COLLECTIONS,
        cannot=f"{TWICE} {REASONS}",
    ),
    Contestant(
        "opa_trace",
        "OPA, with its own trace",
        (Mode.THREE,),
        OPA,
        at_most=50,
        settings=FEWER_COLLECTIONS,
        cannot="Its trace lists every step; to read reasons off it is left to the reader. Only the first 50 "
        "deployments: it takes long.",
    ),
    Contestant(
        "regopy",
        "rego-cpp",
        TWO,
        ("regopy",),
        at_most=200,
        cannot=f"{TWICE} Bindings and reasons were not tried. Only the first 200 deployments: it takes long.",
    ),
    Contestant(
        "cedar",
        "Cedar",
        (Mode.FALSE,),
        ("cedarpy", DECODER),
        says=tuple(
            sorted(set(CLAUSES) - {"against-code", "sensitive-inference", "without-consent"})
        ),
        cannot="Quantifiers, and a clause about other clauses: three clauses. The host asks once a binding, so "
        f"outcomes by binding cost no more than by clause. {HOST} Three values were not tried. It names the "
        "policies that decide, not the facts.",
    ),
    Contestant(
        "cel",
        "CEL (C++)",
        (Mode.FALSE,),
        ("cel-expr-python", DECODER),
        cannot=f"Definitions: they are written out. {HOST} Three values were not tried. It gives no reasons.",
    ),
    Contestant(
        "zen",
        "ZEN",
        (Mode.FALSE,),
        ("zen-engine", DECODER),
        cannot=f"Definitions: they are written out. {HOST} Three values were not tried. It gives no reasons.",
    ),
    Contestant(
        "clingo",
        "clingo",
        TWO,
        ("clingo", DECODER),
        cannot=f"{TWICE} A program cannot forget a deployment, so each is grounded anew. "
        "Bindings and reasons were not tried.",
    ),
)
"""All that are measured, ours first."""

LEFT_OUT = {
    "SWI-Prolog": "Its packages for Python bring no engine: they need one that is installed on the machine.",
}
"""Peers that cannot be measured so, and why."""


def environment() -> dict[str, str]:
    """The variables of a process that is measured: byte code is kept, as on a machine that is used."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
