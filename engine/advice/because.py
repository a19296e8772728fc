"""The sentences of a clause, filled in from the design. They never take part in judging."""

from __future__ import annotations

from clausewise.dsl.models.deployment import UNLISTED, Deployment, Terms, fact_name, show_value
from clausewise.engine.core.conditions import FieldOf, Path
from clausewise.engine.core.policy import TemplatePart
from clausewise.engine.judging.judgement import Finding


def because(finding: Finding, deployment: Deployment) -> str:
    """A finding's sentence. What is unknown is called so."""
    return "".join(_fill(part, finding, deployment) for part in finding.clause.because)


def told_apart(finding: Finding, deployment: Deployment) -> tuple[str, ...]:
    """What a finding's sentence says beside the names of the entities bound.

    Two findings for which that is the same are told by one sentence, but for these names. For
    `{d}, run by {d.by}, is open`, it is who runs the door.
    """
    return tuple(
        _fill(part, finding, deployment)
        for part in finding.clause.because
        if not (isinstance(part, Path) and not part.hops and not part.single)
    )


def _fill(part: TemplatePart, finding: Finding, deployment: Deployment) -> str:
    match part:
        case str():
            return part
        case Path():
            return " and ".join(_names(part, finding, deployment))
        case FieldOf(path, field):
            facts = [
                deployment.fact(fact_name(name, field.name))
                for name in _names(path, finding, deployment)
            ]
            return " and ".join(show_value(fact.value) if fact else "unknown" for fact in facts)


def _names(path: Path, finding: Finding, deployment: Deployment) -> list[str]:
    """The entities at a path's end, or a phrase for one that is not known."""
    root = path.root if path.single else finding.bindings.get(path.root, UNLISTED)
    names = [root]
    for hop in path.hops:
        values = [deployment.fact(fact_name(name, hop.field.name)) for name in names]
        names = [n for f in values if f and isinstance(f.value, Terms) for n in f.value.names]
    return [name for name in names if name != UNLISTED] or [f"an unlisted {path.type}"]
