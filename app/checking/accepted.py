"""What of a judged design does not count in a run, as a finished value. `clausewise.accepting` works it out.

A verdict and the outcomes of clauses stay as they are. What counts decides the exit code, and every format tells
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Literal
from clausewise.dsl.text.source import Span
from clausewise.engine.core.outcomes import Outcome, Verdict

AcceptedAs = Literal["waived", "baseline", "before"]
"""By a waiver, since the baseline holds it, or since it was so before the change that is looked at."""
AcceptedPlace = tuple[str, tuple[str, ...]]
"""Where a problem is: the name of a clause, and the entities that it binds; `""` is one that is not listed."""


@lean_dataclass(frozen=True, slots=True)
class Waiver:
    """That somebody accepts a problem for a time.

    Attributes:
        design: where the design lies, all links followed.
        clause: its name or its number.
        entities: the names of entities of which the problem is found, all of them; `("",)` where none is listed.
        policy: only where this policy judges; empty for any.
        expires: the last day on which it holds.
        span: where it is written in its file.
    """

    design: str
    clause: str
    entities: tuple[str, ...]
    reason: str
    approver: str
    expires: date
    ticket: str = ""
    policy: str = ""
    span: Span = Span(0, 1)


@lean_dataclass(frozen=True, slots=True)
class Acceptance:
    """A problem that does not count.

    Attributes:
        number: of the clause, or its name if it has none; empty for what is said of the design as a whole.
        waiver: by which it is waived.
    """

    kind: AcceptedAs
    clause: str
    number: str
    entities: tuple[str, ...]
    outcome: Outcome
    waiver: Waiver | None = None


@lean_dataclass(frozen=True, slots=True)
class Accepted:
    """What of a report does not count.

    Attributes:
        problems: those that do not count, in the order of the clauses.
        at: the same by their places. What only follows from such problems is there, too.
        clauses: by the names of those that fail, and of which nothing counts, by what the first problem does not.
        counted: the verdict that counts, of what is left.
        is_all: whether there are problems, and none of them counts.
    """

    problems: tuple[Acceptance, ...]
    at: Mapping[AcceptedPlace, Acceptance]
    clauses: Mapping[str, Acceptance]
    counted: Verdict
    is_all: bool


def words_of(problems: Iterable[Acceptance]) -> str:
    """How many problems are accepted and by what: `1 waived until 2027-01-31, 3 in the baseline`."""
    found = list(problems)
    waivers = [one.waiver for one in found if one.waiver]
    others = [one.kind for one in found if not one.waiver]
    parts = []
    if waivers:
        parts.append(f"{len(waivers):,} waived until {min(w.expires for w in waivers)}")
    if "baseline" in others:
        parts.append(f"{others.count('baseline'):,} in the baseline")
    if "before" in others:
        parts.append(f"{others.count('before'):,} as before")
    return ", ".join(parts)
