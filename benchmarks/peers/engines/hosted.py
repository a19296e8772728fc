"""What the host does for engines without closure: whom each use serves, and whom each actor acts for."""

from __future__ import annotations

from benchmarks.peers.engines.python_false import Design, reach


def closed(design: Design) -> Design:
    """The design with `serves` on its uses and `represents` on its actors, and both as lists too."""
    actors = design.get("actor", {})
    for name, actor in actors.items():
        actor["represents"] = list(reach(actors, [name]))
    for use in design["use"].values():
        starts = [use["by"]] if "by" in use else []
        use["serves"] = list(reach(actors, [*starts, *use.get("results-to", ())]))
    design["uses"], design["actors"] = list(design["use"].values()), list(actors.values())
    return design


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
