"""What a panel of an editor asks for: the rule graph, the questions that remain, the report. All of it is JSON."""

from __future__ import annotations

import json
from typing import Any

from clausewise.checking.check import check_each
from clausewise.checking.report import Checked
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.editor.analysis import Analysis
from clausewise.engine.core.graph import drawing
from clausewise.engine.core.policy import Policy

JsonValue = dict[str, Any]


def graph(analysis: Analysis, clause: str | None = None) -> JsonValue | None:
    """The rule graph of the policy that a text is, or by which it is judged; `None` if there is none.

    Args:
        analysis: of the text.
        clause: only this clause, by its name or number, and what it reads; all of it for one that is not there.

    Returns:
        `policy`, its full name; `nodes` with `id`, `kind`, `label`, and the `outcome` of a clause in this design;
        `edges` with `from`, `to` and `role`; `mermaid`, the same as a drawing.
    """
    policy = next(iter(analysis.policies), None)
    if policy is None:
        return None
    from clausewise.formats.policy.drawing import draw_mermaid

    found = policy.clause(clause) if clause else None
    wanted = found.name if found else None
    labels, edges = drawing(policy, wanted)
    outcomes = _outcomes(analysis, policy)
    nodes = []
    for (kind, name), label in labels.items():
        node = {"id": f"{kind}:{name}", "kind": kind, "label": label}
        if kind == "clause" and name in outcomes:
            node["outcome"] = outcomes[name]
        nodes.append(node)
    links = [
        {"from": ":".join(source), "to": ":".join(target), "role": role}
        for source, target, role in edges
    ]
    return {
        "policy": policy.full_name,
        "nodes": nodes,
        "edges": links,
        "mermaid": draw_mermaid(policy, wanted),
    }


def _outcomes(analysis: Analysis, policy: Policy) -> dict[str, str]:
    report = next((r for r in analysis.reports if r.policy is policy), None)
    return {j.clause.name: str(j.outcome) for j in report.clauses} if report else {}


def questions(analysis: Analysis) -> list[JsonValue]:
    """What is still to be asked of a design, by policy, with the answers that settle the verdict.

    Returns:
        For each policy `policy`, `verdict`, `settled`, and `questions` as they stand in `check --format json`.
    """
    if not analysis.reports:
        return []
    from clausewise.formats.report.json import render

    (design,) = json.loads(render([_whole(analysis, try_answers=True)]))["designs"]
    return [
        {
            "policy": f"{one['policy']} {one.get('version') or ''}".rstrip(),
            "verdict": one["verdict"],
            "settled": one["settled"],
            "questions": one["questions"],
        }
        for one in design["policies"]
    ]


def report(analysis: Analysis) -> str:
    """The whole report of a design in Markdown; empty if it was not judged."""
    if analysis.checked is None:
        return ""
    from clausewise.formats.report.markdown import render

    return render([_whole(analysis, try_answers=False)])


def _whole(analysis: Analysis, *, try_answers: bool) -> Checked:
    """What came of a design, with all that follows: an analysis leaves out what no line of the text shows."""
    try:
        return check_each(analysis.source, analysis.options, try_answers=try_answers)
    except InvalidError as error:  # a policy was changed meanwhile
        return Checked(analysis.source.path, (), error.diagnostics)
