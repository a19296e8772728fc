"""The smallest changes of a design as JSON: `clausewise/fix/1` (docs/reasoning.md)."""

from __future__ import annotations

from typing import Any, Final

from clausewise.checking.fix import Fixed, Outlook, ProposedFix
from clausewise.dsl.models.deployment import show_value
from clausewise.formats.escaping import as_json
from clausewise.formats.fix.text import diff
from clausewise.formats.report.sentences import arguments_of

SCHEMA: Final = "clausewise/fix/1"


def render(fixed: Fixed) -> str:
    """What can be done for a design, as JSON."""
    return as_json(_document(fixed), indent=2) + "\n"


def _document(fixed: Fixed) -> dict[str, Any]:
    source, judgements = fixed.source, fixed.now.judgements
    return {
        "schema": SCHEMA,
        "design": {
            "path": source.path,
            "title": judgements[0].deployment.title,
            "sha256": source.sha256,
        },
        "policies": [
            {"name": p.name, "version": p.version, "sha256": p.source.sha256}
            for p in (judgement.policy for judgement in judgements)
        ],
        "exact": all(judgement.exact for judgement in judgements),
        "settled": fixed.settled,
        "now": _outlook(fixed.now, fixed),
        "proposals": [_proposal(fix, fixed) for fix in fixed.fixes],
    }


def _proposal(fix: ProposedFix, fixed: Fixed) -> dict[str, Any]:
    return {
        "cost": fix.cost,
        "changes": [
            {
                "fact": change.fact.name,
                "from": show_value(change.before.value) if change.before else None,
                "to": show_value(change.fact.value),
                "line": fixed.line_of(change.fact),
            }
            for change in fix.changes
        ],
        "diff": None if fix.text is None else "".join(f"{line}\n" for line in diff(fix, fixed)),
        "wants_evidence": [fact.name for fact in fix.wanting],
        "by_leaving": [
            {"policy": policy.name, "clause": clause.name} for policy, clause in fixed.left_by(fix)
        ],
        "then": _outlook(fix.outlook, fixed),
    }


def _outlook(outlook: Outlook, fixed: Fixed) -> dict[str, Any]:
    return {
        "verdict": outlook.verdict.value,
        "arguments": arguments_of(outlook.whole),
        "clauses": [
            {"policy": j.policy.name, "clause": c.clause.name, "outcome": c.outcome.value}
            for j in outlook.judgements
            for c in j.clauses
        ],
        "in_the_way": [
            {
                "policy": one.policy,
                "clause": one.clause,
                "facts": [
                    {"fact": f.name, "value": show_value(f.value), "line": fixed.line_of(f)}
                    for f in one.facts
                ],
            }
            for one in outlook.in_the_way
        ],
        "questions": [
            {"fact": q.fact, "ask": q.ask, "kind": q.kind, "clauses": list(q.clauses)}
            for q in outlook.asked
        ],
    }
