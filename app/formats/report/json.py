"""Verdicts as JSON: `clausewise/verdict/1`. The models here are the format's definition, and its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from clausewise.checking.check import Checked, Report
from clausewise.dsl.models.deployment import Deployment, show_value
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judge import ClauseJudgement, Finding

MOST_FINDINGS = 100
"""Findings of a clause beyond these are counted, not listed."""
MOST_FACTS = 100
"""Facts of a finding beyond these are counted, not listed: those that bound a set may be all of a large design."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", serialize_by_alias=True)


class DesignPart(_Part):
    """The design judged."""

    path: str
    title: str
    draft: bool
    as_of: str | None = None
    sha256: str = Field(description="of the file's bytes")


class PolicyPart(_Part):
    """The policy judged by."""

    name: str
    title: str
    version: str
    sha256: str = Field(description="of the file's bytes")
    notice: str
    readings: dict[str, str]


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
    """An answer that settles the verdict."""

    answer: str
    verdict: str


class QuestionPart(_Part):
    """An unknown fact that can still matter."""

    fact: str
    ask: str
    kind: str
    clauses: list[str]
    decisive: list[AnswerPart] = Field(
        description="tried for the first questions of a large design"
    )
    doubt: str | None = None


class ReadingPart(_Part):
    """What another reading would change."""

    reading: str
    alternative: str
    verdict: str
    clauses: dict[str, str]


class RestPart(_Part):
    """An attested fact, or one that needs evidence."""

    fact: str
    value: str
    attested_by: str | None = None
    attested_on: str | None = None
    evidence: list[str]


class VerdictDocument(_Part):
    """One design judged by one policy."""

    format: Literal["clausewise/verdict/1"] = Field(serialization_alias="schema")
    verdict: Literal[
        "prohibited", "needs-information", "needs-review", "permitted", "not-applicable"
    ]
    design: DesignPart
    policy: PolicyPart
    clauses: list[ClausePart]
    questions: list[QuestionPart]
    other_readings: list[ReadingPart]
    rests_on: list[RestPart]


class DiagnosticPart(_Part):
    """A mistake, at its place."""

    code: str
    message: str
    line: int
    column: int
    hint: str | None = None


class FailureDocument(_Part):
    """A design that could not be judged."""

    format: Literal["clausewise/failure/1"] = Field(serialization_alias="schema")
    path: str
    diagnostics: list[DiagnosticPart]


def render(results: Iterable[Checked]) -> str:
    """One document, or a list of them if there are several."""
    documents = [document for result in results for document in _documents(result)]
    found = documents[0] if len(documents) == 1 else documents
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of one verdict."""
    schema = VerdictDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _documents(result: Checked) -> Iterable[dict[str, Any]]:
    for report in result.reports:
        yield verdict_document(report).model_dump()
    if not result.reports:
        parts = [diagnostic_part(found) for found in result.diagnostics]
        yield FailureDocument(
            format="clausewise/failure/1", path=result.path, diagnostics=parts
        ).model_dump()


def diagnostic_part(found: Diagnostic) -> DiagnosticPart:
    """A diagnostic for JSON."""
    line, column = found.position
    return DiagnosticPart(
        code=found.code, message=found.message, line=line, column=column, hint=found.hint
    )


def verdict_document(report: Report) -> VerdictDocument:
    """A report for JSON."""
    policy, deployment, judgement = report.policy, report.deployment, report.judgement
    return VerdictDocument(
        format="clausewise/verdict/1",
        verdict=report.verdict.value,
        design=DesignPart(
            path=report.path,
            title=deployment.title,
            draft=deployment.draft,
            as_of=str(deployment.as_of) if deployment.as_of else None,
            sha256=report.source.sha256,
        ),
        policy=PolicyPart(
            name=policy.name,
            title=policy.title,
            version=policy.version,
            sha256=policy.source.sha256,
            notice=policy.notice,
            readings=dict(judgement.readings),
        ),
        clauses=[_clause(clause, report) for clause in judgement.clauses],
        questions=_questions(report),
        other_readings=[
            ReadingPart(
                reading=other.reading,
                alternative=other.alternative,
                verdict=other.verdict.value,
                clauses=dict(other.changed),
            )
            for other in report.other_readings
        ],
        rests_on=_rests_on(report),
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


def _questions(report: Report) -> list[QuestionPart]:
    return [
        QuestionPart(
            fact=question.fact,
            ask=question.ask,
            kind=question.kind,
            clauses=list(question.clauses),
            decisive=[
                AnswerPart(answer=found.answer, verdict=found.verdict.value)
                for found in report.decisive_answers.get(question.fact, ())
            ],
            doubt=question.doubt,
        )
        for question in report.questions
    ]


def _rests_on(report: Report) -> list[RestPart]:
    found = []
    for fact in report.rests_on:
        by = fact.attestation
        found.append(
            RestPart(
                fact=fact.name,
                value=show_value(fact.value),
                attested_by=by.by.text if by else None,
                attested_on=str(by.on.value) if by and by.on else None,
                evidence=list(fact.evidence),
            )
        )
    return found
