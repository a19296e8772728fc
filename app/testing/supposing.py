"""A policy as it judges what some law prohibits, whichever law that is."""

from __future__ import annotations

from typing import Any

from clausewise.dsl.startup import lean
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.conditions import And, Node, Or
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import HELD, walk


def asks_of_law(policy: Policy) -> bool:
    """Whether a policy, or one that it reads, asks what laws prohibit."""
    nodes = (node for condition in policy.conditions() for node in walk(condition))
    return any(map(_is_of_laws, nodes)) or any(map(asks_of_law, policy.policies.values()))


def supposing_a_law(policy: Policy) -> Policy:
    """The policy in which `policy of law is prohibited` holds, and that in those that it reads."""
    definitions = {
        name: lean.replace(each, body=_supposing(each.body))
        for name, each in policy.definitions.items()
    }
    return lean.replace(
        policy,
        definitions=definitions,
        clauses={name: _clause(each) for name, each in policy.clauses.items()},
        policies={name: supposing_a_law(each) for name, each in policy.policies.items()},
    )


def _clause(clause: Clause) -> Clause:
    exceptions = [lean.replace(e, condition=_supposing(e.condition)) for e in clause.exceptions]
    breaches = [lean.replace(b, condition=_supposing(b.condition)) for b in clause.breaches]
    return lean.replace(
        clause,
        when=clause.when and _supposing(clause.when),
        condition=_supposing(clause.condition),
        exceptions=tuple(exceptions),
        breaches=tuple(breaches),
    )


def _supposing(node: Any) -> Any:
    """A condition, a set or a term of one as if a law prohibited it: of the same kind, but where it asks that."""
    if _is_of_laws(node):
        return And(())
    changed = {}
    for name in HELD[type(node)]:
        value = getattr(node, name)
        several = isinstance(value, tuple)
        changed[name] = tuple(map(_supposing, value)) if several else _supposing(value)
    return lean.replace(node, **changed) if changed else node


def _is_of_laws(node: Node) -> bool:
    return isinstance(node, Or) and node.of_laws
