"""What vocabularies and policies warn of: `replaced` words, and `warning`, which is judged beside the clauses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from clausewise.dsl.models.deployment import Deployment, Terms
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.because import because, deciding
from clausewise.engine.backends.python.compiled import compiled_warnings
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Judgement,
    NothingToJudgeError,
)

MOST_TOLD = 10
"""For so many combinations of entities a warning is told one by one; the rest are counted."""


def cautioned(judgement: Judgement) -> Judgement | None:
    """What the warnings of a policy come to for what it judged, each as a clause; `None` if they say nothing."""
    cautions = compiled_warnings(judgement.policy, judgement.readings)
    if cautions is None:
        return None
    try:
        return judge(cautions, judgement.deployment)
    except NothingToJudgeError:
        return None


def policy_warnings(judgement: Judgement, source: Source) -> Iterator[Diagnostic]:
    """What a policy warns of in a design, each at the first of the facts that it goes by."""
    found = cautioned(judgement)
    for warning in found.clauses if found else ():
        if warning.outcome is Outcome.VIOLATED:
            yield from _told(warning, judgement.deployment, source)


def replaced(deployment: Deployment, source: Source) -> Iterator[Diagnostic]:
    """What a design states in words that others have replaced, by its vocabulary."""
    for entity in deployment.entities.values():
        of_type = deployment.vocabulary.with_replaced[entity.type.name]
        for name in filter(of_type.__contains__, entity.facts):
            fact = entity.facts[name]
            field = fact.field
            if field.replaced:
                message = f"`{field.name}` has been replaced"
                yield Diagnostic("W703", message, source, fact.span, field.replaced)
            if isinstance(fact.value, Terms) and field.has_terms:
                by = deployment.vocabulary.taxonomy_of(field).replaced
                for term in filter(by.__contains__, fact.value.names):
                    message = f"`{term}` has been replaced as a value of `{field.name}`"
                    yield Diagnostic("W703", message, source, fact.span, by[term])


def _told(warning: ClauseJudgement, deployment: Deployment, source: Source) -> Iterator[Diagnostic]:
    given = [f for f in warning.findings if f.outcome is Outcome.VIOLATED]
    rest = len(given) - MOST_TOLD
    for finding in islice(given, MOST_TOLD):
        message = because(finding, deployment)
        if rest > 0 and finding is given[MOST_TOLD - 1]:
            message += f" (and {rest:,} more are told of by `{warning.clause.name}`)"
        span = next((fact.span for fact in deciding(finding, deployment)), None)
        yield Diagnostic("W704", message, source, span, warning.clause.remedy or None)
