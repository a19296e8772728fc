"""Verdicts as JSON: `clausewise/verdict/2` (docs/json.md). The classes here define it; pydantic makes its schema.

One shape for any number of designs and policies: `{"designs": [{"policies": [{"clauses": [...]}]}]}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, cast

from clausewise.checking.accepted import Acceptance
from clausewise.checking.report import Checked, Report
from clausewise.dsl.files.reading import from_here
from clausewise.dsl.models.deployment import Deployment, Fact, NoEntity, place_of, show_value
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.trees.designs import Attestation
from clausewise.dsl.trees.vocabularies import Shape
from clausewise.engine.advice.advise import Advice
from clausewise.engine.advice.because import because, because_kept, remedy_for
from clausewise.engine.advice.questions import Question, can_be_told
from clausewise.engine.advice.readings import JointReading
from clausewise.engine.advice.undecisive import undecisive
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.escaping import as_json
from clausewise.formats.report.sentences import argument_of, argument_of_all, verdict_argument_of
from clausewise.intake.judges import origin_of
from clausewise.intake.walk import LeftOut

MOST_FINDINGS = 100
"""Findings of a clause beyond these are counted, not listed."""
MOST_QUESTIONS = 10_000
"""Questions beyond these are counted, not listed; policies that judge a design together share them."""
MOST_FACTS = 100
"""Facts of a finding beyond these are counted, not listed: those that bound a set may be all of a large design."""

SCHEMA: Final = "clausewise/verdict/2"
VerdictName = Literal[
    "prohibited", "needs-information", "needs-review", "permitted", "not-applicable"
]
Kind = Literal["world", "choice", "judgement"]


class JsonPart:
    """What is said after a field describes it in the schema."""

    __slots__ = ()
    __pydantic_config__ = {"use_attribute_docstrings": True}


@lean_dataclass(frozen=True, slots=True)
class FactPart(JsonPart):
    """A stated fact, and where. Facts of no line, such as `as-of`, have line 0."""

    fact: str
    value: str
    line: int
    column: int


@lean_dataclass(frozen=True, slots=True)
class ExceptionPart(JsonPart):
    """An exception: whether it holds."""

    name: str
    holds: Literal["true", "false", "unknown"]


@lean_dataclass(frozen=True, slots=True)
class FindingPart(JsonPart):
    """What a clause came to for one binding. An empty name is an entity that the design does not list.

    `facts` holds at most 100; `facts_total` counts them all.
    """

    outcome: str
    because: str
    bindings: dict[str, str]
    facts: list[FactPart]
    facts_total: int
    exceptions: list[ExceptionPart]
    breaches: list[str]
    """the ways in which the clause is violated here, where it tells them apart"""
    remedy: str


@lean_dataclass(frozen=True, slots=True)
class SourcePart(JsonPart):
    """A document, other than the policy's own text, from which something comes."""

    document: str
    title: str
    date: str
    address: str


@lean_dataclass(frozen=True, slots=True)
class ClausePart(JsonPart):
    """A clause and its outcome. `findings` holds at most 100; `findings_total` counts them all."""

    clause: str
    number: str
    outcome: Literal["violated", "undetermined", "review", "met", "not-applicable"]
    says: str
    why: str
    """why the clause is met or does not apply, in the policy's own sentence; empty where it has none"""
    label: str
    """what people call the clause"""
    at: str
    cite: str
    """how people cite that place; empty where the policy does not say it"""
    quotes: str
    remedy: str
    documents: list[SourcePart]
    """those from which some of its conditions come"""
    readings: dict[str, str]
    """the readings that it goes by, with the alternatives chosen"""
    findings: list[FindingPart]
    findings_total: int
    facts: list[FactPart]
    """a smallest set that decides the outcome"""
    missing: list[str]
    argument: str | None
    """why it is settled though facts are missing, or why that is not known, by `--exact`"""
    by_laws: list[str]
    """what laws that judge beside found, in sentences, where the clause reads what they prohibit"""


@lean_dataclass(frozen=True, slots=True)
class AnswerPart(JsonPart):
    """An answer that settles the verdict, whatever the other facts are."""

    answer: str
    verdict: VerdictName


@lean_dataclass(frozen=True, slots=True)
class QuestionPart(JsonPart):
    """An unknown fact that can still matter."""

    fact: str
    """`entity.field`; `as-of`; or a type, of which none is listed"""
    entity: str | None
    """null where none is listed yet, and for `as-of`"""
    field: str | None
    ask: str
    label: str
    """what people call the field, for a form"""
    short: str | None
    """the question in a few words, where the vocabulary has such"""
    kind: Kind
    type: Shape | Literal["entity"]
    """`entity`: an entity is to be listed"""
    of: str | None
    """the taxonomy or the type of entity of the answers"""
    options: list[str] | None
    option_labels: list[str] | None
    """what people call the options, in their order"""
    """the answers to choose from; null where they are not listed. Of a field of many values, each"""
    unit: Literal["years", "days"] | None
    """of an answer; a duration may also name another unit"""
    clauses: list[str]
    """on which it bears, without those that only wait for another clause"""
    decisive: list[AnswerPart]
    """single answers that settle the verdict, tried for the first questions of a large design only; for a field of
many values only with `--exact`. What permits is there for choices only"""
    doubt: str | None
    """why a value that is stated does not settle it: it does not count, or says too little"""
    only_later: bool
    """whether it can matter only after another answer; only with `--exact`"""


@lean_dataclass(frozen=True, slots=True)
class GivenAnswerPart(JsonPart):
    """An answer that is given together with others."""

    fact: str
    answer: str


@lean_dataclass(frozen=True, slots=True)
class ReadingPart(JsonPart):
    """What another reading would change."""

    reading: str
    alternative: str
    verdict: VerdictName
    clauses: dict[str, str]


@lean_dataclass(frozen=True, slots=True)
class JointReadingPart(JsonPart):
    """Readings that lift a prohibition only together, each with its alternative."""

    readings: dict[str, str]
    verdict: VerdictName


@lean_dataclass(frozen=True, slots=True)
class ProofPart(JsonPart):
    """A piece of evidence: the digest of the file, if it was looked at and counts."""

    evidence: str
    sha256: str | None
    looked_at: bool


@lean_dataclass(frozen=True, slots=True)
class AttestationPart(JsonPart):
    """A person who answers for a fact."""

    by: str
    on: str | None
    """since when"""
    because: str | None


@lean_dataclass(frozen=True, slots=True)
class RestPart(JsonPart):
    """An attested fact, or one that needs evidence. `proofs` says more of each piece of evidence."""

    fact: str
    value: str
    attested_by: str | None
    """the first of `attestations`, as in `attested_on`"""
    second_by: str | None
    """a second person who answers for the same"""
    attested_on: str | None
    attestations: list[AttestationPart]
    """all who answer for it"""
    evidence: list[str]
    proofs: list[ProofPart]


@lean_dataclass(frozen=True, slots=True)
class AcceptedPart(JsonPart):
    """A problem that does not count in this run: see docs/ci.md."""

    by: Literal["waived", "baseline", "before"]
    clause: str
    """empty for what is said of the design as a whole"""
    entities: list[str]
    """those bound, in order; an empty name is one that the design does not list"""
    outcome: str
    reason: str | None
    """of a waiver, as are the next ones"""
    approver: str | None
    ticket: str | None
    expires: str | None
    """the last day on which it holds"""


@lean_dataclass(frozen=True, slots=True)
class VocabularyPart(JsonPart):
    """The vocabulary of a policy."""

    name: str
    sha256: str
    """of the vocabulary's file"""


@lean_dataclass(frozen=True, slots=True)
class PolicyPart(JsonPart):
    """What a policy says of a design."""

    policy: str
    title: str
    version: str
    sha256: str
    """of the policy's file"""
    origin: str
    """where it comes from: `the pack face`, or the file's path"""
    vocabulary: VocabularyPart
    notice: str
    readings: dict[str, str]
    """the alternatives chosen"""
    as_of: str | None
    """the date of judging"""
    verdict: VerdictName
    verdict_shown: str
    """what the policy calls the verdict where people read it; mostly the same"""
    exact: bool
    """whether what is settled however the missing facts turn out is never called open (`--exact`)"""
    argument: str | None
    """why it is prohibited though no clause alone is violated, or why that is not known, by `--exact`"""
    settled: bool
    """whether the verdict stays, whatever else is stated (permitted may become not-applicable)"""
    may_wait: list[str]
    """all that is missing, if an approval may wait for each of it, by the policy"""
    clauses: list[ClausePart]
    questions: list[QuestionPart]
    """of very many, the first"""
    questions_total: int
    fewest: list[GivenAnswerPart]
    """the fewest answers that make it prohibited, as far as they were found; only with `--exact`"""
    other_readings: list[ReadingPart]
    joint_reading: JointReadingPart | None
    """readings that lift a prohibition only together, if no single one does and such are found"""
    rests_on: list[RestPart]
    decides_nothing: list[RestPart]
    """stated facts that count and decide no outcome, at most 100: those attested or with evidence first"""
    decides_nothing_total: int
    counted: VerdictName
    """the verdict of all that is not accepted, by which the run passes or fails"""
    accepted: list[AcceptedPart]
    """the problems that do not count: waived, in the baseline, or as before a change"""


@lean_dataclass(frozen=True, slots=True)
class DiagnosticPart(JsonPart):
    """A mistake, at its place."""

    code: str
    message: str
    path: str
    """of the file; empty where no text is to blame"""
    line: int
    column: int
    hint: str | None


@lean_dataclass(frozen=True, slots=True)
class DesignPart(JsonPart):
    """A design: what each policy says of it, or the mistakes that kept it from being judged."""

    path: str
    title: str | None
    """null if it could not be judged, as in `draft` and `sha256`"""
    draft: bool | None
    sha256: str | None
    """of the design's file"""
    verdict: VerdictName | None
    """the worst of its policies"""
    argument: str | None
    """why it is prohibited though no policy alone prohibits it, or why that is not known, by `--exact`"""
    policies: list[PolicyPart]
    diagnostics: list[DiagnosticPart]


@lean_dataclass(frozen=True, slots=True)
class LeftOutPart(JsonPart):
    """A file or folder that was not looked at, and by which rule."""

    path: str
    why: str


@lean_dataclass(frozen=True, slots=True)
class VerdictDocument(JsonPart):
    """The designs, in the order in which they were given, and what was left out beside them."""

    schema: Literal["clausewise/verdict/2"]
    designs: list[DesignPart]
    left_out: list[LeftOutPart]
    diagnostics: list[DiagnosticPart]
    """of the run, and of no design: waivers that have expired, for example"""


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
) -> VerdictDocument:
    """The document, whether of one design or of many."""
    return VerdictDocument(
        schema=SCHEMA,
        designs=[_design(result) for result in results],
        left_out=[LeftOutPart(path=one.path, why=one.why) for one in left_out],
        diagnostics=[diagnostic_part(found) for found in said],
    )


def written(part: JsonPart, indent: int | None = None) -> str:
    """A part of a document as JSON."""
    return as_json(part, indent=indent, default=_held)


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of the document. It lets fields pass that a later version adds."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(VerdictDocument).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _held(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


def _design(result: Checked) -> DesignPart:
    first = next(iter(result.reports), None)
    return DesignPart(
        path=result.path,
        title=first.deployment.title if first else None,
        draft=first.deployment.draft if first else None,
        sha256=first.source.sha256 if first else None,
        verdict=result.verdict.value if result.verdict else None,
        argument=argument_of_all(result.together) or None,
        policies=[
            _policy(report, MOST_QUESTIONS // len(result.reports)) for report in result.reports
        ],
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
        kind=cast(Kind, question.kind),
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
