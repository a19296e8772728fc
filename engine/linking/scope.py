"""The names that the text of a policy may use, and what is said where it uses another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import AS_OF
from clausewise.dsl.models.documents import Document
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Span
from clausewise.engine.core.walk import VariableTypes

MAX_DEPTH = 150
"""How many levels a condition may nest, counted with every definition and clause that it uses put in its place."""

MAX_SIZE = 10_000
"""How many parts a condition may have, counted with every definition that it uses put in its place, each time."""

MAX_POLICIES = 20
"""How many other policies one may use, counted with those that they use, each time."""

MAX_BINDINGS = 16
"""How many bindings a clause may have: it is judged for each combination of the entities that they take."""


@dataclass(frozen=True, slots=True)
class SetOf:
    """What a definition gives whose body is a set: entities of one type."""

    type: str


class NoSet(Enum):
    """What a definition gives whose body is not a set, or not one that can be used."""

    CONDITION = "condition"
    BROKEN = "broken"
    """A part that decides what it gives has a mistake. That is reported there, and not again at each use."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a definition takes (the entity types of its parameters) and gives."""

    parameters: tuple[str, ...]
    gives: SetOf | NoSet


@dataclass(slots=True)
class Scope:
    """All that the expressions of one policy can name.

    The stages of linking (`link.py`) run one after another. Each adds what it has declared, for those after it.
    """

    vocabulary: Vocabulary
    signatures: dict[str, Signature] = field(default_factory=dict)
    tables: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Tables by name, each with the taxonomy of its rows and what it gives: `number`, `duration`, a taxonomy."""
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Readings by name, each with the names of its alternatives."""
    clauses: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sections by name, each with the names of its clauses."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    policies: dict[str, Span] = field(default_factory=dict)
    """The other policies that conditions name, each with the place that names it first."""
    laws: tuple[str, ...] = ()
    """The policies of law that judge beside this one."""
    reads_law: Span | None = None
    """Where a condition first asks whether one of these prohibits the deployment."""


class WrongError(Exception):
    """An expression cannot be given a meaning. Whoever raises this has recorded why."""


def wrong(
    problems: Diagnostics, code: str, message: str, node: syntax.Expression | syntax.Name, hint: str
) -> WrongError:
    """Record a mistake at a node, and return the exception to raise for it."""
    problems.add(code, message, node.span, hint=hint)
    return WrongError()


def is_known(problems: Diagnostics, name: syntax.Name, known: Collection[str], what: str) -> bool:
    """Whether a name is among the known ones; if not, that is recorded. `what` is the kind of thing it names."""
    if name.text in known:
        return True
    hint = hint_for(name.text, known, "known")
    problems.add("E201", f"there is no {what} `{name.text}`", name.span, hint=hint)
    return False


def check_known(
    problems: Diagnostics, name: syntax.Name, known: Collection[str], what: str
) -> None:
    """The same, for an expression that has no meaning unless the name is known.

    Raises:
        WrongError: the name is not known.
    """
    if not is_known(problems, name, known, what):
        raise WrongError


def check_unique(problems: Diagnostics, names: Iterable[syntax.Name], what: str) -> None:
    """Record each name that is declared a second time. `what` says what kind of thing it names."""
    first: dict[str, Span] = {}
    for name in names:
        if name.text in first:
            problems.add(
                "E202",
                f"the {what} `{name.text}` is declared twice",
                name.span,
                hint="rename one of them",
                labels=[(first[name.text], "first declared here")],
            )
        first.setdefault(name.text, name.span)


def check_variable(
    problems: Diagnostics, name: syntax.Name, types: VariableTypes, vocabulary: Vocabulary
) -> None:
    """Record a variable whose name means something already where it is declared."""
    if name.text in types:
        message = f"the variable `{name.text}` is declared twice"
        problems.add("E202", message, name.span, hint="rename one of them")
    elif name.text in _taken(types, vocabulary):
        message = f"`{name.text}` has a meaning already"
        problems.add("E206", message, name.span, hint="choose another name for the variable")


def report_depth(problems: Diagnostics, name: str, span: Span) -> None:
    """Record that a definition or clause nests too deep."""
    message = f"with all that it uses, `{name}` nests more than {MAX_DEPTH} levels deep"
    problems.add("E402", message, span, hint="use fewer definitions and clauses within each other")


def report_size(problems: Diagnostics, name: str, span: Span) -> None:
    """Record that a definition or clause is too large."""
    message = f"with all definitions that it uses, `{name}` has more than {MAX_SIZE:,} parts"
    hint = "use no definition twice in another that is itself used twice, or split the clause"
    problems.add("E406", message, span, hint=hint)


def too_many_policies() -> InvalidError:
    """The mistake of using too many other policies, which has no place yet."""
    message = f"with those that they use, it tests more than {MAX_POLICIES} other policies"
    hint = "test fewer policies, or write out what is meant"
    return InvalidError([Diagnostic("E512", message, hint=hint)])


def unused_variable(word: str, types: VariableTypes, vocabulary: Vocabulary) -> str:
    """A name for a variable that the linker adds: `word`, or `word-2` and so on where that is taken."""
    taken = _taken(types, vocabulary)
    words = (word if n == 1 else f"{word}-{n}" for n in count(1))
    return next(name for name in words if name not in taken)


def _taken(types: VariableTypes, vocabulary: Vocabulary) -> set[str]:
    """The names that a path may begin with, and so no new variable may have."""
    return {*types, *vocabulary.entities, AS_OF}
