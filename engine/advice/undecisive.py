"""The stated facts that decide nothing, so that what speaks against an outcome is seen beside what it rests on."""

from __future__ import annotations

from clausewise.dsl.models.deployment import Fact, FactName
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import Judgement

MOST_FINDINGS = 100
"""Violated findings of a clause that are each looked at; the others cite the same fields of their own entities."""


def undecisive(judgement: Judgement) -> tuple[Fact, ...]:
    """The stated facts that count, and are no part of the reason of any clause or violated finding.

    A reason is a smallest set of facts, so one that is in none may all the same speak against what came out.

    Returns:
        Those first for which a person answers, then those with evidence; each in the order of the design.
    """
    decisive = _decisive(judgement)
    entities = judgement.deployment.entities.values()
    facts = [fact for entity in entities for fact in entity.facts.values()]
    found = [fact for fact in facts if fact.value is not None and fact.name not in decisive]
    return tuple(sorted(found, key=rank))


def rank(fact: Fact) -> tuple[int, int]:
    """The order in which such facts are told."""
    kind = 0 if fact.attestations else 1 if fact.evidence else 2
    return kind, fact.span.start if fact.span else -1


def _decisive(judgement: Judgement) -> set[FactName]:
    found = {name for clause in judgement.clauses for name in clause.facts}
    entities = judgement.deployment.entities
    for clause in judgement.clauses:
        if clause.outcome is not Outcome.VIOLATED:
            continue
        violated = [one for one in clause.findings if one.outcome is Outcome.VIOLATED]
        cited = {name for one in violated[:MOST_FINDINGS] for name in one.facts}
        found |= cited
        if len(violated) > MOST_FINDINGS:
            fields = {fact.field for fact in map(judgement.deployment.fact, cited) if fact}
            names = {name for one in violated[MOST_FINDINGS:] for name in one.bindings.values()}
            bound = [entities[name] for name in names if name in entities]
            found |= {f.name for one in bound for f in one.facts.values() if f.field in fields}
    return found
