"""Verdicts as JSON, in the shape that `json_shape` defines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clausewise.checking.accepted import Acceptance
from clausewise.checking.report import Checked, Report
from clausewise.dsl.files.reading import from_here
from clausewise.dsl.models.deployment import Deployment, Fact, NoEntity, place_of, show_value
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.trees.designs import Attestation
from clausewise.engine.advice.advise import Advice
from clausewise.engine.advice.because import because, because_kept, remedy_for
from clausewise.engine.advice.questions import Question, can_be_told
from clausewise.engine.advice.readings import JointReading
from clausewise.engine.advice.undecisive import undecisive
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.escaping import as_json
from clausewise.formats.report.json_shape import (
    SCHEMA,
    AcceptedPart,
    AnswerPart,
    AttestationPart,
    ClausePart,
    DesignPart,
    DiagnosticPart,
    ExceptionPart,
    FactPart,
    FindingPart,
    GivenAnswerPart,
    JointReadingPart,
    JsonPart,
    LeftOutPart,
    PolicyPart,
    ProofPart,
    QuestionPart,
    ReadingPart,
    RestPart,
    SourcePart,
    VerdictDocument,
    VocabularyPart,
)
from clausewise.formats.report.sentences import argument_of, argument_of_all, verdict_argument_of
from clausewise.intake.judges import origin_of
from clausewise.intake.walk import LeftOut

MOST_FINDINGS = 100
"""Findings of a clause beyond these are counted, not listed."""
MOST_QUESTIONS = 10_000
"""Questions beyond these are counted, not listed; policies that judge a design together share them."""
MOST_FACTS = 100
"""Facts of a finding beyond these are counted, not listed: those that bound a set may be all of a large design."""


def render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    said: Iterable[Diagnostic] = (),
) -> str:
    """The document as text."""
    return written(document_of(results, left_out, said), indent=2) + "\n"


def document_of(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    said: Iterable[Diagnostic] = (),
    most_questions: int | None = None,
) -> VerdictDocument:
    """The document, whether of one design or of many.

    Args:
        results: the designs.
        left_out: what was left out where they were looked for.
        said: diagnostics that belong to none of them.
        most_questions: how many questions of a design are listed, if not `MOST_QUESTIONS`.
    """
    most = MOST_QUESTIONS if most_questions is None else most_questions
    return VerdictDocument(
        schema=SCHEMA,
        designs=[_design(result, most) for result in results],
        left_out=[LeftOutPart(path=one.path, why=one.why) for one in left_out],
        diagnostics=[diagnostic_part(found) for found in said],
    )


def written(part: JsonPart, indent: int | None = None) -> str:
    """A part of a document as JSON."""
    return as_json(part, indent=indent, default=_held)


def _held(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


def _design(result: Checked, most_questions: int) -> DesignPart:
    each = most_questions // max(len(result.reports), 1)
    first = next(iter(result.reports), None)
    return DesignPart(
        path=result.path,
        title=first.deployment.title if first else None,
        draft=first.deployment.draft if first else None,
        sha256=first.source.sha256 if first else None,
        verdict=result.verdict.value if result.verdict else None,
        argument=argument_of_all(result.together) or None,
        policies=[_policy(report, each) for report in result.reports],
        diagnostics=[diagnostic_part(found, result.path) for found in result.diagnostics],
    )


def _accepted(one: Acceptance) -> AcceptedPart:
    waiver = one.waiver
    return AcceptedPart(
        by=one.kind,
        clause=one.clause,
        entities=list(one.entities),
        outcome=one.outcome.value,
        reason=waiver.reason if waiver else None,
        approver=waiver.approver if waiver else None,
        ticket=waiver.ticket or None if waiver else None,
        expires=str(waiver.expires) if waiver else None,
    )


def diagnostic_part(found: Diagnostic, design: str = "") -> DiagnosticPart:
    """A mistake. The path of the design is as it was given, that of any other file from the working folder on."""
    line, column = found.position
    return DiagnosticPart(
        code=found.code,
        message=found.message,
        path=found.path if found.path == design else from_here(found.path),
        line=line,
        column=column,
        hint=found.hint,
    )


def _policy(report: Report, most_questions: int) -> PolicyPart:
    policy, deployment, advice = report.policy, report.deployment, report.advice
    undecided = undecisive(report.judgement)
    return PolicyPart(
        policy=policy.name,
        title=policy.title,
        version=policy.version,
        sha256=policy.source.sha256,
        origin=origin_of(policy),
        vocabulary=VocabularyPart(
            name=policy.vocabulary.name, sha256=policy.vocabulary.source.sha256
        ),
        notice=policy.notice,
        readings=dict(report.judgement.readings),
        as_of=str(deployment.as_of) if deployment.as_of else None,
        verdict=report.verdict.value,
        verdict_shown=report.verdict_shown,
        exact=report.judgement.exact,
        argument=verdict_argument_of(report.judgement) or None,
        settled=advice.settled,
        may_wait=list(advice.may_wait),
        clauses=[clause_part(clause, report) for clause in report.clauses],
        questions=[_question(q, advice) for q in advice.questions[:most_questions]],
        questions_total=len(advice.questions),
        fewest=[GivenAnswerPart(fact=one.fact, answer=one.answer) for one in advice.fewest],
        other_readings=[
            ReadingPart(
                reading=other.reading,
                alternative=other.alternative,
                verdict=other.verdict.value,
                clauses={name: outcome.value for name, outcome in other.changed.items()},
            )
            for other in advice.other_readings
        ],
        joint_reading=_jointly(advice.joint_reading),
        rests_on=[_rest(fact, report) for fact in advice.rests_on],
        decides_nothing=[_rest(fact, report) for fact in undecided[:MOST_FACTS]],
        decides_nothing_total=len(undecided),
        counted=report.counted.value,
        accepted=[_accepted(one) for one in report.accepted.problems] if report.accepted else [],
    )


def _jointly(found: JointReading | None) -> JointReadingPart | None:
    if found is None:
        return None
    return JointReadingPart(readings=dict(found.alternatives), verdict=found.verdict.value)


def clause_part(judged: ClauseJudgement, report: Report) -> ClausePart:
    """A clause and its outcome."""
    clause = judged.clause
    shown = [f for f in judged.findings if f.outcome is not Outcome.NOT_APPLICABLE]
    return ClausePart(
        clause=clause.name,
        number=clause.number,
        outcome=judged.outcome.value,
        says=clause.says,
        why=because_kept(judged, report.deployment),
        label=clause.label,
        at=clause.at,
        cite=clause.cite,
        quotes=clause.quotes,
        remedy=clause.remedy,
        documents=[
            SourcePart(document=d.name, title=d.title, date=d.date.isoformat(), address=d.address)
            for d in report.policy.documents_of(clause, report.judgement.readings)
        ],
        readings={n: report.judgement.readings[n] for n in report.policy.readings_of(clause)},
        findings=[_finding(finding, report) for finding in shown[:MOST_FINDINGS]],
        findings_total=len(shown),
        facts=_facts(judged.facts, report.deployment),
        missing=list(judged.missing),
        argument=argument_of(judged) or None,
        by_laws=[found.said for found in report.by_laws.get(clause.name, ())],
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
        breaches=[breach.name for breach in finding.breaches],
        remedy=remedy_for([finding]) if violated else "",
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
        label=question.label,
        short=question.short or None,
        kind=question.kind,
        type=question.type,
        of=question.of or None,
        options=list(question.options) or None,
        option_labels=list(question.option_labels) or None,
        unit=question.unit,
        clauses=list(question.clauses),
        decisive=[
            AnswerPart(answer=a.answer, verdict=a.verdict.value)
            for a in answers
            if can_be_told(question, a)
        ],
        doubt=question.doubt,
        only_later=question.only_later,
    )


def _rest(fact: Fact, report: Report) -> RestPart:
    by = fact.attestation
    return RestPart(
        fact=fact.name,
        value=show_value(fact.value),
        attested_by=by.by.text if by else None,
        second_by=fact.second.attestation.by.text if fact.second else None,
        attested_on=str(by.on.value) if by and by.on else None,
        attestations=[_attestation(one) for one in fact.attestations],
        evidence=list(fact.evidence),
        proofs=[_proof(text, report) for text in fact.evidence],
    )


def _attestation(by: Attestation) -> AttestationPart:
    return AttestationPart(
        by=by.by.text,
        on=str(by.on.value) if by.on else None,
        because=by.because.text if by.because else None,
    )


def _proof(text: str, report: Report) -> ProofPart:
    proof = report.proofs.get(text)
    sha256 = proof.sha256 if proof else ""
    return ProofPart(evidence=text, sha256=sha256 or None, looked_at=bool(sha256))
