"""The trees of policies."""

from __future__ import annotations

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.expressions import Expression, FactNode, SetNode
from clausewise.dsl.trees.values import NOWHERE, Day, Duration, Name, Number, Text
from clausewise.dsl.trees.vocabularies import DocumentNode


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
