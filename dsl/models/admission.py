"""Which stated facts count: a judgement needs a person, and under strict review a claim needs its evidence.

Admission only ever turns a known fact into an unknown one. `harm no` without `attested by`, for example, becomes
unknown, and the clause that reads it asks for a person. `harm no attested by "A" on 2026-11-02` counts from that
day on: in a design without a date of judging it is unknown, and the clause asks for that date. Were it known,
stating the date could take it back, and with it a settled verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from clausewise.dsl.models.deployment import Deployment, Entity, Fact
from clausewise.dsl.startup.lean import replace

DoubtOf = Callable[[str], str]
"""Why a piece of evidence does not count; empty if it does."""


def admit(deployment: Deployment, evidence: DoubtOf | None = None) -> Deployment:
    """The deployment with every fact that does not count made unknown, its `doubt` saying why.

    Args:
        deployment: what was stated.
        evidence: looks at the evidence beside facts whose fields are marked `evidenced`, which do not count
            without; `None` if they do.
    """
    entities: dict[str, Entity] = {}
    for name, entity in deployment.entities.items():
        facts = {
            key: replace(fact, value=None, doubt=doubt, undated=doubt == UNDATED)
            if (doubt := _doubt(fact, deployment, evidence))
            else fact
            for key, fact in entity.facts.items()
        }
        entities[name] = replace(entity, facts=facts)
    return replace(deployment, entities=entities)


UNDATED = "it counts from the day on which it was attested, and no date of judging is stated"


def doubt_of_attestation(by: str, on: date | None, as_of: date | None) -> str | None:
    """Why an attestation does not make a judgement count, if it does not.

    Args:
        by: who answers for it; a blank text is nobody.
        on: when it was attested, if that is stated.
        as_of: the date of judging, if there is one.
    """
    if not by.strip():
        return "nobody answers for it (`attested by`)"
    if on and as_of is None:
        return UNDATED
    return "it was attested after the date of judging" if on and as_of and on > as_of else None


def _doubt(fact: Fact, deployment: Deployment, evidence: DoubtOf | None) -> str | None:
    if fact.value is None:
        return None
    if fact.field.kind == "judgement":
        by = fact.attestation
        on = by.on.value if by and by.on else None
        doubt = doubt_of_attestation(by.by.text if by else "", on, deployment.as_of)
        if doubt:
            return doubt
    if evidence and fact.field.evidenced:
        if not fact.evidence:
            return "there is no evidence beside it"
        return next((doubt for text in fact.evidence if (doubt := evidence(text))), None)
    return None
