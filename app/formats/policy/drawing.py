"""The rule graph as Mermaid and as DOT."""

from __future__ import annotations

from clausewise.engine.core.graph import drawing
from clausewise.engine.core.policy import Policy
from clausewise.formats.escaping import dot, mermaid

_MERMAID = {
    "clause": ('["', '"]'),
    "breach": ('[/"', '"/]'),
    "exception": ('{{"', '"}}'),
    "warning": ('>"', '"]'),
    "definition": ('(["', '"])'),
    "table": ('[("', '")]'),
    "reading": ('{"', '"}'),
    "field": ('("', '")'),
    "policy": ('[["', '"]]'),
}
_DOT = {
    "clause": "box",
    "breach": "parallelogram",
    "exception": "hexagon",
    "warning": "note",
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
        lines.append(f"  {ids[key]}{opening}{mermaid(label)}{closing}")
    for source, target, role in edges:
        arrow = "-. unless .->" if role == "unless" else "-->"
        lines.append(f"  {ids[source]} {arrow} {ids[target]}")
    return "\n".join(lines) + "\n"


def draw_dot(policy: Policy, clause: str | None = None) -> str:
    """A DOT digraph of the whole graph, or of one clause and all that it reads."""
    labels, edges = drawing(policy, clause)
    lines = [f"digraph {dot(policy.name)} {{", "  rankdir=LR;"]
    for key, label in labels.items():
        shape = _DOT[key[0]]
        lines.append(f"  {dot(':'.join(key))} [label={dot(label)}, shape={shape}];")
    for source, target, role in edges:
        style = " [style=dashed]" if role == "unless" else ""
        lines.append(f"  {dot(':'.join(source))} -> {dot(':'.join(target))}{style};")
    return "\n".join([*lines, "}"]) + "\n"
