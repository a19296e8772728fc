"""The syntax trees of the five kinds of file. Trees that mean the same are equal: spans are not compared."""

from __future__ import annotations

import typing
from datetime import date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span

NOWHERE = Span(0, 0)
Shape = typing.Literal[
    "yes-no", "one of", "any of", "some of", "number", "duration", "date", "text", "ages"
]
"""The type of a field, without the taxonomy or the entities that it is `of`."""
SECONDS = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "weeks": 7 * 86_400,
    "months": 30 * 86_400,
    "years": 365 * 86_400,
}
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""By which no digit is rounded away: else two durations of many digits would be the same."""


@lean_dataclass(frozen=True, slots=True)
class Name:
    """A name as written: of an entity, a field, a term, a clause."""

    text: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes, unescaped."""

    text: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: Decimal
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Duration:
    """A number with its unit, as written (`30 days`)."""

    amount: Decimal
    unit: str
    span: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def seconds(self) -> Decimal:
        """The length in seconds; a month counts 30 days, a year 365."""
        return _EXACT.multiply(self.amount, SECONDS[self.unit])


@lean_dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    value: date
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Range:
    """A range of whole numbers, ends included; `None` is an open end."""

    low: int | None
    high: int | None
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class More:
    """`...`: the list may go on."""

    span: Span = lean.field(default=NOWHERE, compare=False)


Item = Name | Text | Number | Duration | Day | Range | More
"""One written value of a fact."""


# Designs


@lean_dataclass(frozen=True, slots=True)
class Attestation:
    """A person who answers for a fact."""

    by: Text
    on: Day | None = None
    because: Text | None = None


@lean_dataclass(frozen=True, slots=True)
class SecondNode:
    """A second person who answers for a fact: for the same value, or for another, `but yes attested by ...`."""

    items: tuple[Item, ...] | None
    attestation: Attestation


@lean_dataclass(frozen=True, slots=True)
class Statement:
    """One line of a block: a field, its values, the evidence beside them, and who answers for them.

    `imported`: from where the values were imported, each `FILE#address` (`text/origins.py`).
    """

    field: Name
    items: tuple[Item, ...]
    evidence: tuple[Text, ...] = ()
    attestation: Attestation | None = None
    second: SecondNode | None = None
    imported: tuple[Text, ...] = ()

    @property
    def span(self) -> Span:
        """From the field's name to the last value."""
        return self.field.span.to(self.items[-1].span) if self.items else self.field.span


@lean_dataclass(frozen=True, slots=True)
class Block:
    """An entity: its type, its name unless the type is single, and its statements."""

    type: Name
    name: Name | None
    statements: tuple[Statement, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def span(self) -> Span:
        """The block's first words."""
        return self.type.span.to(self.name.span) if self.name else self.type.span


@lean_dataclass(frozen=True, slots=True)
class Design:
    """A `.design` file, or a design written inside a case.

    `judged_by`: policies by their names, each perhaps with a version behind it (`versioned` in `text/names.py`).
    """

    subject: Name
    title: Text
    draft: bool
    judged_by: tuple[Name, ...]
    as_of: Day | None
    blocks: tuple[Block, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)
    """Of the bracket that ends a design in a file of cases."""


# Vocabularies


@lean_dataclass(frozen=True, slots=True)
class TermNode:
    """A term of a taxonomy and the terms below it.

    Attributes:
        also: other words for it, which a design cannot use.
        marks: what is said of it, and of all terms below it, by marks of the vocabulary.
        replaced: what to write instead, where something else has replaced it.
        label: what people call it.
        origin: whence it comes, with all terms below it that say nothing else.
    """

    name: Name
    description: Text | None
    children: tuple[TermNode, ...]
    also: tuple[Text, ...] = ()
    marks: tuple[Name, ...] = ()
    replaced: Text | None = None
    label: Text | None = None
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class OriginNode:
    """Whence a word comes: places in the source text, in quotes, documents, or `ours`."""

    places: tuple[Text | Name, ...]


@lean_dataclass(frozen=True, slots=True)
class MarkNode:
    """The declaration of a mark: a word that terms and clauses can bear, and what it says of them."""

    name: Name
    description: Text


@lean_dataclass(frozen=True, slots=True)
class TaxonomyNode:
    """A tree of terms."""

    name: Name
    description: Text | None
    terms: tuple[TermNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class EvidencedNode:
    """That claims need evidence where a reviewer requires it.

    `word` is `for` if those of `values` do, `but` if all others do, and empty if all do.
    """

    word: str = ""
    values: tuple[Name | Range, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class UsualNode:
    """The value that a field has unless somebody chooses another, and the document that says so."""

    value: Name
    document: Name


@lean_dataclass(frozen=True, slots=True)
class FieldNode:
    """A field's declaration. `shape` is `one of`, `any of`, `some of`, or the type itself.

    `or_none`: it was declared that the value may be `none`. `replaced`: what to write instead, where something
    else has replaced it. `by_two`: two people must answer for it. `essence`: with another value it would be
    another thing. `short` is the question in a few words.
    """

    name: Name
    shape: Shape
    target: Name | None
    or_none: bool
    kind: str
    evidenced: EvidencedNode | None
    ask: Text
    replaced: Text | None = None
    by_two: bool = False
    label: Text | None = None
    origin: OriginNode | None = None
    usual: UsualNode | None = None
    short: Text | None = None
    essence: bool = False


@lean_dataclass(frozen=True, slots=True)
class EntityNode:
    """An entity type's declaration. `modifier` is `single`, `required` or empty."""

    name: Name
    description: Text
    modifier: str
    fields: tuple[FieldNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class ExtensionNode:
    """Further fields of a type of entity that another vocabulary declares: `extend use { ... }`."""

    name: Name
    fields: tuple[FieldNode, ...]
    origin: OriginNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A `.vocabulary` file. `extends` is the vocabulary to which it adds."""

    name: Name
    subject: Name | None
    title: Text | None
    items: tuple[DocumentNode | MarkNode | TaxonomyNode | EntityNode | ExtensionNode, ...]
    extends: Name | None = None


# Policies: expressions


@lean_dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path. `closed`: it is followed any number of times, which is written `acts-for*`."""

    field: Name
    closed: bool = False
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class PathNode:
    """A name followed by fields (`d.by.kind`), or a name alone: a variable, a term, a type."""

    root: Name
    steps: tuple[PathStep, ...] = ()

    @property
    def span(self) -> Span:
        return self.root.span.to(self.steps[-1].span) if self.steps else self.root.span


@lean_dataclass(frozen=True, slots=True)
class CallNode:
    """A definition or a table, applied."""

    name: Name
    arguments: tuple[Expression, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class SetNode:
    """Terms in braces."""

    names: tuple[Name, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class MarkedNode:
    """The terms that bear a mark: `marked recognising`."""

    mark: Name
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class UnionNode:
    """Sets of entities, joined by `+`."""

    parts: tuple[Expression, ...]

    @property
    def span(self) -> Span:
        return self.parts[0].span.to(self.parts[-1].span)


@lean_dataclass(frozen=True, slots=True)
class TestNode:
    """`left OPERATOR right`; the operator is `is`, `is not`, `in`, `overlaps`, `within` or a sign."""

    left: Expression
    operator: str
    right: Expression

    @property
    def span(self) -> Span:
        return self.left.span.to(self.right.span)


@lean_dataclass(frozen=True, slots=True)
class NotNode:
    """Negation."""

    part: Expression
    start: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def span(self) -> Span:
        return self.start.to(self.part.span)


@lean_dataclass(frozen=True, slots=True)
class JunctionNode:
    """Parts joined by one word, `and` or `or`."""

    word: str
    parts: tuple[Expression, ...]

    @property
    def span(self) -> Span:
        return self.parts[0].span.to(self.parts[-1].span)


@lean_dataclass(frozen=True, slots=True)
class QuantifierNode:
    """`some`, `every` or `no` entity of a set has a property."""

    word: str
    variable: Name
    range: Expression
    body: Expression
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class ReadingNode:
    """A test of which alternative of a reading is chosen: `reading keeping is strict`."""

    reading: Name
    alternative: Name
    start: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def span(self) -> Span:
        return self.start.to(self.alternative.span)


@lean_dataclass(frozen=True, slots=True)
class OutcomeNode:
    """A test of the outcome of a `clause`, a `section` or a `policy`: `clause alarm is violated`.

    Of `policy of law is prohibited`, `what` is `policy of law`, and the name is empty.
    """

    what: str
    name: Name
    outcome: Name
    start: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def span(self) -> Span:
        return self.start.to(self.outcome.span)


@lean_dataclass(frozen=True, slots=True)
class VerdictIsNode:
    """A test of the verdict, which only laws can make: `verdict is permitted`."""

    verdict: Name
    start: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def span(self) -> Span:
        return self.start.to(self.verdict.span)


Literal = Number | Duration | Day
Expression = (
    PathNode
    | CallNode
    | SetNode
    | MarkedNode
    | UnionNode
    | TestNode
    | NotNode
    | JunctionNode
    | QuantifierNode
    | ReadingNode
    | OutcomeNode
    | VerdictIsNode
    | Number
    | Duration
    | Day
)


# Policies: declarations


@lean_dataclass(frozen=True, slots=True)
class Parameter:
    """A variable with its entity type."""

    name: Name
    type: Name


@lean_dataclass(frozen=True, slots=True)
class MayWaitNode:
    """The fields for whose facts an approval may wait: `may wait for safety.alarm`."""

    fields: tuple[FactNode, ...]


@lean_dataclass(frozen=True, slots=True)
class LawOfNode:
    """That the policy is a law, and where it is in force: `law of US-IL`."""

    places: tuple[Name, ...]


@lean_dataclass(frozen=True, slots=True)
class DocumentNode:
    """A document, other than the text that the policy follows, from which some of its conditions come."""

    name: Name
    title: Text
    date: Day
    address: Text | None


@lean_dataclass(frozen=True, slots=True)
class PerNode:
    """The documents from which something comes: `per transparency-note`."""

    documents: tuple[Name, ...]

    @property
    def start(self) -> Span:
        return self.documents[0].span


@lean_dataclass(frozen=True, slots=True)
class DefinitionNode:
    """A named condition or set."""

    name: Name
    parameters: tuple[Parameter, ...]
    body: Expression
    per: PerNode | None = None


@lean_dataclass(frozen=True, slots=True)
class RowNode:
    """A row of a table."""

    term: Name
    value: Number | Duration | SetNode | Name


@lean_dataclass(frozen=True, slots=True)
class TableNode:
    """Values by term."""

    name: Name
    of: Name
    gives: Name
    rows: tuple[RowNode, ...]
    per: PerNode | None = None
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AlternativeNode:
    """One way to read an ambiguous text."""

    name: Name
    description: Text
    default: bool
    per: PerNode | None = None


@lean_dataclass(frozen=True, slots=True)
class ReadingDeclaration:
    """An ambiguity, with its alternatives."""

    name: Name
    description: Text
    alternatives: tuple[AlternativeNode, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class BindingNode:
    """A variable over a type's entities, or over a set of them."""

    type: Name
    variable: Name
    range: Expression | None


@lean_dataclass(frozen=True, slots=True)
class RuleNode:
    """`prohibits`, `requires`, or `warns`. The condition is left out where breaches follow."""

    word: str
    bindings: tuple[BindingNode, ...]
    when: Expression | None
    condition: Expression | None
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class UnlessNode:
    """A named exception."""

    name: Name
    condition: Expression
    per: PerNode | None = None


@lean_dataclass(frozen=True, slots=True)
class Attribute:
    """A keyword with a text or a date: `at`, `quotes`, `says`, `because`, `remedy`, `title`, ..."""

    word: str
    value: Text | Day | Name
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class VerdictNode:
    """What a policy calls a verdict where people read it: `verdict permitted "complete"`."""

    name: Name
    words: Text


@lean_dataclass(frozen=True, slots=True)
class BreachNode:
    """One of the ways in which a clause can be violated, with its own texts. `marks`: what it is about."""

    name: Name
    condition: Expression
    items: tuple[Attribute | PerNode, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)
    marks: tuple[Name, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class ClauseNode:
    """A clause as written: its attributes, rules, breaches and exceptions, in order. `marks`: what it is about."""

    name: Name
    number: Name | None
    items: tuple[Attribute | PerNode | RuleNode | BreachNode | UnlessNode, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)
    marks: tuple[Name, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class WarningNode:
    """Something of which a policy warns, whatever its clauses come to."""

    name: Name
    items: tuple[Attribute | RuleNode, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class SectionNode:
    """A part of the source text, with its clauses."""

    name: Name
    title: Text
    clauses: tuple[ClauseNode, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class PolicyFile:
    """A `.policy` file."""

    name: Name
    items: tuple[
        Attribute
        | VerdictNode
        | MayWaitNode
        | LawOfNode
        | DocumentNode
        | DefinitionNode
        | TableNode
        | ReadingDeclaration
        | WarningNode
        | SectionNode
        | ClauseNode,
        ...,
    ]


# Cases


@lean_dataclass(frozen=True, slots=True)
class FactNode:
    """`entity.field`, or a lone entity."""

    entity: Name
    field: Name | None

    @property
    def span(self) -> Span:
        return self.entity.span.to(self.field.span) if self.field else self.entity.span


@lean_dataclass(frozen=True, slots=True)
class WithFact:
    """`with entity.field values`."""

    entity: Name
    statement: Statement


@lean_dataclass(frozen=True, slots=True)
class WithEntity:
    """`with type name`."""

    type: Name
    name: Name


@lean_dataclass(frozen=True, slots=True)
class Without:
    """`without entity.field`, or a whole entity."""

    fact: FactNode


@lean_dataclass(frozen=True, slots=True)
class ChooseReading:
    """`reading name alternative`."""

    reading: Name
    alternative: Name


@lean_dataclass(frozen=True, slots=True)
class Expectation:
    """An expected verdict (`subject` alone), outcome of a clause, or warning, with its facts.

    `by`: the breaches by which a clause is violated.
    """

    subject: Name
    outcome: Name | None = None
    by: tuple[Name, ...] | None = None
    because: tuple[FactNode, ...] | None = None
    missing: tuple[FactNode, ...] | None = None


@lean_dataclass(frozen=True, slots=True)
class CaseNode:
    """A design, changes to it, and what is expected of it."""

    title: Text
    design: Text | Design
    lines: tuple[WithFact | WithEntity | Without | ChooseReading | Expectation, ...]
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class CasesFile:
    """A `.cases` file."""

    cases: tuple[CaseNode, ...]


# Laws


@lean_dataclass(frozen=True, slots=True)
class UnderNode:
    """The readings under which a law must hold; without any, the defaults."""

    readings: tuple[ReadingNode, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AlwaysNode:
    """What is `always`, or `never`, so of a design; with `when`, of one of which that holds."""

    word: str
    when: Expression | None
    condition: Expression
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class PossibleNode:
    """What is so of some design."""

    condition: Expression
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AloneNode:
    """Some design violates a clause alone: `possible clause gender is violated alone`.

    Attributes:
        what: `clause` or, if it was written so, another word that names none.
        clause: `None` for each clause in turn.
        but: the clauses that may be violated with it.
    """

    what: str
    clause: Name | None
    outcome: Name
    but: tuple[Name, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class ChangeNode:
    """Two designs that differ in one fact: that violates no clause that was not violated.

    Attributes:
        word: `changing` (a value to another), `adding` or `removing` (a term of several).
        before: what the fact is before, or the term that is removed; `None` for whatever it may be.
        after: what it is after, or the term that is added.
        where: of which entities that is said.
        but: the clauses of which it is not said.
    """

    word: str
    fact: FactNode
    before: Item | None
    after: Item | None
    where: Expression | None
    but: tuple[Name, ...]
    start: Span = lean.field(default=NOWHERE, compare=False)


ClaimNode = AlwaysNode | PossibleNode | AloneNode | ChangeNode


@lean_dataclass(frozen=True, slots=True)
class LawNode:
    """A law: what it says in words, and what it claims."""

    name: Name
    says: Text
    under: UnderNode | None
    claim: ClaimNode
    end: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class LawsFile:
    """A `.laws` file. `policy` is a name, perhaps with a version (`versioned` in `text/names.py`)."""

    name: Name
    policy: Name
    title: Text | None
    laws: tuple[LawNode, ...]


File = Design | VocabularyFile | PolicyFile | CasesFile | LawsFile
