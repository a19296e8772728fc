"""What the host does for engines of expressions: closures, definitions, terms, one expression of all clauses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.peers.engines.python_false import Design, reach, starts


def closed(design: Design) -> Design:
    """What the clauses ask for: entities by name, uses with `serves` and actors with `represents` as lists.

    Nothing else is given: an engine takes all that it is given over into its own objects, asked for or not.
    """
    actors = design.get("actor", {})
    for name, actor in actors.items():
        actor["represents"] = list(reach(actors, [name]))
    for use in design["use"].values():
        use["serves"] = list(reach(actors, starts(use)))
    return {
        "uses": list(design["use"].values()),
        "actors": list(actors.values()),
        "actor": actors,
        "people": design.get("people", {}),
        "camera": design.get("camera", {}),
        "law": design.get("law", {}),
        "registration": design.get("registration", {}),
    }


def blocks(text: str) -> dict[str, str]:
    """A file's expressions by the name on the line above each; lines of comment left out."""
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    parts = [part.strip() for part in "\n".join(lines).split("\n\n") if part.strip()]
    return {name: body for name, _, body in (part.partition("\n") for part in parts)}


def written_out(blocks: dict[str, str]) -> dict[str, str]:
    """The clauses with the expressions that `$name` stands for put in."""
    clauses = {name: body for name, body in blocks.items() if not name.startswith("$")}
    for name, body in blocks.items():
        if name.startswith("$"):
            clauses = {clause: text.replace(name, body) for clause, text in clauses.items()}
    return clauses


def with_terms(clauses: dict[str, str], tables: dict[str, Any]) -> dict[str, str]:
    """The clauses with the lists put in that `t['term']` stands for: what is at and below a term."""
    below = tables["below"]
    return {
        name: re.sub(r"\bt\['([\w-]+)'\]", lambda term: json.dumps(below[term[1]]), body)
        for name, body in clauses.items()
    }


def joined(clauses: dict[str, str], about: str) -> tuple[list[str], str, str]:
    """All clauses but one as one list, and that one, about the others, as an expression over the list `v`.

    Args:
        clauses: expressions by clause; that of `about` has `$['name']` for the truth of another clause.
        about: the clause about other clauses.

    Returns:
        The names in the list's order, the list, and the expression.
    """
    names = [name for name in clauses if name != about]
    bodies = ", ".join(f"({' '.join(clauses[name].split())})" for name in names)
    last = re.sub(r"\$\['([\w-]+)'\]", lambda name: f"v[{names.index(name[1])}]", clauses[about])
    return names, f"[{bodies}]", last


def tables(work: Path) -> dict[str, Any]:
    """The taxonomies and the ages."""
    found: dict[str, Any] = json.loads((work / "below.json").read_bytes())
    return found
