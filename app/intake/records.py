"""Designs to the records that generated code judges: the short way where there is one, and it reads the same."""

from __future__ import annotations

from datetime import date

from clausewise.dsl.models.admission import DoubtOf
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import World, world_of
from clausewise.intake.designs import read_design


def records_of(
    source: Source,
    code: CompiledPolicy,
    *,
    as_of: date | None = None,
    evidence: DoubtOf | None = None,
) -> World:
    """The records of a design: of the deployment that `Written.deployment` gives.

    A design in JSON that is as most are goes straight to records, many times as fast. That short way takes a date
    of judging from the design alone, and does not look at evidence.

    Raises:
        InvalidError: the design has mistakes.
    """
    if source.path.lower().endswith(".json") and as_of is None and evidence is None:
        short = code.intake.world(source.text.encode())
        if short is not None:
            return short
    deployment = read_design(source).deployment(
        code.policy.vocabulary, as_of=as_of, evidence=evidence
    )
    return world_of(deployment, code.layouts)
