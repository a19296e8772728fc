"""What the tools answer, as typed values. `check` answers the document of `check --format json` itself."""

from __future__ import annotations

from typing import Literal

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Shape
from clausewise.formats.report.json_shape import (
    ClausePart,
    DiagnosticPart,
    JsonPart,
    Kind,
    QuestionPart,
    SourcePart,
    VerdictName,
)


@lean_dataclass(frozen=True, slots=True)
class AskedPart(JsonPart):
    """What is still to be asked by one policy. The answers that settle the verdict stand with each question."""

    policy: str
    version: str
    verdict: VerdictName
    settled: bool
    """whether the verdict stays, whatever else is stated"""
    questions: list[QuestionPart]
    questions_total: int


@lean_dataclass(frozen=True, slots=True)
class QuestionsDocument(JsonPart):
    """The questions of a design, or the mistakes that kept it from being judged."""

    path: str
    policies: list[AskedPart]
    diagnostics: list[DiagnosticPart]


@lean_dataclass(frozen=True, slots=True)
class ExplainedPart(JsonPart):
    """A clause, its outcome, and each step to it."""

    policy: str
    version: str
    clause: ClausePart
    tree: str
    """the whole reason, binding by binding, down to the facts; for people to read"""


@lean_dataclass(frozen=True, slots=True)
class ExplanationDocument(JsonPart):
    """Why clauses came to their outcomes, or the mistakes that kept the design from being judged."""

    path: str
    explained: list[ExplainedPart]
    diagnostics: list[DiagnosticPart]


@lean_dataclass(frozen=True, slots=True)
class FieldPart(JsonPart):
    """What can be said of an entity."""

    field: str
    """`type.field`"""
    ask: str
    """the question; `{type}` stands for the entity's name"""
    kind: Kind
    type: Shape
    of: str | None
    """the taxonomy or the type of entity of its values"""
    may_be_none: bool
    evidenced: bool
    """whether some claims need evidence where a reviewer requires it"""
    replaced: str | None
    """what to write instead, where something else has replaced it"""


@lean_dataclass(frozen=True, slots=True)
class ClauseLine(JsonPart):
    """A clause in a few words."""

    clause: str
    number: str
    label: str
    at: str
    """its place in the source text"""
    quotes: str
    says: str


@lean_dataclass(frozen=True, slots=True)
class RulePart(JsonPart):
    """What a clause rules."""

    rule: list[str]
    """the lines of the rule, in the policy's own language"""
    reads: list[FieldPart]
    remedies: list[str]
    documents: list[SourcePart]


@lean_dataclass(frozen=True, slots=True)
class ClausesDocument(JsonPart):
    """The clauses of a policy; of one that was asked for, the rule, too."""

    policy: str
    version: str
    title: str
    clauses: list[ClauseLine]
    page: RulePart | None


@lean_dataclass(frozen=True, slots=True)
class TypePart(JsonPart):
    """A type of entity, and what can be said of each."""

    name: str
    description: str
    single: bool
    """whether there is exactly one"""
    required: bool
    """whether there is at least one"""
    fields: list[FieldPart]


@lean_dataclass(frozen=True, slots=True)
class TermPart(JsonPart):
    """A word that a design can use."""

    term: str
    label: str
    inside: list[str]
    """the terms directly above it: it is one of what they stand for"""
    about: str


@lean_dataclass(frozen=True, slots=True)
class TaxonomyPart(JsonPart):
    """The words of which a field's value is one."""

    name: str
    about: str
    terms: list[TermPart]


@lean_dataclass(frozen=True, slots=True)
class VocabularyDocument(JsonPart):
    """What a design can say. Places are not listed: they are the codes of ISO 3166, such as `US` and `US-WA`."""

    vocabulary: str
    title: str
    subject: str
    types: list[TypePart]
    taxonomies: list[TaxonomyPart]


ChangeName = Literal[
    "equivalent",
    "stricter",
    "laxer",
    "incomparable",
    "new",
    "gone",
    "not in the part that is held",
    "breaks",
    "breaks-none",
]


@lean_dataclass(frozen=True, slots=True)
class ChangePart(JsonPart):
    """How one thing changes."""

    what: str
    """a clause, or a sentence about a vocabulary; empty for the policy on the whole"""
    change: ChangeName
    why: str
    """why it may be otherwise though nothing was found"""


@lean_dataclass(frozen=True, slots=True)
class OutcomeChange(JsonPart):
    """A clause that comes out otherwise; `none` where a policy lacks it."""

    clause: str
    before: str
    after: str


@lean_dataclass(frozen=True, slots=True)
class RejudgedPart(JsonPart):
    """A design, judged by both policies."""

    path: str
    before: str
    after: str
    clauses: list[OutcomeChange]
    diagnostics: list[DiagnosticPart]


@lean_dataclass(frozen=True, slots=True)
class DifferenceDocument(JsonPart):
    """What changes from one policy or vocabulary to another: in itself, or in designs that are judged by both."""

    old: str
    new: str
    is_same: bool
    changes: list[ChangePart]
    designs: list[RejudgedPart]
