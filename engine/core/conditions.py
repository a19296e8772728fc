"""The core language of conditions: what the linker makes of a policy, and what every backend reads.

Sets of entities, operands and conditions are trees of frozen nodes that compare by meaning. All names
in them are resolved and all types checked. `a.kind is police`, for example, becomes an `Overlaps` of the field
`kind`, at the end of the path `a`, and the term `police`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup import lean
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Literal, assert_never
from clausewise.dsl.text.source import Span

NOWHERE = Span(0, 0)


# Sets of entities


@lean_dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: along a reference field, once or (`closed`: `acts-for*`) any number of times."""

    field: Field
    closed: bool = False


@lean_dataclass(frozen=True, slots=True)
class Path:
    """The entities reached from a variable, or from the single entity of a type (`single`)."""

    root: str
    single: bool
    hops: tuple[Hop, ...]
    type: str
    span: Span = lean.field(default=NOWHERE, compare=False)

    @property
    def optional(self) -> Path | None:
        """The part up to the last hop that may lead nowhere; `None` if no hop may.

        If this part leads to a listed entity, there is somebody at the end of the whole path.
        """
        for count in range(len(self.hops), 0, -1):
            hop = self.hops[count - 1]
            if hop.field.may_be_none and not hop.closed:
                return Path(self.root, self.single, self.hops[:count], hop.field.target or "")
        return None


@lean_dataclass(frozen=True, slots=True)
class All:
    """Every entity of a type."""

    type: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Union:
    """The entities of several sets, none of which holds all of their type."""

    parts: tuple[EntitySet, ...]
    type: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class DefinedSet:
    """A definition of a set, applied to entities: `runs(d)`."""

    definition: str
    arguments: tuple[Path, ...]
    type: str
    span: Span = lean.field(default=NOWHERE, compare=False)


EntitySet = Path | All | Union | DefinedSet


def starts_from(set_: EntitySet) -> str | None:
    """The type of entities that a set starts from, unless it starts from a variable or is made of other sets."""
    match set_:
        case All(type_):
            return type_
        case Path(root, single):
            return root if single else None
        case Union() | DefinedSet():
            return None
        case _:
            assert_never(set_)


# Operands


@lean_dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of the one entity that a path leads to."""

    path: Path
    field: Field
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class TermSet:
    """Terms, with all that is `inside` them, and the terms `above` them that may turn out to be inside.

    Of `{police}`, `police` is inside; `public-body` is above: a public body may turn out to be police.
    """

    names: tuple[str, ...]
    inside: frozenset[str] = lean.field(repr=False)
    above: frozenset[str] = lean.field(repr=False)
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Lookup:
    """What a table gives for a field's term."""

    table: str
    key: FieldOf
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Bound:
    """The `youngest` or `oldest` age of a range, in years; an open end is infinite."""

    of: FieldOf
    end: Literal["youngest", "oldest"]
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Constant:
    """A number, a duration in seconds, or a date."""

    value: Decimal | date
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class AsOf:
    """The date on which the deployment is judged."""

    span: Span = lean.field(default=NOWHERE, compare=False)


TermOperand = TermSet | FieldOf | Lookup
Operand = FieldOf | Bound | Constant | Lookup | AsOf


# Conditions


@lean_dataclass(frozen=True, slots=True)
class And:
    """All parts hold. Without parts it is true."""

    parts: tuple[Condition, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Or:
    """Some part holds. Without parts it is false.

    `of_laws`: it asks whether some law prohibits the design, and the parts are those laws that judge beside; which
    they are differs from design to design, so a proof over all designs takes none for granted.
    """

    parts: tuple[Condition, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)
    of_laws: bool = False


@lean_dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Overlaps:
    """Some value of a field is one of the terms, or below one."""

    left: FieldOf
    right: TermOperand
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Within:
    """Every value of a field is one of the terms, or below one."""

    left: FieldOf
    right: TermOperand
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Empty:
    """A field has no value: it is `none`."""

    of: FieldOf
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers, durations or dates compare."""

    sign: Literal["<", "<=", ">", ">=", "="]
    left: Operand
    right: Operand
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Same:
    """Two paths lead to the same entity."""

    left: Path
    right: Path
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Meet:
    """Two sets have an entity in common."""

    left: EntitySet
    right: EntitySet
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Some:
    """The body holds of some entity of a set."""

    variable: str
    range: EntitySet
    body: Condition
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Every:
    """The body holds of every entity of a set."""

    variable: str
    range: EntitySet
    body: Condition
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Defined:
    """A definition of a condition, applied to entities: `sees-faces(d)`."""

    definition: str
    arguments: tuple[Path, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class ReadingIs:
    """An alternative of a reading is the chosen one."""

    reading: str
    alternative: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Violated:
    """Another clause is violated."""

    clause: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True, slots=True)
class Prohibited:
    """Another policy prohibits the deployment."""

    policy: str
    span: Span = lean.field(default=NOWHERE, compare=False)


@lean_dataclass(frozen=True)
class Violation:
    """A clause is violated for one binding: it applies, its rule is broken, and no exception holds.

    Attributes:
        when: the clause applies.
        rule: the rule is broken.
        exceptions: conditions each of which excuses it.
    """

    when: Condition
    rule: Condition
    exceptions: tuple[Condition, ...]
    span: Span = lean.field(default=NOWHERE, compare=False)

    @cached_property
    def refused(self) -> tuple[Condition, ...]:
        """For each exception, that it does not hold."""
        return tuple(Not(exception, exception.span) for exception in self.exceptions)

    @cached_property
    def parts(self) -> tuple[Condition, ...]:
        """What it means: the conditions that hold together if and only if the clause is violated."""
        return self.when, self.rule, *self.refused


Quantifier = Some | Every
"""It judges its `body` for each member of its `range`, which its `variable` stands for."""

Condition = (
    And
    | Or
    | Not
    | Overlaps
    | Within
    | Empty
    | Compare
    | Same
    | Meet
    | Some
    | Every
    | Defined
    | ReadingIs
    | Violated
    | Prohibited
    | Violation
)
Node = Condition | EntitySet | Operand | TermSet
