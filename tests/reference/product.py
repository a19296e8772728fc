"""What the product says of a deployment, in the reference judge's words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, Fact, Terms, Value as Stated
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.syntax import Attestation, Duration, Range, Text
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judge import judge_clause
from clausewise.engine.judging.judgement import ClauseJudgement
from tests.reference.world import Ages, Place, Value

HOLDS: Mapping[str, set[str]] = {
    "violated": {"violated"},
    "met": {"met", "not-applicable"},
    "not-applicable": {"not-applicable"},
}
"""What a settled outcome may turn out to be: a clause that is met may turn out not to apply."""


def judged(policy: Policy, deployment: Deployment) -> dict[str, ClauseJudgement]:
    """Every clause by name, judged on the facts that count; also where no clause applies to anything."""
    admitted = admit(deployment)
    return {name: judge_clause(policy, admitted, name) for name in policy.clauses}


def with_fact(deployment: Deployment, place: Place, value: Value) -> Deployment:
    """A deployment with one fact as it is in a world, and a person to answer for it."""
    entity, name = place
    field = deployment.entities[entity].type.fields[name]
    by = Attestation(Text("A. Person"))
    return deployment.with_fact(Fact(entity, field, stated(field, value), attestation=by))


def stated(field: Field, value: Value) -> Stated:
    """A world's value as a design states it."""
    if isinstance(value, Ages):
        youngest, oldest = (
            None if end.is_infinite() else int(end) for end in (value.youngest, value.oldest)
        )
        return Range(youngest, oldest)
    if isinstance(value, frozenset):
        return "".join(value) if field.shape == "text" and value else Terms(tuple(sorted(value)))
    if isinstance(value, Decimal) and field.shape == "duration":
        return Duration(value, "seconds")
    return value
