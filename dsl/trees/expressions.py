"""The trees of expressions, which policies, cases and laws are made of."""

from __future__ import annotations

from clausewise.dsl.startup import lean, typed
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.values import NOWHERE, Day, Duration, Name, Number


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


JunctionWord = typed.Literal["and", "or"]


@lean_dataclass(frozen=True, slots=True)
class JunctionNode:
    """Parts joined by one word."""

    word: JunctionWord
    parts: tuple[Expression, ...]

    @property
    def span(self) -> Span:
        return self.parts[0].span.to(self.parts[-1].span)


QuantifierWord = typed.Literal["some", "every", "no"]
QUANTIFIERS: tuple[QuantifierWord, ...] = ("some", "every", "no")


@lean_dataclass(frozen=True, slots=True)
class QuantifierNode:
    """`some`, `every` or `no` entity of a set has a property."""

    word: QuantifierWord
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


OutcomeOf = typed.Literal["clause", "section", "policy", "policy of law"]
"""What has an outcome or a verdict that a condition can test. `policy of law` is any that judges beside it."""


@lean_dataclass(frozen=True, slots=True)
class OutcomeNode:
    """A test of an outcome, or of another policy's verdict: `clause alarm is violated`.

    Of `policy of law is prohibited` the name is empty.
    """

    what: OutcomeOf
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


@lean_dataclass(frozen=True, slots=True)
class FactNode:
    """`entity.field`, or a lone entity."""

    entity: Name
    field: Name | None

    @property
    def span(self) -> Span:
        return self.entity.span.to(self.field.span) if self.field else self.entity.span
