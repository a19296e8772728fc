"""Which stated facts count: a judgement needs a person, and under strict review a claim needs its evidence.

Admission only ever turns a known fact into an unknown one. `harm no` without `attested by`, for example, becomes
unknown, and the clause that reads it asks for a person.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from clausewise.dsl.models.deployment import Deployment, Entity, Fact
from clausewise.dsl.startup.lean import replace


def admit(
    deployment: Deployment, *, evidence_required: bool = False, folder: Path | None = None
) -> Deployment:
    """The deployment with every fact that does not count made unknown, its `doubt` saying why.

    Args:
        deployment: what was stated.
        evidence_required: whether fields marked `evidenced` count only with evidence beside them.
        folder: where evidence with a relative path is looked for; `None` looks for none.
    """
    entities: dict[str, Entity] = {}
    for name, entity in deployment.entities.items():
        facts = {
            key: replace(fact, value=None, doubt=doubt)
            if (
                doubt := _doubt(
                    fact, deployment, evidence_required=evidence_required, folder=folder
                )
            )
            else fact
            for key, fact in entity.facts.items()
        }
        entities[name] = replace(entity, facts=facts)
    return replace(deployment, entities=entities)


def doubt_of_attestation(by: str, on: date | None, as_of: date | None) -> str | None:
    """Why an attestation does not make a judgement count, if it does not.

    Args:
        by: who answers for it; a blank text is nobody.
        on: when it was attested, if that is stated.
        as_of: the date of judging, if there is one.
    """
    if not by.strip():
        return "nobody answers for it (`attested by`)"
    if on and as_of and on > as_of:
        return "it was attested after the date of judging"
    return None


def _doubt(
    fact: Fact, deployment: Deployment, *, evidence_required: bool, folder: Path | None
) -> str | None:
    if fact.value is None:
        return None
    if fact.field.kind == "judgement":
        by = fact.attestation
        on = by.on.value if by and by.on else None
        doubt = doubt_of_attestation(by.by.text if by else "", on, deployment.as_of)
        if doubt:
            return doubt
    if evidence_required and fact.field.evidenced:
        if not fact.evidence:
            return "there is no evidence beside it"
        missing = [path for path in fact.evidence if _is_missing(path, folder)]
        if missing:
            return f"its evidence `{missing[0]}` is not there"
    return None


def _is_missing(path: str, folder: Path | None) -> bool:
    if folder is None or "://" in path or Path(path).is_absolute():
        return False
    return not (folder / path).is_file()
