"""clingo: the clauses as a logic program, grounded and solved anew for each deployment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.protocol import Answer, Mode

PROGRAMS = {Mode.FALSE: "false.lp", Mode.THREE: "three.lp"}
SINGLE = ("registration", "law")
LISTED = ("actor", "people", "camera", "use")

decoded = msgspec.json.Decoder().decode


class Clingo:
    """The program's text; a control cannot forget a deployment, so each has its own."""

    def __init__(self, mode: Mode, work: Path) -> None:
        self.clingo: Any = import_module("clingo")
        self.version: str = self.clingo.__version__
        tables = json.loads((work / "below.json").read_bytes())
        program = (work / PROGRAMS[mode]).read_text(encoding="utf-8")
        self.program = program + "\n".join(_tables(tables, program))

    def judge(self, deployment: bytes) -> Any:
        """The shown atoms of the one model.

        Raises:
            ValueError: there is no model.
        """
        control = self.clingo.Control(["--warn=none"])
        control.add("base", [], self.program)
        control.add("base", [], "".join(_facts(decoded(deployment))))
        control.ground([("base", [])])
        with control.solve(yield_=True) as models:
            for model in models:
                return [(atom.name, atom.arguments[0].string) for atom in model.symbols(shown=True)]
        raise ValueError(deployment)

    def read(self, answer: Any) -> Answer:
        """The atoms by predicate."""
        violated = [clause for name, clause in answer if name == "violated"]
        possible = [clause for name, clause in answer if name == "possible"]
        return Answer(violated, possible or violated)


def _tables(tables: dict[str, Any], program: str) -> Iterator[str]:
    """The tables as facts; of the terms, those that the program asks for."""
    for term, below in tables["below"].items():
        if f'"{term}"' in program:
            yield from (f'below("{term}","{leaf}").' for leaf in below)
    yield from (f'age("{place}",{years}).' for place, years in tables["adult_age"].items())
    yield f"otherwise({tables['adult_age_otherwise']})."


def _facts(design: dict[str, Any]) -> Iterator[str]:
    for type_ in LISTED:
        for name, facts in design.get(type_, {}).items():
            yield f'{type_}("{name}").'
            yield from _stated(name, facts)
    for type_ in SINGLE:
        yield from _stated(type_, design.get(type_, {}))


def _stated(name: str, facts: dict[str, Any]) -> Iterator[str]:
    for field, value in facts.items():
        yield f'stated("{name}","{field}").'
        for one in value if isinstance(value, list) else (value,):
            yield f'val("{name}","{field}",{json.dumps(one)}).'


def load(mode: Mode, work: Path) -> Clingo:
    """The engine, ready.

    Raises:
        KeyError: it cannot do that mode.
    """
    return Clingo(mode, work)
