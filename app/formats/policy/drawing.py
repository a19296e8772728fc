"""The rule graph as Mermaid and as DOT."""

from __future__ import annotations

from clausewise.engine.core.graph import drawing
from clausewise.engine.core.policy import Policy

_MERMAID = {
    "clause": ('["', '"]'),
    "exception": ('{{"', '"}}'),
    "definition": ('(["', '"])'),
    "table": ('[("', '")]'),
    "reading": ('{"', '"}'),
    "field": ('("', '")'),
    "policy": ('[["', '"]]'),
}
_DOT = {
    "clause": "box",
    "exception": "hexagon",
    "definition": "ellipse",
    "table": "cylinder",
    "reading": "diamond",
    "field": "plaintext",
    "policy": "component",
}


def draw_mermaid(policy: Policy, clause: str | None = None) -> str:
    """A Mermaid flowchart of the whole graph, or of one clause and all that it reads."""
    labels, edges = drawing(policy, clause)
    ids = {key: f"n{index}" for index, key in enumerate(labels)}
    lines = ["flowchart LR"]
    for key, label in labels.items():
        opening, closing = _MERMAID[key[0]]
        lines.append(f"  {ids[key]}{opening}{label}{closing}")
    for source, target, role in edges:
        arrow = "-. unless .->" if role == "unless" else "-->"
        lines.append(f"  {ids[source]} {arrow} {ids[target]}")
    return "\n".join(lines) + "\n"


def draw_dot(policy: Policy, clause: str | None = None) -> str:
    """A DOT digraph of the whole graph, or of one clause and all that it reads."""
    labels, edges = drawing(policy, clause)
    lines = [f"digraph {_quoted(policy.name)} {{", "  rankdir=LR;"]
    for key, label in labels.items():
        shape = _DOT[key[0]]
        lines.append(f"  {_quoted(':'.join(key))} [label={_quoted(label)}, shape={shape}];")
    for source, target, role in edges:
        style = " [style=dashed]" if role == "unless" else ""
        lines.append(f"  {_quoted(':'.join(source))} -> {_quoted(':'.join(target))}{style};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
