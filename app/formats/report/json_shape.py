"""The shape of verdicts as JSON: `clausewise/verdict/2` (docs/json.md). Pydantic makes its schema of them.

One shape for any number of designs and policies: `{"designs": [{"policies": [{"clauses": [...]}]}]}`.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.trees.vocabularies import Shape

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


def verdict_schema() -> dict[str, Any]:
    """The JSON Schema of the document. It lets fields pass that a later version adds."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(VerdictDocument).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
