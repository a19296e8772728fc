"""Verdicts as JSON: `clausewise/verdict/2` (docs/json.md). The models here define it, and give its schema.

One shape for any number of designs and policies: `{"designs": [{"policies": [{"clauses": [...]}]}]}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from clausewise.checking.check import Checked, Report
from clausewise.dsl.models.deployment import Deployment, Fact, NoEntity, place_of, show_value
from clausewise.dsl.syntax import Shape
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.engine.advice.advise import Advice
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding

MOST_FINDINGS = 100
"""Findings of a clause beyond these are counted, not listed."""
MOST_FACTS = 100
"""Facts of a finding beyond these are counted, not listed: those that bound a set may be all of a large design."""

SCHEMA: Final = "clausewise/verdict/2"
VerdictName = Literal[
    "prohibited", "needs-information", "needs-review", "permitted", "not-applicable"
]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", serialize_by_alias=True)


class FactPart(_Part):
    """A stated fact, and where. Facts of no line, such as `as-of`, have line 0."""

    fact: str
    value: str
    line: int
    column: int


class ExceptionPart(_Part):
    """An exception: whether it holds."""

    name: str
    holds: Literal["true", "false", "unknown"]


class FindingPart(_Part):
    """What a clause came to for one binding. An empty name is an entity that the design does not list.

    `facts` holds at most 100; `facts_total` counts them all.
    """

    outcome: str
    because: str
    bindings: dict[str, str]
    facts: list[FactPart]
    facts_total: int
    exceptions: list[ExceptionPart]


class ClausePart(_Part):
    """A clause and its outcome. `findings` holds at most 100; `findings_total` counts them all."""

    clause: str
    number: str
    outcome: Literal["violated", "undetermined", "review", "met", "not-applicable"]
    says: str
    at: str
    quotes: str
    remedy: str
    findings: list[FindingPart]
    findings_total: int
    facts: list[FactPart] = Field(description="a smallest set that decides the outcome")
    missing: list[str]


class AnswerPart(_Part):
    """An answer that settles the verdict, whatever the other facts are."""

    answer: str
    verdict: VerdictName


class QuestionPart(_Part):
    """An unknown fact that can still matter."""

    fact: str = Field(description="`entity.field`; `as-of`; or a type, of which none is listed")
    entity: str | None = Field(description="null where none is listed yet, and for `as-of`")
    field: str | None
    ask: str
    kind: str = Field(json_schema_extra={"enum": ["world", "choice", "judgement"]})
    type: Shape | Literal["entity"] = Field(description="`entity`: an entity is to be listed")
    of: str | None = Field(description="the taxonomy or the type of entity of the answers")
    options: list[str] | None = Field(
        description="the answers to choose from; null where they are not listed. Of a field of many values, each"
    )
    unit: Literal["years", "days"] | None = Field(
        description="of an answer; a duration may also name another unit"
    )
    clauses: list[str] = Field(
        description="on which it bears, without those that only wait for another clause"
    )
    decisive: list[AnswerPart] = Field(
        description="single answers that settle the verdict; never for a field of many values, and tried for the"
        " first questions of a large design only"
    )
    doubt: str | None = Field(description="why a value that is stated does not count")


class ReadingPart(_Part):
    """What another reading would change."""

    reading: str
    alternative: str
    verdict: VerdictName
    clauses: dict[str, str]


class RestPart(_Part):
    """An attested fact, or one that needs evidence."""

    fact: str
    value: str
    attested_by: str | None
    attested_on: str | None
    evidence: list[str]


class PolicyPart(_Part):
    """What a policy says of a design."""

    policy: str
    title: str
    version: str
    sha256: str = Field(description="of the policy's file")
    notice: str
    readings: dict[str, str] = Field(description="the alternatives chosen")
    as_of: str | None = Field(description="the date of judging")
    verdict: VerdictName
    settled: bool = Field(
        description="whether the verdict stays, whatever else is stated (permitted may become not-applicable)"
    )
    clauses: list[ClausePart]
    questions: list[QuestionPart]
    other_readings: list[ReadingPart]
    rests_on: list[RestPart]


class DiagnosticPart(_Part):
    """A mistake, at its place."""

    code: str
    message: str
    path: str = Field(description="of the file; empty where no text is to blame")
    line: int
    column: int
    hint: str | None


class DesignPart(_Part):
    """A design: what each policy says of it, or the mistakes that kept it from being judged."""

    path: str
    title: str | None = Field(
        description="null if it could not be judged, as in `draft` and `sha256`"
    )
    draft: bool | None
    sha256: str | None = Field(description="of the design's file")
    verdict: VerdictName | None = Field(description="the worst of its policies")
    policies: list[PolicyPart]
    diagnostics: list[DiagnosticPart]


class Document(_Part):
    """The designs, in the order in which they were given."""

    format: Literal["clausewise/verdict/2"] = Field(alias="schema")
    designs: list[DesignPart]


def render(results: Iterable[Checked]) -> str:
    """The document, whether of one design or of many."""
    document = Document(schema=SCHEMA, designs=[_design(result) for result in results])
    return json.dumps(document.model_dump(), indent=2, ensure_ascii=False) + "\n"


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of the document. It lets fields pass that a later version adds."""
    schema = Document.model_json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        part.pop("additionalProperties", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _design(result: Checked) -> DesignPart:
    first = next(iter(result.reports), None)
    return DesignPart(
        path=result.path,
        title=first.deployment.title if first else None,
        draft=first.deployment.draft if first else None,
        sha256=first.source.sha256 if first else None,
        verdict=result.verdict.value if result.verdict else None,
        policies=[_policy(report) for report in result.reports],
        diagnostics=[_diagnostic(found) for found in result.diagnostics],
    )


def _diagnostic(found: Diagnostic) -> DiagnosticPart:
    line, column = found.position
    return DiagnosticPart(
        code=found.code,
        message=found.message,
        path=found.path,
        line=line,
        column=column,
        hint=found.hint,
    )


def _policy(report: Report) -> PolicyPart:
    policy, deployment, advice = report.policy, report.deployment, report.advice
    return PolicyPart(
        policy=policy.name,
        title=policy.title,
        version=policy.version,
        sha256=policy.source.sha256,
        notice=policy.notice,
        readings=dict(report.judgement.readings),
        as_of=str(deployment.as_of) if deployment.as_of else None,
        verdict=report.verdict.value,
        settled=advice.settled,
        clauses=[_clause(clause, report) for clause in report.clauses],
        questions=[_question(question, advice) for question in advice.questions],
        other_readings=[
            ReadingPart(
                reading=other.reading,
                alternative=other.alternative,
                verdict=other.verdict.value,
                clauses=dict(other.changed),
            )
            for other in advice.other_readings
        ],
        rests_on=[_rest(fact) for fact in advice.rests_on],
    )


def _clause(judged: ClauseJudgement, report: Report) -> ClausePart:
    clause = judged.clause
    shown = [f for f in judged.findings if f.outcome is not Outcome.NOT_APPLICABLE]
    return ClausePart(
        clause=clause.name,
        number=clause.number,
        outcome=judged.outcome.value,
        says=clause.says,
        at=clause.at,
        quotes=clause.quotes,
        remedy=clause.remedy,
        findings=[_finding(finding, report) for finding in shown[:MOST_FINDINGS]],
        findings_total=len(shown),
        facts=_facts(judged.facts, report.deployment),
        missing=list(judged.missing),
    )


def _finding(finding: Finding, report: Report) -> FindingPart:
    violated = finding.outcome is Outcome.VIOLATED
    return FindingPart(
        outcome=finding.outcome.value,
        because=because(finding, report.deployment) if violated else "",
        bindings=dict(finding.bindings),
        facts=_facts(finding.facts[:MOST_FACTS], report.deployment),
        facts_total=len(finding.facts),
        exceptions=[
            ExceptionPart(name=name, holds=truth.value) for name, truth in finding.exceptions
        ],
    )


def _facts(names: Iterable[str], deployment: Deployment) -> list[FactPart]:
    return [_fact(name, deployment) for name in names]


def _fact(name: str, deployment: Deployment) -> FactPart:
    fact = deployment.fact(name)
    if fact is None:
        return FactPart(fact=name, value=str(deployment.as_of), line=0, column=0)
    line, column = deployment.source.position(fact.span.start) if fact.span else (0, 0)
    return FactPart(fact=name, value=show_value(fact.value), line=line, column=column)


def _question(question: Question, advice: Advice) -> QuestionPart:
    fact = question.fact
    field_name = "" if isinstance(fact, NoEntity) else place_of(fact)[1]
    answers = advice.decisive_answers.get(question.fact, ())
    return QuestionPart(
        fact=question.fact,
        entity=question.entity or None,
        field=field_name or None,
        ask=question.ask,
        kind=question.kind,
        type=question.type,
        of=question.of or None,
        options=list(question.options) or None,
        unit=question.unit,
        clauses=list(question.clauses),
        decisive=[AnswerPart(answer=a.answer, verdict=a.verdict.value) for a in answers],
        doubt=question.doubt,
    )


def _rest(fact: Fact) -> RestPart:
    by = fact.attestation
    return RestPart(
        fact=fact.name,
        value=show_value(fact.value),
        attested_by=by.by.text if by else None,
        attested_on=str(by.on.value) if by and by.on else None,
        evidence=list(fact.evidence),
    )
