"""The trees of designs."""

from __future__ import annotations

from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.values import NOWHERE, Day, Item, Name, Text


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
