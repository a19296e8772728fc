"""What the text of a policy can name, and the mistakes about names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Span

Types = Mapping[str, str]
"""Variables in scope, with their entity types."""

MAX_DEPTH = 150
"""How deep conditions may nest, with all that they use written out."""

MAX_BINDINGS = 16
"""How many bindings a clause may have: it is judged for each combination of them."""

UNKNOWN_TYPE = "?"
"""What a definition of a set gives whose body has a mistake."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a definition takes and gives. `gives` is an entity type for a set, empty for a condition."""

    parameters: tuple[str, ...]
    gives: str


@dataclass(slots=True)
class Scope:
    """Everything that the expressions of one policy can name. Each stage of linking adds what it declares."""

    vocabulary: Vocabulary
    signatures: dict[str, Signature] = field(default_factory=dict)
    tables: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Tables, each with the taxonomy of its rows and what it gives."""
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Readings, each with its alternatives."""
    clauses: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sections, each with its clauses."""
    policies: set[str] = field(default_factory=set)
    """Other policies, as conditions name them."""


class WrongError(Exception):
    """An expression without a meaning; its diagnostic is already recorded."""


def wrong(
    problems: Diagnostics, code: str, message: str, node: syntax.Expression | syntax.Name, hint: str
) -> WrongError:
    """Record a mistake at a node; gives the exception to raise."""
    problems.add(code, message, node.span, hint=hint)
    return WrongError()


def is_known(problems: Diagnostics, name: syntax.Name, known: Collection[str], what: str) -> bool:
    """Whether there is what a name names; if not, that is recorded."""
    if name.text in known:
        return True
    hint = hint_for(name.text, known, "known")
    problems.add("E201", f"there is no {what} `{name.text}`", name.span, hint=hint)
    return False


def check_known(
    problems: Diagnostics, name: syntax.Name, known: Collection[str], what: str
) -> None:
    """Record a name that names nothing.

    Raises:
        WrongError: it does not.
    """
    if not is_known(problems, name, known, what):
        raise WrongError


def check_unique(problems: Diagnostics, names: Iterable[syntax.Name], what: str) -> None:
    """Record names that are declared twice."""
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
    problems: Diagnostics, name: syntax.Name, types: Types, vocabulary: Vocabulary
) -> None:
    """Record a variable that hides another name."""
    if name.text in types or name.text in vocabulary.entities or name.text == "as-of":
        message = f"`{name.text}` has a meaning already"
        problems.add("E202", message, name.span, hint="choose another variable")
